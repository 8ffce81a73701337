"""What scheduling says of coaching calls between sessions and of who is on call (`scheduling.rosters`)."""

from enum import StrEnum
from typing import ClassVar

from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.scheduling import RosterEvent
from common.contracts.words import StaffId


class CoachingPurpose(StrEnum):
    """What a participant calls for: skill use in the moment, good news, repair. Source: facts 3.6."""

    SKILL = "SKILL"
    GOOD_NEWS = "GOOD_NEWS"
    REPAIR = "REPAIR"


class CoachingRoute(StrEnum):
    """Who answers, and why not the therapist. Source: facts 3.6."""

    THERAPIST = "THERAPIST"
    ON_CALL_DANGER = "ON_CALL_DANGER"
    ON_CALL_PAUSE = "ON_CALL_PAUSE"
    ON_CALL_UNIT = "ON_CALL_UNIT"
    ON_CALL_NO_THERAPIST = "ON_CALL_NO_THERAPIST"


class OnCallSet(Contract):
    """Who answers from one instant to another; `staff` None takes the shift away."""

    TOPIC: ClassVar[str] = "scheduling.rosters"

    shift_id: Plain[str]
    staff: Plain[StaffId | None]
    starts_at: Plain[Instant]
    ends_at: Plain[Instant]
    set_by: Plain[StaffId]

    def subject(self) -> str:
        """One roster for the site."""
        return "on-call"


class CoachingPaused(RosterEvent):
    """After self-harm unscheduled calls go to the on-call clinician until `until`; sessions go on. Rule: SC-K2."""

    until: Clinical[Instant]


class CoachingPauseLifted(RosterEvent):
    """A clinician ends the pause before its time."""

    lifted_by: Plain[StaffId]


class CoachingRequested(RosterEvent):
    """A participant calls between sessions; it is never dropped. `to` is a staff member or a role. Rule: SC-K1."""

    call_id: Plain[str]
    purpose: Clinical[CoachingPurpose]
    route: Clinical[CoachingRoute]
    to: Plain[str]
    tried_skills: Clinical[bool | None] = None
    answer_by: Plain[Instant]


class CoachingUnanswered(RosterEvent):
    """Nobody has answered yet, and who is told now; `times` counts how often that was said. Rule: SC-K5."""

    call_id: Plain[str]
    times: Plain[int]
    to: Plain[str]


class CoachingAnswered(RosterEvent):
    """Somebody answers the call."""

    call_id: Plain[str]
    answered_by: Plain[StaffId]


class CoachingRecorded(RosterEvent):
    """What came of a call. `target` is 1 (life), 2 (therapy) or 3 (quality of life); `skill` a code. Rule: SC-K7."""

    call_id: Plain[str]
    answered_by: Plain[StaffId]
    starts_at: Plain[Instant]
    ends_at: Plain[Instant]
    target: Clinical[int]
    skill: Clinical[str]
    risk_asked: Clinical[bool]
    follow_up: Clinical[bool]


EVENTS: tuple[type[Contract], ...] = (
    OnCallSet,
    CoachingPaused,
    CoachingPauseLifted,
    CoachingRequested,
    CoachingUnanswered,
    CoachingAnswered,
    CoachingRecorded,
)
COMMANDS: tuple[type[Contract], ...] = ()
