"""Coaching calls: always to a person, the 24-hour pause and what overrides it, and nobody forgets one."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import product
from unittest.mock import AsyncMock

import pytest

from common.change import Ask, Forget, Invalid, NotFound, Outcome, Remind
from common.contracts.coaching import CoachingPurpose, CoachingRecorded, CoachingRequested, CoachingRoute, OnCallSet
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.contracts.words import LevelOfCare, ParticipantId, StaffId
from common.web import Receipt
from scheduling.domain.coaching import PAUSE, REMEMBERED_CALLS, Coaching, Line
from scheduling.domain.on_call import REMEMBERED_SHIFTS, SITE, OnCall
from scheduling.views.coaching import told

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
THERAPIST, ON_CALL, SKILL = StaffId("s-th"), StaffId("s-on"), CoachingPurpose.SKILL
HOME = Line(level=LevelOfCare.IOP, therapist=THERAPIST, on_call=ON_CALL)
UNIT = Line(level=LevelOfCare.RESIDENTIAL, therapist=THERAPIST, on_call=ON_CALL)
NOBODY = Line(level=None, therapist=None, on_call=None)


def after(state: Coaching, outcomes: Iterable[Outcome]) -> Coaching:
    """The line once all facts among these are true."""
    for one in outcomes:
        state = state.after(one) if isinstance(one, Contract) else state
    return state


def paused(act_at: datetime = NOON, now: datetime = NOON) -> Coaching:
    """Anna's line after self-harm."""
    return after(Coaching(id="anna"), Coaching(id="anna").pause(act_at, now))


def asked(
    state: Coaching, line: Line = HOME, *, danger: bool = False, at: datetime = NOON, call: str = "c1"
) -> list[Outcome]:
    """Anna asks for a call."""
    return state.request(call, SKILL, danger, None, line, at)


def requested(outcomes: Iterable[Outcome]) -> CoachingRequested:
    """The one request among these."""
    (one,) = [one for one in outcomes if isinstance(one, CoachingRequested)]
    return one


def notices(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    """Who is told what."""
    asks = [one.command for one in outcomes if isinstance(one, Ask)]
    return [(one.recipient_id, one.template) for one in asks if isinstance(one, SendNotice)]


def reminder(outcomes: Iterable[Outcome]) -> datetime | None:
    """When the timer falls due; None: it is forgotten."""
    (one,) = [one for one in outcomes if isinstance(one, (Remind, Forget))]
    return one.due_at if isinstance(one, Remind) else None


def test_a_call_goes_to_the_therapist() -> None:
    """SC-K1: and they are told."""
    said = asked(Coaching(id="anna"))

    assert (requested(said).route, requested(said).to) == (CoachingRoute.THERAPIST, THERAPIST)
    assert notices(said) == [(THERAPIST, "coaching-requested")]
    assert reminder(said) == NOON + timedelta(minutes=60)


def test_said_twice_it_is_one_call() -> None:
    """SC-K1: also once it was answered."""
    line = after(Coaching(id="anna"), asked(Coaching(id="anna")))
    answered = after(line, line.answer("c1", THERAPIST, NOON))

    assert asked(line) == asked(answered, danger=True) == []


@pytest.mark.parametrize(
    ("danger", "pause", "line", "lifted"),
    list(product((True, False), (True, False), (HOME, UNIT, NOBODY), (True, False))),
)
def test_whatever_is_so_a_call_goes_to_somebody(danger: bool, pause: bool, line: Line, lifted: bool) -> None:
    """SC-K1: in danger or not, paused or not, with nobody on call and nobody known: never dropped."""
    state = paused() if pause else Coaching(id="anna")
    state = after(state, state.lift(THERAPIST, NOON)) if lifted else state
    said = asked(state, line, danger=danger)

    assert requested(said).to
    assert (requested(said).to, "coaching-requested") in notices(said)
    assert reminder(said) is not None


def test_after_self_harm_calls_go_to_the_on_call_clinician_for_a_day_and_the_therapist_hears() -> None:
    """SC-K2: to the minute; a day after the act the therapist answers again."""
    last, over = NOON + PAUSE - timedelta(minutes=1), NOON + PAUSE

    said = asked(paused(), at=last)
    assert (requested(said).route, requested(said).to) == (CoachingRoute.ON_CALL_PAUSE, ON_CALL)
    assert notices(said) == [(ON_CALL, "coaching-requested"), (THERAPIST, "coaching-requested")]
    assert requested(asked(paused(), at=over)).route is CoachingRoute.THERAPIST


def test_the_pause_runs_from_the_act() -> None:
    """SC-K2: told of ten hours later, fourteen are left; told of two days later, none; a later act lengthens it."""
    ten_later = NOON + timedelta(hours=10)

    assert paused(NOON, ten_later).paused_until == NOON + PAUSE
    assert Coaching(id="anna").pause(NOON, NOON + timedelta(days=2)) == []
    assert after(paused(), paused().pause(ten_later, ten_later)).paused_until == ten_later + PAUSE


def test_an_act_told_twice_or_late_changes_nothing() -> None:
    """SC-K2: nor does an older act heard after a newer one, nor one whose pause was lifted."""
    lifted = after(paused(), paused().lift(THERAPIST, NOON))

    assert (
        paused().pause(NOON, NOON) == paused().pause(NOON - timedelta(hours=1), NOON) == lifted.pause(NOON, NOON) == []
    )


def test_danger_to_life_overrides_the_pause() -> None:
    """SC-K3: at once to the on-call clinician, as danger and not as pause; the therapist hears."""
    said = asked(paused(), danger=True)

    assert requested(said).route is CoachingRoute.ON_CALL_DANGER
    assert (THERAPIST, "coaching-requested") in notices(said)


def test_in_residential_care_the_unit_answers_and_nothing_pauses() -> None:
    """SC-K4: staff supervision never pauses."""
    assert requested(asked(paused(), UNIT)).route is CoachingRoute.ON_CALL_UNIT


def test_a_clinician_may_lift_the_pause_once() -> None:
    """SC-K4: after that the therapist answers; without a pause there is nothing to lift."""
    lifted = after(paused(), paused().lift(THERAPIST, NOON))

    assert requested(asked(lifted)).route is CoachingRoute.THERAPIST
    assert lifted.lift(THERAPIST, NOON) == Coaching(id="anna").lift(THERAPIST, NOON) == []
    again = after(lifted, lifted.pause(NOON + timedelta(hours=1), NOON + timedelta(hours=1)))
    assert requested(asked(again, at=NOON + timedelta(hours=2))).route is CoachingRoute.ON_CALL_PAUSE


def test_a_call_nobody_answers_is_told_of_again_to_more_people() -> None:
    """SC-K5: after an hour to every clinician, after four to every medical provider; each once."""
    line = after(Coaching(id="anna"), asked(Coaching(id="anna")))
    hour = line.look(NOON + timedelta(minutes=60))
    line = after(line, hour)
    four = line.look(NOON + timedelta(hours=4))

    assert (notices(hour), reminder(hour)) == ([("clinician", "coaching-unanswered")], NOON + timedelta(hours=4))
    assert (notices(four), reminder(four)) == ([("medical", "coaching-unanswered")], None)
    assert notices(after(line, four).look(NOON + timedelta(days=1))) == []


def test_a_timer_that_fires_late_tells_of_the_last_step_at_once() -> None:
    """SC-K5: after an outage of five hours the medical providers hear, not only the clinicians."""
    line = after(Coaching(id="anna"), asked(Coaching(id="anna")))

    assert notices(line.look(NOON + timedelta(hours=5))) == [("medical", "coaching-unanswered")]
    assert notices(line.look(NOON + timedelta(minutes=59))) == []


def test_who_answers_first_answers_and_nobody_is_told_again() -> None:
    """SC-K5: the second one changes nothing; a call nobody asked for cannot be answered."""
    line = after(Coaching(id="anna"), asked(Coaching(id="anna")))
    said = line.answer("c1", ON_CALL, NOON)
    line = after(line, said)

    assert (reminder(said), line.answer("c1", THERAPIST, NOON)) == (None, [])
    assert line.calls["c1"].answered_by == ON_CALL
    assert notices(line.look(NOON + timedelta(hours=9))) == []
    with pytest.raises(NotFound):
        line.answer("c2", ON_CALL, NOON)


def record(starts: int, ends: int, now: int = 30) -> CoachingRecorded:
    """What came of the call, in minutes after noon."""
    return CoachingRecorded(
        at=NOON + timedelta(minutes=now),
        participant_id=ParticipantId("anna"),
        call_id="c1",
        answered_by=ON_CALL,
        starts_at=NOON + timedelta(minutes=starts),
        ends_at=NOON + timedelta(minutes=ends),
        target=2,
        skill="opposite-action",
        risk_asked=True,
        follow_up=False,
    )


def test_a_call_is_recorded_once_and_answered_by_that() -> None:
    """SC-K7: said twice, once; the record of somebody else later changes nothing."""
    line = after(Coaching(id="anna"), asked(Coaching(id="anna")))
    said = line.record(record(5, 12))
    line = after(line, said)

    assert (reminder(said), line.calls["c1"].answered_by) == (None, ON_CALL)
    assert line.record(record(5, 12)) == line.record(record(6, 12)) == []


@pytest.mark.parametrize(("starts", "ends"), [(-1, 5), (9, 8), (20, 31)])
def test_a_record_of_a_call_has_its_times_in_order(starts: int, ends: int) -> None:
    """SC-K7: asked, begun, over, recorded."""
    line = after(Coaching(id="anna"), asked(Coaching(id="anna")))
    with pytest.raises(Invalid) as refused:
        line.record(record(starts, ends))

    assert refused.value.code == "call-times"


def test_open_calls_are_never_forgotten() -> None:
    """SC-K1: however many are closed after it, an open one stays."""
    line = after(Coaching(id="anna"), asked(Coaching(id="anna"), call="open"))
    for n in range(REMEMBERED_CALLS + 5):
        line = after(line, asked(line, call=f"c{n}"))
        line = after(line, line.answer(f"c{n}", ON_CALL, NOON))

    assert "open" in line.calls
    assert len(line.calls) == REMEMBERED_CALLS + 1


def shift(id: str, who: str, starts: int, ends: int) -> OnCallSet:
    """A shift, in hours after noon."""
    at = [NOON + timedelta(hours=hours) for hours in (starts, ends)]
    return OnCallSet(at=NOON, shift_id=id, staff=StaffId(who), starts_at=at[0], ends_at=at[1], set_by=StaffId("s1"))


def test_shifts_planned_far_ahead_do_not_take_the_one_of_now_away() -> None:
    """SC-K6: only of shifts that are over, the oldest are forgotten."""
    roster = OnCall(id=SITE)
    for n in range(-3, REMEMBERED_SHIFTS + 5):
        roster = roster.after(shift(str(n), "ann", 12 * n, 12 * n + 12))
    assert (roster.at(NOON), len(roster.shifts)) == ("ann", REMEMBERED_SHIFTS + 8)

    later = shift("next", "bob", 0, 12).model_copy(update={"at": NOON + timedelta(days=999)})
    assert min(roster.after(later).shifts) == "10"


def test_who_began_last_is_on_call_and_a_gap_is_nobody() -> None:
    """SC-K6: to the minute; a shift said twice is said once, and one taken away is gone."""
    roster = OnCall(id=SITE)
    for one in (shift("a", "ann", 0, 12), shift("b", "bob", 8, 10), shift("a", "ann", 0, 12)):
        for fact in roster.put(one):
            roster = roster.after(fact)

    at = [roster.at(NOON + timedelta(hours=hours)) for hours in (0, 8, 10, 12)]
    assert at == ["ann", "bob", "ann", None]
    (gone,) = roster.remove("b", StaffId("s1"), NOON)
    assert roster.after(gone).at(NOON + timedelta(hours=8)) == "ann"
    assert roster.after(gone).remove("b", StaffId("s1"), NOON) == roster.put(shift("b", "bob", 8, 10)) == []
    with pytest.raises(Invalid):
        roster.put(shift("c", "ann", 3, 3))


def test_a_request_repeated_long_after_its_call_was_closed_is_answered() -> None:
    """SC-K5: its key still holds, the call is remembered no more."""
    database = AsyncMock()
    database.get.return_value = {"state": Coaching(id="anna").model_dump(mode="json")}
    with pytest.raises(NotFound):
        asyncio.run(told(database, "anna", "c-1", Receipt(id="anna", version=9, said=(), repeated=True)))
