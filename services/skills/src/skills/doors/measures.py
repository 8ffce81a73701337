"""Who may record measures and filled-in forms, and who may read them."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Request, status
from pydantic import Field

from common.change import Invalid, change
from common.contracts.message import Instant
from common.contracts.words import Instrument, Role
from common.web import Acting, Body, Doing, Receipt, allow, staff_of
from skills.domain import measuring
from skills.domain.answers import Filled
from skills.domain.forms import Forms
from skills.domain.measures import Administration
from skills.domain.record import SkillsRecord
from skills.domain.watching import watched
from skills.doors import fhir
from skills.doors.http import CLINICAL, MOST_AT_ONCE, Code, Number, Participant, Person, Whole, happened
from skills.views import measures as views

MEASURES = UUID("5d1f3c0a-0a64-5a53-8f5e-6d0a3f1c7b11")
"""Namespace of the ids of measures recorded here."""
READING = UUID("0c3f58b4-9c52-5a53-8c57-57f2b1a1c5d1")
"""Namespace of the ids of measures read from the records of others: the same reading has the same id."""
CRISIS = {"crisis_line": "988", "emergency": "911", "read": "not-at-once"}
"""What whoever hands in something of their own is shown: it may not be read at once. Source: facts 5.3; SK-R17."""
MOST_ANSWERS = 200
"""ASSUMED: no form is longer."""

router = APIRouter(prefix="/v1", tags=["measures"], dependencies=[Depends(staff_of)])


def _forms(request: Request) -> Forms:
    forms: Forms = request.app.state.forms
    return forms


Book = Annotated[Forms, Depends(_forms)]
RECORDS = allow(*CLINICAL, Role.INTEGRATION)


class Measure(Body):
    """One administration of a measure."""

    instrument: Instrument
    score: Number
    administered_at: Instant | None = None
    risk_item: Whole | None = None


class MeasureOf(Measure):
    """An administration and whose it is."""

    participant_id: Person


class Measures(Body):
    """Administrations of many participants, as a questionnaire system hands them on."""

    administrations: tuple[MeasureOf, ...] = Field(min_length=1, max_length=MOST_AT_ONCE)


class Questionnaire(Body):
    """A form as it was filled in: `answers` in the order of its items, null for none; or the total alone."""

    instrument: Code
    answers: tuple[Number | None, ...] = Field((), max_length=MOST_ANSWERS)
    not_applicable: tuple[Whole, ...] = ()
    total: Number | None = None
    administered_at: Instant | None = None


@router.post(
    "/participants/{pid}/measures",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(*CLINICAL, Role.INTEGRATION)],
)
async def record_measure(pid: Participant, body: Measure, doing: Doing, forms: Book) -> Receipt:
    """Record one administration of a measure."""
    measure = _administration(body, doing, 0)
    recorded = change(SkillsRecord, pid, watched(SkillsRecord.record_measure), measure, doing.now, forms)
    return await doing.do(recorded, measure_id=measure.measure_id)


@router.post("/measures", status_code=status.HTTP_201_CREATED, dependencies=[allow(*CLINICAL, Role.INTEGRATION)])
async def record_measures(body: Measures, doing: Doing, forms: Book) -> Receipt:
    """Record administrations of many participants, all or none."""
    record = watched(SkillsRecord.record_measure)
    return await doing.do(
        *(
            change(SkillsRecord, one.participant_id, record, _administration(one, doing, n), doing.now, forms)
            for n, one in enumerate(body.administrations)
        )
    )


def _administration(body: Measure, doing: Acting, number: int) -> Administration:
    return Administration(
        measure_id=str(uuid5(MEASURES, f"{doing.id}|{number}")),
        instrument=body.instrument,
        score=body.score,
        administered_at=happened(body.administered_at, doing.now),
        risk_item=body.risk_item,
    )


@router.post(
    "/participants/{pid}/measures/{measure_id}/void",
    dependencies=[allow(Role.CLINICIAN, Role.MEDICAL, Role.INTEGRATION)],
)
async def void_measure(pid: Participant, measure_id: str, doing: Doing) -> Receipt:
    """Say that an administration does not count after all."""
    return await doing.do(change(SkillsRecord, pid, SkillsRecord.void_measure, measure_id, doing.staff.id, doing.now))


@router.post("/participants/{pid}/questionnaires", status_code=status.HTTP_201_CREATED, dependencies=[RECORDS])
async def take_questionnaire(pid: Participant, body: Questionnaire, doing: Doing, forms: Book) -> Receipt:
    """Take a filled-in form; its score follows from the answers."""
    if bool(body.answers) is (body.total is not None):
        raise Invalid("answers-or-total", "send the answers, or the total where nobody has the answers")
    filled = Filled(
        measure_id=str(uuid5(MEASURES, f"{doing.id}|0")),
        instrument=body.instrument,
        administered_at=happened(body.administered_at, doing.now),
        answers=body.answers,
        not_applicable=body.not_applicable,
        total=body.total,
    )
    taken = change(SkillsRecord, pid, watched(measuring.take_answers), filled, doing.now, forms)
    told = CRISIS if Role.INTEGRATION in doing.staff.roles else {}
    return await doing.do(taken, measure_id=filled.measure_id, **told)


@router.post("/participants/{pid}/measures/fhir", status_code=status.HTTP_201_CREATED, dependencies=[RECORDS])
async def read_fhir(pid: Participant, body: dict[str, Any], doing: Doing, forms: Book) -> Receipt:
    """Record what a FHIR R4 Observation, QuestionnaireResponse, or a Bundle of them says; all of it, or nothing."""
    found = fhir.readings(body, forms)
    if not found:
        raise Invalid("no-measure-found", "no instrument of the program stands in this resource under a known code")
    return await doing.do(*(_read(pid, reading, doing, forms) for reading in found))


def _read(pid: str, reading: fhir.Reading, doing: Acting, forms: Forms) -> Any:
    at = happened(reading.at, doing.now)
    said: Sequence[object] = (reading.total,) if reading.total is not None else reading.answers
    id = str(uuid5(READING, f"{pid}|{reading.instrument}|{at.isoformat()}|{said}"))
    if reading.total is not None and reading.instrument in set(Instrument):
        measure = Administration(
            measure_id=id,
            instrument=Instrument(reading.instrument),
            score=reading.total,
            administered_at=at,
            risk_item=reading.risk_item,
        )
        return change(SkillsRecord, pid, watched(SkillsRecord.record_measure), measure, doing.now, forms)
    filled = Filled(
        measure_id=id,
        instrument=reading.instrument,
        administered_at=at,
        answers=reading.answers,
        total=reading.total,
    )
    return change(SkillsRecord, pid, watched(measuring.take_answers), filled, doing.now, forms)


@router.get("/participants/{pid}/measures", dependencies=[allow(*CLINICAL, Role.UR_NURSE)])
async def get_measures(pid: Participant, request: Request, forms: Book) -> list[views.CourseView]:
    """Each instrument's course, with what changed since the one before and since the baseline."""
    return await views.courses(request.app.state.database, pid, forms)


@router.get("/participants/{pid}/measures/due", dependencies=[allow(*CLINICAL, Role.UR_NURSE, Role.INTEGRATION)])
async def get_due(pid: Participant, request: Request, forms: Book) -> views.DueView:
    """What is to be measured next, and what was missed of this level of care."""
    return await views.due(request.app.state.database, pid, forms)


@router.get("/participants/{pid}/alliance", dependencies=[allow(Role.CLINICIAN, Role.MEDICAL)])
async def get_alliance(pid: Participant, request: Request, forms: Book) -> list[views.CourseView]:
    """How the participant rates the alliance, since the present therapist began."""
    return await views.alliance(request.app.state.database, pid, forms)


@router.get("/participants/{pid}/measures/{measure_id}/answers", dependencies=[allow(Role.CLINICIAN, Role.MEDICAL)])
async def get_answers(pid: Participant, measure_id: str, request: Request) -> views.AnswersView:
    """One form item by item."""
    return await views.answers(request.app.state.database, pid, measure_id)


@router.get("/instruments")
async def get_instruments(forms: Book) -> list[views.InstrumentView]:
    """The instruments of the program; their words where the licence lets them be shown."""
    return views.instruments(forms)
