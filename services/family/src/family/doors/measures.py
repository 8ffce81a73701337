"""The family's measures over HTTP: written and read by the care team, and by nobody else."""

from typing import Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Request
from pydantic import AwareDatetime

from common.change import Invalid, change
from common.contracts.measures import ConnectionRated, FamilyInstrument, FamilyMeasureRecorded
from common.contracts.words import ParticipantId, Role, SupporterId
from common.web import Acting, Body, Doing, Receipt, allow
from family.domain import asking
from family.domain.measures import NO_BAND, FamilyMeasures
from family.domain.network import SupportNetwork
from family.domain.turns import CONNECTION
from family.doors.http import InForce
from family.views import measures as views

router = APIRouter(prefix="/v1/participants/{participant_id}")

CARE_TEAM = [allow(Role.FAMILY_CLINICIAN, Role.CLINICIAN, Role.MEDICAL)]


class Measure(Body):
    """One administration: the score, and who answered; nobody named, the participant did."""

    instrument: FamilyInstrument
    score: float
    supporter_id: SupporterId | None = None
    administered_at: AwareDatetime | None = None


class Connection(Body):
    """How connected the participant feels, each 0 to 10."""

    accepted: int
    cared_about: int
    valued: int
    rated_at: AwareDatetime | None = None


@router.post("/family-measures", status_code=201, dependencies=CARE_TEAM)
async def record_measure(participant_id: ParticipantId, body: Measure, doing: Doing, program: InForce) -> Receipt:
    """Record one administration. Rules: FA-M1, FA-M2, FA-M5."""
    id = str(uuid5(UUID(doing.id), "measure"))
    new = FamilyMeasureRecorded(
        at=_happened(body.administered_at, doing),
        participant_id=participant_id,
        measure_id=id,
        instrument=body.instrument,
        supporter_id=body.supporter_id,
        score=body.score,
        band=NO_BAND,
        recorded_by=doing.staff.id,
    )
    turn = (new.instrument.value, new.supporter_id, new.at, program, doing.now)
    taken = change(SupportNetwork, participant_id, asking.note_answer, *turn)
    return await doing.do(change(FamilyMeasures, participant_id, FamilyMeasures.record, new), taken, measure_id=id)


@router.post("/connection-ratings", status_code=201, dependencies=CARE_TEAM)
async def rate_connection(participant_id: ParticipantId, body: Connection, doing: Doing, program: InForce) -> Receipt:
    """Record how connected the participant feels. Rules: FA-M3, FA-M4, FA-M5."""
    id = str(uuid5(UUID(doing.id), "measure"))
    rated = ConnectionRated(
        at=_happened(body.rated_at, doing),
        participant_id=participant_id,
        measure_id=id,
        accepted=body.accepted,
        cared_about=body.cared_about,
        valued=body.valued,
        recorded_by=doing.staff.id,
    )
    taken = change(SupportNetwork, participant_id, asking.note_answer, CONNECTION, None, rated.at, program, doing.now)
    rate = change(FamilyMeasures, participant_id, FamilyMeasures.rate, rated, doing.now)
    return await doing.do(rate, taken, measure_id=id)


@router.post("/family-measures/{measure_id}/void", dependencies=CARE_TEAM)
async def void_measure(participant_id: ParticipantId, measure_id: str, doing: Doing) -> Receipt:
    """It does not count after all. Rule: FA-M1."""
    void = FamilyMeasures.set_aside
    return await doing.do(change(FamilyMeasures, participant_id, void, measure_id, doing.staff.id, doing.now))


@router.get("/family-measures", dependencies=CARE_TEAM)
async def get_measures(request: Request, participant_id: ParticipantId) -> list[dict[str, Any]]:
    """The course of every measure. Rule: FA-M2."""
    return await views.measures_of(request.app.state.database, participant_id)


@router.get("/family-measures/due", dependencies=CARE_TEAM)
async def get_due(request: Request, participant_id: ParticipantId, program: InForce) -> dict[str, Any]:
    """Whose turn comes next with which measure, and what was missed last. Rules: FA-M5, FA-M6."""
    return await views.due_of(request.app.state.database, participant_id, program, request.app.state.clock.now())


def _happened(at: AwareDatetime | None, doing: Acting) -> AwareDatetime:
    if at is not None and at > doing.now:
        raise Invalid("in-the-future", "this is said of something that already happened")
    return at or doing.now
