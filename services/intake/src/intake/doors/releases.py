"""Who may ask intake what over HTTP about consents: releases, and the age by which it is judged who signs."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import StringConstraints

from common.change import change
from common.contracts.care import BlockReason
from common.contracts.episodes import Part2Consent
from common.contracts.words import ParticipantId, ReleaseId, ReleaseScope, Role, Signatory, SupporterId
from common.web import Body, Doing, InCare, Receipt, allow
from intake import views
from intake.domain.age_of_consent import setting_of
from intake.domain.consents import Consents, Wanted
from intake.doors.asking import KNOWN, Code, InForce, Supporter, made
from intake.doors.reading import Noted
from intake.views import care

router = APIRouter(prefix="/v1", tags=["consents"], route_class=Noted)

CONSENT = allow(Role.CLINICIAN, Role.FAMILY_CLINICIAN)
State = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]


class Part2(Body):
    """What the form of a consent to tell of substance use says, element by element, in codes."""

    participant_named: bool = False
    discloser: Code | None = None
    information: tuple[Code, ...] = ()
    recipient_named: bool = False
    purpose: Code | None = None
    right_to_revoke_explained: bool = False
    expiry_event: Code | None = None
    signed: bool = False
    signed_on: date | None = None
    for_tpo: bool = False
    redisclosure_stated: bool = False
    refusal_explained: bool = False


class Release(Body):
    """Whom the participant lets hear what, until when, and on whose signature."""

    supporter_id: Supporter
    scopes: tuple[ReleaseScope, ...]
    expires_on: date | None = None
    granted_by: Signatory | None = None
    assented: bool | None = None
    part2: Part2 | None = None
    verbal: bool = False


class Block(Body):
    """Why nothing more is told to a supporter."""

    reason: BlockReason


class Unblock(Body):
    """Why a block is lifted."""

    reason: Code


class AgeBasis(Body):
    """When the participant was born, and by which state's law they consent; the program's, where none is said."""

    birth_date: date
    state: State = ""


@router.post("/participants/{pid}/releases", status_code=201, dependencies=[CONSENT, KNOWN])
async def grant_release(pid: ParticipantId, body: Release, request: Request, doing: Doing, rules: InForce) -> Receipt:
    """Who may sign lets one supporter hear about the named scopes."""
    id = ReleaseId(made(doing, "release"))
    setting = setting_of(await views.level_of(request.app.state.database, pid), body.scopes)
    form = Part2Consent.model_validate(body.part2.model_dump(exclude_none=True)) if body.part2 else None
    wanted = Wanted.model_validate({**body.model_dump(exclude={"part2"}), "part2": form})
    granted = change(Consents, pid, Consents.grant, id, wanted, setting, rules, doing.now)
    return await doing.do(granted, release_id=id)


@router.post("/participants/{pid}/releases/{release_id}/revoke", dependencies=[CONSENT])
async def revoke_release(pid: ParticipantId, release_id: ReleaseId, doing: Doing, rules: InForce) -> Receipt:
    """The participant takes a release back."""
    return await doing.do(change(Consents, pid, Consents.revoke, release_id, rules, doing.now))


@router.post("/participants/{pid}/supporters/{supporter_id}/block", dependencies=[CONSENT, KNOWN])
async def block_supporter(
    pid: ParticipantId, supporter_id: SupporterId, body: Block, doing: Doing, rules: InForce
) -> Receipt:
    """Nothing more is told to this supporter."""
    by = doing.staff.id
    return await doing.do(change(Consents, pid, Consents.block, supporter_id, body.reason, by, rules, doing.now))


@router.post("/participants/{pid}/supporters/{supporter_id}/unblock", dependencies=[CONSENT, KNOWN])
async def unblock_supporter(pid: ParticipantId, supporter_id: SupporterId, body: Unblock, doing: Doing) -> Receipt:
    """The block is lifted; releases are granted anew."""
    return await doing.do(change(Consents, pid, Consents.unblock, supporter_id, body.reason, doing.staff.id, doing.now))


@router.get("/participants/{pid}/releases")
async def get_releases(request: Request, staff: InCare, pid: ParticipantId) -> list[dict[str, Any]]:
    """Every release, and how it stands: `in-force`, `expired`, `revoked`, `suspended`."""
    return await care.releases(request.app.state.database, pid, request.app.state.clock.now())


@router.post("/participants/{pid}/age-basis", status_code=201, dependencies=[CONSENT, KNOWN])
async def record_age_basis(pid: ParticipantId, body: AgeBasis, doing: Doing, rules: InForce) -> Receipt:
    """By which birth date and state it is judged who may consent."""
    know = Consents.know_age
    return await doing.do(change(Consents, pid, know, body.birth_date, body.state, doing.staff.id, rules, doing.now))
