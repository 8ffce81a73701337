"""Who may ask skills what over HTTP."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Request, Response, status
from pydantic import Field

from common.change import Invalid, change
from common.contracts.message import Instant
from common.contracts.words import (
    FlagId,
    Instrument,
    ParticipantId,
    RiskLevel,
    Role,
    ScreenVersion,
    TargetKind,
)
from common.web import Acting, Body, Doing, Receipt, allow, staff_of
from skills import views
from skills.domain.measures import Administration
from skills.domain.record import SkillsRecord
from skills.domain.risk import Cause, Screen, Target, flag_id_of

CLINICAL = (Role.CLINICIAN, Role.MEDICAL, Role.FAMILY_CLINICIAN, Role.SKILLS_LEADER)
"""The roles that care for participants."""
MOST_AT_ONCE = 200
"""Cards or administrations in one request; they are taken together or not at all. ASSUMED."""
MEASURES = UUID("5d1f3c0a-0a64-5a53-8f5e-6d0a3f1c7b11")
"""Namespace of the ids of measures recorded here."""

router = APIRouter(prefix="/v1", tags=["skills"], dependencies=[Depends(staff_of)])

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
"""A code, never a sentence: it travels where anybody who watches may see it."""
Person = Annotated[ParticipantId, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
Participant = Annotated[ParticipantId, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]


class Measure(Body):
    """One administration of a measure."""

    instrument: Instrument
    score: float
    administered_at: Instant | None = None
    risk_item: int | None = None


class MeasureOf(Measure):
    """An administration and whose it is."""

    participant_id: Person


class Measures(Body):
    """Administrations of many participants, as a questionnaire system hands them on."""

    administrations: tuple[MeasureOf, ...] = Field(min_length=1, max_length=MOST_AT_ONCE)


class SuicideScreen(Body):
    """The result of a suicide screen, as a clinician read it."""

    instrument: Code
    version: ScreenVersion
    level: RiskLevel
    screened_at: Instant | None = None


class TargetBehaviour(Body):
    """A target behaviour that happened."""

    kind: TargetKind
    happened_at: Instant | None = None
    needed_medical_care: bool = False


class RiskFlag(Body):
    """A flag a person raises, for a reason given as a code."""

    level: RiskLevel
    rule: Code
    review_on: date | None = None


class DitSession(Body):
    """A DIT session that was held."""

    held_at: Instant | None = None


def happened(at: datetime | None, now: datetime) -> datetime:
    """The instant meant, in UTC, now where none is given; raises Invalid `in-the-future`. Rule: SK-D6."""
    if at is not None and at > now:
        raise Invalid("in-the-future", "this has not happened yet by the program's clock")
    return (at or now).astimezone(UTC)


def begun(day: date, now: datetime, zone: str) -> date:
    """A day that has begun for the program or in UTC; raises Invalid `in-the-future`. Rule: SK-D6."""
    if day > max(now.astimezone(ZoneInfo(zone)).date(), now.astimezone(UTC).date()):
        raise Invalid("in-the-future", "this day has not begun yet by the program's clock")
    return day


@router.post(
    "/participants/{pid}/measures",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(*CLINICAL, Role.INTEGRATION)],
)
async def record_measure(pid: Participant, body: Measure, doing: Doing) -> Receipt:
    """Record one administration of a measure."""
    measure = _administration(body, doing, 0)
    recorded = change(SkillsRecord, pid, SkillsRecord.record_measure, measure, doing.now)
    return await doing.do(recorded, measure_id=measure.measure_id)


@router.post("/measures", status_code=status.HTTP_201_CREATED, dependencies=[allow(*CLINICAL, Role.INTEGRATION)])
async def record_measures(body: Measures, doing: Doing) -> Receipt:
    """Record administrations of many participants, all or none."""
    record = SkillsRecord.record_measure
    return await doing.do(
        *(
            change(SkillsRecord, one.participant_id, record, _administration(one, doing, n), doing.now)
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


@router.post(
    "/participants/{pid}/suicide-screens",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(Role.CLINICIAN, Role.MEDICAL)],
)
async def record_screen(pid: Participant, body: SuicideScreen, doing: Doing) -> Receipt:
    """Record the result of a suicide screen."""
    screen = Screen(
        instrument=body.instrument,
        version=body.version,
        level=body.level,
        screened_at=happened(body.screened_at, doing.now),
    )
    return await doing.do(change(SkillsRecord, pid, SkillsRecord.record_screen, screen, doing.staff.id, doing.now))


@router.post(
    "/participants/{pid}/target-behaviours",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(*CLINICAL, Role.INTEGRATION)],
)
async def record_target(pid: Participant, body: TargetBehaviour, doing: Doing) -> Receipt:
    """Record a target behaviour."""
    target = Target(
        kind=body.kind,
        happened_at=happened(body.happened_at, doing.now),
        needed_medical_care=body.needed_medical_care,
    )
    return await doing.do(change(SkillsRecord, pid, SkillsRecord.record_target, target, doing.now))


@router.post(
    "/participants/{pid}/risk-flags",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(Role.CLINICIAN, Role.MEDICAL)],
)
async def raise_flag(pid: Participant, body: RiskFlag, doing: Doing) -> Receipt:
    """Raise a risk flag by one's own judgement."""
    cause = Cause(body.rule, body.level, f"person|{doing.id}")
    raised = change(SkillsRecord, pid, SkillsRecord.raise_flag, cause, doing.now, body.review_on)
    return await doing.do(raised, flag_id=flag_id_of(pid, cause.of))


@router.post(
    "/participants/{pid}/risk-flags/{flag_id}/clear",
    dependencies=[allow(Role.CLINICIAN, Role.MEDICAL)],
)
async def clear_flag(pid: Participant, flag_id: FlagId, doing: Doing) -> Receipt:
    """Clear a risk flag; nothing but a person does."""
    return await doing.do(change(SkillsRecord, pid, SkillsRecord.clear_flag, flag_id, doing.staff.id, doing.now))


@router.post(
    "/participants/{pid}/dit-sessions",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(Role.CLINICIAN)],
)
async def hold_dit_session(pid: Participant, body: DitSession, doing: Doing) -> Receipt:
    """Record a DIT session."""
    at = happened(body.held_at, doing.now)
    return await doing.do(change(SkillsRecord, pid, SkillsRecord.hold_dit_session, at))


@router.get("/participants/{pid}")
async def get_participant(pid: Participant, request: Request, response: Response) -> views.ParticipantView:
    """All that skills knows about one participant."""
    state = request.app.state
    view = await views.participant(state.database, state.program.syllabus, pid)
    response.headers["ETag"] = f'"{view.version}"'
    return view
