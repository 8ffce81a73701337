"""Who may say over HTTP what is agreed with a supporter, and done with them."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints

from common.change import change
from common.contracts.words import ParticipantId, Role, SupporterId
from common.web import Body, Doing, Receipt, Who, allow
from family.domain import asking, engaging
from family.domain.engaging import Checked, Wanted
from family.domain.network import SupportNetwork
from family.domain.program import Program
from family.doors.http import FAMILY_WORK, InForce
from family.doors.own import Oneself
from family.views.engagement import engagement_of, together_of, words_kept

router = APIRouter(prefix="/v1", tags=["engagement"])

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z][a-zA-Z_-]{1,59}$")]
SUPPORTER = "/participants/{pid}/supporters/{sid}"
Pid = ParticipantId
Sid = SupporterId
ONLY_FAMILY = [allow(Role.FAMILY_CLINICIAN)]


class Plan(Body):
    """How a supporter takes part and what for; `words` in theirs and the participant's own, kept here only."""

    session_types: tuple[str, ...] = Field(max_length=10)
    goals: tuple[str, ...] = Field(max_length=10)
    barriers: tuple[str, ...] = Field((), max_length=10)
    readiness: str
    agreed_with_supporter: bool
    words: Text = ""


class Ending(Body):
    """Why a plan ends, as a code."""

    reason: Code


class Module(Body):
    """A module of the family's curriculum."""

    module: str


class Knowledge(Body):
    """How much of a module they know, in percent, before it or `after` it."""

    after: bool
    percent: int


class Try(Body):
    """A try to validate: the level, how it felt to the participant where they say it, and the situation."""

    level: int
    felt: int | None = None
    situation: Text = ""


class Misconception(Body):
    """Something a supporter believes, as a code."""

    misconception: str


class Recheck(Body):
    """Whether it changed."""

    improved: bool


@router.get("/family-program")
async def get_program(_: Who, program: InForce) -> Program:
    """Kinds of session with their lengths, the curriculum, misconceptions, levels of validation, codes of plans."""
    return program


@router.post(f"{SUPPORTER}/plan", dependencies=FAMILY_WORK)
async def agree_plan(pid: Pid, sid: Sid, body: Plan, doing: Doing, program: InForce) -> Receipt:
    """The plan of one supporter, from now on. Rules: FA-E1, FA-M5."""
    wanted = Wanted.model_validate(body.model_dump(exclude={"words"}))
    agree = change(SupportNetwork, pid, engaging.agree_plan, sid, wanted, program, doing.staff.id, doing.now)
    kept = [words_kept(pid, f"plan:{sid}", {"words": body.words}, doing.now)] if body.words else []
    return await doing.do(agree, change(SupportNetwork, pid, asking.look, program, doing.now), *kept)


@router.post(f"{SUPPORTER}/plan/end", dependencies=FAMILY_WORK)
async def end_plan(pid: Pid, sid: Sid, body: Ending, doing: Doing) -> Receipt:
    """They take part no longer. Rule: FA-E1."""
    return await doing.do(change(SupportNetwork, pid, engaging.end_plan, sid, body.reason, doing.staff.id, doing.now))


@router.post(f"{SUPPORTER}/modules", dependencies=FAMILY_WORK)
async def teach_module(pid: Pid, sid: Sid, body: Module, doing: Doing, program: InForce) -> Receipt:
    """A module reached this supporter. Rule: FA-E3."""
    by = doing.staff.id
    return await doing.do(change(SupportNetwork, pid, engaging.teach_module, sid, body.module, program, by, doing.now))


@router.post(f"{SUPPORTER}/modules/{{module}}/knowledge", dependencies=FAMILY_WORK)
async def check_knowledge(pid: Pid, sid: Sid, module: Code, body: Knowledge, doing: Doing, program: InForce) -> Receipt:
    """How much of a module they know, before it or after it. Rule: FA-E10."""
    told = (sid, Checked(module=module, after=body.after, percent=body.percent), program, doing.staff.id, doing.now)
    return await doing.do(change(SupportNetwork, pid, engaging.check_knowledge, *told))


@router.post(f"{SUPPORTER}/validations", dependencies=FAMILY_WORK)
async def practise_validation(pid: Pid, sid: Sid, body: Try, doing: Doing) -> Receipt:
    """A supporter tried to validate. Rule: FA-E5."""
    tried = change(SupportNetwork, pid, engaging.practise_validation, sid, body.level, body.felt, doing.now)
    situation = {"level": body.level, "words": body.situation}
    kept = [words_kept(pid, f"validation:{sid}", situation, doing.now)] if body.situation else []
    return await doing.do(tried, *kept)


@router.post(f"{SUPPORTER}/misconceptions", dependencies=ONLY_FAMILY)
async def observe_misconception(pid: Pid, sid: Sid, body: Misconception, doing: Doing, program: InForce) -> Receipt:
    """The family clinician hears something that stands in the way. Rule: FA-E6."""
    told = (sid, body.misconception, program, doing.staff.id, doing.now)
    return await doing.do(change(SupportNetwork, pid, engaging.observe_misconception, *told))


@router.post(f"{SUPPORTER}/misconceptions/{{code}}/addressed", dependencies=ONLY_FAMILY)
async def address_misconception(
    pid: Pid, sid: Sid, code: Code, body: Module, doing: Doing, program: InForce
) -> Receipt:
    """A module took it up. Rule: FA-E6."""
    told = (sid, code, body.module, program, doing.staff.id, doing.now)
    return await doing.do(change(SupportNetwork, pid, engaging.address_misconception, *told))


@router.post(f"{SUPPORTER}/misconceptions/{{code}}/rechecked", dependencies=ONLY_FAMILY)
async def recheck_misconception(pid: Pid, sid: Sid, code: Code, body: Recheck, doing: Doing) -> Receipt:
    """It changed, or not yet. Rule: FA-E6."""
    told = (sid, code, body.improved, doing.staff.id, doing.now)
    return await doing.do(change(SupportNetwork, pid, engaging.recheck_misconception, *told))


@router.get("/participants/{participant_id}/engagement", dependencies=FAMILY_WORK)
async def get_engagement(
    request: Request, staff: Who, participant_id: ParticipantId, program: InForce
) -> dict[str, Any]:
    """The work with all supporters; what they believe is for the family clinician. Rules: FA-E2, FA-E6."""
    now, may = request.app.state.clock.now(), Role.FAMILY_CLINICIAN in staff.roles
    return await engagement_of(request.app.state.database, participant_id, program, now, misconceptions=may)


@router.get("/participants/{participant_id}/together")
async def get_together(request: Request, participant_id: ParticipantId, _: Oneself) -> dict[str, Any]:
    """What the participant reads of it, with a token of their own. Rules: FA-E4, FA-E6."""
    return await together_of(request.app.state.database, participant_id)
