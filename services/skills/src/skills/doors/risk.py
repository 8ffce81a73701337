"""Who may record suicide screens and danger, and who may raise, review and clear a flag."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Request, status
from pydantic import Field

from common.change import change
from common.contracts.measuring import DangerSource
from common.contracts.message import Instant
from common.contracts.skills import flag_id_of
from common.contracts.words import FlagId, RiskLevel, Role, ScreenVersion
from common.web import Body, Doing, Receipt, allow, staff_of
from skills.domain import screens, watching
from skills.domain.record import SkillsRecord
from skills.domain.risk import Cause, Screen
from skills.domain.watching import watched
from skills.doors.http import CLINICAL, Code, Participant, happened
from skills.doors.measures import CRISIS
from skills.views import risk as views

REPORTS = UUID("7b54be1c-8a0c-5d0e-9c8e-7c6f0d4e2a31")
"""Namespace of the ids of reports of danger."""

router = APIRouter(prefix="/v1", tags=["risk"], dependencies=[Depends(staff_of)])


class SuicideScreen(Body):
    """The result of a suicide screen, as a clinician read it."""

    instrument: Code
    version: ScreenVersion
    level: RiskLevel
    screened_at: Instant | None = None


class RiskFlag(Body):
    """A flag a person raises, for a reason given as a code."""

    level: RiskLevel
    rule: Code
    review_on: date | None = None


class ScreenAnswers(Body):
    """A suicide screen item by item, as a clinician went through it; an item that was not asked is left out.

    `recent_behaviour`: the behaviour of item 6 was within three months, where the version asks about a lifetime.
    """

    instrument: Code
    version: ScreenVersion
    answers: dict[Annotated[int, Field(ge=1, le=9)], bool]
    recent_behaviour: bool | None = None
    screened_at: Instant | None = None


class Danger(Body):
    """Somebody tells of danger; what they say in words is told to a person, not to this door."""

    source: DangerSource


class Review(Body):
    """An open flag is kept, and looked at again on this day."""

    review_on: date


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
    return await doing.do(
        change(SkillsRecord, pid, watched(SkillsRecord.record_screen), screen, doing.staff.id, doing.now)
    )


@router.post(
    "/participants/{pid}/risk-flags",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(Role.CLINICIAN, Role.MEDICAL)],
)
async def raise_flag(pid: Participant, body: RiskFlag, doing: Doing) -> Receipt:
    """Raise a risk flag by one's own judgement."""
    cause = Cause(body.rule, body.level, f"person|{doing.id}")
    raised = change(SkillsRecord, pid, watched(SkillsRecord.raise_flag), cause, doing.now, body.review_on)
    return await doing.do(raised, flag_id=flag_id_of(pid, cause.of))


@router.post(
    "/participants/{pid}/risk-flags/{flag_id}/clear",
    dependencies=[allow(Role.CLINICIAN, Role.MEDICAL)],
)
async def clear_flag(pid: Participant, flag_id: FlagId, doing: Doing) -> Receipt:
    """Clear a risk flag; nothing but a person does."""
    return await doing.do(change(SkillsRecord, pid, SkillsRecord.clear_flag, flag_id, doing.staff.id, doing.now))


@router.post(
    "/participants/{pid}/suicide-screens/answers",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(Role.CLINICIAN, Role.MEDICAL)],
)
async def record_screen_answers(pid: Participant, body: ScreenAnswers, doing: Doing) -> Receipt:
    """Record a suicide screen item by item; its level follows."""
    screen = screens.Answered(
        instrument=body.instrument,
        version=body.version,
        answers=body.answers,
        recent_behaviour=body.recent_behaviour,
        screened_at=happened(body.screened_at, doing.now),
    )
    record = watched(screens.record_answers)
    level = screens.level_of(screen)
    return await doing.do(change(SkillsRecord, pid, record, screen, doing.staff.id, doing.now), level=level)


@router.post(
    "/participants/{pid}/danger-reports",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(*CLINICAL, Role.SCHEDULER, Role.UR_NURSE, Role.INTEGRATION)],
)
async def report_danger(pid: Participant, body: Danger, doing: Doing) -> Receipt:
    """Take a report of danger from whoever tells; nothing about consent is asked."""
    id = str(uuid5(REPORTS, doing.id))
    report = change(SkillsRecord, pid, watched(watching.report_danger), id, body.source, doing.staff.id, doing.now)
    return await doing.do(report, report_id=id, **CRISIS)


@router.post(
    "/participants/{pid}/risk-flags/{flag_id}/review",
    dependencies=[allow(Role.CLINICIAN, Role.MEDICAL)],
)
async def review_flag(pid: Participant, flag_id: FlagId, body: Review, doing: Doing) -> Receipt:
    """Look at an open flag and keep it until another day."""
    kept = (flag_id, body.review_on, doing.staff.id, doing.now)
    return await doing.do(change(SkillsRecord, pid, watching.review_flag, *kept))


@router.get("/participants/{pid}/risk", dependencies=[allow(*CLINICAL)])
async def get_risk(pid: Participant, request: Request) -> views.RiskView:
    """Open flags, screens, and what danger asks of people now."""
    return await views.risk(request.app.state.database, pid, request.app.state.clock.now())
