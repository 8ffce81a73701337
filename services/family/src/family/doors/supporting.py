"""The supporter's own door: a token of their own, and every time what the participant lets them know."""

import asyncio
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from common.auth import Door
from common.change import Change, change
from common.contracts.measures import FamilyInstrument, FamilyMeasureRecorded
from common.contracts.reports import Danger
from common.contracts.words import ParticipantId, StaffId, SupporterId, TransitionId
from common.units import Act
from common.web import PATIENCE_SECONDS, Acting, Body, Problem, acting
from family.domain import asking, engaging, reading, supporting, talks
from family.domain.measures import NO_BAND, FamilyMeasures
from family.domain.network import SupportNetwork
from family.domain.program import Program
from family.domain.turns import CLIMATE
from family.doors import reports
from family.doors.engagement import Code, Text
from family.doors.http import InForce
from family.views import supporting as views
from family.views.engagement import words_kept

router = APIRouter(prefix="/v1", tags=["supporting"])

OWN = "/participants/{participant_id}/supporting"
Participant = Annotated[ParticipantId, Path(pattern=reports.Id)]


class Noted(BaseModel):
    """The only answer to what a supporter says; a version would tell what others do."""

    noted: bool = True


class Aims(Body):
    """What they want to work on themselves, in codes; `words` are theirs, kept here only."""

    goals: tuple[Code, ...] = Field(max_length=10)
    words: Text = ""


class Answer(Body):
    """What came out of a measure they answered: the score, never an item."""

    instrument: FamilyInstrument
    score: float


class Climate(Body):
    """The climate at home, 0 (worst) to 10."""

    rating: int


class Entry(Body):
    """That they practised; whether the participant may see it."""

    helped: bool | None = None
    shared: bool = False


class Try(Body):
    """A try to validate, in which situation; how it felt is the participant's to say."""

    level: int
    situation: Text = ""


class Version(Body):
    """The version of the home agreement that they agree to."""

    version: int


class Word(Body):
    """What they want us to know, about whom, by id or in their words, and whether there is danger."""

    danger: Danger
    participant_id: ParticipantId | None = Field(None, pattern=reports.Id)
    whom: str = Field("", max_length=200)
    words: str = Field("", max_length=8000)
    told_at: AwareDatetime | None = None


async def supporter(request: Request, authorization: Annotated[str | None, Header()] = None) -> SupporterId:
    """The supporter whose token this is: there is no other way to say who one is. Rule: FA-W1."""
    door: Door = request.app.state.supporters_door
    return SupporterId((await door.who(authorization)).id)


Supporter = Annotated[SupporterId, Depends(supporter)]


async def acting_as_supporter(
    request: Request,
    response: Response,
    authorization: Annotated[str | None, Header()] = None,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    x_correlation_id: Annotated[str | None, Header(max_length=100)] = None,
) -> Acting:
    """One write of a supporter's own; raises Problem 400 without an `Idempotency-Key`.

    No `If-Match` is heeded: whether a version is met would tell whether there is such a participant. Rule: FA-W2.
    """
    me = await request.app.state.supporters_door.who(authorization)
    return await acting(request, response, me, idempotency_key, None, x_correlation_id)


DoingAsSupporter = Annotated[Acting, Depends(acting_as_supporter)]


@router.get(OWN)
async def get_shared(request: Request, participant_id: Participant, me: Supporter, program: InForce) -> dict[str, Any]:
    """What they may know now, and what is theirs; on record first, whatever the answer. Rules: FA-W2, FA-W4, FA-W7."""
    now = request.app.state.clock.now()
    await _on_record(request, participant_id, me, now)
    return await views.shared_with(request.app.state.database, participant_id, me, program, now)


@router.post(f"{OWN}/aims", status_code=202)
async def set_aims(
    response: Response, participant_id: Participant, body: Aims, doing: DoingAsSupporter, program: InForce
) -> Noted:
    """What they want to work on themselves. Rule: FA-W3."""
    me = _me(doing)
    aims = change(SupportNetwork, participant_id, supporting.set_aims, me, body.goals, program, doing.now)
    kept = [words_kept(participant_id, f"aims:{me}", {"words": body.words}, doing.now)] if body.words else []
    await doing.do(aims, *kept)
    return _noted(response)


@router.post(f"{OWN}/measures", status_code=202)
async def answer_measure(
    response: Response, participant_id: Participant, body: Answer, doing: DoingAsSupporter, program: InForce
) -> Noted:
    """They answered a measure; who said so is themselves. Rules: FA-M1, FA-M5, FA-W3."""
    me, id = _me(doing), str(uuid5(UUID(doing.id), "measure"))
    new = FamilyMeasureRecorded(
        at=doing.now,
        participant_id=participant_id,
        measure_id=id,
        instrument=body.instrument,
        supporter_id=me,
        score=body.score,
        band=NO_BAND,
        recorded_by=StaffId(me),
    )
    record = change(FamilyMeasures, participant_id, FamilyMeasures.record, new)
    await doing.do(_open(participant_id, doing), record, _taken(participant_id, new.instrument.value, program, doing))
    return _noted(response)


@router.post(f"{OWN}/home-climate", status_code=202)
async def rate_climate(
    response: Response, participant_id: Participant, body: Climate, doing: DoingAsSupporter, program: InForce
) -> Noted:
    """They rate the climate at home. Rules: FA-N3, FA-M5, FA-W3."""
    rate = SupportNetwork.rate_home_climate
    rated = change(SupportNetwork, participant_id, rate, _me(doing), body.rating, doing.now)
    await doing.do(_open(participant_id, doing), rated, _taken(participant_id, CLIMATE, program, doing))
    return _noted(response)


@router.post(f"{OWN}/validations", status_code=202)
async def practise_validation(
    response: Response, participant_id: Participant, body: Try, doing: DoingAsSupporter
) -> Noted:
    """They tried to validate. Rules: FA-E5, FA-W3."""
    me, situation = _me(doing), {"level": body.level, "words": body.situation}
    tried = change(SupportNetwork, participant_id, engaging.practise_validation, me, body.level, None, doing.now)
    kept = [words_kept(participant_id, f"validation:{me}", situation, doing.now)] if body.situation else []
    await doing.do(_open(participant_id, doing), tried, *kept)
    return _noted(response)


@router.post(f"{OWN}/home-practices/{{practice_id}}/log", status_code=202)
async def log_practice(
    response: Response,
    participant_id: Participant,
    practice_id: str,
    body: Entry,
    doing: DoingAsSupporter,
    program: InForce,
) -> Noted:
    """They practised, as they say. Rules: FA-E4, FA-W3."""
    told = (_me(doing), practice_id, body.helped, body.shared, program, doing.now)
    await doing.do(change(SupportNetwork, participant_id, supporting.log_practice, *told))
    return _noted(response)


@router.post(f"{OWN}/home-agreement/agree", status_code=202)
async def agree(response: Response, participant_id: Participant, body: Version, doing: DoingAsSupporter) -> Noted:
    """They agree to the home agreement. Rules: FA-E7, FA-W3."""
    await doing.do(change(SupportNetwork, participant_id, supporting.agree, _me(doing), body.version, doing.now))
    return _noted(response)


@router.post(f"{OWN}/transition-meetings/{{transition_id}}/decline", status_code=202)
async def decline(
    response: Response, participant_id: Participant, transition_id: TransitionId, doing: DoingAsSupporter
) -> Noted:
    """They would rather not come to this talk. Rules: FA-T13, FA-W3."""
    no = change(SupportNetwork, participant_id, supporting.decline, _me(doing), transition_id, doing.now)
    await doing.do(no, change(SupportNetwork, participant_id, talks.prepare, doing.now))
    return _noted(response)


@router.post("/supporting/reports", status_code=202)
async def take_word(request: Request, response: Response, body: Word, doing: DoingAsSupporter) -> reports.Thanks:
    """Whatever they want us to know is taken, whoever lets them know what. Rules: FA-I1, FA-I2, FA-W5."""
    me, about = _me(doing), body.participant_id
    ours = about and await views.was_named(request.app.state.database, about, me)
    whom = body.whom if ours or not about else f"{about} {body.whom}".strip()[:200]
    word = reports.Word(
        danger=body.danger,
        participant_id=about if ours else None,
        supporter_id=me,
        whom=whom,
        words=body.words,
        told_at=body.told_at,
    )
    thanks = await reports.take(word, doing)
    _noted(response)
    return thanks


async def _on_record(request: Request, participant_id: ParticipantId, me: SupporterId, now: datetime) -> None:
    """Note that they look, by the same act for everybody: how long it takes tells nothing either. Rules: FA-W2, FA-W7.

    Raises Problem 503 while the database does not take it: nothing is shown that is not on record.
    """
    state = request.app.state
    day = now.astimezone(ZoneInfo(state.settings.zone)).date()
    look = Act(str(uuid4()), now, (change(SupportNetwork, participant_id, reading.note, me, day, now),))
    try:
        await asyncio.wait_for(asyncio.shield(state.desk.take([look])), PATIENCE_SECONDS)
    except TimeoutError:
        raise Problem(503, "database-away", "the database does not answer now; try again in a moment") from None


def _me(doing: Acting) -> SupporterId:
    return SupporterId(doing.staff.id)


def _open(participant_id: ParticipantId, doing: Acting) -> Change[SupportNetwork]:
    return change(SupportNetwork, participant_id, supporting.must_be_open, _me(doing), doing.now)


def _taken(participant_id: ParticipantId, measure: str, program: Program, doing: Acting) -> Change[SupportNetwork]:
    told = (measure, _me(doing), doing.now, program, doing.now)
    return change(SupportNetwork, participant_id, asking.note_answer, *told)


def _noted(response: Response) -> Noted:
    del response.headers["ETag"]
    return Noted()
