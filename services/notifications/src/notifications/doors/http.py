"""Who may ask notifications what over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from common.change import change
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, StaffId
from common.web import ABOUT_PEOPLE, Doing, Receipt
from notifications.domain import sending
from notifications.domain.correspondence import Correspondence
from notifications.domain.ladder import Ladder, ladder_of
from notifications.domain.ladder import acknowledge as acknowledge_ladder
from notifications.doors.ladders import TAKERS
from notifications.views import notices

router = APIRouter(prefix="/v1")


@router.get("/inbox", dependencies=[ABOUT_PEOPLE])
async def get_inbox(
    request: Request,
    recipient_kind: RecipientKind,
    recipient_id: str,
    before: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """What one recipient was sent, newest first; `next` goes into `before` for the page after."""
    database, clock = request.app.state.database, request.app.state.clock
    return await notices.inbox(database, recipient_kind, recipient_id, clock.now(), before, limit)


@router.get("/participants/{participant_id}/notices", dependencies=[ABOUT_PEOPLE])
async def get_notices(request: Request, participant_id: ParticipantId) -> list[dict[str, Any]]:
    """Every notice about one participant: to whom, how far it is, under which release or why not."""
    return await notices.notices_of(request.app.state.database, participant_id)


@router.post("/participants/{participant_id}/notices/{notice_id}/acknowledge")
async def acknowledge(participant_id: ParticipantId, notice_id: NoticeId, doing: Doing) -> Receipt:
    """Seen; who saw it has it, if they take such matters at all. Rules: NO-A1, NO-L3."""
    by = {doing.staff.id, *doing.staff.roles}
    seen = change(Correspondence, participant_id, sending.acknowledge, notice_id, by, doing.now)
    if not doing.staff.roles & TAKERS:
        return await doing.do(seen)
    taken = change(Ladder, ladder_of(notice_id), acknowledge_ladder, StaffId(doing.staff.id), doing.now)
    return await doing.do(seen, taken)
