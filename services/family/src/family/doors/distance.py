"""Who may say over HTTP that the participant keeps somebody at a distance."""

from fastapi import APIRouter

from common.change import change
from common.contracts.words import ParticipantId, SupporterId
from common.web import Body, Doing, Receipt
from family.domain import distance, talks
from family.domain.network import SupportNetwork
from family.doors.http import FAMILY_WORK

router = APIRouter(prefix="/v1/participants/{participant_id}/supporters/{supporter_id}", tags=["distance"])


class Nothing(Body):
    """Nothing more is asked, least of all why."""


@router.post("/end", dependencies=FAMILY_WORK)
async def end_relation(participant_id: ParticipantId, supporter_id: SupporterId, _: Nothing, doing: Doing) -> Receipt:
    """The participant ends this relation. Rule: FA-N4."""
    end = change(SupportNetwork, participant_id, distance.end_relation, supporter_id, doing.now)
    return await doing.do(end, change(SupportNetwork, participant_id, talks.prepare, doing.now))


@router.post("/hold-back", dependencies=FAMILY_WORK)
async def hold_back(participant_id: ParticipantId, supporter_id: SupporterId, _: Nothing, doing: Doing) -> Receipt:
    """The participant wants no contact with this person for now. Rule: FA-N5."""
    away = change(SupportNetwork, participant_id, distance.hold_back, supporter_id, doing.now)
    return await doing.do(away, change(SupportNetwork, participant_id, talks.prepare, doing.now))


@router.post("/let-in", dependencies=FAMILY_WORK)
async def let_in(participant_id: ParticipantId, supporter_id: SupporterId, _: Nothing, doing: Doing) -> Receipt:
    """The participant holds this person back no longer. Rule: FA-N5."""
    return await doing.do(change(SupportNetwork, participant_id, distance.let_in, supporter_id, doing.now))
