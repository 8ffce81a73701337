"""Word from outside: anybody on the staff takes it, the care team reads it."""

from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel, Field

from common.change import change
from common.contracts.reports import Danger, ReportId, ReportOutcome, ReportReceived
from common.contracts.words import ParticipantId, Role, SupporterId
from common.web import Acting, Body, Doing, Receipt, allow
from family.domain.report import Report
from family.views import reports as views

router = APIRouter(prefix="/v1/reports")

CARE_TEAM = [allow(Role.FAMILY_CLINICIAN, Role.CLINICIAN, Role.MEDICAL)]
Id = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"


class Word(Body):
    """What somebody tells us: about whom, by id or in their words; who they are; and whether there is danger."""

    danger: Danger
    participant_id: ParticipantId | None = Field(None, pattern=Id)
    supporter_id: SupporterId | None = Field(None, pattern=Id)
    whom: str = Field("", max_length=200)
    who: str = Field("", max_length=400)
    words: str = Field("", max_length=8000)
    told_at: AwareDatetime | None = None


class Match(Body):
    """The participant a report is about."""

    participant_id: ParticipantId = Field(pattern=Id)


class Settled(Body):
    """What came of a report."""

    outcome: ReportOutcome


class Thanks(BaseModel):
    """The only answer to word from outside; it says nothing of anybody."""

    report_id: str


@router.post("", status_code=202)
async def take_word(body: Word, doing: Doing) -> Thanks:
    """Take what somebody says, with or without a release; the answer is always the same. Rules: FA-I1, FA-I2."""
    return await take(body, doing)


async def take(body: Word, doing: Acting) -> Thanks:
    """Take word from outside, whoever brings it, and say nothing but thanks. Rules: FA-I1, FA-I2."""
    id = ReportId(str(uuid5(UUID(doing.id), "report")))
    received = ReportReceived(
        at=min(body.told_at or doing.now, doing.now),
        report_id=id,
        participant_id=body.participant_id,
        supporter_id=body.supporter_id,
        danger=body.danger,
        received_by=doing.staff.id,
    )
    taken = change(Report, id, Report.receive, received, doing.now)
    receipt = await doing.do(taken, views.keep_words(id, body.whom, body.who, body.words), report_id=id)
    return Thanks(report_id=receipt.extra["report_id"])


@router.post("/{report_id}/match", dependencies=CARE_TEAM)
async def match_report(report_id: ReportId, body: Match, doing: Doing) -> Receipt:
    """Somebody knows whom it is about. Rule: FA-I6."""
    return await doing.do(change(Report, report_id, Report.match_with, body.participant_id, doing.staff.id, doing.now))


@router.post("/{report_id}/take", dependencies=CARE_TEAM)
async def take_report(report_id: ReportId, doing: Doing) -> Receipt:
    """I have read it and have it now. Rule: FA-I5."""
    return await doing.do(change(Report, report_id, Report.take, doing.staff.id, doing.now))


@router.post("/{report_id}/settle", dependencies=CARE_TEAM)
async def settle_report(report_id: ReportId, body: Settled, doing: Doing) -> Receipt:
    """What came of it. Rule: FA-I5."""
    return await doing.do(change(Report, report_id, Report.settle, body.outcome, doing.staff.id, doing.now))


@router.get("", dependencies=CARE_TEAM)
async def list_reports(
    request: Request,
    waiting: bool = True,
    participant_id: ParticipantId | None = None,
    before: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """What waits to be settled, or all there is, newest first, without the words. Rule: FA-I5."""
    database = request.app.state.database
    return await views.reports_of(
        database, open_only=waiting, participant_id=participant_id, before=before, limit=limit
    )


@router.get("/{report_id}", dependencies=CARE_TEAM)
async def read_report(request: Request, report_id: ReportId) -> dict[str, Any]:
    """One report with its words, for the care team alone. Rule: FA-I2."""
    return await views.report_of(request.app.state.database, report_id)
