"""Who is told when nobody answers, and what ends it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from common.change import Forget, NotFound, Outcome, Refused, Remind, TimerFired
from common.contracts.message import Contract
from common.contracts.notices import LadderStarted
from common.contracts.words import NoticeId, StaffId
from notifications.app import STANDARD
from notifications.domain import ladder
from notifications.domain.ladder import CLIMB, CONTACT, FOLLOW_UP, Ladder, Rest
from notifications.domain.wording import TEMPLATES
from notifications.doors.timers import timers

from .reading import kinds
from .story import NOON, to_staff

EVA = StaffId("staff-eva")
RULE = STANDARD.ladders["risk-flag-raised"]
MINUTE = timedelta(minutes=1)


class Climbing:
    """A ladder, its timers, and the time that passes."""

    def __init__(self) -> None:
        self.state, self.now = Ladder(id="n-1"), NOON
        self.timers: dict[str, Remind] = {}
        self.told: list[tuple[int, str, str]] = []
        self.begin()

    def begin(self) -> list[Any]:
        """The notice that must be answered comes."""
        return self.apply(ladder.start(self.state, to_staff("n-1"), RULE, STANDARD, self.now))

    def apply(self, outcomes: list[Outcome]) -> list[Any]:
        """Let a decision happen; returns the facts."""
        facts: list[Contract] = []
        for outcome in outcomes:
            match outcome:
                case Remind():
                    self.timers[outcome.name] = outcome
                case Forget():
                    self.timers.pop(outcome.name, None)
                case Contract():
                    self.state = self.state.after(outcome)
                    facts.append(outcome)
        return facts

    def until(self, minutes: int) -> None:
        """So many minutes after the start."""
        then = NOON + minutes * MINUTE
        while due := sorted((t.due_at, name) for name, t in self.timers.items() if t.due_at <= then):
            self.now = max(self.now, due[0][0])
            self.fire(self.timers.pop(due[0][1]))
        self.now = then

    def fire(self, timer: Remind) -> None:
        """One timer, through its handler: the ladder moves, and people are told."""
        fired = TimerFired("ladder", "n-1", timer.name, timer.due_at, self.now, timer.data)
        effects: list[Any] = list(timers(STANDARD)[timer.name](fired))
        for effect in effects:
            if effect.kind is Ladder:
                self.apply(list(effect.decide(self.state)))
        at = (self.now - NOON) // MINUTE
        self.told += [(at, n.recipient_id, n.template) for n in ladder.notices("n-1", timer.data, self.now)]

    def at(self) -> datetime:
        """Now."""
        return self.now


def test_who_is_told_when_nobody_answers() -> None:
    """NO-L1, NO-L2: at 0, 5, 10 and 15 minutes, then the last ones again; at 30 it is an incident."""
    climbing = Climbing()
    climbing.until(31)

    assert climbing.told == [
        (0, "on-call-clinician", "risk-flag-raised"),
        (5, "backup-clinician", "still-unanswered"),
        (5, "on-site-lead", "still-unanswered"),
        (10, "supervisor", "still-unanswered"),
        (15, "supervisor", "check-in-person"),
        (15, "front-desk", "check-in-person"),
        (30, "supervisor", "check-in-person"),
        (30, "front-desk", "check-in-person"),
        (30, "supervisor", "contact-not-recorded"),
        (30, "front-desk", "contact-not-recorded"),
    ]


def test_the_same_notice_starts_it_once() -> None:
    """NO-L1: also after it was acknowledged and resolved."""
    climbing = Climbing()
    assert climbing.begin() == []
    climbing.apply(ladder.make_contact(climbing.state, EVA, NOON))
    assert climbing.begin() == []
    climbing.apply(ladder.resolve(climbing.state, EVA, NOON))
    assert climbing.begin() == []


def test_acknowledged_nobody_else_is_told_but_a_contact_is_still_awaited() -> None:
    """NO-L3, NO-L4: acknowledged is not resolved."""
    climbing = Climbing()
    climbing.until(6)
    assert kinds(climbing.apply(ladder.acknowledge(climbing.state, EVA, climbing.now))) == ["LadderAcknowledged"]
    assert ladder.acknowledge(climbing.state, StaffId("staff-max"), climbing.now) == []
    told = len(climbing.told)
    climbing.until(29)
    assert len(climbing.told) == told

    with pytest.raises(Refused) as refused:
        ladder.resolve(climbing.state, EVA, climbing.now)
    climbing.until(60)

    assert refused.value.code == "no-contact-yet"
    assert {template for _, _, template in climbing.told[told:]} == {"contact-not-recorded"}
    assert climbing.state.rest is Rest.ACKNOWLEDGED


def test_a_contact_takes_it_and_a_day_later_who_made_it_is_reminded() -> None:
    """NO-L3, NO-L4: said twice, noted once."""
    climbing = Climbing()
    climbing.until(1)
    said = climbing.apply(ladder.make_contact(climbing.state, EVA, climbing.now))
    assert kinds(said) == ["LadderAcknowledged", "LadderContactMade"]
    assert ladder.make_contact(climbing.state, EVA, climbing.now) == []
    assert kinds(climbing.apply(ladder.resolve(climbing.state, EVA, climbing.now))) == ["LadderResolved"]
    assert ladder.resolve(climbing.state, EVA, climbing.now) == []
    assert set(climbing.timers) == {FOLLOW_UP}

    climbing.until(24 * 60 + 1)

    assert climbing.told[-1] == (24 * 60 + 1, "staff-eva", "follow-up-contact")


def test_a_ladder_that_was_asleep_goes_on_where_its_time_is() -> None:
    """NO-L2: after an outage of 12 minutes the next steps come at once, none is left out."""
    climbing = Climbing()
    climbing.now = NOON + 12 * MINUTE
    climbing.until(12)

    assert [to for _, to, _ in climbing.told] == ["on-call-clinician", "backup-clinician", "on-site-lead", "supervisor"]
    assert climbing.timers[CLIMB].due_at == NOON + 15 * MINUTE


def test_a_ladder_that_slept_through_a_day_tells_each_rung_once() -> None:
    """NO-L2, NO-L7: not the last one ninety-six times."""
    climbing = Climbing()
    climbing.now = NOON + timedelta(hours=24, minutes=7)
    climbing.until(24 * 60 + 7)

    told = [to for _, to, template in climbing.told if template != "contact-not-recorded"]
    assert told == ["on-call-clinician", "backup-clinician", "on-site-lead", "supervisor", "supervisor", "front-desk"]
    assert climbing.timers[CLIMB].due_at == NOON + timedelta(hours=24, minutes=15)


FLAGGED = to_staff("n-1")
NIGHT = datetime(2026, 3, 3, 7, 0, tzinfo=NOON.tzinfo)
"""Two in the morning in New York, on a Tuesday."""


@pytest.mark.parametrize(
    ("name", "at", "first"),
    [
        ("", NOON + timedelta(hours=3), (0, "on-call-clinician")),
        ("", NIGHT, (0, "on-call-clinician")),
        ("risk-moderate", NOON + timedelta(hours=3), (30, "on-call-clinician")),
        ("risk-moderate", NIGHT, (0, "on-call-clinician")),
        ("risk-low", NOON + timedelta(hours=3), (120, "on-call-clinician")),
        ("risk-low", NIGHT, (0, "on-call-clinician")),
        ("no-such-ladder", NIGHT, (0, "on-call-clinician")),
    ],
)
def test_how_soon_somebody_else_is_told_goes_by_the_level_and_the_hour(
    name: str, at: datetime, first: tuple[int, str]
) -> None:
    """NO-L5: while teams work the primary therapist has it first; at night who is on call; unknown is danger."""
    rule = STANDARD.ladder_of(name, FLAGGED.template)
    assert rule is not None
    state = Ladder(id="n-1")
    started, climb, _ = ladder.start(state, FLAGGED, rule, STANDARD, at)

    assert isinstance(started, LadderStarted)
    assert isinstance(climb, Remind)
    assert ((climb.due_at - at) // MINUTE, climb.data["to"]) == first
    assert ladder.start(state.after(started), FLAGGED, rule, STANDARD, at) == []


def test_late_timers_change_nothing_once_somebody_has_it() -> None:
    """NO-L3: a step decided too late says nothing."""
    climbing = Climbing()
    climbing.apply(ladder.make_contact(climbing.state, EVA, NOON))

    assert ladder.climb(climbing.state, 1, NOON) == []
    assert ladder.miss_contact(climbing.state, ("supervisor",), NOON) == []
    assert CONTACT not in climbing.timers


def test_what_never_began_cannot_be_taken() -> None:
    """NO-L3: over HTTP; a notice without a ladder is acknowledged all the same."""
    with pytest.raises(NotFound):
        ladder.refuse_unless_there(Ladder(id="n-9"))
    assert ladder.acknowledge(Ladder(id="n-9"), EVA, NOON) == []


def test_a_notice_of_a_rung_leads_to_its_ladder() -> None:
    """NO-L3: who acknowledges any of them has it."""
    told = ladder.notices(
        "n-1", {"participant_id": "p", "step": "2", "to": "a,b", "template": "still-unanswered"}, NOON
    )

    assert {ladder.ladder_of(notice.notice_id) for notice in told} == {"n-1"}
    assert len({notice.notice_id for notice in told}) == 2
    assert ladder.ladder_of(NoticeId("n-1")) == "n-1"


@pytest.mark.parametrize("rule", STANDARD.ladders.values(), ids=STANDARD.ladders.keys())
def test_the_steps_of_the_policy_rise_and_have_texts(rule: Any) -> None:
    """NO-L2: each step later than the one before, and sayable."""
    for rungs in (rule.rungs, rule.nights):
        minutes = [rung.after_minutes for rung in rungs]
        assert minutes == sorted(set(minutes))
        assert {rung.template for rung in rungs} <= TEMPLATES & STANDARD.critical


@pytest.mark.parametrize(
    ("rest", "over"),
    [
        (Rest.CLIMBING, set()),
        (Rest.ACKNOWLEDGED, {"n-1~still-unanswered~1~a"}),
        (Rest.RESOLVED, {"n-1~still-unanswered~1~a", "n-1~contact-not-recorded~4~a"}),
    ],
)
def test_a_page_of_a_matter_that_somebody_has_makes_no_sound(rest: Rest, over: set[str]) -> None:
    """NO-N10: but the notice it began with, the reminder of a contact, and what has no ladder do."""
    about = ["n-1", "n-9~still-unanswered~1~a", "n-1~follow-up-contact~0~a"]
    about += ["n-1~still-unanswered~1~a", "n-1~contact-not-recorded~4~a"]

    assert ladder.answered([Ladder(id="n-1", rest=rest)], [NoticeId(one) for one in about]) == over
