"""What the policy is, and why it answers as it does: asked over HTTP."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from common.change import NotFound, change
from common.contracts.words import ParticipantId, Role
from common.web import Body, Doing, Receipt, Who, allow
from intake import views
from intake.domain import continued_stay
from intake.domain.asks import hold_review
from intake.domain.episode import Episode
from intake.domain.explanation import Explanation, explain
from intake.domain.review import ask_for_more
from intake.domain.tasks import Review
from intake.doors.asking import Code, InForce
from intake.doors.reading import Noted
from intake.views import care

router = APIRouter(prefix="/v1", tags=["policy"], route_class=Noted)

Limit = Annotated[int, Query(ge=1, le=500)]
CLINICAL = allow(Role.CLINICIAN, Role.MEDICAL)
ANYBODY_IN_CARE = allow(Role.CLINICIAN, Role.MEDICAL, Role.FAMILY_CLINICIAN, Role.SKILLS_LEADER)
REVIEWERS = allow(Role.CLINICIAN, Role.MEDICAL, Role.UR_NURSE)
"""Who reviews somebody's care may see what the policy rests on. Source: facts 2.7."""


class Held(Body):
    """Which review was held, and what came of it, as a code."""

    review: Review
    outcome: Code
    lower_unsafe_because: Code | None = None
    """For `continued-stay`: why a lower level is not safe now."""
    plan_change: Code | None = None
    """For `continued-stay`: what changes in the plan."""


class SupportRequest(Body):
    """Who asks for more support."""

    asked_by: Literal["clinician", "participant", "supporter"]


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


@router.get("/policy/tasks", dependencies=[REVIEWERS])
async def list_tasks(request: Request, after: str = "", limit: Limit = 100) -> dict[str, Any]:
    """Of whom the policy asks something of people now: reviews to hold, evidence to collect; by participant id."""
    return await views.tasks(request.app.state.database, after, limit)


@router.post("/participants/{pid}/reviews", status_code=201, dependencies=[CLINICAL])
async def hold(request: Request, pid: ParticipantId, body: Held, doing: Doing) -> Receipt:
    """A review the policy asked for was held; of a continued stay with the goals that are worked on."""
    if body.review is Review.CONTINUED_STAY:
        goals = await care.goals_worked_on(request.app.state.database, pid)
        why = (body.lower_unsafe_because or "", body.plan_change or "")
        about = (goals, *why, body.outcome, doing.staff.id, doing.now)
        return await doing.do(change(Episode, pid, continued_stay.hold, *about))
    return await doing.do(change(Episode, pid, hold_review, body.review, body.outcome, doing.staff.id, doing.now))


@router.post("/participants/{pid}/support-requests", status_code=201, dependencies=[ANYBODY_IN_CARE])
async def ask_for_support(pid: ParticipantId, body: SupportRequest, doing: Doing, rules: InForce) -> Receipt:
    """A clinician, the participant or a supporter asks for more support; a person reviews it."""
    asked = change(Episode, pid, ask_for_more, doing.id, body.asked_by, doing.staff.id, rules, doing.now)
    return await doing.do(asked)
