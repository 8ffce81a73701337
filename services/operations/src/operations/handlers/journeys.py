"""Each participant's journey: where they are, since when, and how they came there."""

from datetime import datetime
from typing import Any

from common.change import Effects, Record
from common.contracts.absences import ElopementEnded, ElopementNoted
from common.contracts.intake import (
    EpisodeClosed,
    EpisodeEvent,
    EpisodeOpened,
    LeaveOverdue,
    LeaveReturned,
    LeaveStarted,
    LevelOfCareChanged,
    PrimaryTherapistChanged,
    ReferralAccepted,
    ReferralDeclined,
    ReferralReceived,
)
from common.contracts.message import Message
from common.contracts.moves import DischargeVoided, LevelOfCareCorrected
from common.contracts.referrals import ReferralWaitlisted
from common.contracts.words import LevelOfCare
from operations.handlers.events import JOURNEYS, remember

STEPS_KEPT = 100
"""ASSUMED: level changes kept per journey; the event log keeps all of them."""


def await_decision(message: Message[ReferralReceived]) -> Effects:
    """Somebody was referred and waits for a person's decision."""
    return _now(message, status="referred")


def await_admission(message: Message[ReferralAccepted]) -> Effects:
    """A person took them in; their episode follows."""
    return _now(message, status="accepted")


def note_declined(message: Message[ReferralDeclined]) -> Effects:
    """A person declined the referral."""
    return _now(message, status="declined")


def note_waitlisted(message: Message[ReferralWaitlisted]) -> Effects:
    """A person would take them in, later."""
    return _now(message, status="waitlisted")


def open_episode(message: Message[EpisodeOpened]) -> Effects:
    """An episode begins; no level of care is active yet."""
    opened = message.data
    return _now(message, status="opened", episode_id=opened.episode_id, therapist=opened.primary_therapist)


def change_therapist(message: Message[PrimaryTherapistChanged]) -> Effects:
    """Another person is the primary therapist."""
    return _now(message, therapist=message.data.to_staff)


def move_level(message: Message[LevelOfCareChanged]) -> Effects:
    """The participant is at another level of care: only this moves a journey. Rule: OP-9."""
    changed = message.data
    now = {
        "status": "active",
        "level": changed.to_level.value,
        "since": changed.at,
        "episode_id": changed.episode_id,
        "therapist": changed.primary_therapist,
    }
    return (*_now(message, **now), _step(changed.participant_id, changed.to_level, changed.at, changed.kind))


def start_leave(message: Message[LeaveStarted]) -> Effects:
    """On a planned leave; the level of care stays."""
    return _now(message, status="on-leave")


def return_from_leave(message: Message[LeaveReturned]) -> Effects:
    """Back from leave."""
    return _now(message, status="active")


def miss_return(message: Message[LeaveOverdue]) -> Effects:
    """Not back from leave when due."""
    return _now(message, status="leave-overdue")


def note_gone(message: Message[ElopementNoted]) -> Effects:
    """Gone from residential care without leave."""
    return _now(message, status="gone-without-leave")


def come_back(message: Message[ElopementEnded]) -> Effects:
    """Back after an absence without leave."""
    return _now(message, status="active")


def close_episode(message: Message[EpisodeClosed]) -> Effects:
    """Treatment ended; the journey keeps where it led."""
    closed = message.data
    ended = _now(message, status="closed", level=LevelOfCare.CLOSED.value, since=closed.at)
    return (*ended, _step(closed.participant_id, LevelOfCare.CLOSED, closed.at, closed.disposition))


def correct_level(message: Message[LevelOfCareCorrected]) -> Effects:
    """A level began at another instant than said; the step as it was said stays, and the correction beside it."""
    corrected = message.data
    since = _now(message, since=corrected.at) if corrected.current else remember(message)
    return (*since, _step(corrected.participant_id, corrected.level, corrected.at, "CORRECTED"))


def reopen_episode(message: Message[DischargeVoided]) -> Effects:
    """A discharge was entered in error: the level goes on."""
    voided = message.data
    goes_on = _now(message, status="active", level=voided.level.value, since=voided.level_since)
    return (*goes_on, _step(voided.participant_id, voided.level, voided.level_since, "REOPENED"))


def _now(message: Message[Any], **fields: Any) -> Effects:
    about: EpisodeEvent = message.data
    return (*remember(message), Record(JOURNEYS, about.participant_id, {"$set": fields}))


def _step(participant: str, level: LevelOfCare, at: datetime, kind: str) -> Record:
    step = {"level": level.value, "at": at, "kind": str(kind)}
    return Record(JOURNEYS, participant, {"$push": {"steps": {"$each": [step], "$slice": -STEPS_KEPT}}})
