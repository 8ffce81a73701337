"""Who may tell skills of values, of what is looked forward to, of goals of expression, and of beliefs over HTTP.

Each is in the participant's own words, which stay here and are read by therapists. Rule: SK-D14.
"""

from datetime import UTC, date, datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, status
from pydantic import Field

from common.change import Change, Invalid, change
from common.contracts.care import GoalOutcome
from common.contracts.growth import AheadOutcome
from common.contracts.message import Instant
from common.contracts.words import Role, SessionId
from common.web import Acting, Body, Doing, Receipt, Who, allow, staff_of
from skills.domain.ahead import Thing
from skills.domain.expression import Tried
from skills.domain.workbook import Workbook
from skills.doors.curriculum import Taught
from skills.doors.http import CLINICAL, Code, Id, Participant, Supporter, Whole, happened
from skills.doors.stranger import SAYS_IF_UNHEARD
from skills.doors.targets import WORD_READERS, Goal, Words
from skills.views import growth as views
from skills.views.agenda import words

NAMESPACE = UUID("4d1c5f0e-6c0b-5d0f-9b0e-6b5f2f7d9a11")
"""Namespace of the ids of what is written here."""
WRITERS = [allow(*CLINICAL, Role.INTEGRATION)]
READERS = [allow(*CLINICAL)]

router = APIRouter(prefix="/v1/participants/{pid}", tags=["growth"], dependencies=[Depends(staff_of), SAYS_IF_UNHEARD])


class ValueFor(Body):
    """What matters, in the participant's own words, and the goals of theirs that rest on it."""

    words: Words
    goal_ids: tuple[Goal, ...] = Field((), max_length=20)


class ThingFor(Body):
    """Something to look forward to: on a day or from an instant on; `session_id` where scheduling has it."""

    on: date | None = None
    starts_at: Instant | None = None
    with_others: bool = False
    value_id: Id | None = None
    session_id: SessionId | None = Field(None, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")
    words: Words | None = None


class Became(Body):
    """What became of it."""

    outcome: AheadOutcome


class ExpressionFor(Body):
    """What the participant wants to be able to say, and to whom, as family knows them."""

    words: Words
    supporter_id: Supporter | None = None


class ExpressionTried(Body):
    """It was said, or tried; how openly, 0-5, where somebody said."""

    practised_at: Instant | None = None
    supporter_id: Supporter | None = None
    openness: Whole | None = None
    words: Words | None = None


class Ended(Body):
    """How a goal of expression ends; it is never called failed."""

    outcome: GoalOutcome


class BeliefFor(Body):
    """A belief that does not help, where it comes up, and how much it is believed, 0-10."""

    belief: Words
    situation: Words | None = None
    conviction: Whole | None = None


class Alternative(Body):
    """Another way to see it, and the skills of the library that help to live by it."""

    alternative: Words
    skills: tuple[Code, ...] = Field((), max_length=20)


class Believed(Body):
    """How much it is believed, 0-10."""

    conviction: Whole
    rated_at: Instant | None = None


@router.post("/values", status_code=status.HTTP_201_CREATED, dependencies=WRITERS)
async def name_value(pid: Participant, body: ValueFor, doing: Doing) -> Receipt:
    """Name something that matters."""
    id = _id(doing)
    named = change(Workbook, pid, Workbook.name_value, id, tuple(dict.fromkeys(body.goal_ids)), doing.now)
    return await doing.do(named, words(pid, id, {"words": body.words}), id=id)


@router.post("/values/{value_id}/set-aside", dependencies=WRITERS)
async def set_value_aside(pid: Participant, value_id: str, doing: Doing) -> Receipt:
    """Say that it is no value of theirs any more."""
    return await doing.do(change(Workbook, pid, Workbook.set_value_aside, value_id, doing.now))


@router.get("/values", dependencies=READERS)
async def get_values(pid: Participant, request: Request, staff: Who, syllabus: Taught) -> views.ValuesView:
    """What matters to the participant, and where it is at work; words for whom they are."""
    reads = bool(staff.roles & WORD_READERS)
    return await views.values(request.app.state.database, syllabus, pid, with_words=reads)


@router.post("/ahead", status_code=status.HTTP_201_CREATED, dependencies=WRITERS)
async def look_forward(pid: Participant, body: ThingFor, doing: Doing, request: Request) -> Receipt:
    """Put down something to look forward to."""
    id, on = _id(doing), _day(body, doing.now, ZoneInfo(request.app.state.settings.zone))
    starts_at = body.starts_at.astimezone(UTC) if body.starts_at else None
    thing = Thing(**{**body.model_dump(exclude={"words"}), "on": on, "starts_at": starts_at})
    return await _write(pid, doing, change(Workbook, pid, Workbook.look_forward, id, thing, doing.now), id, body.words)


@router.post("/ahead/{ahead_id}/settle", dependencies=WRITERS)
async def settle_ahead(pid: Participant, ahead_id: str, body: Became, doing: Doing) -> Receipt:
    """Say what became of it; said again with another outcome, it replaces."""
    return await doing.do(change(Workbook, pid, Workbook.settle_ahead, ahead_id, body.outcome, doing.now))


@router.get("/ahead", dependencies=READERS)
async def get_ahead(pid: Participant, request: Request, staff: Who) -> views.AheadView:
    """What the participant looks forward to, and what comes next; words for whom they are."""
    state = request.app.state
    today = state.clock.now().astimezone(ZoneInfo(state.settings.zone)).date()
    return await views.ahead(state.database, pid, today, with_words=bool(staff.roles & WORD_READERS))


@router.post("/expression-goals", status_code=status.HTTP_201_CREATED, dependencies=WRITERS)
async def set_expression(pid: Participant, body: ExpressionFor, doing: Doing) -> Receipt:
    """Put down what the participant wants to be able to say."""
    id = _id(doing)
    goal = change(Workbook, pid, Workbook.set_expression, id, body.supporter_id, doing.now)
    return await _write(pid, doing, goal, id, body.words)


@router.post("/expression-goals/{expression_id}/practice", status_code=status.HTTP_201_CREATED, dependencies=WRITERS)
async def practise_expression(pid: Participant, expression_id: str, body: ExpressionTried, doing: Doing) -> Receipt:
    """It was said, or tried."""
    id, at = _id(doing), happened(body.practised_at, doing.now)
    tried = Tried(practice_id=id, at=at, supporter_id=body.supporter_id, openness=body.openness)
    done = change(Workbook, pid, Workbook.practise_expression, expression_id, tried)
    return await _write(pid, doing, done, id, body.words)


@router.post("/expression-goals/{expression_id}/end", dependencies=WRITERS)
async def end_expression(pid: Participant, expression_id: str, body: Ended, doing: Doing) -> Receipt:
    """Say that it was reached, or is set aside."""
    return await doing.do(change(Workbook, pid, Workbook.end_expression, expression_id, body.outcome, doing.now))


@router.get("/expression-goals", dependencies=READERS)
async def get_expression(pid: Participant, request: Request, staff: Who) -> list[views.ExpressionView]:
    """Goals of expression and how it went; words for whom they are."""
    return await views.expression(request.app.state.database, pid, with_words=bool(staff.roles & WORD_READERS))


@router.post("/beliefs", status_code=status.HTTP_201_CREATED, dependencies=WRITERS)
async def name_belief(pid: Participant, body: BeliefFor, doing: Doing) -> Receipt:
    """Put a belief that does not help into words."""
    id = _id(doing)
    named = change(Workbook, pid, Workbook.name_belief, id, body.conviction, doing.now)
    said = body.model_dump(include={"belief", "situation"}, exclude_none=True)
    return await doing.do(named, words(pid, id, said), id=id)


@router.post("/beliefs/{belief_id}/alternative", status_code=status.HTTP_201_CREATED, dependencies=WRITERS)
async def find_alternative(
    pid: Participant, belief_id: str, body: Alternative, doing: Doing, syllabus: Taught
) -> Receipt:
    """Another way to see it; a later one replaces."""
    id, skills = _id(doing), tuple(dict.fromkeys(body.skills))
    found = change(Workbook, pid, Workbook.find_alternative, syllabus, belief_id, id, skills, doing.now)
    return await doing.do(found, words(pid, id, {"alternative": body.alternative}), id=id)


@router.post("/beliefs/{belief_id}/ratings", status_code=status.HTTP_201_CREATED, dependencies=WRITERS)
async def rate_belief(pid: Participant, belief_id: str, body: Believed, doing: Doing) -> Receipt:
    """Say how much it is believed."""
    at = happened(body.rated_at, doing.now)
    return await doing.do(change(Workbook, pid, Workbook.rate_belief, belief_id, body.conviction, at))


@router.get("/beliefs", dependencies=READERS)
async def get_beliefs(pid: Participant, request: Request, staff: Who) -> list[views.BeliefView]:
    """Beliefs, other ways to see them, and how much they are believed; words for whom they are."""
    return await views.beliefs(request.app.state.database, pid, with_words=bool(staff.roles & WORD_READERS))


def _day(body: ThingFor, now: datetime, zone: ZoneInfo) -> date:
    """The program's day of a thing ahead; raises Invalid `no-day`, `days-upside-down`, `in-the-past`. Rule: SK-G3."""
    starts_on = body.starts_at.astimezone(zone).date() if body.starts_at else None
    on = body.on or starts_on
    if on is None:
        raise Invalid("no-day", "something to look forward to has a day or an instant")
    if starts_on not in (None, on):
        raise Invalid("days-upside-down", "the instant is not on this day in the program's zone")
    if on < min(now.astimezone(zone).date(), now.astimezone(UTC).date()):
        raise Invalid("in-the-past", "this day is over; what happened is a moment")
    return on


async def _write(pid: str, doing: Acting, decided: Change[Workbook], id: str, said: str | None) -> Receipt:
    return await doing.do(decided, *([words(pid, id, {"words": said})] if said else []), id=id)


def _id(doing: Acting) -> str:
    return str(uuid5(NAMESPACE, doing.id))
