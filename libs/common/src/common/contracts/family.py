"""What family says (`family.engagement`) and is asked (`family.commands`)."""

from datetime import date
from typing import ClassVar

from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.words import (
    LevelOfCare,
    ParticipantId,
    ReleaseId,
    ReleaseScope,
    StaffId,
    SupporterId,
    TransitionId,
)


class EngagementEvent(Contract):
    """Said on the engagement stream, about one participant."""

    TOPIC: ClassVar[str] = "family.engagement"

    participant_id: Plain[ParticipantId]


class SupporterNamed(EngagementEvent):
    """The participant names somebody who matters; any relationship will do. Rule: FA-N1."""

    supporter_id: Plain[SupporterId]
    relationship: Clinical[str]


class ReleaseNoted(EngagementEvent):
    """Family knows how a release stands now; intake is its system of record. Rule: FA-R1."""

    release_id: Plain[ReleaseId]
    supporter_id: Plain[SupporterId]
    scopes: Plain[tuple[ReleaseScope, ...]]
    expires_on: Plain[date | None] = None
    active: Plain[bool]


class FamilySessionHeld(EngagementEvent):
    """A family session took place, with these supporters. `kind` is a code of facts 6.1."""

    kind: Plain[str]
    supporter_ids: Plain[tuple[SupporterId, ...]]
    led_by: Plain[StaffId]
    minutes: Plain[int | None] = None
    participant_present: Plain[bool | None] = None


class AlternativeSupportPlanAccepted(EngagementEvent):
    """Support without family is agreed with the participant; it counts as much. Rule: FA-T2."""

    accepted_by: Plain[StaffId]


class HomeClimateRated(EngagementEvent):
    """A supporter rates the climate at home, 0 (worst) to 10."""

    supporter_id: Plain[SupporterId]
    rating: Clinical[int]


class TransitionMeetingArranged(EngagementEvent):
    """The transition meeting stands, with these supporters; each may hear of it (FAMILY_SESSIONS)."""

    transition_id: Plain[TransitionId]
    supporter_ids: Plain[tuple[SupporterId, ...]]
    starts_at: Plain[Instant]


class AlternativeSupportPlanUsed(EngagementEvent):
    """No supporter may or wants to take part; the alternative support plan stands in.

    `to_write` says that it must still be written with the participant.
    """

    transition_id: Plain[TransitionId]
    to_write: Plain[bool]


class TransitionMeetingCancelled(EngagementEvent):
    """What was arranged for this transition is given back."""

    transition_id: Plain[TransitionId]


class SupporterKeptSilent(EngagementEvent):
    """A supporter was not told, and why.

    `reason` is `no-release`, `scope-not-released`, `release-expired`, `release-revoked`, `held-back` or
    `relation-ended`.
    """

    supporter_id: Plain[SupporterId]
    about: Plain[str]
    scope: Plain[ReleaseScope]
    reason: Plain[str]
    transition_id: Plain[TransitionId | None] = None


class SupporterToBeTold(EngagementEvent):
    """A supporter may be told under an active release; notifications checks again when it sends."""

    supporter_id: Plain[SupporterId]
    about: Plain[str]
    scope: Plain[ReleaseScope]
    notice_id: Plain[str]
    transition_id: Plain[TransitionId | None] = None
    release_id: Plain[ReleaseId | None] = None
    """The release it rests on when it is decided; what was sent names its own."""


class FamilyCommand(Contract):
    """About one participant's support network."""

    TOPIC: ClassVar[str] = "family.commands"

    transition_id: Plain[TransitionId]
    participant_id: Plain[ParticipantId]


class ArrangeTransitionMeeting(FamilyCommand):
    """Arrange the transition meeting before `effective_at`, or use the alternative support plan."""

    to_level: Plain[LevelOfCare]
    effective_at: Plain[Instant]


class CancelTransitionMeeting(FamilyCommand):
    """Give the arrangement back; said before it, it forbids it."""


EVENTS: tuple[type[Contract], ...] = (
    SupporterNamed,
    ReleaseNoted,
    FamilySessionHeld,
    AlternativeSupportPlanAccepted,
    HomeClimateRated,
    TransitionMeetingArranged,
    AlternativeSupportPlanUsed,
    TransitionMeetingCancelled,
    SupporterKeptSilent,
    SupporterToBeTold,
)
COMMANDS: tuple[type[Contract], ...] = (ArrangeTransitionMeeting, CancelTransitionMeeting)
