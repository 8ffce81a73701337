"""Who may ask family what over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, Field

from common.change import Invalid, change
from common.contracts.words import ParticipantId, Role, SupporterId
from common.web import ABOUT_PEOPLE, Body, Doing, Receipt, allow
from family import views
from family.domain import asking
from family.domain.network import SupportNetwork
from family.domain.program import Program
from family.domain.turns import CLIMATE

router = APIRouter(prefix="/v1/participants/{participant_id}")

FAMILY_WORK = [allow(Role.FAMILY_CLINICIAN, Role.CLINICIAN)]


async def program_in_force(request: Request) -> Program:
    """The family program of this site."""
    program: Program = request.app.state.program
    return program


InForce = Annotated[Program, Depends(program_in_force)]


class Supporter(Body):
    """Somebody who matters; `relationship` in the participant's words."""

    relationship: str = Field(max_length=80)


class Session(Body):
    """A family session; `kind` is a code such as FAM_PSYCHOED."""

    kind: str
    supporter_ids: tuple[SupporterId, ...] = Field(max_length=50)
    held_at: AwareDatetime | None = None
    minutes: int | None = Field(None, ge=1, le=480)
    participant_present: bool | None = None


class Plan(Body):
    """The alternative support plan."""

    accepted_at: AwareDatetime | None = None


class Climate(Body):
    """The climate at home, 0 (worst) to 10."""

    supporter_id: SupporterId
    rating: int
    rated_at: AwareDatetime | None = None


@router.post("/supporters", status_code=201, dependencies=FAMILY_WORK)
async def name_supporter(participant_id: ParticipantId, body: Supporter, doing: Doing) -> Receipt:
    """The participant names somebody. Rule: FA-N1."""
    id = SupporterId(str(uuid5(UUID(doing.id), "supporter")))
    name = change(SupportNetwork, participant_id, SupportNetwork.name_supporter, id, body.relationship, doing.now)
    return await doing.do(name, supporter_id=id)


@router.post("/sessions", dependencies=FAMILY_WORK)
async def hold_session(participant_id: ParticipantId, body: Session, doing: Doing) -> Receipt:
    """A family session was held. Rule: FA-N2."""
    at, staff = _when(body.held_at, doing.now), doing.staff.id
    hold = SupportNetwork.hold_session
    told = (body.kind, body.supporter_ids, staff, at, body.minutes, body.participant_present)
    return await doing.do(change(SupportNetwork, participant_id, hold, *told))


@router.post("/alternative-support-plan", dependencies=FAMILY_WORK)
async def accept_alternative_plan(participant_id: ParticipantId, body: Plan, doing: Doing) -> Receipt:
    """Support without family is agreed with the participant. Rule: FA-T2."""
    at, accept = _when(body.accepted_at, doing.now), SupportNetwork.accept_alternative_plan
    return await doing.do(change(SupportNetwork, participant_id, accept, doing.staff.id, at))


@router.post("/home-climate", dependencies=FAMILY_WORK)
async def rate_home_climate(participant_id: ParticipantId, body: Climate, doing: Doing, program: InForce) -> Receipt:
    """A supporter rates the climate at home. Rules: FA-N3, FA-M5."""
    at, rate = _when(body.rated_at, doing.now), SupportNetwork.rate_home_climate
    turn = (CLIMATE, body.supporter_id, at, program, doing.now)
    taken = change(SupportNetwork, participant_id, asking.note_answer, *turn)
    return await doing.do(change(SupportNetwork, participant_id, rate, body.supporter_id, body.rating, at), taken)


@router.get("", dependencies=[ABOUT_PEOPLE])
async def get_network(request: Request, participant_id: ParticipantId) -> dict[str, Any]:
    """The support network of one participant."""
    return await views.network_of(request.app.state.database, participant_id, request.app.state.clock.now())


@router.get("/told", dependencies=[ABOUT_PEOPLE])
async def get_told(request: Request, participant_id: ParticipantId) -> list[dict[str, Any]]:
    """Who was told what under which release, and who was kept silent and why. Rule: FA-S5."""
    return await views.told_of(request.app.state.database, participant_id)


def _when(given: datetime | None, now: datetime) -> datetime:
    if given is not None and given > now:
        raise Invalid("in-the-future", "this is said of something that already happened")
    return given or now
