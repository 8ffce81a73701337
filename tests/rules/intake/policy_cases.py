"""The two worked examples of program policy 1.0 as evidence, and short ways to vary them."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

import intake
from common.contracts.intake import RuleOutcome
from common.contracts.words import (
    Condition,
    FlagId,
    Instrument,
    LevelOfCare,
    RiskLevel,
    ScreenVersion,
    SessionId,
    SessionKind,
    SkillModule,
    SupporterId,
    TargetKind,
)
from intake.domain.danger_items import Flag, FlagCleared, FlagReviewed, Screen, Target
from intake.domain.evaluation import Evaluation, evaluate
from intake.domain.evidence import Evidence
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
    PlanReview,
    Score,
    TransitionSession,
    Voided,
)
from intake.domain.policy import Policy

TZ = ZoneInfo("America/Los_Angeles")
PARSED = yaml.safe_load((Path(intake.__file__).parent / "policy.yaml").read_text())
POLICY = Policy.from_mapping(PARSED)
BOTH = (Condition.BPD, Condition.DEPRESSION)
_numbers = count(1)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """An instant of 2026 by the program's clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=TZ)


def _id() -> str:
    return f"m{next(_numbers):04}"


def card(month: int, day: int, urge: int | None = 0, **given: Any) -> DiaryDay:
    """A diary card filled in at eight in the morning."""
    told = {"revision": 1, "self_harm_urge": 0, "self_harm": False, "helped": False, **given}
    day_of = date(2026, month, day)
    return DiaryDay(event_id=_id(), at=at(month, day, 8), day=day_of, suicide_urge=urge, **told)


def score(instrument: Instrument, points: float, when: datetime, measure_id: str = "") -> Score:
    """One administration of a measure."""
    said = _id()
    return Score(event_id=said, at=when, measure_id=measure_id or said, instrument=instrument, score=points)


def voided(measure_id: str, when: datetime) -> Voided:
    """An administration taken back."""
    return Voided(event_id=_id(), at=when, measure_id=measure_id)


def screen(level: RiskLevel, when: datetime, version: str = "SINCE_LAST_CONTACT", by: str = "C-SSRS") -> Screen:
    """A suicide screen."""
    return Screen(event_id=_id(), at=when, instrument=by, version=ScreenVersion(version), level=level)


def flag(level: RiskLevel, when: datetime, review_on: date | None = None, flag_id: str = "f1") -> Flag:
    """A risk flag raised."""
    return Flag(event_id=_id(), at=when, flag_id=FlagId(flag_id), level=level, review_on=review_on)


def flag_cleared(when: datetime, flag_id: str = "f1") -> FlagCleared:
    """A risk flag cleared."""
    return FlagCleared(event_id=_id(), at=when, flag_id=FlagId(flag_id))


def flag_reviewed(when: datetime, review_on: date, flag_id: str = "f1") -> FlagReviewed:
    """Somebody looked at a risk flag and keeps it."""
    return FlagReviewed(event_id=_id(), at=when, flag_id=FlagId(flag_id), review_on=review_on)


def self_harm(when: datetime, *, medical: bool = False) -> Target:
    """Self-harm, reported as a target behaviour."""
    return Target(event_id=_id(), at=when, of=TargetKind.SELF_HARM, needed_medical_care=medical)


def suicidal_act(when: datetime) -> Target:
    """A suicidal act."""
    return Target(event_id=_id(), at=when, of=TargetKind.SUICIDAL_ACT, needed_medical_care=True)


def act_of_card(day: date, when: datetime, told: int, *, set_aside: bool = False) -> Target:
    """A suicidal act that the card of a day tells of, or tells of no more; `told` is which word of skills it was."""
    about = {"card_day": day, "told": told, "set_aside": set_aside}
    return Target.model_validate({"event_id": _id(), "at": when, "of": TargetKind.SUICIDAL_ACT, **about})


def session(when: datetime, planned: int, attended: int) -> Attendance:
    """A program session, in minutes."""
    return Attendance(
        event_id=_id(),
        at=when,
        session_id=SessionId(_id()),
        of=SessionKind.PROGRAM,
        planned_minutes=planned,
        attended_minutes=attended,
        counted_as_attended=attended > 0,
    )


def lesson(code: str, when: datetime, told: int = 0, *, taken_back: bool = False) -> Lesson:
    """A lesson taught, or taken back; `told` is which word of skills it was."""
    about = {"lesson": code, "taken_back": taken_back, "told": told}
    return Lesson.model_validate({"event_id": _id(), "at": when, "module": SkillModule.DISTRESS_TOLERANCE, **about})


def plan_review(when: datetime) -> PlanReview:
    """Safety plan and means safety reviewed."""
    return PlanReview(event_id=_id(), at=when)


def clearance(when: datetime, *, required: bool, cleared: bool) -> Clearance:
    """A medical provider's attestation."""
    return Clearance(event_id=_id(), at=when, required=required, cleared=cleared)


def appointment(level: LevelOfCare, starts_at: datetime, when: datetime, *, accepted: bool = True) -> FirstAppointment:
    """A first appointment at another level."""
    return FirstAppointment(event_id=_id(), at=when, level=level, starts_at=starts_at, receiving_team_accepted=accepted)


def transition_session(when: datetime) -> TransitionSession:
    """A transition session with a supporter."""
    return TransitionSession(event_id=_id(), at=when)


def alternative_plan(when: datetime) -> AlternativePlan:
    """An alternative support plan accepted."""
    return AlternativePlan(event_id=_id(), at=when)


def home_climate(rating: int, when: datetime, who: str = "s1") -> HomeClimate:
    """A rating of the climate at home."""
    return HomeClimate(event_id=_id(), at=when, supporter_id=SupporterId(who), rating=rating)


def coaching_call(when: datetime) -> CoachingCall:
    """A coaching call about life-threatening behaviour."""
    return CoachingCall(event_id=_id(), at=when, call_id=_id())


def noting(evidence: Evidence, *items: EvidenceItem) -> Evidence:
    """The evidence with these items noted."""
    for item in items:
        evidence = evidence.noted(item)
    return evidence


def without(evidence: Evidence, *places: str) -> Evidence:
    """The evidence without any of these kinds."""
    return evidence.model_copy(update=dict.fromkeys(places, ()))


def _measures() -> Iterable[Score]:
    weeks = ((3, 2), (3, 8), (3, 15), (3, 22))
    courses = {
        Instrument.BSL23: (60 / 23, 52 / 23, 44 / 23, 38 / 23),
        Instrument.PHQ9: (21, 18, 15, 13),
        Instrument.GAD7: (15, 14, 12, 11),
    }
    for instrument, points in courses.items():
        for (month, day), value in zip(weeks, points, strict=True):
            yield score(instrument, value, at(month, day))
    for instrument, before, after in ((Instrument.WSAS, 31, 22), (Instrument.UCLA3, 7, 6)):
        yield score(instrument, before, at(3, 2))
        yield score(instrument, after, at(3, 22))


def _diary() -> Iterable[DiaryDay]:
    urges = (1, 2, 1, 0, 1, 2, 1, 0, None, 1, 1, 0, 2, 1)
    helped = (11, 13, 15, 19, 21, 23)
    for day, urge in enumerate(urges, start=10):
        if urge is not None:
            yield card(3, day, urge, helped=day in helped)


def _stay() -> Evidence:
    program_days = (10, 11, 12, 13, 16, 17, 18, 19, 20, 23)
    lessons = POLICY.required_lessons[:7]
    return noting(
        Evidence(),
        *_diary(),
        *_measures(),
        *(session(at(3, day), 360, 0 if day == 12 else 360) for day in program_days),
        *(lesson(code, at(3, 3 + n)) for n, code in enumerate(lessons)),
        screen(RiskLevel.HIGH, at(3, 2), version="RECENT"),
        screen(RiskLevel.LOW, at(3, 23, 9, 10)),
        suicidal_act(at(1, 14)),
        self_harm(at(2, 27)),
        plan_review(at(3, 20)),
        appointment(LevelOfCare.IOP, at(3, 24, 13), when=at(3, 23, 10)),
        transition_session(at(3, 21)),
        home_climate(5, at(3, 3)),
        home_climate(6, at(3, 21)),
    )


STEPPING_DOWN = _stay()
"""Worked example A: PHP since 2 March, first evaluated on Monday 23 March at 11:10."""

WATCHED = noting(
    STEPPING_DOWN,
    *(card(4, day, urge) for day, urge in enumerate((2, 3, 4, 4, 3, 4, 2), start=1)),
    score(Instrument.PHQ9, 19, at(4, 6)),
    score(Instrument.BSL23, 52 / 23, at(4, 6)),
    *(session(at(4, day), 180, 180 if day == 2 else 0) for day in (2, 3, 6)),
    screen(RiskLevel.MODERATE, at(4, 7, 16)),
)
"""Worked example B: the same person in IOP since 25 March, under watch, on 7 April."""


def step_down(evidence: Evidence = STEPPING_DOWN, **changed: Any) -> Evaluation:
    """Example A evaluated, with what is changed."""
    asked = {
        "level": LevelOfCare.PHP,
        "level_since": at(3, 2, 10),
        "conditions": BOTH,
        "now": at(3, 23, 11, 10),
        "tz": TZ,
        "watch_until": None,
    }
    return evaluate(evidence, changed.pop("policy", POLICY), **{**asked, **changed})


def step_up(evidence: Evidence = WATCHED, **changed: Any) -> Evaluation:
    """Example B evaluated, with what is changed."""
    asked = {
        "level": LevelOfCare.IOP,
        "level_since": at(3, 25, 0),
        "now": at(4, 7, 17),
        "watch_until": at(4, 8, 0),
    }
    return step_down(evidence, **{**asked, **changed})


def rule(evaluation: Evaluation, name: str) -> RuleOutcome:
    """The outcome of one rule."""
    return next(outcome for outcome in evaluation.outcomes if outcome.rule == name)


def result(evaluation: Evaluation, name: str) -> str:
    """MET, NOT_MET or UNKNOWN."""
    return rule(evaluation, name).result


def met(evaluation: Evaluation) -> set[str]:
    """The rules that are MET."""
    return {outcome.rule for outcome in evaluation.outcomes if outcome.result == "MET"}
