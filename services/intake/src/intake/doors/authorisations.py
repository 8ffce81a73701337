"""Who may ask intake what over HTTP about authorisations and certifications."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field

from common.change import change
from common.contracts import coverage as said
from common.contracts.words import AuthorisationId, LevelOfCare, ParticipantId, Role
from common.web import Body, Doing, InCare, Receipt, allow
from intake.domain import authorisations
from intake.domain.coverage import Coverage
from intake.doors.asking import KNOWN, Code, InForce, made
from intake.doors.reading import Noted
from intake.views import care

router = APIRouter(prefix="/v1", tags=["authorisations"], route_class=Noted)

REVIEWER = allow(Role.UR_NURSE)
Units = Annotated[int, Field(ge=1, le=1000)]


class Authorisation(Body):
    """What a payer authorises: units of a level (nights in residence, else attended days) in a period."""

    payer: Code
    level: LevelOfCare
    units: Units
    from_on: date
    through_on: date


class Extension(Body):
    """What a payer authorises in all from now on: units, a last day, or both."""

    units: Units | None = None
    through_on: date | None = None


class Withdrawal(Body):
    """Why an authorisation does not hold."""

    reason: Code


class Certification(Body):
    """What a physician certifies."""

    level: LevelOfCare
    kind: said.CertificationKind
    certified_on: date
    hours_per_week: Annotated[int, Field(ge=1, le=168)]


@router.post("/participants/{pid}/authorisations", status_code=201, dependencies=[REVIEWER, KNOWN])
async def record_authorisation(pid: ParticipantId, body: Authorisation, doing: Doing, rules: InForce) -> Receipt:
    """A payer authorises care at a level."""
    id = AuthorisationId(made(doing, "authorisation"))
    told = said.AuthorisationRecorded(
        at=doing.now, participant_id=pid, authorisation_id=id, recorded_by=doing.staff.id, **body.model_dump()
    )
    return await doing.do(change(Coverage, pid, authorisations.record, told, rules), authorisation_id=id)


@router.post("/participants/{pid}/authorisations/{aid}/extend", dependencies=[REVIEWER])
async def extend_authorisation(
    pid: ParticipantId, aid: AuthorisationId, body: Extension, doing: Doing, rules: InForce
) -> Receipt:
    """The payer gives more."""
    extend, by = authorisations.extend, doing.staff.id
    return await doing.do(change(Coverage, pid, extend, aid, body.units, body.through_on, by, rules, doing.now))


@router.post("/participants/{pid}/authorisations/{aid}/withdraw", dependencies=[REVIEWER])
async def withdraw_authorisation(
    pid: ParticipantId, aid: AuthorisationId, body: Withdrawal, doing: Doing, rules: InForce
) -> Receipt:
    """It does not hold."""
    withdraw, by = authorisations.withdraw, doing.staff.id
    return await doing.do(change(Coverage, pid, withdraw, aid, body.reason, by, rules, doing.now))


@router.post("/participants/{pid}/certifications", status_code=201, dependencies=[allow(Role.MEDICAL), KNOWN])
async def certify(pid: ParticipantId, body: Certification, doing: Doing, rules: InForce) -> Receipt:
    """A physician certifies or recertifies the plan of care of a level."""
    told = said.CertificationRecorded(
        at=doing.now, participant_id=pid, certified_by=doing.staff.id, **body.model_dump()
    )
    return await doing.do(change(Coverage, pid, authorisations.certify, told, rules))


@router.get("/authorisations")
async def list_coverage(
    request: Request, staff: InCare, rules: InForce, after: str = "", limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> dict[str, Any]:
    """The same for everybody in care who has something authorised or certified, a page at a time."""
    now = request.app.state.clock.now()
    return await care.coverages(request.app.state.database, rules, now, after, limit)


@router.get("/participants/{pid}/authorisations")
async def get_coverage(request: Request, staff: InCare, pid: ParticipantId, rules: InForce) -> dict[str, Any]:
    """Authorisations with what was used of them, days none covers, and when certifications are due."""
    return await care.coverage(request.app.state.database, pid, rules, request.app.state.clock.now())
