"""What the policy asks of people, and what they answer (`intake.reviews`)."""

from common.contracts.episodes import ReviewEvent
from common.contracts.message import Clinical, Contract, Part, Plain
from common.contracts.words import EpisodeId, GoalId, LevelOfCare, StaffId


class PolicyTask(Part):
    """One thing to do, and the rules behind it."""

    what: Clinical[str]
    """The code of a review, or what is missing."""
    rules: Clinical[tuple[str, ...]] = ()


class PolicyTasksChanged(ReviewEvent):
    """What the policy asks of people is now this: reviews to hold, and missing evidence to collect."""

    episode_id: Plain[EpisodeId]
    reviews: Clinical[tuple[PolicyTask, ...]] = ()
    collect: Clinical[tuple[PolicyTask, ...]] = ()


class ReviewHeld(ReviewEvent):
    """A named person held a review the policy asked for, with a coded outcome."""

    episode_id: Plain[EpisodeId]
    review: Clinical[str]
    outcome: Clinical[str]
    held_by: Plain[StaffId]


class MoreSupportAsked(ReviewEvent):
    """A clinician, the participant or a supporter (`asked_by`) asks for more support; a clinician decides."""

    episode_id: Plain[EpisodeId]
    asked_by: Clinical[str]
    recorded_by: Plain[StaffId]


class ContinuedStayReviewed(ReviewEvent):
    """Before an authorisation runs out a named person says why care goes on at this level: the review of facts 9.6."""

    episode_id: Plain[EpisodeId]
    level: Plain[LevelOfCare]
    goals: Plain[tuple[GoalId, ...]]
    """The goals that are worked on, agreed by participant and therapist."""
    lower_unsafe_because: Clinical[str]
    """Why a lower level of care is not safe now, as a code."""
    plan_change: Clinical[str]
    """What changes in the plan, as a code."""
    held_by: Plain[StaffId]


EVENTS: tuple[type[Contract], ...] = (PolicyTasksChanged, ReviewHeld, MoreSupportAsked, ContinuedStayReviewed)
COMMANDS: tuple[type[Contract], ...] = ()
