"""What scheduling does: one function per intention."""

from typing import Any

from common.change import Effects, Record, change
from common.contracts.intake import EpisodeClosed, LeaveReturned, LeaveStarted, LevelOfCareChanged
from common.contracts.message import Message
from common.contracts.scheduling import ConfirmPlace, HoldPlace, ReleasePlace
from common.contracts.words import ParticipantId
from scheduling.domain.board import LevelBoard

WHEREABOUTS = "whereabouts"
"""Read model by participant: `level`, `level_since`, `leave_from`, `leave_until`, as intake said them last."""


def hold_place(message: Message[HoldPlace]) -> Effects:
    """A transition needs a place at its new level. Rules: SC-P1 to SC-P4."""
    asked = message.data
    return [change(LevelBoard, asked.level, LevelBoard.hold, asked.transition_id, asked.participant_id, asked.at)]


def confirm_place(message: Message[ConfirmPlace]) -> Effects:
    """The held place is taken. Rule: SC-P5."""
    asked = message.data
    return [change(LevelBoard, asked.level, LevelBoard.confirm, asked.transition_id, asked.participant_id, asked.at)]


def release_place(message: Message[ReleasePlace]) -> Effects:
    """A place is given back: the transition stops, or it led away from here. Rules: SC-P3, SC-P8."""
    asked = message.data
    return [change(LevelBoard, asked.level, LevelBoard.release, asked.transition_id, asked.participant_id, asked.at)]


def free_place(message: Message[EpisodeClosed]) -> Effects:
    """Treatment ended; the place at the last level is free. Rule: SC-P9."""
    closed = message.data
    return [
        change(LevelBoard, closed.from_level, LevelBoard.close, closed.participant_id, closed.at),
        _known_of(closed.participant_id, level=None, level_since=closed.at),
    ]


def note_level(message: Message[LevelOfCareChanged]) -> Effects:
    """The participant is at another level of care now; boards hear of it by commands."""
    changed = message.data
    return [_known_of(changed.participant_id, level=changed.to_level.value, level_since=changed.at)]


def note_leave(message: Message[LeaveStarted]) -> Effects:
    """From now on absences are excused. Rule: SC-M4."""
    leave = message.data
    return [_known_of(leave.participant_id, leave_from=leave.at, leave_until=None)]


def note_return(message: Message[LeaveReturned]) -> Effects:
    """Absences count again. Rule: SC-M4."""
    return [_known_of(message.data.participant_id, leave_until=message.data.at)]


def _known_of(participant_id: ParticipantId, **facts: Any) -> Record:
    return Record(WHEREABOUTS, participant_id, {"$set": facts})
