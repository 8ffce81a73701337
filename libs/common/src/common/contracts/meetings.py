"""What family says of the talk before a change of level, and of who stands in where there is no family to have it with.

Who is asked, and that nobody can or may come, is said in `family.py` and `network.py`.
"""

from enum import StrEnum

from common.contracts.family import EngagementEvent
from common.contracts.message import Clinical, Contract, Part, Plain
from common.contracts.words import StaffId, SupporterId, TransitionId


class TalkedOver(StrEnum):
    """What a talk before a change of level goes through. Source: facts 6.1, FAM_TRANSITION."""

    HOME_AGREEMENT = "HOME_AGREEMENT"
    SAFETY_PLAN_ROLE = "SAFETY_PLAN_ROLE"
    WARNING_SIGNS = "WARNING_SIGNS"
    WHO_TO_CALL = "WHO_TO_CALL"


class StandInKind(StrEnum):
    """Who may stand in where there is no family. Source: facts 1.1 A2, A3; any relationship will do."""

    PEER = "PEER"
    FRIEND = "FRIEND"
    NEIGHBOUR = "NEIGHBOUR"
    COWORKER = "COWORKER"
    COMMUNITY = "COMMUNITY"
    CASE_MANAGER = "CASE_MANAGER"
    CLINICIAN = "CLINICIAN"
    OTHER = "OTHER"


class StandIn(Part):
    """Somebody who stands in, and for what; `staff_id` where it is one of us."""

    kind: Clinical[StandInKind]
    staff_id: Plain[StaffId | None] = None
    stands_in_for: Clinical[tuple[TalkedOver, ...]]


class StandInsNamed(EngagementEvent):
    """The alternative support plan names who stands in for what; said anew, it replaces what was said before."""

    stand_ins: Clinical[tuple[StandIn, ...]]
    named_by: Plain[StaffId]


class TalkPreparationAsked(EngagementEvent):
    """The family clinician is asked to prepare the talk or, with `plan`, to write down who stands in for it."""

    transition_id: Plain[TransitionId]
    plan: Plain[bool]


class TransitionMeetingHeld(EngagementEvent):
    """The talk took place; `gone_through` is all that was gone through so far, also in an earlier one."""

    transition_id: Plain[TransitionId]
    supporter_ids: Plain[tuple[SupporterId, ...]]
    participant_present: Plain[bool]
    receiving_staff: Plain[StaffId | None] = None
    gone_through: Clinical[tuple[TalkedOver, ...]]
    led_by: Plain[StaffId]


class TransitionMeetingPassed(EngagementEvent):
    """Its time has passed and nobody has said that it was held: the family clinician is asked. The change goes on."""

    transition_id: Plain[TransitionId]


EVENTS: tuple[type[Contract], ...] = (
    StandInsNamed,
    TalkPreparationAsked,
    TransitionMeetingHeld,
    TransitionMeetingPassed,
)
COMMANDS: tuple[type[Contract], ...] = ()
