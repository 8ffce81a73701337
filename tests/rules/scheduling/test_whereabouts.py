"""Where scheduling believes somebody to be: as intake said last, corrected where it was said wrongly."""

from datetime import UTC, datetime, timedelta
from typing import Any

from common.change import Record
from common.contracts.intake import EpisodeClosed, LeaveStarted, LevelOfCareChanged
from common.contracts.message import Contract, Message
from common.contracts.moves import DischargeVoided, LevelOfCareCorrected
from scheduling.doors.kafka import HEARS
from scheduling.handlers import WHEREABOUTS

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
EPISODE = {"participant_id": "p", "episode_id": "e"}


def known(*said: Contract) -> dict[str, Any]:
    """What stands in the read model after these."""
    found: dict[str, Any] = {}
    for data in said:
        message = Message("m", "s", data.TOPIC, "p", 1, data.at, NOON, NOON, "", "", "", data)
        for effect in HEARS[type(data)](message):
            if isinstance(effect, Record) and effect.view == WHEREABOUTS:
                found |= effect.update.get("$set", {})
                found = {name: value for name, value in found.items() if name not in effect.update.get("$unset", {})}
                found |= {name: min(at, found.get(name, at)) for name, at in effect.update.get("$min", {}).items()}
    return found


def changed(at: datetime, known_at: datetime | None = None) -> Contract:
    """To PHP."""
    about = {"transition_id": "t", "kind": "ADMISSION", "from_level": None, "to_level": "PHP", "known_at": known_at}
    return LevelOfCareChanged.model_validate({"at": at, **EPISODE, **about, "primary_therapist": "th"})


def corrected(current: bool) -> Contract:
    """A day earlier than said."""
    about = {"corrects": "t", "from_level": None, "level": "PHP", "was_at": NOON, "known_at": NOON + DAY}
    who = {"corrected_by": "s", "reason": "late", "current": current}
    return LevelOfCareCorrected.model_validate({"at": NOON - DAY, **EPISODE, **about, **who})


def test_a_corrected_change_moves_since_when_only_where_it_is_the_present_one() -> None:
    """IN-T11, heard here: said twice it is the same; an old level's correction changes nothing."""
    assert known(changed(NOON), corrected(True))["level_since"] == NOON - DAY
    assert known(changed(NOON), corrected(True), corrected(True))["level_since"] == NOON - DAY
    assert known(changed(NOON), corrected(False))["level_since"] == NOON


def test_a_change_of_level_and_an_ending_end_a_leave_when_they_were_known() -> None:
    """SC-M4: nobody stays excused for ever because they moved, or went, while they were away."""
    assert known(changed(NOON, NOON + DAY))["leave_until"] == NOON + DAY
    about = {"from_level": "PHP", "disposition": "completed", "decided_by": "s", "known_at": NOON + DAY}
    closed = EpisodeClosed.model_validate({"at": NOON, **EPISODE, **about})
    left = LeaveStarted.model_validate({"at": NOON, **EPISODE, "return_due_at": NOON + DAY, "agreed_by": "s"})
    ended = known(changed(NOON - DAY), left, closed)
    assert (ended["level"], ended["level_since"], ended["leave_until"]) == (None, NOON, NOON + DAY)
    voided = {"level": "PHP", "level_since": NOON - DAY, "ended_at": NOON, "voided_by": "s", "reason": "error"}
    reopened = DischargeVoided.model_validate({"at": NOON + DAY, **EPISODE, **voided, "primary_therapist": "th"})
    again = known(changed(NOON - DAY), left, closed, reopened)
    assert (again["level"], again["level_since"], again["therapist"]) == ("PHP", NOON - DAY, "th")
