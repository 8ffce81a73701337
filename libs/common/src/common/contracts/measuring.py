"""What skills says of filled-in forms, of measures that are missed, of alliance, and of what danger asks for."""

from datetime import date
from enum import StrEnum

from common.contracts.message import Clinical, Instant, Part, Plain
from common.contracts.skills import ProgressEvent
from common.contracts.words import Condition, FlagId, LevelOfCare, RiskLevel, ScreenVersion, StaffId


class SubscaleScore(Part):
    """One subscale of a form; no score where an item of it was not answered."""

    name: Plain[str]
    score: Clinical[float | None]


class AnswersTaken(ProgressEvent):
    """The answers to one form, item by item, and how they were scored; `at` is when it was filled in.

    No score where too many answers are missing. `met`: the criteria of a provisional diagnosis; None: not known.
    """

    measure_id: Plain[str]
    instrument: Clinical[str]
    version: Plain[str]
    answers: Clinical[tuple[float | None, ...]]
    not_applicable: Clinical[tuple[int, ...]] = ()
    missing: Clinical[tuple[int, ...]] = ()
    prorated: Clinical[bool] = False
    score: Clinical[float | None]
    band: Clinical[str]
    subscales: Clinical[tuple[SubscaleScore, ...]] = ()
    met: Clinical[bool | None] = None


class InstrumentScored(ProgressEvent):
    """One administration of an instrument that the transition policy does not read; it reads `MeasureRecorded`."""

    measure_id: Plain[str]
    instrument: Clinical[str]
    score: Clinical[float]
    band: Clinical[str]


class RiskItemUnanswered(ProgressEvent):
    """An item that speaks of danger was left out: somebody asks."""

    measure_id: Plain[str]
    instrument: Clinical[str]
    item: Clinical[int]


class MeasurePlanSet(ProgressEvent):
    """What decides which measures are due and when: said whenever one of these changes.

    `after_program_since`: when the levels with follow-up on fixed days began. `watch_until`: measures are doubled.
    `ended_at`: treatment ended then; whether it did stands as it was known at `end_known_at`.
    """

    level: Plain[LevelOfCare | None] = None
    since: Plain[Instant | None] = None
    after_program_since: Plain[Instant | None] = None
    watch_until: Plain[Instant | None] = None
    conditions: Clinical[tuple[Condition, ...]] = ()
    therapist: Plain[StaffId | None] = None
    therapist_since: Plain[Instant | None] = None
    therapist_changed: Plain[bool] = False
    episode_since: Plain[Instant | None] = None
    ended_at: Plain[Instant | None] = None
    end_known_at: Plain[Instant | None] = None


class MissedMeasure(Part):
    """One measure, by the code of its instrument, and when it was due."""

    measure: Clinical[str]
    due_at: Plain[Instant]


class MeasuresMissed(ProgressEvent):
    """Measures that were due and did not come; each is said once for each time it was due."""

    level: Plain[LevelOfCare]
    missed: Clinical[tuple[MissedMeasure, ...]]


class AllianceDropped(ProgressEvent):
    """The participant rates the alliance lower than it was with this therapist, or than it should be: talk about it.

    `since_previous` and `since_baseline` say which comparison shows the fall; `below_cut`: the score itself does.
    """

    measure_id: Plain[str]
    instrument: Clinical[str]
    therapist: Plain[StaffId | None] = None
    since_previous: Clinical[bool]
    since_baseline: Clinical[bool]
    below_cut: Clinical[bool]


class DangerSource(StrEnum):
    """Who or what tells of danger. Source: facts 5.3."""

    PARTICIPANT = "participant"
    SUPPORTER = "supporter"
    PEER = "peer"
    STAFF = "staff"
    FREE_TEXT = "free-text"
    """Words in what somebody wrote; a person reads them."""
    MEDICAL = "medical"
    """Eating disorder with purging or fasting, or vital signs as a nurse judges them."""


class DangerNoted(ProgressEvent):
    """Somebody tells of danger; it is always taken, whoever tells and whatever was released to them."""

    report_id: Plain[str]
    source: Clinical[DangerSource]
    reported_by: Plain[StaffId]


class ScreenAnswer(Part):
    """One answer of a suicide screen, by the number of its item."""

    item: Clinical[int]
    yes: Clinical[bool]


class SuicideScreenAnswered(ProgressEvent):
    """The answers behind a suicide screen; `recent_behaviour`: within three months, where it asks about a lifetime."""

    instrument: Clinical[str]
    version: Clinical[ScreenVersion]
    answers: Clinical[tuple[ScreenAnswer, ...]]
    recent_behaviour: Clinical[bool | None] = None
    level: Clinical[RiskLevel]
    clinician: Plain[StaffId]


class SuicideScreenAsked(ProgressEvent):
    """An item that speaks of danger was endorsed: a clinician screens until `due_at`."""

    flag_id: Plain[FlagId]
    since: Plain[Instant]
    due_at: Plain[Instant]


class SuicideScreenLate(ProgressEvent):
    """Nobody has screened in time; said once."""

    flag_id: Plain[FlagId]
    due_at: Plain[Instant]


class RiskFlagReviewed(ProgressEvent):
    """A named person looked at an open flag, keeps it, and says when it is looked at again."""

    flag_id: Plain[FlagId]
    review_on: Plain[date]
    reviewed_by: Plain[StaffId]


class RiskFlagReviewLate(ProgressEvent):
    """The day to look at an open flag is over; said once for each such day. The flag stays."""

    flag_id: Plain[FlagId]
    review_on: Plain[date]


EVENTS: tuple[type[ProgressEvent], ...] = (
    AnswersTaken,
    InstrumentScored,
    RiskItemUnanswered,
    MeasurePlanSet,
    MeasuresMissed,
    AllianceDropped,
    DangerNoted,
    SuicideScreenAnswered,
    SuicideScreenAsked,
    SuicideScreenLate,
    RiskFlagReviewed,
    RiskFlagReviewLate,
)
COMMANDS: tuple[type[ProgressEvent], ...] = ()
