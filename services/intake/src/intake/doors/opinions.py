"""Who may record what somebody outside the policy thinks of the level of care, and who may read it."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import AwareDatetime

from common.change import NotFound, change
from common.contracts.opinions import LocTool, OpinionId
from common.contracts.words import LevelOfCare, ParticipantId
from common.web import Acting, Body, Doing, Receipt
from intake import views
from intake.domain import opinion_record
from intake.domain.episode import Episode
from intake.domain.opinion_record import Opinion, level_of
from intake.doors.asking import Code, InForce, happened, made
from intake.doors.http import Reason
from intake.doors.policy import REVIEWERS
from intake.doors.reading import Noted
from intake.views import opinions

router = APIRouter(
    prefix="/v1/participants/{pid}/loc-opinions", tags=["opinions"], dependencies=[REVIEWERS], route_class=Noted
)


class OpinionBody(Body):
    """Which level of care somebody thinks fits; a composite stands for its level where none is named."""

    tool: LocTool
    level: LevelOfCare | None = None
    composite: int | None = None
    rater: Code
    formed_at: AwareDatetime | None = None


def _told(body: OpinionBody, doing: Acting) -> Opinion:
    level = level_of(body.tool, body.composite, body.level)
    formed_at = happened(doing, body.formed_at) if body.formed_at else None
    return Opinion(body.tool, level, body.composite, body.rater, formed_at)


@router.post("", status_code=201)
async def record(pid: ParticipantId, body: OpinionBody, doing: Doing, rules: InForce) -> Receipt:
    """An opinion on the level of care: evidence beside the policy, which decides nothing."""
    id = OpinionId(made(doing, "opinion"))
    about = (id, _told(body, doing), doing.id, doing.staff.id, rules, doing.now)
    return await doing.do(change(Episode, pid, opinion_record.record, *about), opinion_id=id)


@router.post("/{oid}/correct")
async def correct(pid: ParticipantId, oid: OpinionId, body: OpinionBody, doing: Doing, rules: InForce) -> Receipt:
    """The opinion was told wrongly; this is how it was."""
    about = (oid, _told(body, doing), doing.id, doing.staff.id, rules, doing.now)
    return await doing.do(change(Episode, pid, opinion_record.correct, *about))


@router.post("/{oid}/void")
async def void(pid: ParticipantId, oid: OpinionId, body: Reason, doing: Doing, rules: InForce) -> Receipt:
    """The opinion was recorded in error and does not count."""
    about = (oid, body.reason, doing.id, doing.staff.id, rules, doing.now)
    return await doing.do(change(Episode, pid, opinion_record.void, *about))


@router.get("")
async def listed(request: Request, pid: ParticipantId, rules: InForce) -> list[dict[str, Any]]:
    """Every opinion of the open episode, how it stands, and whether it speaks against the open transition."""
    episode = await views.whole_episode(request.app.state.database, pid)
    if episode is None:
        raise NotFound("no-such-participant", "intake knows no participant with this id")
    return opinions.listed(episode, rules, request.app.state.clock.now())
