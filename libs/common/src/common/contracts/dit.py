"""What skills says of the work in Dynamic Interpersonal Therapy: what was written, agreed, shared; never its words.

Words stay in the service that keeps them. What the participant has not agreed to, or not been told, is not shared.
"""

from enum import StrEnum

from common.contracts.message import Clinical, Instant, Plain
from common.contracts.skills import ProgressEvent
from common.contracts.words import DitPhase, StaffId, SupporterId


class LeadModel(StrEnum):
    """The one model that leads a participant's treatment. Source: facts 4.3."""

    DBT = "DBT"
    DIT = "DIT"


class Era(StrEnum):
    """Where a pattern showed. Source: facts 1.2 B4."""

    PAST = "PAST"
    CURRENT = "CURRENT"
    IN_THERAPY = "IN_THERAPY"


class Defence(StrEnum):
    """What somebody protects themself with. Source: facts 1.2 B10."""

    DENIAL = "DENIAL"
    PROJECTION = "PROJECTION"
    DISPLACEMENT = "DISPLACEMENT"
    OTHER = "OTHER"


class Technique(StrEnum):
    """What a session used. Source: facts 4.3."""

    CLARIFY = "CLARIFY"
    REFLECTIVE_LISTENING = "REFLECTIVE_LISTENING"
    HERE_AND_NOW = "HERE_AND_NOW"
    TRANSFERENCE = "TRANSFERENCE"
    SUPPORT = "SUPPORT"
    CHALLENGE = "CHALLENGE"


class Sharing(StrEnum):
    """Who may read what a participant wrote for themself. Source: facts 1.2 B2, B7."""

    PRIVATE = "PRIVATE"
    THERAPIST = "THERAPIST"
    TEAM = "TEAM"


class Milestone(StrEnum):
    """What a course should have come to, by which session. Source: facts 4.3."""

    FOCUS_AGREED = "FOCUS_AGREED"
    MID_REVIEW = "MID_REVIEW"
    ENDING_DISCUSSED = "ENDING_DISCUSSED"
    LETTER_DRAFTED = "LETTER_DRAFTED"
    LETTER_FINAL = "LETTER_FINAL"
    OUTCOME_SET = "OUTCOME_SET"
    ONWARD_PLAN = "ONWARD_PLAN"


class Rater(StrEnum):
    """Who rates insight. Source: facts 1.2 B19."""

    PARTICIPANT = "PARTICIPANT"
    THERAPIST = "THERAPIST"


class DitEvent(ProgressEvent):
    """A clinician recorded it."""

    recorded_by: Plain[StaffId]


class LeadModelSet(DitEvent):
    """Which model leads; of the other one, only these components."""

    model: Plain[LeadModel]
    components: Plain[tuple[str, ...]] = ()


class DitSessionNoted(DitEvent):
    """What a DIT session was made of; `at` is when it was held. `focus_version`: on which focus it worked."""

    techniques: Clinical[tuple[Technique, ...]] = ()
    focus_version: Plain[int | None] = None
    risk_asked: Clinical[bool] = False
    reflection_offered: Plain[bool] = False


class DitGapSeen(ProgressEvent):
    """Three weeks or more lay between two sessions: a clinician decides whether to begin anew."""

    since: Plain[Instant]


class DitContractReopened(ProgressEvent):
    """Another therapist: focus and dates are talked over again."""

    therapist: Plain[StaffId]


class FocusDrafted(DitEvent):
    """A version of the interpersonal affective focus, with so many narratives behind it."""

    version: Plain[int]
    words_id: Plain[str]
    narratives: Clinical[int]


class FocusAgreed(DitEvent):
    """The participant agrees to this version; from now on it is theirs to read."""

    version: Plain[int]


class PatternNamed(DitEvent):
    """A pattern that recurs between the participant and others."""

    pattern_id: Plain[str]


class PatternSeen(DitEvent):
    """It showed, at `at`, in this era, with this person where one is named."""

    pattern_id: Plain[str]
    instance_id: Plain[str]
    era: Clinical[Era]
    supporter_id: Clinical[SupporterId | None] = None


class DefenceObserved(DitEvent):
    """A clinician sees what the participant protects themself with; not shown to them before it was discussed."""

    observation_id: Plain[str]
    mechanism: Clinical[Defence]


class DefenceDiscussed(DitEvent):
    """It was discussed with the participant."""

    observation_id: Plain[str]


class ReflectionWritten(DitEvent):
    """The participant wrote something for themself; private until they share it. `recorded_by`: what brought it."""

    reflection_id: Plain[str]


class ReflectionShared(DitEvent):
    """The participant says who may read it; PRIVATE takes it back."""

    reflection_id: Plain[str]
    sharing: Plain[Sharing]


class LetterWritten(DitEvent):
    """A version of the goodbye letter."""

    version: Plain[int]
    words_id: Plain[str]


class LetterDiscussed(DitEvent):
    """This version was discussed with the participant; `final`: it is the letter."""

    version: Plain[int]
    final: Plain[bool] = False


class MilestoneReached(DitEvent):
    """The course came to a milestone."""

    milestone: Plain[Milestone]


class MilestonesMissed(ProgressEvent):
    """A session was held by which these should have been reached; a soft warning, each once."""

    session_index: Plain[int]
    milestones: Plain[tuple[Milestone, ...]]


class InsightRated(DitEvent):
    """How well the participant sees their pattern, 0 to 10, in one phase."""

    phase: Plain[DitPhase]
    rater: Plain[Rater]
    rating: Clinical[int]


class MindfulnessPractised(DitEvent):
    """One practice, shared by both models; `model`: in whose frame."""

    practice_id: Plain[str]
    practice: Clinical[str]
    minutes: Clinical[int]
    model: Plain[LeadModel]
    with_others: Clinical[bool] = False


EVENTS: tuple[type[ProgressEvent], ...] = (
    LeadModelSet,
    DitSessionNoted,
    DitGapSeen,
    DitContractReopened,
    FocusDrafted,
    FocusAgreed,
    PatternNamed,
    PatternSeen,
    DefenceObserved,
    DefenceDiscussed,
    ReflectionWritten,
    ReflectionShared,
    LetterWritten,
    LetterDiscussed,
    MilestoneReached,
    MilestonesMissed,
    InsightRated,
    MindfulnessPractised,
)
COMMANDS: tuple[type[ProgressEvent], ...] = ()
