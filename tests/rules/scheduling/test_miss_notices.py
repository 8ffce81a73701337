"""Who hears of misses in a row, at which step, by whose numbers."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from common.change import Ask, Outcome
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.contracts.scheduling import (
    OutOfProgramProposed,
)
from common.contracts.sessions import MissesNoticed
from common.contracts.words import SessionId
from rules.scheduling.miss_cases import (
    EVA,
    GROUP,
    MONDAY,
    PHP,
    RULES,
    after,
    recorded,
    session,
)
from scheduling.domain.attendance import Schedule
from scheduling.domain.misses import seen


def told(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    """Who hears of it, in which words."""
    sent = [o.command for o in outcomes if isinstance(o, Ask) and isinstance(o.command, SendNotice)]
    return [(one.recipient_id, one.template) for one in sent]


def test_two_misses_before_the_limit_participant_and_therapist_are_told() -> None:
    """SC-M10: then the therapist, to call; then a clinician, to decide; each step once a run."""
    schedule, heard = Schedule(id="anna"), []
    for day in range(4):
        outcomes = schedule.record(session(day), RULES, EVA, MONDAY + timedelta(days=day))
        schedule = after(schedule, outcomes)
        heard.append(told(outcomes))

    steps = [[("anna", "we-missed-you"), ("eva", "misses-noticed")], [("eva", "misses-to-call")]]
    assert heard == [*steps, [("eva", "out-of-program-proposed")], []]
    assert schedule.out_of_program(GROUP)


def test_where_nobody_knows_the_therapist_every_clinician_is_told() -> None:
    """SC-M10: somebody hears of it; said again it is the same notice."""
    first, again = (Schedule(id="anna").record(session(0), RULES, None, MONDAY) for _ in range(2))

    assert told(first)[1] == ("clinician", "misses-noticed")
    assert [o for o in first if isinstance(o, Ask)] == [o for o in again if isinstance(o, Ask)]


def test_a_program_sets_its_own_numbers() -> None:
    """SC-M10, SC-M1: of five, told at three, called at four; present for three quarters counts."""
    own = RULES.model_copy(update={"days_in_a_row": 5, "absent_days": 6})
    schedule, said = Schedule(id="anna"), []
    for day in range(5):
        outcomes = schedule.record(session(day), own, EVA, MONDAY)
        schedule = after(schedule, outcomes)
        said.append([type(o).__name__ for o in outcomes if isinstance(o, Contract)][1:])

    assert said == [[], [], ["MissesNoticed"], ["MissesReachedWarning"], ["OutOfProgramProposed"]]
    about: dict[str, Any] = {"planned_minutes": 60, "attended_minutes": 40, "excused": False}
    assert not seen(SessionId("x"), GROUP, PHP, MONDAY, **about, attended_percent=75).counted_as_attended


def test_what_was_said_before_numbers_changed_is_not_said_again() -> None:
    """SC-M10: the facts tell from how many misses on they were said, so a run is judged by what it was told at."""
    schedule, _ = recorded(session(0), session(1))
    stricter = RULES.model_copy(update={"days_in_a_row": 2})
    outcomes = schedule.record(session(2), stricter, EVA, MONDAY)

    assert [type(o).__name__ for o in outcomes if isinstance(o, Contract)][1:] == ["OutOfProgramProposed"]
    assert isinstance(outcomes[1], OutOfProgramProposed) and outcomes[1].said_at == 2
    noticed = [o for o in Schedule(id="anna").record(session(0), RULES, EVA, MONDAY) if isinstance(o, MissesNoticed)]
    assert [one.said_at for one in noticed] == [1]
