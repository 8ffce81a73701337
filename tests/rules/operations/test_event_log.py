"""The event log: everything, once, and nothing private."""

import pytest

from common.change import Record
from common.contracts import CONTRACTS, plumbing
from common.contracts.intake import ContactRecorded, LeaveReturned, MedicalClearanceRecorded
from common.contracts.message import Contract
from common.contracts.plumbing import MessageParked
from common.contracts.words import StaffId
from contracts.sampling import sample_of
from operations.doors.kafka import HEARS
from operations.handlers.events import place_of
from rules.operations.hearing import EPISODE, heard, later, records, written

EVENTS = [c for c in CONTRACTS.values() if not c.TOPIC.endswith(".commands") and c not in plumbing.COMMANDS]


def returned(hours: float = 0) -> LeaveReturned:
    """Somebody is back from leave."""
    return LeaveReturned(at=later(hours=hours), **EPISODE)


def test_every_event_of_the_house_is_heard_but_the_restricted_ones() -> None:
    """OP-3: direct identifiers never reach operations; everything else does."""
    assert set(HEARS) == {event for event in EVENTS if event.TOPIC != ContactRecorded.TOPIC}


@pytest.mark.parametrize("contract", sorted(HEARS, key=str))
def test_no_handler_forgets_the_log(contract: type[Contract]) -> None:
    """OP-2: whatever else an event means, it stands in the log."""
    effects = list(HEARS[contract](heard(contract.model_validate(sample_of(contract)))))

    assert [effect.view for effect in effects if isinstance(effect, Record)].count("events") == 1


def test_the_log_keeps_plain_fields_and_nothing_clinical() -> None:
    """OP-1: only fields of privacy class none stand in the log."""
    cleared = MedicalClearanceRecorded(at=later(), **EPISODE, required=True, cleared=False, recorded_by=StaffId("s-1"))

    assert set(written(cleared, "events")["plain"]) == {"at", "participant_id", "episode_id", "recorded_by"}


def test_one_message_is_one_entry_however_often_it_is_heard() -> None:
    """OP-2: the entry is known by the message id, and the same message writes the same entry."""
    once, again = records(returned(), "events"), records(returned(), "events")

    assert once == again
    assert [record.id for record in once] == ["m-1"]


def test_the_place_in_the_log_sorts_by_when_it_was_known_then_as_the_stream_has_it() -> None:
    """OP-2: pages of the log are stable; facts of one instant keep the order they were said in."""
    first = place_of(heard(returned(), 9, recorded_at=later(hours=1)))
    second = place_of(heard(returned(), 10, recorded_at=later(hours=1)))
    late = place_of(heard(returned(), 1, recorded_at=later(hours=2)))

    assert sorted([late, second, first]) == [first, second, late]


def test_whole_seconds_and_parts_of_them_sort_together() -> None:
    """OP-2: a place has one width, also where an instant has no microseconds."""
    whole = place_of(heard(returned(), recorded_at=later()))
    part = place_of(heard(returned(), recorded_at=later(microseconds=1)))

    assert whole < part


def test_what_is_about_nobody_makes_no_journey() -> None:
    """OP-9: a dead letter about a level, or about anybody, is no step of a journey."""
    parked = MessageParked(
        at=later(),
        about="level:PHP",
        message_id="x",
        listener="scheduling",
        source="/throughline/intake",
        topic="scheduling.commands",
        sequence=3,
        message_type="HoldPlace.v1",
        reason="bug-KeyError",
    )

    assert records(parked, "journeys") == []
