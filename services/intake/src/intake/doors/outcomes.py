"""Who may ask intake what over HTTP about outcomes: one participant's panel, and the reports on everybody."""

from typing import Any

from fastapi import APIRouter, Request

from common.change import NotFound
from common.contracts.words import ParticipantId, Role
from common.web import allow
from intake.domain.continuity import Continuity
from intake.domain.exposure import Report
from intake.domain.program_days import midnight
from intake.doors.asking import InForce
from intake.doors.reading import Noted
from intake.views import outcomes as views

router = APIRouter(prefix="/v1", tags=["outcomes"], route_class=Noted)

WHO_TREATS = allow(Role.CLINICIAN, Role.MEDICAL, Role.FAMILY_CLINICIAN, Role.SKILLS_LEADER)
ANSWERS_FOR_ALL = allow(Role.MEDICAL, Role.PRIVACY)
"""Who may read what is said of everybody: the medical director's side, and the privacy officer. ASSUMED."""


@router.get("/participants/{pid}/outcomes", dependencies=[WHO_TREATS])
async def get_panel(request: Request, pid: ParticipantId, rules: InForce) -> dict[str, Any]:
    """One participant's outcomes, headed by their own life worth living."""
    found = await views.panel(request.app.state.database, pid, rules)
    if found is None:
        raise NotFound("no-such-participant", "intake knows no participant with this id")
    return found


@router.get("/reports/outcomes", dependencies=[ANSWERS_FOR_ALL])
async def get_report(request: Request, rules: InForce) -> Report:
    """Outcomes beside exposure to therapist, peers and family, until the month began; small numbers held back."""
    today = request.app.state.clock.now().astimezone(rules.zone).date()
    return await views.everybody(request.app.state.database, midnight(today.replace(day=1), rules.zone), rules)


@router.get("/reports/continuity", dependencies=[ANSWERS_FOR_ALL])
async def get_continuity(request: Request, rules: InForce) -> Continuity:
    """How often one therapist stayed from level to level."""
    return await views.through_levels(request.app.state.database, rules)
