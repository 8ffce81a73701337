"""What a participant says of what matters to them, what is ahead, what they want to say, and what they believe."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, status

from skills.doors import growth
from skills.doors.curriculum import Taught
from skills.doors.http import Participant
from skills.doors.own import DoingOneself, Kept, Oneself
from skills.views import growth as views

router = APIRouter(prefix="/v1/participants/{pid}/own", tags=["own"])

TAKEN = status.HTTP_201_CREATED


def _now(request: Request) -> datetime:
    now: datetime = request.app.state.clock.now().astimezone(ZoneInfo(request.app.state.settings.zone))
    return now


Now = Annotated[datetime, Depends(_now)]


@router.post("/values", status_code=TAKEN)
async def name_value(pid: Participant, body: growth.ValueFor, me: DoingOneself) -> Kept:
    """Something that matters. Rule: SK-G1."""
    return me.kept(await growth.name_value(pid, body, me.doing))


@router.post("/values/{value_id}/set-aside")
async def set_value_aside(pid: Participant, value_id: str, me: DoingOneself) -> Kept:
    """It is no value of theirs any more. Rule: SK-G1."""
    return me.kept(await growth.set_value_aside(pid, value_id, me.doing))


@router.post("/ahead", status_code=TAKEN)
async def look_forward(pid: Participant, body: growth.ThingFor, me: DoingOneself, request: Request) -> Kept:
    """Something to look forward to. Rule: SK-G3."""
    return me.kept(await growth.look_forward(pid, body, me.doing, request))


@router.post("/ahead/{ahead_id}/settle")
async def settle_ahead(pid: Participant, ahead_id: str, body: growth.Became, me: DoingOneself) -> Kept:
    """What became of it. Rule: SK-G3."""
    return me.kept(await growth.settle_ahead(pid, ahead_id, body, me.doing))


@router.post("/expression-goals", status_code=TAKEN)
async def set_expression(pid: Participant, body: growth.ExpressionFor, me: DoingOneself) -> Kept:
    """What they want to be able to say. Rule: SK-G4."""
    return me.kept(await growth.set_expression(pid, body, me.doing))


@router.post("/expression-goals/{expression_id}/practice", status_code=TAKEN)
async def practise_expression(
    pid: Participant, expression_id: str, body: growth.ExpressionTried, me: DoingOneself
) -> Kept:
    """It was said, or tried. Rule: SK-G4."""
    return me.kept(await growth.practise_expression(pid, expression_id, body, me.doing))


@router.post("/expression-goals/{expression_id}/end")
async def end_expression(pid: Participant, expression_id: str, body: growth.Ended, me: DoingOneself) -> Kept:
    """It was reached, or is set aside. Rule: SK-G4."""
    return me.kept(await growth.end_expression(pid, expression_id, body, me.doing))


@router.post("/beliefs", status_code=TAKEN)
async def name_belief(pid: Participant, body: growth.BeliefFor, me: DoingOneself) -> Kept:
    """A belief that does not help. Rule: SK-G5."""
    return me.kept(await growth.name_belief(pid, body, me.doing))


@router.post("/beliefs/{belief_id}/alternative", status_code=TAKEN)
async def find_alternative(
    pid: Participant, belief_id: str, body: growth.Alternative, me: DoingOneself, syllabus: Taught
) -> Kept:
    """Another way to see it. Rule: SK-G5."""
    return me.kept(await growth.find_alternative(pid, belief_id, body, me.doing, syllabus))


@router.post("/beliefs/{belief_id}/ratings", status_code=TAKEN)
async def rate_belief(pid: Participant, belief_id: str, body: growth.Believed, me: DoingOneself) -> Kept:
    """How much it is believed. Rule: SK-G5."""
    return me.kept(await growth.rate_belief(pid, belief_id, body, me.doing))


@router.get("/values")
async def get_values(pid: Participant, request: Request, _: Oneself, syllabus: Taught) -> views.ValuesView:
    """What matters to them, and where it is at work."""
    return await views.values(request.app.state.database, syllabus, pid, with_words=True)


@router.get("/ahead")
async def get_ahead(pid: Participant, request: Request, _: Oneself, now: Now) -> views.AheadView:
    """What they look forward to."""
    return await views.ahead(request.app.state.database, pid, now.date(), with_words=True)


@router.get("/expression-goals")
async def get_expression(pid: Participant, request: Request, _: Oneself) -> list[views.ExpressionView]:
    """What they want to be able to say, and how it went."""
    return await views.expression(request.app.state.database, pid, with_words=True)


@router.get("/beliefs")
async def get_beliefs(pid: Participant, request: Request, _: Oneself) -> list[views.BeliefView]:
    """What they believe, and other ways to see it."""
    return await views.beliefs(request.app.state.database, pid, with_words=True)
