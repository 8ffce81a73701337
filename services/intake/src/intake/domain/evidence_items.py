"""The kinds of evidence: one small frozen value for each thing the policy counts, as it may travel."""

from datetime import UTC, date, datetime, time
from typing import Annotated, ClassVar, Literal

from pydantic import Field, TypeAdapter

from common.contracts.opinions import LocTool, OpinionId
from common.contracts.words import (
    Instrument,
    LevelOfCare,
    SessionId,
    SessionKind,
    SkillModule,
    SupporterId,
)
from intake.domain.danger_items import Flag, FlagCleared, FlagReviewed, Screen, Target
from intake.domain.item import Item, Utc


class DiaryDay(Item):
    """One day's diary card; a higher revision replaces it."""

    PLACE: ClassVar[str] = "diary"

    kind: Literal["diary-day"] = "diary-day"
    day: date
    revision: int
    suicide_urge: int | None
    self_harm_urge: int | None
    self_harm: bool
    helped: bool

    def key(self) -> tuple[object, ...]:
        """One card a day."""
        return (self.day,)

    def beats(self, held: "DiaryDay") -> bool:
        """A higher revision does; arrival does not matter."""
        return (self.revision, self.at, self.event_id) > (held.revision, held.at, held.event_id)

    def order(self) -> tuple[datetime, str]:
        """By the day it tells of, however late it was filled in."""
        return (datetime.combine(self.day, time.min, UTC), self.event_id)

    def happened_by(self, when: datetime, day: date) -> bool:
        """A card is of its day, however late it was filled in or corrected."""
        return self.day <= day


class Score(Item):
    """One administration of a measure."""

    PLACE: ClassVar[str] = "scores"

    kind: Literal["score"] = "score"
    measure_id: str
    instrument: Instrument
    score: float
    risk_item: int | None = None


class Voided(Item):
    """An administration does not count; said before the administration, it still holds."""

    PLACE: ClassVar[str] = "voided"
    LASTING: ClassVar[bool] = True

    kind: Literal["voided"] = "voided"
    measure_id: str

    def key(self) -> tuple[object, ...]:
        """Void is void."""
        return (self.measure_id,)

    def happened_by(self, when: datetime, day: date) -> bool:
        """An administration that does not count never did."""
        return True


class Attendance(Item):
    """What was attended of one session, in minutes; a later telling corrects it."""

    PLACE: ClassVar[str] = "attendance"
    KEEP_DAYS: ClassVar[int] = 45
    """There are several a day; rules look back 21 days, ASSUMED: twice that and a little."""

    kind: Literal["attendance"] = "attendance"
    session_id: SessionId
    of: SessionKind
    planned_minutes: int
    attended_minutes: int
    counted_as_attended: bool

    def key(self) -> tuple[object, ...]:
        """One attendance a session."""
        return (self.session_id,)


class Lesson(Item):
    """A lesson of the curriculum was taught; the first time counts, until it is taken back. Rule: IN-V10."""

    PLACE: ClassVar[str] = "lessons"
    LASTING: ClassVar[bool] = True

    kind: Literal["lesson"] = "lesson"
    module: SkillModule
    lesson: str
    taken_back: bool = False
    """It never reached them, as it is known now."""
    told: int = 0
    """Which word of skills about this participant it was."""

    def key(self) -> tuple[object, ...]:
        """One lesson, whether or when it was first taught."""
        return (self.module, self.lesson)

    def beats(self, held: "Lesson") -> bool:
        """The later word of skills does; of one word, the earlier teaching."""
        return (self.told, held.order()) > (held.told, self.order())


class PlanReview(Item):
    """Safety plan and means safety were reviewed."""

    PLACE: ClassVar[str] = "plan_reviews"

    kind: Literal["plan-review"] = "plan-review"


class Clearance(Item):
    """A medical provider's attestation. Never computed (policy principle P10)."""

    PLACE: ClassVar[str] = "clearances"

    kind: Literal["clearance"] = "clearance"
    required: bool
    cleared: bool


class FirstAppointment(Item):
    """The first appointment at a level, and whether the receiving team accepted."""

    PLACE: ClassVar[str] = "appointments"

    kind: Literal["first-appointment"] = "first-appointment"
    level: LevelOfCare
    starts_at: Utc
    receiving_team_accepted: bool


class TransitionSession(Item):
    """A transition session with at least one supporter was held."""

    PLACE: ClassVar[str] = "transition_sessions"

    kind: Literal["transition-session"] = "transition-session"


class AlternativePlan(Item):
    """An alternative support plan was accepted; it counts as much as family does (principle P9)."""

    PLACE: ClassVar[str] = "alternative_plans"

    kind: Literal["alternative-plan"] = "alternative-plan"


class HomeClimate(Item):
    """A supporter's rating of the climate at home, 0 (worst) to 10."""

    PLACE: ClassVar[str] = "home_climate"

    kind: Literal["home-climate"] = "home-climate"
    supporter_id: SupporterId
    rating: int


class SupportRequest(Item):
    """Somebody asked for more support."""

    PLACE: ClassVar[str] = "support_requests"

    kind: Literal["support-request"] = "support-request"
    asked_by: str


class CoachingCall(Item):
    """A coaching call between sessions about life-threatening behaviour (target 1), at its beginning."""

    PLACE: ClassVar[str] = "coaching_calls"

    kind: Literal["coaching-call"] = "coaching-call"
    call_id: str

    def key(self) -> tuple[object, ...]:
        """One call, however often it is recorded."""
        return (self.call_id,)


class LocOpinion(Item):
    """Which level of care somebody outside the policy thinks fits, when they thought so."""

    PLACE: ClassVar[str] = "loc_opinions"

    kind: Literal["loc-opinion"] = "loc-opinion"
    opinion_id: OpinionId
    tool: LocTool
    level: LevelOfCare
    composite: int | None = None
    rater: str
    revision: int
    void: bool = False

    def key(self) -> tuple[object, ...]:
        """One opinion, however often it is put right."""
        return (self.opinion_id,)

    def beats(self, held: "LocOpinion") -> bool:
        """A higher revision does, whichever instant it tells of."""
        return (self.revision, self.event_id) > (held.revision, held.event_id)


EvidenceItem = Annotated[
    DiaryDay
    | Score
    | Voided
    | Screen
    | Flag
    | FlagCleared
    | FlagReviewed
    | Target
    | Attendance
    | Lesson
    | PlanReview
    | Clearance
    | FirstAppointment
    | TransitionSession
    | AlternativePlan
    | HomeClimate
    | SupportRequest
    | CoachingCall
    | LocOpinion,
    Field(discriminator="kind"),
]
ITEM: TypeAdapter[EvidenceItem] = TypeAdapter(EvidenceItem)
"""Reads and writes one item as JSON: `ITEM.validate_json(body)`, `ITEM.dump_json(item)`."""
