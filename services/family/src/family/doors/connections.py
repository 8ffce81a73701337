"""The connection map over HTTP: the participant's own, and their therapist's where the participant agrees."""

from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Path, Request

from common.change import NotEntitled, change
from common.contracts.words import ParticipantId
from common.plain import AskedAt
from common.web import Body, InCare, Receipt
from family.domain import distance, talks
from family.domain.connections import Connection
from family.domain.network import SupportNetwork
from family.doors.own import DoingOneself, Oneself
from family.views.connections import map_entry, map_of, map_readers, may_see_map

router = APIRouter(prefix="/v1/participants/{participant_id}/connections", tags=["connections"])

ConnectionId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


class Sharing(Body):
    """Whether the participant's therapist, whoever that is now, may see the map."""

    therapist_may_see: bool


@router.post("", status_code=201)
async def add_connection(participant_id: ParticipantId, body: Connection, doing: DoingOneself) -> Receipt:
    """Somebody is put on the map. Rules: FA-N6, FA-N7."""
    return await _put(participant_id, str(uuid5(UUID(doing.id), "connection")), body, doing)


@router.put("/{connection_id}")
async def put_connection(
    participant_id: ParticipantId, connection_id: ConnectionId, body: Connection, doing: DoingOneself
) -> Receipt:
    """The participant sees a connection like this now. Rules: FA-N6, FA-N7."""
    return await _put(participant_id, connection_id, body, doing)


@router.post("/{connection_id}/remove")
async def remove_connection(participant_id: ParticipantId, connection_id: ConnectionId, doing: DoingOneself) -> Receipt:
    """They are on the map no longer; how it was stays in its history. Rule: FA-N6."""
    return await doing.do(map_entry(participant_id, connection_id, None, doing.now))


@router.post("/sharing")
async def share_connections(participant_id: ParticipantId, body: Sharing, doing: DoingOneself) -> Receipt:
    """The therapist may see the map from now on, or may not. Rule: FA-N6."""
    return await doing.do(map_readers(participant_id, body.therapist_may_see))


@router.get("")
async def get_connections(
    request: Request, participant_id: ParticipantId, _: Oneself, as_of: AskedAt | None = None
) -> dict[str, Any]:
    """The participant's own map, now or as it was. Rules: FA-N6, FA-N8."""
    return await map_of(request.app.state.database, participant_id, as_of or request.app.state.clock.now())


@router.get("/shared")
async def get_shared_connections(
    request: Request, participant_id: ParticipantId, staff: InCare, as_of: AskedAt | None = None
) -> dict[str, Any]:
    """The same for the therapist, where the participant agrees; anybody else does not hear whether there is one."""
    database = request.app.state.database
    if not await may_see_map(database, participant_id, staff.id):
        raise NotEntitled("not-shared", "the participant shows this to nobody, or not to you")
    return await map_of(database, participant_id, as_of or request.app.state.clock.now())


async def _put(participant_id: ParticipantId, connection_id: str, body: Connection, doing: DoingOneself) -> Receipt:
    kept = map_entry(participant_id, connection_id, body, doing.now)
    follows = change(SupportNetwork, participant_id, distance.put_on_map, body, doing.now)
    prepare = change(SupportNetwork, participant_id, talks.prepare, doing.now)
    return await doing.do(follows, kept, prepare, connection_id=connection_id)
