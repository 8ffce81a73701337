"""Who takes what climbs a ladder: acknowledge, note the contact, resolve."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request

from common.change import Outcome, change
from common.contracts.words import NoticeId, Role, StaffId
from common.web import Doing, InCare, Receipt, allow
from notifications.domain import ladder
from notifications.domain.ladder import Ladder
from notifications.views import ladders

router = APIRouter(prefix="/v1/ladders")
Decide = Callable[[Ladder, StaffId, datetime], list[Outcome]]
TAKERS = frozenset({Role.CLINICIAN, Role.MEDICAL})
TAKES = allow(*TAKERS)


@router.get("")
async def get_ladders(request: Request, _: InCare) -> list[dict[str, Any]]:
    """What is not resolved, the longest first."""
    return await ladders.open_ones(request.app.state.database)


@router.get("/{id}")
async def get_ladder(request: Request, id: NoticeId, _: InCare) -> dict[str, Any]:
    """One matter: who was told at which step and when, who was on call, who has it. Rules: NO-L2, NO-L6."""
    return await ladders.one(request.app.state.database, id)


@router.post("/{id}/acknowledge", dependencies=[TAKES])
async def acknowledge(id: NoticeId, doing: Doing) -> Receipt:
    """I have it. Rule: NO-L3."""
    return await doing.do(change(Ladder, id, _there(ladder.acknowledge), StaffId(doing.staff.id), doing.now))


@router.post("/{id}/contact", dependencies=[TAKES])
async def contact(id: NoticeId, doing: Doing) -> Receipt:
    """I was in touch. Rules: NO-L3, NO-L4."""
    return await doing.do(change(Ladder, id, _there(ladder.make_contact), StaffId(doing.staff.id), doing.now))


@router.post("/{id}/resolve", dependencies=[TAKES])
async def resolve(id: NoticeId, doing: Doing) -> Receipt:
    """It is settled. Rule: NO-L3."""
    return await doing.do(change(Ladder, id, _there(ladder.resolve), StaffId(doing.staff.id), doing.now))


def _there(decide: Decide) -> Decide:
    def decided(one: Ladder, by: StaffId, at: datetime) -> list[Outcome]:
        ladder.refuse_unless_there(one)
        return decide(one, by, at)

    return decided
