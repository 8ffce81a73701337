"""What a participant says and reads of their own network, with a token of their own."""

from typing import Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Request

from common.change import change
from common.contracts.words import ParticipantId, StaffId, SupporterId
from common.web import Body, Receipt
from family import views
from family.domain import distance, home, talks
from family.domain.network import SupportNetwork
from family.doors.home import Practice
from family.doors.http import InForce, Supporter
from family.doors.own import DoingOneself, Oneself

router = APIRouter(prefix="/v1/participants/{participant_id}/own", tags=["own"])


class Own(Body):
    """That the participant practised; whether those they practise with may see it."""

    helped: bool | None = None
    shared: bool = False


class Version(Body):
    """The version of the home agreement that they agree to."""

    version: int


@router.post("/supporters", status_code=201)
async def name_supporter(participant_id: ParticipantId, body: Supporter, doing: DoingOneself) -> Receipt:
    """The participant names somebody. Rule: FA-N1."""
    id = SupporterId(str(uuid5(UUID(doing.id), "supporter")))
    name = change(SupportNetwork, participant_id, SupportNetwork.name_supporter, id, body.relationship, doing.now)
    return await doing.do(name, supporter_id=id)


@router.post("/supporters/{supporter_id}/end")
async def end_relation(participant_id: ParticipantId, supporter_id: SupporterId, doing: DoingOneself) -> Receipt:
    """This relation ends. Rule: FA-N4."""
    end = change(SupportNetwork, participant_id, distance.end_relation, supporter_id, doing.now)
    return await doing.do(end, change(SupportNetwork, participant_id, talks.prepare, doing.now))


@router.post("/supporters/{supporter_id}/hold-back")
async def hold_back(participant_id: ParticipantId, supporter_id: SupporterId, doing: DoingOneself) -> Receipt:
    """Nothing reaches this person for now. Rule: FA-N5."""
    away = change(SupportNetwork, participant_id, distance.hold_back, supporter_id, doing.now)
    return await doing.do(away, change(SupportNetwork, participant_id, talks.prepare, doing.now))


@router.post("/supporters/{supporter_id}/let-in")
async def let_in(participant_id: ParticipantId, supporter_id: SupporterId, doing: DoingOneself) -> Receipt:
    """They are held back no longer. Rule: FA-N5."""
    return await doing.do(change(SupportNetwork, participant_id, distance.let_in, supporter_id, doing.now))


@router.post("/home-practices", status_code=201)
async def choose_practice(
    participant_id: ParticipantId, body: Practice, doing: DoingOneself, program: InForce
) -> Receipt:
    """The participant chooses whom to practise something with. Rules: FA-E4, FA-E9."""
    id, me = str(uuid5(UUID(doing.id), "practice")), StaffId(doing.staff.id)
    told = (id, body.skill, body.supporter_ids, program, me, doing.now)
    return await doing.do(change(SupportNetwork, participant_id, home.agree_practice, *told), practice_id=id)


@router.post("/home-practices/{practice_id}/log")
async def log_own_practice(participant_id: ParticipantId, practice_id: str, body: Own, doing: DoingOneself) -> Receipt:
    """They practised, as the participant says. Rules: FA-E4, FA-E9."""
    told = (practice_id, None, body.helped, body.shared, doing.now)
    return await doing.do(change(SupportNetwork, participant_id, home.log_practice, *told))


@router.post("/home-agreement/agree")
async def agree_oneself(participant_id: ParticipantId, body: Version, doing: DoingOneself) -> Receipt:
    """The participant agrees to this version of the home agreement, by themselves. Rules: FA-E7, FA-E9."""
    told = (body.version, None, StaffId(doing.staff.id), doing.now)
    return await doing.do(change(SupportNetwork, participant_id, home.agree_to_agreement, *told))


@router.get("/told")
async def get_told(request: Request, _: Oneself, participant_id: ParticipantId) -> list[dict[str, Any]]:
    """Who was told what about them under which release, and who was not, and why. Rule: FA-S5."""
    return await views.told_of(request.app.state.database, participant_id)
