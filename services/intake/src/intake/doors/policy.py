"""What the policy is, and why it answers as it does: asked over HTTP."""

from typing import Any

from fastapi import APIRouter, Request

from common.change import NotFound
from common.contracts.words import ParticipantId, Role
from common.web import Who, allow
from intake import views
from intake.domain.explanation import Explanation, explain
from intake.doors.asking import InForce

router = APIRouter(prefix="/v1", tags=["policy"])

REVIEWERS = allow(Role.CLINICIAN, Role.MEDICAL, Role.UR_NURSE)
"""Who reviews somebody's care may see what the policy rests on. Source: facts 2.7."""


@router.get("/policy")
async def get_policy(staff: Who, rules: InForce) -> dict[str, Any]:
    """The policy in force, with its id."""
    return {"id": rules.policy.id, **rules.policy.model_dump(mode="json")}


@router.get("/participants/{pid}/explanation", dependencies=[REVIEWERS])
async def explain_answer(request: Request, pid: ParticipantId, rules: InForce) -> Explanation:
    """What the policy says of one participant now, with every rule, value, limit, event and missing item."""
    episode = await views.whole_episode(request.app.state.database, pid)
    if episode is None:
        raise NotFound("no-such-participant", "intake knows no participant with this id")
    return explain(episode, rules, request.app.state.clock.now())
