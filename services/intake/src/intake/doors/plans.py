"""Who may ask intake what over HTTP about goals and the safety plan; their words are for those who treat."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints

from common.change import NotFound, change
from common.contracts.care import GoalAuthor, GoalKind, GoalOutcome, GoalTowards, SafetyPlanText
from common.contracts.words import GoalId, ParticipantId, Role
from common.web import Body, Doing, Receipt, allow
from intake.domain.goals import Goals
from intake.domain.safety_plan import SafetyPlan
from intake.doors.asking import KNOWN, Supporter, Words, made
from intake.doors.reading import Noted
from intake.views import care

router = APIRouter(prefix="/v1", tags=["goals and safety plan"], route_class=Noted)

CLINICIAN = allow(Role.CLINICIAN)
WHO_TREATS = allow(Role.CLINICIAN, Role.MEDICAL, Role.FAMILY_CLINICIAN, Role.SKILLS_LEADER)
Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Lines = Annotated[tuple[Line, ...], Field(max_length=20)]


class Proposed(Body):
    """A goal in somebody's words, and whose they are."""

    kind: GoalKind
    towards: GoalTowards | None = None
    words: Words
    proposed_by: GoalAuthor


class Worded(Body):
    """Other words for a goal, and whose they are."""

    words: Words
    proposed_by: GoalAuthor


class Agreement(Body):
    """Who agrees, to which version of the words."""

    author: GoalAuthor
    version: int


class Ending(Body):
    """How a goal ends."""

    outcome: GoalOutcome


class Plan(Body):
    """What a safety plan says, and whether it was written with the participant."""

    together: bool
    warning_signs: Lines = ()
    coping: Lines = ()
    people_and_places: Lines = ()
    supporters: Annotated[tuple[Supporter, ...], Field(max_length=20)] = ()
    professionals: Lines = ()
    means_safety: Lines = ()
    reasons_for_living: Lines = ()


@router.post("/participants/{pid}/goals", status_code=201, dependencies=[CLINICIAN, KNOWN])
async def propose_goal(pid: ParticipantId, body: Proposed, doing: Doing) -> Receipt:
    """One author proposes a goal; it is one when the other has agreed."""
    id = GoalId(made(doing, "goal"))
    said = (id, body.kind, body.towards, body.words, body.proposed_by, doing.staff.id, doing.now)
    return await doing.do(change(Goals, pid, Goals.propose, *said), goal_id=id)


@router.post("/participants/{pid}/goals/{gid}/words", dependencies=[CLINICIAN])
async def word_goal(pid: ParticipantId, gid: GoalId, body: Worded, doing: Doing) -> Receipt:
    """Other words, to which the other author is asked to agree."""
    said = (gid, body.words, body.proposed_by, doing.staff.id, doing.now)
    return await doing.do(change(Goals, pid, Goals.word_anew, *said))


@router.post("/participants/{pid}/goals/{gid}/agree", dependencies=[CLINICIAN])
async def agree_to_goal(pid: ParticipantId, gid: GoalId, body: Agreement, doing: Doing) -> Receipt:
    """An author agrees to the words as they stand."""
    said = (gid, body.version, body.author, doing.staff.id, doing.now)
    return await doing.do(change(Goals, pid, Goals.agree, *said))


@router.post("/participants/{pid}/goals/{gid}/end", dependencies=[CLINICIAN])
async def end_goal(pid: ParticipantId, gid: GoalId, body: Ending, doing: Doing) -> Receipt:
    """It was reached, or is set aside."""
    return await doing.do(change(Goals, pid, Goals.end, gid, body.outcome, doing.staff.id, doing.now))


@router.get("/participants/{pid}/goals", dependencies=[WHO_TREATS])
async def get_goals(request: Request, pid: ParticipantId) -> dict[str, Any]:
    """Every goal with who has agreed, and whether a life worth living is still to be asked for."""
    return await care.goals(request.app.state.database, pid)


@router.post("/participants/{pid}/safety-plan", status_code=201, dependencies=[CLINICIAN, KNOWN])
async def write_safety_plan(pid: ParticipantId, body: Plan, doing: Doing) -> Receipt:
    """Another version of the safety plan, written together."""
    plan = SafetyPlanText.model_validate(body.model_dump(exclude={"together"}))
    return await doing.do(change(SafetyPlan, pid, SafetyPlan.write, plan, body.together, doing.staff.id, doing.now))


@router.get("/participants/{pid}/safety-plan", dependencies=[WHO_TREATS])
async def get_safety_plan(request: Request, pid: ParticipantId) -> dict[str, Any]:
    """The safety plan in force; of each supporter in it, whether they may hear of it."""
    found = await care.safety_plan(request.app.state.database, pid, request.app.state.clock.now())
    if found is None:
        raise NotFound("no-safety-plan", "no safety plan has been written")
    return found
