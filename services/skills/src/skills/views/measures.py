"""What skills can answer about measures: each instrument's course, and single forms item by item."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from common.change import NotFound, Record
from common.contracts.measuring import AnswersTaken
from common.contracts.message import Contract
from common.contracts.words import LevelOfCare
from common.fold import collection_of
from common.mongo import Database
from skills.domain.alliance import with_therapist
from skills.domain.forms import Form, Forms, Licence, ReliableChange, Words
from skills.domain.measuring import coming, points_of
from skills.domain.record import SkillsRecord
from skills.domain.schedule import Due, still_missed
from skills.domain.trends import Moved, Point, baseline, moved

FILLED = "filledforms"
"""Read model by participant and administration: the answers, which the state does not hold."""
LOOK_BACK = timedelta(days=90)
"""A score older than this before an episode is no baseline of it. Source: program policy 1.0, baseline_at_most_days."""


class Administered(BaseModel):
    """One administration that counts, and how the score moved."""

    measure_id: str
    administered_at: datetime
    score: float
    band: str
    since_previous: Moved | None
    since_baseline: Moved | None


class CourseView(BaseModel):
    """One instrument's administrations, the newest first; changes are read with `reliable_change`."""

    instrument: str
    name: str
    reliable_change: ReliableChange | None
    baseline: str | None
    administrations: list[Administered]


class AnswersView(BaseModel):
    """One form as it was filled in."""

    measure_id: str
    instrument: str
    version: str
    administered_at: datetime
    answers: list[float | None]
    not_applicable: list[int]
    missing: list[int]
    prorated: bool
    score: float | None
    band: str
    subscales: dict[str, float | None]
    met: bool | None


class DueView(BaseModel):
    """What is to be measured next, the soonest first; `missed`: measure -> when the last one missed was due."""

    level: LevelOfCare | None
    coming: list[Due]
    missed: dict[str, datetime]


class InstrumentView(BaseModel):
    """One instrument of the program; its words where they may be shown."""

    code: str
    name: str
    version: str
    licence: Licence
    source: str
    items: int
    answers: tuple[int, int]
    lowest: float
    highest: float
    bands: Mapping[str, float]
    words: Words | None


def keep_answers(fact: AnswersTaken) -> Iterable[Record]:
    """The answers are kept beside the record, which would grow too heavy with them."""
    body = fact.model_dump(mode="json", exclude={"participant_id", "at", "subscales"})
    subscales = {one.name: one.score for one in fact.subscales}
    kept = {**body, "subscales": subscales, "administered_at": fact.at}
    yield Record(FILLED, f"{fact.participant_id}|{fact.measure_id}", {"$set": kept})


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {AnswersTaken: keep_answers}


def instruments(forms: Forms) -> list[InstrumentView]:
    """Every instrument of the program, as the file has it."""
    return [_instrument(code, form) for code, form in forms.instruments.items()]


async def courses(database: Database, participant_id: str, forms: Forms) -> list[CourseView]:
    """Each instrument that was ever administered; raises NotFound `participant-unknown`."""
    record = await record_of(database, participant_id)
    begun_at = record.plan.episode_since
    return [_course(code, forms[code], points, begun_at) for code, points in points_of(record).items() if code in forms]


async def alliance(database: Database, participant_id: str, forms: Forms) -> list[CourseView]:
    """The alliance since the present therapist began; raises NotFound `participant-unknown`. Rule: SK-M18."""
    record = await record_of(database, participant_id)
    since, points = record.plan.therapist_since, points_of(record)
    return [_course(code, forms[code], with_therapist(points.get(code, ()), since), None) for code in forms.alliance]


async def due(database: Database, participant_id: str, forms: Forms) -> DueView:
    """What is to be measured next; raises NotFound `participant-unknown`. Rules: SK-M15, SK-M23."""
    record = await record_of(database, participant_id)
    missed = still_missed(record.plan, forms.schedule)
    return DueView(level=record.plan.in_force().level, coming=coming(record, forms), missed=missed)


async def record_of(database: Database, participant_id: str) -> SkillsRecord:
    """One participant's record; raises NotFound `participant-unknown`."""
    document = await database.get(collection_of(SkillsRecord), participant_id)
    if document is None:
        raise NotFound("participant-unknown", "skills has not heard of this participant")
    return SkillsRecord.model_validate(document["state"])


async def heard_of(database: Database, participant_id: str) -> bool:
    """Whether intake has told of this participant: of an episode, or of a level. Rule: SK-O6."""
    told = [{"state.plan.level": {"$ne": None}}, {"state.plan.episode_since": {"$ne": None}}]
    return await database.count(collection_of(SkillsRecord), {"_id": participant_id, "$or": told}) > 0


async def answers(database: Database, participant_id: str, measure_id: str) -> AnswersView:
    """One form item by item; raises NotFound `answers-unknown`."""
    document = await database.get(FILLED, f"{participant_id}|{measure_id}")
    if document is None:
        raise NotFound("answers-unknown", "of this measure there are no single answers")
    return AnswersView.model_validate(document)


def _course(code: str, form: Form, points: list[Point], begun_at: datetime | None) -> CourseView:
    first = baseline(points, begun_at, LOOK_BACK)
    shown = [_administered(form, point, before, first) for point, before in zip(points, [None, *points], strict=False)]
    return CourseView(
        instrument=code,
        name=form.name,
        reliable_change=form.reliable_change,
        baseline=first.measure_id if first else None,
        administrations=shown[::-1],
    )


def _administered(form: Form, point: Point, before: Point | None, first: Point | None) -> Administered:
    later = first is not None and point.at > first.at
    return Administered(
        measure_id=point.measure_id,
        administered_at=point.at,
        score=point.score,
        band=form.band_of(point.score),
        since_previous=moved(form, before, point) if before else None,
        since_baseline=moved(form, first, point) if first and later else None,
    )


def _instrument(code: str, form: Form) -> InstrumentView:
    fields = {name: getattr(form, name) for name in InstrumentView.model_fields if name != "code"}
    return InstrumentView(code=code, **fields)
