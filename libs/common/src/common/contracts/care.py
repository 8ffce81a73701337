"""What intake says of what care rests on: consent, therapist, team, goals, safety plan, authorisations.

Words in people's own language may name people: they travel on the restricted stream, `intake.contacts`, alone.
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from common.contracts.episodes import EpisodeEvent
from common.contracts.message import Clinical, Contract, Identifying, Instant, Part, Plain
from common.contracts.words import (
    Condition,
    EpisodeId,
    GoalId,
    HandOverId,
    ParticipantId,
    ReleaseId,
    SessionId,
    StaffId,
    SupporterId,
)


class TeamRole(StrEnum):
    """What somebody does in a care team beside the primary therapist. Source: facts 2.7; `cover` facts 1.1 A10."""

    COVER = "cover"
    MEDICAL = "medical"
    NURSE = "nurse"
    SKILLS_LEADER = "skills-leader"
    FAMILY_CLINICIAN = "family-clinician"
    CASE_MANAGER = "case-manager"


class BlockReason(StrEnum):
    """Why nothing is told to somebody. Source: facts 6.5, 6.7, 1.1 A22."""

    PARTICIPANT_OBJECTS = "participant-objects"
    COURT_ORDER = "court-order"
    UNSAFE = "unsafe"


class GoalAuthor(StrEnum):
    """Who writes a goal: both do, together. Source: facts 1.1 A14."""

    PARTICIPANT = "participant"
    THERAPIST = "therapist"


class GoalKind(StrEnum):
    """What a goal is about. Source: facts 1.1 A14, and A5 for what connection gives."""

    LIFE_WORTH_LIVING = "life-worth-living"
    RELY_ON = "something-to-rely-on"
    FUN = "fun"
    LOOK_FORWARD = "something-to-look-forward-to"
    PURPOSE = "purpose"
    OTHER = "other"


class GoalTowards(StrEnum):
    """Whether a goal builds the relationship to oneself or to others. Source: facts 1.1 A8."""

    SELF = "self"
    OTHERS = "others"


class GoalOutcome(StrEnum):
    """How a goal ends; it is never called failed. Source: facts 1.1 A19."""

    REACHED = "reached"
    SET_ASIDE = "set-aside"


class RestrictedEvent(Contract):
    """Said on the restricted stream, about one participant."""

    TOPIC: ClassVar[str] = "intake.contacts"

    participant_id: Plain[ParticipantId]


class AgeBasisRecorded(RestrictedEvent):
    """By which birth date, and the law of which state, it is judged who may consent; `recorded_by` None: a referral.

    `state` is a code of the table of ages, or empty for the program's own.
    """

    birth_date: Identifying[date]
    state: Plain[str] = ""
    recorded_by: Plain[StaffId | None] = None
    carried_from: Plain[ParticipantId | None] = None
    """Whose it was, where somebody was said to be the same person."""


class ReleaseExpired(EpisodeEvent):
    """The last day of a release is over; who read `expires_on` knew it already. Rule: IN-C3."""

    release_id: Plain[ReleaseId]
    supporter_id: Plain[SupporterId]


class SupporterBlocked(EpisodeEvent):
    """Nothing more is told to this supporter, whatever was or will be allowed, until a person lifts it."""

    supporter_id: Plain[SupporterId]
    reason: Plain[BlockReason]
    blocked_by: Plain[StaffId]


class SupporterUnblocked(EpisodeEvent):
    """A named person lifts the block, with a coded reason; what was allowed before is asked anew."""

    supporter_id: Plain[SupporterId]
    reason: Plain[str]
    unblocked_by: Plain[StaffId]


class HandOverEvent(EpisodeEvent):
    """About one hand-over from a primary therapist to the next; `PrimaryTherapistChanged` completes it."""

    episode_id: Plain[EpisodeId]
    hand_over_id: Plain[HandOverId]


class HandOverPlanned(HandOverEvent):
    """Who gives over to whom, and why; until it is complete the first stays the one primary therapist."""

    from_staff: Plain[StaffId]
    to_staff: Plain[StaffId]
    reason: Plain[str]
    planned_by: Plain[StaffId]


class OverlapSessionBooked(HandOverEvent):
    """A session with both therapists stands; another booking replaces it."""

    starts_at: Plain[Instant]
    session_id: Plain[SessionId | None] = None


class OverlapSessionHeld(HandOverEvent):
    """The session with both therapists took place, as `recorded_by` says, or as attendance was recorded (None)."""

    held_at: Plain[Instant]
    recorded_by: Plain[StaffId | None] = None


class HandOverCalledOff(HandOverEvent):
    """The hand-over does not go on; who was the primary therapist is so still, or was changed at once."""

    reason: Plain[str]


class TeamMemberJoined(EpisodeEvent):
    """Somebody belongs to the care team in a role, through `until_on` where it is said."""

    staff_id: Plain[StaffId]
    role: Plain[TeamRole]
    until_on: Plain[date | None] = None
    added_by: Plain[StaffId]


class TeamMemberLeft(EpisodeEvent):
    """Somebody no longer belongs to the care team in this role."""

    staff_id: Plain[StaffId]
    role: Plain[TeamRole]
    removed_by: Plain[StaffId]


class ConditionNoted(EpisodeEvent):
    """A clinician notes what somebody is treated for; from now on it chooses measures."""

    condition: Clinical[Condition]
    icd10: Clinical[str] = ""
    noted_by: Plain[StaffId]


class ConditionSetAside(EpisodeEvent):
    """A clinician sets aside what somebody was thought to be treated for, with a coded reason."""

    condition: Clinical[Condition]
    reason: Plain[str]
    set_aside_by: Plain[StaffId]


class GoalWorded(RestrictedEvent):
    """The words of a goal; other words are another `version` of it."""

    goal_id: Plain[GoalId]
    version: Plain[int]
    words: Identifying[str]
    written_by: Plain[StaffId]


class GoalEvent(EpisodeEvent):
    """About one goal, without its words."""

    goal_id: Plain[GoalId]
    recorded_by: Plain[StaffId]


class GoalProposed(GoalEvent):
    """One author proposes a goal in these words, and by that agrees to them; the other is asked."""

    version: Plain[int]
    kind: Plain[GoalKind]
    towards: Plain[GoalTowards | None] = None
    proposed_by: Plain[GoalAuthor]


class GoalAgreed(GoalEvent):
    """The other author agrees to these words: from now on it is their goal."""

    version: Plain[int]
    author: Plain[GoalAuthor]


class GoalEnded(GoalEvent):
    """It was reached, or is set aside."""

    outcome: Plain[GoalOutcome]


class SafetyPlanText(Part):
    """What a safety plan says, section by section; supporters and staff by their ids."""

    warning_signs: Identifying[tuple[str, ...]] = ()
    coping: Identifying[tuple[str, ...]] = ()
    people_and_places: Identifying[tuple[str, ...]] = ()
    supporters: Plain[tuple[SupporterId, ...]] = ()
    professionals: Identifying[tuple[str, ...]] = ()
    means_safety: Identifying[tuple[str, ...]] = ()
    reasons_for_living: Identifying[tuple[str, ...]] = ()


class SafetyPlanWritten(RestrictedEvent):
    """The safety plan now in force, written with the participant; another version replaces it."""

    version: Plain[int]
    plan: Identifying[SafetyPlanText]
    written_by: Plain[StaffId]


class SafetyPlanUpdated(EpisodeEvent):
    """Another version of the safety plan is in force; whether it was gone through is said by itself."""

    version: Plain[int]
    written_by: Plain[StaffId]


EVENTS: tuple[type[Contract], ...] = (
    AgeBasisRecorded,
    ReleaseExpired,
    SupporterBlocked,
    SupporterUnblocked,
    HandOverPlanned,
    OverlapSessionBooked,
    OverlapSessionHeld,
    HandOverCalledOff,
    TeamMemberJoined,
    TeamMemberLeft,
    ConditionNoted,
    ConditionSetAside,
    GoalWorded,
    GoalProposed,
    GoalAgreed,
    GoalEnded,
    SafetyPlanWritten,
    SafetyPlanUpdated,
)
COMMANDS: tuple[type[Contract], ...] = ()
