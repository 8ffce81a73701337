"""The bed board under any interleaving: no bed twice, no promise broken in silence, nobody told in vain."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from common.change import Refused, Remind
from common.contracts.message import Contract
from common.contracts.places import BedHeld, BedHoldReplanned, BedMoved, BedOccupied, BedPlace
from common.contracts.scheduling import PlaceHeld, PlaceReleased
from common.contracts.words import BedId, ParticipantId, StaffId, TransitionId
from scheduling.domain import bedding
from scheduling.domain.board import LevelBoard, Stage
from scheduling.domain.intervals import Span

TURNOVER = timedelta(minutes=60)
BY = StaffId("s")
BEDS = {"a1": ("north", "a"), "a2": ("north", "a"), "b1": ("north", "b"), "c1": ("south", "c")}
TRANSITIONS, PEOPLE = st.integers(0, 9), 5
HOURS = st.integers(1, 72)
BED = st.sampled_from(sorted(BEDS))


def places(licensed: set[str]) -> list[BedPlace]:
    """All beds; those not named are not licensed."""
    return [
        BedPlace(bed_id=BedId(id), site=site, unit=unit, room="1", bed=id, licensed=id in licensed)
        for id, (site, unit) in BEDS.items()
    ]


def who(transition: int) -> ParticipantId:
    """Whose transition it is; each person has several."""
    return ParticipantId(f"p{transition % PEOPLE}")


class AnyOrder(RuleBasedStateMachine):
    """A second, naive account of who lay where, kept from what the board says alone."""

    def __init__(self) -> None:
        super().__init__()
        self.board = LevelBoard(id="RESIDENTIAL")
        self.now = datetime(2026, 3, 2, tzinfo=UTC)
        self.look_at: datetime | None = None
        self.lay: list[tuple[str, Span]] = []
        self.lies: dict[str, tuple[str, datetime]] = {}
        self.last: tuple[str, int, datetime | None] | None = None

    @initialize(licensed=st.sets(BED, min_size=2), limit=st.none() | st.integers(2, 6))
    def begin(self, licensed: set[str], limit: int | None) -> None:
        """Some beds, and perhaps fewer places than beds."""
        self.hear(self.board.set_up(limit, [], BY, self.now))
        self.hear(bedding.set_up_beds(self.board, places(licensed), 60, BY, self.now))

    @rule(licensed=st.sets(BED))
    def license_others(self, licensed: set[str]) -> None:
        """A licence comes and goes; who lies there stays."""
        self.last = None
        self.hear(bedding.set_up_beds(self.board, places(licensed), 60, BY, self.now))

    @rule(transition=TRANSITIONS, hours=st.none() | HOURS)
    def hold(self, transition: int, hours: int | None) -> None:
        """A bed is wanted now, or later."""
        self.last = ("hold", transition, self.now + timedelta(hours=hours) if hours else None)
        self.take(*self.last)

    @rule(verb=st.sampled_from(["confirm", "confirm", "release"]), transition=TRANSITIONS)
    def command(self, verb: str, transition: int) -> None:
        """Intake says the rest, in any order."""
        self.last = (verb, transition, None)
        self.take(*self.last)

    @precondition(lambda self: self.last is not None)
    @rule()
    def say_again(self) -> None:
        """The last command comes once more."""
        before = self.board
        assert self.last is not None
        self.take(*self.last)
        assert self.board == before

    @rule(person=st.integers(0, PEOPLE - 1), hours=st.none() | HOURS)
    def expect(self, person: int, hours: int | None) -> None:
        """A discharge is planned, slips, or is open again."""
        until = self.now + timedelta(hours=hours) if hours else None
        self.decide(bedding.expect_leaving, ParticipantId(f"p{person}"), until, self.now)

    @rule(bed=BED, first=st.integers(0, 48), hours=st.none() | HOURS)
    def break_bed(self, bed: str, first: int, hours: int | None) -> None:
        """A bed is, or will be, out of order."""
        begin = self.now + timedelta(hours=first)
        out = Span(begin, begin + timedelta(hours=hours) if hours else None)
        self.decide(bedding.take_out_of_order, BedId(bed), out, "repair", BY, self.now)

    @rule(bed=BED)
    def mend_bed(self, bed: str) -> None:
        """It is in order again."""
        self.decide(bedding.put_in_order, BedId(bed), BY, self.now)

    @rule(person=st.integers(0, PEOPLE - 1), bed=BED)
    def move(self, person: int, bed: str) -> None:
        """Staff choose another bed."""
        self.decide(bedding.change_beds, ParticipantId(f"p{person}"), BedId(bed), BY, self.now)

    @rule(minutes=st.integers(1, 3000))
    def time_passes(self, minutes: int) -> None:
        """The board is looked at when it asked to be."""
        until = self.now + timedelta(minutes=minutes)
        while self.look_at and self.look_at <= until:
            self.now = self.look_at
            self.decide(bedding.look, self.now)
        self.now, self.last = until, None

    def decide(self, decision: object, *said: object) -> None:
        """Staff decide, or are told why not."""
        self.last = None
        try:
            self.hear(decision(self.board, *said))  # type: ignore[operator]
        except Refused:
            return

    def take(self, verb: str, transition: int, effective_at: datetime | None) -> None:
        """One command, at this instant."""
        more = (effective_at,) if verb == "hold" else ()
        self.hear(getattr(self.board, verb)(TransitionId(f"t{transition}"), who(transition), self.now, *more))

    def hear(self, facts: list[Contract]) -> None:
        """Keep the naive account, and check each fact against it."""
        for fact in facts:
            before, self.board = self.board, self.board.after(fact)
            match fact:
                case BedOccupied(transition_id=id, bed_id=bed, from_at=from_at):
                    assert not any(out.span.covers(from_at) for out in self.board.beds.known[bed].outages)
                    assert bed not in {other for other, _ in self.lies.values()}
                    self.lies[id] = (bed, from_at)
                case BedMoved(transition_id=id, bed_id=bed):
                    self.get_up(id)
                    assert bed not in {other for other, _ in self.lies.values()}
                    self.lies[id] = (bed, self.now)
                case PlaceReleased(transition_id=id):
                    self.get_up(id)
                case PlaceHeld(transition_id=id):
                    self.hear_of_place(id)
                case BedHoldReplanned() | BedHeld():
                    self.hear_of_hold(before, fact)
        due = [one.due_at for one in bedding.look_again(self.board, self.now) if isinstance(one, Remind)]
        self.look_at = min(due, default=None)

    def get_up(self, id: str) -> None:
        """Somebody leaves a bed."""
        if id in self.lies:
            bed, since = self.lies.pop(id)
            if since < self.now:
                self.lay.append((bed, Span(since, self.now)))

    def hear_of_place(self, id: str) -> None:
        """Nobody new comes in while, now or later, as many are counted on as there are places."""
        begin = self.board.claims[TransitionId(id)].wanted_at or self.now
        counted = [Span(begin)]
        for claim in self.board.claims.values():
            if claim.taken and claim.transition_id != id:
                overdue = claim.until_at is None or claim.until_at + TURNOVER <= self.now
                counted.append(Span(claim.begins(), None if overdue else claim.until_at))
        limit = self.board.places
        instants = [max(begin, span.from_at) for span in counted]
        assert limit is None or all(sum(span.covers(at) for span in counted) <= limit for at in instants)

    def hear_of_hold(self, before: LevelBoard, fact: BedHeld | BedHoldReplanned) -> None:
        """Who is told is affected: their bed is not the one it was, or not when it was."""
        claim = before.claims[fact.transition_id]
        assert claim.stage is Stage.HELD
        if isinstance(fact, BedHoldReplanned):
            assert claim.bed_id == fact.was_bed_id
            assert (claim.bed_id, claim.from_at) != (fact.bed_id, fact.from_at)
            if fact.reason == "asked":
                return
        assert fact.bed_id is None or self.could_have(fact.bed_id, fact.transition_id, fact.from_at or self.now)
        if claim.bed_id and claim.from_at:
            assert not self.could_have(claim.bed_id, fact.transition_id, claim.from_at)

    def could_have(self, bed: str, transition: str, from_at: datetime) -> bool:
        """Whether nothing known speaks against somebody in this bed from an instant on, for good."""
        known = self.board.beds.known[BedId(bed)]
        own = self.board.claims[TransitionId(transition)].until_at
        until = own + TURNOVER if own and own > from_at and own + TURNOVER > self.now else None
        wanted = Span(from_at, until)
        taken = [out.span for out in known.outages]
        taken += [Span(span.from_at, span.until_at and span.until_at + TURNOVER) for b, span in self.lay if b == bed]
        taken += [span for id, span in self.plans(bed) if id != transition]
        return known.place.licensed and not any(span.overlaps(wanted) for span in taken)

    def plans(self, bed: str) -> list[tuple[str, Span]]:
        """Until when everybody with this bed is counted on to need it, and to have it made ready after them."""
        plans: list[tuple[str, Span]] = []
        for claim in self.board.claims.values():
            if claim.bed_id == bed and claim.from_at:
                ready = claim.until_at and claim.until_at + TURNOVER
                plans.append((claim.transition_id, Span(claim.from_at, ready if ready and ready > self.now else None)))
        return plans

    @invariant()
    def nobody_lay_where_somebody_else_lay(self) -> None:
        """All that ever was, with the time to make the bed ready."""
        lay = [*self.lay, *((bed, Span(since)) for bed, since in self.lies.values())]
        for at, (bed, span) in enumerate(lay):
            others = [then.and_then(TURNOVER) for other, then in lay[at + 1 :] if other == bed]
            assert not any(span.and_then(TURNOVER).overlaps(other) for other in others)

    @invariant()
    def nobody_is_counted_on_where_somebody_else_is(self) -> None:
        """All that is planned."""
        for bed in BEDS:
            plans = self.plans(bed)
            for at, (_, span) in enumerate(plans):
                assert not any(span.overlaps(other) for _, other in plans[at + 1 :])

    @invariant()
    def the_board_says_what_it_is(self) -> None:
        """Who lies where is what was said."""
        there = {claim.transition_id: claim.bed_id for claim in self.board.at_stage(Stage.OCCUPIED) if claim.bed_id}
        assert there == {id: bed for id, (bed, _) in self.lies.items()}

    @invariant()
    def nobody_is_without_a_bed_that_could_be_theirs(self) -> None:
        """Who was promised a bed and has none gets the next one at their site."""
        for claim in self.board.at_stage(Stage.HELD):
            if claim.bed_id is None:
                site = BEDS[claim.near_bed_id or "a1"][0]
                begin = max(self.now, claim.wanted_at or claim.since)
                free = [
                    bed for bed in BEDS if BEDS[bed][0] == site and self.could_have(bed, claim.transition_id, begin)
                ]
                assert not free


AnyOrder.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)

TestAnyOrder = AnyOrder.TestCase
"""SC-B1 to SC-B7, SC-P10: no overlap among all that was and all that is promised; only who is affected is told."""
