"""Who may set targets, record chain analyses, commitments and moments over HTTP, and read the agenda."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Request, status
from pydantic import Field

from common.change import Invalid, change
from common.contracts.message import Instant
from common.contracts.targets import ChainKind, CommitmentKind, CommitmentOutcome, MomentKind
from common.contracts.words import GoalId, Role
from common.plain import AskedDay
from common.web import Acting, Body, Doing, Receipt, Who, allow, staff_of
from skills.domain.agenda import Period
from skills.domain.targets import Chain, Commitment, Moment, Targets, WorkedOn
from skills.doors.curriculum import Taught
from skills.doors.http import CLINICAL, Code, Participant, Whole, happened
from skills.doors.stranger import SAYS_IF_UNHEARD
from skills.views import agenda as views

NAMESPACE = UUID("a3c0c3f4-5b0b-5f5e-8a6f-2d8f0b1c4e27")
"""Namespace of the ids of chain analyses, commitments and moments."""
WORD_READERS = frozenset({Role.CLINICIAN, Role.MEDICAL})
"""Who reads what a participant said in their own words."""
Words = Annotated[str, Field(min_length=1, max_length=4000)]
What = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
Goal = Annotated[GoalId, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
"""A goal of the participant's, as intake knows it."""
THERAPIST = allow(Role.CLINICIAN)

router = APIRouter(prefix="/v1", tags=["targets"], dependencies=[Depends(staff_of), SAYS_IF_UNHEARD])


class TargetFor(Body):
    """Something to work on, as a code, at its rank of the hierarchy; whether the participant agrees."""

    rank: Whole
    what: Code
    agreed: bool


class Ended(Body):
    """Why it is not worked on any more, as a code."""

    reason: Code


class ChainDone(Body):
    """A chain analysis: what it is about, as the agenda names it, its links in the participant's own words."""

    kind: ChainKind = ChainKind.CHAIN
    about: Code
    analysed_at: Instant | None = None
    vulnerability: Words | None = None
    prompting_event: Words | None = None
    links: tuple[Words, ...] = Field(min_length=1, max_length=50)
    consequences: Words | None = None
    repair: Words | None = None
    skills: tuple[Code, ...] = Field((), max_length=20)


class CommitmentFor(Body):
    """What the participant commits to, as a code, until when, in their own words, and towards which goal of theirs."""

    kind: CommitmentKind = CommitmentKind.UNTIL_A_DAY
    what: Code
    due_on: date | None = None
    goal_id: Goal | None = None
    words: Words | None = None


class CommitmentSeen(Body):
    """What came of it."""

    outcome: CommitmentOutcome


class MomentFor(Body):
    """Something between sessions, with the skill that was part of it, and in the participant's own words."""

    kind: MomentKind
    happened_at: Instant | None = None
    skill: Code | None = None
    words: Words | None = None


@router.post("/participants/{pid}/targets", status_code=status.HTTP_201_CREATED, dependencies=[THERAPIST])
async def set_target(pid: Participant, body: TargetFor, doing: Doing) -> Receipt:
    """Set a target; its code is its id, other content replaces."""
    new = WorkedOn(rank=body.rank, what=body.what, agreed=body.agreed, since=doing.now)
    return await doing.do(change(Targets, pid, Targets.set_target, body.what, new, doing.staff.id))


@router.post("/participants/{pid}/targets/{what}/end", dependencies=[THERAPIST])
async def end_target(pid: Participant, what: What, body: Ended, doing: Doing) -> Receipt:
    """Say that a target is not worked on any more."""
    return await doing.do(change(Targets, pid, Targets.end_target, what, body.reason, doing.staff.id, doing.now))


@router.post("/participants/{pid}/chain-analyses", status_code=status.HTTP_201_CREATED, dependencies=[THERAPIST])
async def record_chain(pid: Participant, body: ChainDone, doing: Doing, syllabus: Taught) -> Receipt:
    """Record a chain analysis, or a missing-links analysis; its words stay here."""
    chain_id = _id(doing)
    at = happened(body.analysed_at, doing.now)
    new = Chain(kind=body.kind, about=body.about, at=at, skills=body.skills)
    words = body.model_dump(include={"vulnerability", "prompting_event", "links", "consequences", "repair"})
    analysed = change(Targets, pid, Targets.analyse, syllabus, chain_id, new, len(body.links), doing.staff.id)
    return await doing.do(analysed, views.words(pid, chain_id, words), chain_id=chain_id)


@router.post("/participants/{pid}/commitments", status_code=status.HTTP_201_CREATED, dependencies=[THERAPIST])
async def make_commitment(pid: Participant, body: CommitmentFor, doing: Doing) -> Receipt:
    """Record what the participant commits to, to the treatment or until a day."""
    commitment_id = _id(doing)
    new = Commitment(kind=body.kind, what=body.what, due_on=body.due_on, goal_id=body.goal_id)
    made = change(Targets, pid, Targets.commit, commitment_id, new, doing.staff.id, doing.now)
    words = [views.words(pid, commitment_id, {"words": body.words})] if body.words else []
    return await doing.do(made, *words, commitment_id=commitment_id)


@router.post("/participants/{pid}/commitments/{commitment_id}/settle", dependencies=[THERAPIST])
async def settle_commitment(pid: Participant, commitment_id: str, body: CommitmentSeen, doing: Doing) -> Receipt:
    """Say what came of a commitment; said again with another outcome, it replaces."""
    by = doing.staff.id
    return await doing.do(change(Targets, pid, Targets.settle, commitment_id, body.outcome, by, doing.now))


@router.post(
    "/participants/{pid}/moments",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(*CLINICAL, Role.INTEGRATION)],
)
async def note_moment(pid: Participant, body: MomentFor, doing: Doing, syllabus: Taught) -> Receipt:
    """Note a success, a difficulty, a rupture, a repair or help, for the next session."""
    moment_id = _id(doing)
    new = Moment(kind=body.kind, happened_at=happened(body.happened_at, doing.now), skill=body.skill)
    noted = change(Targets, pid, Targets.note, syllabus, moment_id, new, doing.now)
    words = [views.words(pid, moment_id, {"words": body.words})] if body.words else []
    return await doing.do(noted, *words, moment_id=moment_id)


@router.get("/participants/{pid}/targets", dependencies=[allow(*CLINICAL)])
async def get_targets(pid: Participant, request: Request, staff: Who) -> views.TargetsView:
    """Targets, chain analyses, commitments and moments; words for whom they are."""
    return await views.targets(request.app.state.database, pid, with_words=bool(staff.roles & WORD_READERS))


@router.get("/participants/{pid}/agenda", dependencies=[allow(*CLINICAL)])
async def get_agenda(
    pid: Participant,
    request: Request,
    syllabus: Taught,
    since: Annotated[AskedDay | None, Query()] = None,
    until: Annotated[AskedDay | None, Query()] = None,
) -> views.AgendaView:
    """What to speak about in the next session, by the hierarchy, and why; the last 7 days where none are named."""
    return await views.agenda(request.app.state.database, syllabus, pid, days_of(request, since, until))


def days_of(request: Request, since: date | None, until: date | None) -> Period:
    """The days an agenda looks at, until today where no last one is named; raises Invalid `days-upside-down`."""
    state = request.app.state
    zone = ZoneInfo(state.settings.zone)
    last = until or state.clock.now().astimezone(zone).date()
    if since is not None and not 0 <= (last - since).days <= views.LONGEST_DAYS:
        raise Invalid("days-upside-down", f"an agenda looks back on 0 to {views.LONGEST_DAYS} days")
    return views.period(since, last, zone)


def _id(doing: Acting) -> str:
    return str(uuid5(NAMESPACE, doing.id))
