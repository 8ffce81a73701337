"""Whatever is said, in whatever order: one level, one transition, and each of them ends."""

from datetime import timedelta
from itertools import count, pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from common.contracts import intake as said
from common.contracts.words import (
    Disposition,
    EpisodeId,
    LevelOfCare,
    ReferralId,
    RiskLevel,
    Role,
    ScreenVersion,
    StaffId,
    TransitionId,
)
from intake.domain import acute, correction, deferral, leave, leave_ahead, lifecycle, moves, review, signing
from intake.domain.danger_items import Screen
from intake.domain.episode import Status
from intake.domain.transition import ENDINGS
from rules.intake.episode_cases import PROCESS, RULES
from rules.intake.episode_world import BAD, GOOD, World, waits_for_something

C, M = (StaffId("c-1"), frozenset({Role.CLINICIAN})), (StaffId("m-1"), frozenset({Role.MEDICAL}))
STRANGER = (StaffId("s-1"), frozenset({Role.SCHEDULER}))
STAFF = some.sampled_from([C, C, C, (StaffId("c-2"), frozenset({Role.CLINICIAN})), M, M, STRANGER])
LEVELS = some.sampled_from(list(LevelOfCare))
ENTRIES = some.sampled_from(signing.INTO_CARE)
HOURS = some.integers(min_value=-60, max_value=60).map(lambda hours: timedelta(hours=hours))
PLACE = some.integers(min_value=0, max_value=9)
Person = tuple[StaffId, frozenset[Role]]


class Journey(RuleBasedStateMachine):
    """Commands, timers and news; every step may be wrong, late, repeated or about something else."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.numbers = count()

    def new_id(self) -> TransitionId:
        """An id nobody had before."""
        return TransitionId(f"t-{next(self.numbers)}")

    def some_id(self, place: int) -> TransitionId:
        """The open transition, an old one, or one nobody knows."""
        known = [fact.transition_id for fact in self.world.facts if isinstance(fact, said.TransitionProposed)]
        transition = self.world.episode.transition
        return (
            transition.id
            if transition and place < 6
            else (known or [TransitionId("none")])[-1 - place % len(known or "1")]
        )

    @initialize(level=ENTRIES)
    def begin(self, level: LevelOfCare) -> None:
        """Somebody is admitted, and scheduling is kind."""
        self.open(level, C)
        self.world.come_to_an_end()

    @rule(level=ENTRIES, by=STAFF)
    def open(self, level: LevelOfCare, by: Person) -> None:
        """A referral is accepted."""
        number, now = next(self.numbers), self.world.now
        about = (EpisodeId(f"e-{number}"), ReferralId(f"r-{number}"), StaffId("th"), (), (), now, by[0])
        if self.world.act(lambda e: lifecycle.open_episode(e, *about)) is not None:
            id = self.new_id()
            self.world.act(lambda e: lifecycle.admit(e, id, level, *by, RULES, now))

    @rule(level=LEVELS, by=STAFF, days=some.none() | some.integers(-1, 40))
    def propose(self, level: LevelOfCare, by: Person, days: int | None) -> None:
        """Another level, now or on a date."""
        now, id = self.world.now, self.new_id()
        on = None if days is None else now.astimezone(RULES.zone).date() + timedelta(days=days)
        self.world.act(lambda e: signing.propose_by_person(e, id, level, "r", *by, RULES, now, on))

    @rule(place=PLACE, days=some.sampled_from([None, None, 3, 20]), through=some.booleans())
    def move(self, place: int, days: int | None, through: bool) -> None:
        """A move of the table, signed by everybody; sometimes all the way to its end."""
        table = sorted(signing.allowed(self.world.episode.level or LevelOfCare.CLOSED))
        if table:
            self.propose(table[place % len(table)], C, days)
            for by in (M, (StaffId("c-2"), C[1])):
                self.sign(0, by)
        if through:
            self.world.come_to_an_end()

    @rule(place=PLACE, by=STAFF)
    def sign(self, place: int, by: Person) -> None:
        """Somebody says yes."""
        id, now = self.some_id(place), self.world.now
        self.world.act(lambda e: signing.sign(e, id, *by, RULES, now))

    @rule(
        place=PLACE,
        by=STAFF,
        what=some.sampled_from(["refuse", "cancel", "defer", "agree", "disagree"]),
        by_hours=HOURS,
    )
    def answer(self, place: int, by: Person, what: str, by_hours: timedelta) -> None:
        """Somebody says no, stop, not now, or what the participant thinks."""
        id, now = self.some_id(place), self.world.now
        decisions: dict[str, Any] = {
            "refuse": lambda e: signing.refuse(e, id, "r", *by, now),
            "cancel": lambda e: moves.cancel(e, id, "r", PROCESS, now, by[0]),
            "defer": lambda e: deferral.defer(e, id, now + by_hours, "r", *by, RULES, now),
            "agree": lambda e: deferral.record_view(e, id, True, *by, now),
            "disagree": lambda e: deferral.record_view(e, id, False, *by, now),
        }
        self.world.act(decisions[what])

    @rule(by=STAFF, back=HOURS, how=some.sampled_from(list(Disposition)))
    def discharge(self, by: Person, back: timedelta, how: Disposition) -> None:
        """Treatment ends, perhaps some hours ago."""
        now = self.world.now
        when = min(now, now + back)
        self.world.act(lambda e: lifecycle.close(e, how, "r", by[0], PROCESS, now, when))

    @rule(by=STAFF, level=ENTRIES, what=some.sampled_from(["readmit", "reopen"]))
    def come_back(self, by: Person, level: LevelOfCare, what: str) -> None:
        """Back within the window, or never gone."""
        now, id = self.world.now, self.new_id()
        if what == "readmit":
            self.world.act(lambda e: lifecycle.readmit(e, id, level, *by, RULES, now))
        else:
            self.world.act(lambda e: correction.reopen(e, id, "r", *by, RULES, now))

    @rule(by=STAFF, back=HOURS)
    def emergency(self, by: Person, back: timedelta) -> None:
        """To acute care elsewhere, perhaps some hours ago."""
        now, id = self.world.now, self.new_id()
        when = min(now, now + back)
        self.world.act(lambda e: acute.send_to_acute(e, id, "r", when, *by, PROCESS, now))

    @rule(start=HOURS, hours=HOURS, off=some.booleans())
    def leave_ahead(self, start: timedelta, hours: timedelta, off: bool) -> None:
        """A leave is agreed for later, or is called off."""
        now, by = self.world.now, StaffId("c-1")
        if off:
            self.world.act(lambda e: leave_ahead.call_off(e, "r", by, now))
        else:
            self.world.act(lambda e: leave_ahead.plan_leave(e, now + start, now + start + hours, by, RULES, now))

    @rule(hours=HOURS, what=some.sampled_from(["go", "return"]))
    def leave(self, hours: timedelta, what: str) -> None:
        """Away, and back."""
        now = self.world.now
        if what == "go":
            self.world.act(lambda e: leave.start_leave(e, now + hours, StaffId("c-1"), RULES, now))
        else:
            self.world.act(lambda e: leave.return_from_leave(e, RULES, now))

    @rule(place=PLACE, by=HOURS, midnight=some.booleans(), ending=some.booleans())
    def correct(self, place: int, by: timedelta, midnight: bool, ending: bool) -> None:
        """A change of level was true at another instant."""
        turns, now = self.world.episode.history.turns, self.world.now
        turn = turns[-1 - place % len(turns)] if turns else None
        when = (turn.at if turn else now) + by
        when = moves.next_midnight(when, RULES.zone) if midnight else when
        key = None if ending or turn is None else TransitionId(turn.key)
        self.world.act(lambda e: correction.correct(e, key, when, "r", StaffId("c-1"), RULES, now))

    @rule(place=PLACE, by=STAFF)
    def undo(self, place: int, by: Person) -> None:
        """A change of level is taken back."""
        turns, id, now = self.world.episode.history.turns, self.new_id(), self.world.now
        key = TransitionId(turns[-1 - place % len(turns)].key if turns else "none")
        self.world.act(lambda e: correction.undo(e, key, id, *by, RULES, now))

    @rule(level=some.sampled_from(list(RiskLevel)))
    def screen(self, level: RiskLevel) -> None:
        """A suicide screen, perhaps with danger."""
        now, number = self.world.now, next(self.numbers)
        version = ScreenVersion.SINCE_LAST_CONTACT
        seen = Screen(event_id=f"s-{number}", at=now, instrument="C-SSRS", version=version, level=level)
        self.world.act(lambda e: review.note(e, seen, RULES, now))

    @precondition(lambda self: self.world.asked)
    @rule(place=some.integers(0, 30), good=some.integers(0, 3))
    def news(self, place: int, good: int) -> None:
        """An answer to something asked lately or long ago, once or again."""
        command = self.world.asked[-1 - place % len(self.world.asked)]
        bad = not good and type(command).__name__ in BAD
        self.world.hear(command, BAD if bad else GOOD)

    @precondition(lambda self: self.world.asked)
    @rule()
    def latest_news(self) -> None:
        """What was asked last is done."""
        self.world.hear(self.world.asked[-1], GOOD)

    @precondition(lambda self: self.world.fired)
    @rule(place=PLACE)
    def old_timer(self, place: int) -> None:
        """A timer that fired already fires again, too late."""
        self.world.fire(self.world.fired[-1 - place % len(self.world.fired)])

    @rule(hours=some.sampled_from([1, 5, 30, 80]))
    def time_passes(self, hours: int) -> None:
        """What falls due, falls due."""
        self.world.pass_time(timedelta(hours=hours))

    @invariant()
    def one_level_at_every_instant(self) -> None:
        """IN-E9: no gap, no overlap, and the last level is where the participant is."""
        episode = self.world.episode
        stays = episode.history.stays()
        assert all(one.until == two.from_at for one, two in pairwise(stays))
        assert all(stay.until is None or stay.from_at <= stay.until for stay in stays)
        if episode.level is not None:
            assert (stays[-1].level, stays[-1].from_at, stays[-1].until) == (episode.level, episode.level_since, None)
            assert episode.history.at(self.world.now) == episode.level
        if episode.in_care:
            assert episode.level is not LevelOfCare.CLOSED
        assert (episode.status is Status.CLOSED) == (episode.closed_at is not None)

    @invariant()
    def one_transition_that_will_move(self) -> None:
        """IN-T1, IN-T9: at most one is open, the episode knows which, and it waits for something."""
        transition = self.world.episode.transition
        assert self.world.open_transitions() == ({transition.id} if transition else set())
        assert waits_for_something(self.world)

    @invariant()
    def an_ending_is_the_last_word(self) -> None:
        """IN-T9: no transition ends twice, none speaks after its end."""
        ended: set[str] = set()
        for fact in self.world.facts:
            if isinstance(fact, said.TransitionEvent):
                assert fact.transition_id not in ended
                if isinstance(fact, ENDINGS):
                    ended.add(fact.transition_id)

    def teardown(self) -> None:
        """IN-T9: once everybody answers and everything falls due, nothing is open."""
        self.world.come_to_an_end()
        self.one_level_at_every_instant()


TestJourney = Journey.TestCase
TestJourney.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)


def test_two_proposals_of_one_kind_at_one_instant_are_two() -> None:
    """IN-T9: found by the machine: the second had the id of the first, which had ended in between."""
    journey = Journey()
    journey.begin(level=LevelOfCare.IOP)
    journey.screen(level=RiskLevel.MODERATE)
    journey.emergency(back=timedelta(0), by=C)
    journey.move(days=None, place=0, through=False)
    journey.screen(level=RiskLevel.MODERATE)

    proposed = [fact.transition_id for fact in journey.world.facts if isinstance(fact, said.TransitionProposed)]
    assert len(proposed) == len(set(proposed)) > 1
    journey.an_ending_is_the_last_word()
