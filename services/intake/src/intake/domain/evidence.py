"""What is known about one participant in one episode: in event time, each thing once."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from common.contracts import coaching, family, intake, lessons, measuring, opinions, policy, scheduling, skills
from common.contracts.message import Contract
from common.contracts.words import Instrument, TargetKind
from intake.domain.danger_items import Flag, FlagCleared, FlagReviewed, Screen, Target
from intake.domain.evidence_items import (
    AlternativePlan,
    Attendance,
    Clearance,
    CoachingCall,
    DiaryDay,
    EvidenceItem,
    FirstAppointment,
    HomeClimate,
    Lesson,
    LocOpinion,
    PlanReview,
    Score,
    SupportRequest,
    TransitionSession,
    Voided,
)
from intake.domain.item import Item

TRANSITION_SESSION = "FAM_TRANSITION"
"""The one kind of family session that counts for gate G11. Source: facts 6.1."""

LIFE = 1
"""The target of a coaching call that some rule counts. Source: facts 3.5; program policy 1.0, U7."""

HARM = (TargetKind.SUICIDAL_ACT, TargetKind.SELF_HARM)
"""The target behaviours some rule counts. Source: program policy 1.0, G4, G5, U3, E1."""


class Evidence(BaseModel):
    """All that counts about one participant in one episode; each tuple stands in event time."""

    model_config = ConfigDict(frozen=True)

    diary: tuple[DiaryDay, ...] = ()
    scores: tuple[Score, ...] = ()
    voided: tuple[Voided, ...] = ()
    screens: tuple[Screen, ...] = ()
    flags: tuple[Flag, ...] = ()
    flags_cleared: tuple[FlagCleared, ...] = ()
    flag_reviews: tuple[FlagReviewed, ...] = ()
    targets: tuple[Target, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    plan_reviews: tuple[PlanReview, ...] = ()
    clearances: tuple[Clearance, ...] = ()
    appointments: tuple[FirstAppointment, ...] = ()
    transition_sessions: tuple[TransitionSession, ...] = ()
    alternative_plans: tuple[AlternativePlan, ...] = ()
    home_climate: tuple[HomeClimate, ...] = ()
    support_requests: tuple[SupportRequest, ...] = ()
    coaching_calls: tuple[CoachingCall, ...] = ()
    loc_opinions: tuple[LocOpinion, ...] = ()

    def noted(self, item: EvidenceItem) -> "Evidence":
        """The evidence with this item in its place; said again or outdone already, it is this very value.

        Any order of arrival, with any repetition, ends in the same value. Items too far
        behind the newest of their kind go, but for the first score of each instrument (the baseline)
        and for what is lasting. Source: program policy 1.0, principle P6.
        """
        held: tuple[Item, ...] = getattr(self, item.PLACE)
        kept = _with(held, item)
        return self if kept == held else self.model_copy(update={item.PLACE: kept})

    def corrected_by(self, item: EvidenceItem) -> bool:
        """Whether an item tells anew, or takes back, what is held already, rather than adding to it."""
        held: tuple[Item, ...] = getattr(self, item.PLACE)
        return isinstance(item, Voided) or any(h.key() == item.key() for h in held)

    def until(self, when: datetime) -> "Evidence":
        """Only what had happened by `when` (aware)."""
        late = {
            place: tuple(item for item in items if item.at <= when)
            for place, items in self
            if any(item.at > when for item in items)
        }
        return self.model_copy(update=late) if late else self

    def happened_by(self, when: datetime, day: date) -> "Evidence":
        """What had happened by `when` (aware, on the local date `day`), as it is known now.

        What was entered, corrected or voided later counts: by event time, not by arrival (policy 1.0, P6).
        """
        late = {
            place: tuple(item for item in items if item.happened_by(when, day))
            for place, items in self
            if not all(item.happened_by(when, day) for item in items)
        }
        return self.model_copy(update=late) if late else self

    def valid(self, instrument: Instrument) -> tuple[Score, ...]:
        """The administrations of one instrument that count, oldest first; the voided do not."""
        void = {v.measure_id for v in self.voided}
        return tuple(s for s in self.scores if s.instrument is instrument and s.measure_id not in void)

    def acts(self) -> tuple[Target, ...]:
        """Harm that was done, as it is known now; without what was set aside. Rule: IN-V9."""
        return tuple(act for act in self.targets if not act.set_aside)

    def taught(self) -> tuple[Lesson, ...]:
        """The lessons that reached them, as it is known now. Rule: IN-V10."""
        return tuple(lesson for lesson in self.lessons if not lesson.taken_back)

    def open_flags(self) -> tuple[Flag, ...]:
        """Flags raised and not cleared since."""
        cleared = {c.flag_id: c.at for c in self.flags_cleared}
        return tuple(f for f in self.flags if f.flag_id not in cleared or cleared[f.flag_id] < f.at)

    def last_review(self, flag: Flag) -> FlagReviewed | None:
        """The last time somebody looked at a flag since it was raised, by event time. Rule: IN-V5."""
        made = [r for r in self.flag_reviews if r.flag_id == flag.flag_id and r.at >= flag.at]
        return made[-1] if made else None


def _with(held: tuple[Item, ...], item: Item) -> tuple[Item, ...]:
    told = next((h for h in held if h.key() == item.key()), None)
    if told is not None and not item.beats(told):
        return held
    return _pruned(sorted((*(h for h in held if h is not told), item), key=Item.order))


def _pruned(items: Sequence[Item]) -> tuple[Item, ...]:
    oldest = items[-1].order()[0] - timedelta(days=items[-1].KEEP_DAYS)
    firsts: dict[Instrument, Item] = {}
    for item in items:
        if isinstance(item, Score):
            firsts.setdefault(item.instrument, item)
    baselines = tuple(firsts.values())
    return tuple(i for i in items if i.LASTING or i.order()[0] >= oldest or i in baselines)


_READ_AS: dict[type[Contract], type[Item]] = {
    skills.DiaryCardSubmitted: DiaryDay,
    skills.MeasureRecorded: Score,
    skills.MeasureVoided: Voided,
    skills.SuicideScreenRecorded: Screen,
    skills.TargetBehaviourRecorded: Target,
    lessons.TargetBehaviourSetAside: Target,
    skills.RiskFlagRaised: Flag,
    skills.RiskFlagCleared: FlagCleared,
    measuring.RiskFlagReviewed: FlagReviewed,
    skills.SkillTaught: Lesson,
    lessons.LessonTakenBack: Lesson,
    scheduling.SessionAttendanceRecorded: Attendance,
    scheduling.FirstAppointmentBooked: FirstAppointment,
    family.FamilySessionHeld: TransitionSession,
    family.AlternativeSupportPlanAccepted: AlternativePlan,
    family.HomeClimateRated: HomeClimate,
    intake.SafetyPlanReviewed: PlanReview,
    intake.MedicalClearanceRecorded: Clearance,
    policy.MoreSupportAsked: SupportRequest,
    coaching.CoachingRecorded: CoachingCall,
    opinions.LocOpinionRecorded: LocOpinion,
}
"""What each message is to the policy. Items use the contract's field names; its `kind` becomes `of`."""


def evidence_of(data: Contract, event_id: str, told: int = 0) -> EvidenceItem | None:
    """The evidence in one message, or None where no rule counts it; `told` is its sequence.

    Family sessions count when they plan a transition; target behaviours when somebody was harmed; coaching calls
    about life, from when they began.
    """
    read_as, fields = _READ_AS.get(type(data)), _fields(data)
    if read_as is None or fields is None:
        return None
    item: EvidenceItem = read_as.model_validate({**fields, "event_id": event_id, "told": told})  # type: ignore[assignment]
    return item


def _fields(data: Contract) -> dict[str, Any] | None:
    """What a message says in the words of the evidence; None where no rule counts it. Rules: IN-V9, IN-V10."""
    fields: dict[str, Any] = dict(data)
    fields["of"] = of = fields.pop("kind", None)
    match data:
        case family.FamilySessionHeld() if of != TRANSITION_SESSION:
            return None
        case skills.TargetBehaviourRecorded() | lessons.TargetBehaviourSetAside() if of not in HARM:
            return None
        case lessons.TargetBehaviourSetAside():
            return {**fields, "at": data.happened_at, "set_aside": True}
        case lessons.LessonTakenBack() if data.missed:
            return None
        case lessons.LessonTakenBack():
            return {**fields, "at": data.taught_at or data.held_at, "taken_back": data.taught_at is None}
        case coaching.CoachingRecorded():
            return {**fields, "at": data.starts_at} if data.target == LIFE else None
    return fields
