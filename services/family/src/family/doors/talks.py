"""The talk before a change of level over HTTP: held, declined, and who stands in."""

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from common.change import Invalid, change
from common.contracts.meetings import StandIn, TalkedOver, TransitionMeetingHeld
from common.contracts.words import ParticipantId, SupporterId, TransitionId
from common.plain import NamedStaff
from common.web import Body, Doing, Receipt
from family.domain import talks
from family.domain.network import SupportNetwork
from family.doors.http import FAMILY_WORK

router = APIRouter(prefix="/v1/participants/{participant_id}", dependencies=FAMILY_WORK)


class Held(Body):
    """A talk that was held: with whom, and what it went through."""

    supporter_ids: tuple[SupporterId, ...] = Field(max_length=50)
    participant_present: bool
    gone_through: tuple[TalkedOver, ...] = ()
    receiving_staff: NamedStaff | None = None
    held_at: AwareDatetime | None = None


class Declined(Body):
    """Somebody who was asked would rather not."""

    supporter_id: SupporterId


class StandIns(Body):
    """Who stands in for what, where there is no family."""

    stand_ins: tuple[StandIn, ...] = Field(min_length=1, max_length=20)


@router.post("/transition-meetings/{transition_id}/held")
async def hold_talk(participant_id: ParticipantId, transition_id: TransitionId, body: Held, doing: Doing) -> Receipt:
    """It was held; it counts as a family session. Rule: FA-T14."""
    if body.held_at is not None and body.held_at > doing.now:
        raise Invalid("in-the-future", "this is said of something that already happened")
    held = TransitionMeetingHeld(
        at=body.held_at or doing.now,
        participant_id=participant_id,
        transition_id=transition_id,
        supporter_ids=tuple(dict.fromkeys(body.supporter_ids)),
        participant_present=body.participant_present,
        receiving_staff=body.receiving_staff,
        gone_through=tuple(dict.fromkeys(body.gone_through)),
        led_by=doing.staff.id,
    )
    return await doing.do(change(SupportNetwork, participant_id, talks.hold, held))


@router.post("/transition-meetings/{transition_id}/decline")
async def decline_talk(
    participant_id: ParticipantId, transition_id: TransitionId, body: Declined, doing: Doing
) -> Receipt:
    """They would rather not, without a reason. Rule: FA-T13."""
    no = change(SupportNetwork, participant_id, talks.decline, transition_id, body.supporter_id, doing.now)
    return await doing.do(no, change(SupportNetwork, participant_id, talks.prepare, doing.now))


@router.post("/alternative-support-plan/stand-ins")
async def name_stand_ins(participant_id: ParticipantId, body: StandIns, doing: Doing) -> Receipt:
    """The alternative support plan, with who stands in for what. Rule: FA-T12."""
    by, now = doing.staff.id, doing.now
    accept = change(SupportNetwork, participant_id, SupportNetwork.accept_alternative_plan, by, now)
    return await doing.do(accept, change(SupportNetwork, participant_id, talks.name_stand_ins, body.stand_ins, by, now))
