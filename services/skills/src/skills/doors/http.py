"""Who may ask skills what over HTTP."""

from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Request, Response, status
from pydantic import Field

from common.change import Invalid, change
from common.contracts.message import Instant
from common.contracts.words import (
    ParticipantId,
    Role,
    SkillModule,
    TargetKind,
)
from common.web import Body, Doing, Receipt, allow, staff_of
from skills import views
from skills.domain.diary import Card
from skills.domain.record import SkillsRecord
from skills.domain.risk import Target
from skills.domain.watching import watched

CLINICAL = (Role.CLINICIAN, Role.MEDICAL, Role.FAMILY_CLINICIAN, Role.SKILLS_LEADER)
"""The roles that care for participants."""
MOST_PARTICIPANTS = 100
"""Participants one lesson may name; a skills group has at most 12. ASSUMED."""
MOST_AT_ONCE = 200
"""Cards or administrations in one request; they are taken together or not at all. ASSUMED."""

router = APIRouter(prefix="/v1", tags=["skills"], dependencies=[Depends(staff_of)])

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
"""A code, never a sentence: it travels where anybody who watches may see it."""
Person = Annotated[ParticipantId, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
Participant = Annotated[ParticipantId, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]


class DiaryCard(Body):
    """One day's card; the range of each value is the domain's to judge."""

    day: date
    suicide_urge: int | None = None
    self_harm_urge: int | None = None
    self_harm: bool
    skill_codes: tuple[int, ...] = Field((), max_length=100)


class CardOf(DiaryCard):
    """A card and whose it is."""

    participant_id: Person


class Cards(Body):
    """The day's cards of many participants, as a diary app hands them on."""

    cards: tuple[CardOf, ...] = Field(min_length=1, max_length=MOST_AT_ONCE)


class TargetBehaviour(Body):
    """A target behaviour that happened."""

    kind: TargetKind
    happened_at: Instant | None = None
    needed_medical_care: bool = False


class LessonTaught(Body):
    """One lesson, and everybody whom it reached."""

    module: SkillModule
    lesson: Code
    taught_at: Instant | None = None
    participant_ids: tuple[Person, ...] = Field(min_length=1, max_length=MOST_PARTICIPANTS)


def happened(at: datetime | None, now: datetime) -> datetime:
    """The instant meant, in UTC, now where none is given; raises Invalid `in-the-future`. Rule: SK-D6."""
    if at is not None and at > now:
        raise Invalid("in-the-future", "this has not happened yet by the program's clock")
    return (at or now).astimezone(UTC)


def begun(day: date, now: datetime, zone: str) -> date:
    """A day that has begun for the program or in UTC; raises Invalid `in-the-future`. Rule: SK-D6."""
    if day > max(now.astimezone(ZoneInfo(zone)).date(), now.astimezone(UTC).date()):
        raise Invalid("in-the-future", "this day has not begun yet by the program's clock")
    return day


@router.post(
    "/participants/{pid}/diary-cards",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(*CLINICAL, Role.INTEGRATION)],
)
async def submit_diary_card(pid: Participant, body: DiaryCard, doing: Doing, request: Request) -> Receipt:
    """Hand in the card of one day; another one for that day is its next revision."""
    begun(body.day, doing.now, request.app.state.settings.zone)
    card = Card(**dict(body))
    return await doing.do(change(SkillsRecord, pid, watched(SkillsRecord.submit_card), card, doing.now))


@router.post("/diary-cards", status_code=status.HTTP_201_CREATED, dependencies=[allow(*CLINICAL, Role.INTEGRATION)])
async def submit_diary_cards(body: Cards, doing: Doing, request: Request) -> Receipt:
    """Hand in the cards of many participants, all or none."""
    zone = request.app.state.settings.zone
    changes = []
    for one in body.cards:
        begun(one.day, doing.now, zone)
        card = Card.model_validate(one.model_dump(exclude={"participant_id"}))
        changes.append(change(SkillsRecord, one.participant_id, watched(SkillsRecord.submit_card), card, doing.now))
    return await doing.do(*changes)


@router.post(
    "/participants/{pid}/target-behaviours",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(*CLINICAL, Role.INTEGRATION)],
)
async def record_target(pid: Participant, body: TargetBehaviour, doing: Doing) -> Receipt:
    """Record a target behaviour."""
    target = Target(
        kind=body.kind,
        happened_at=happened(body.happened_at, doing.now),
        needed_medical_care=body.needed_medical_care,
    )
    return await doing.do(change(SkillsRecord, pid, watched(SkillsRecord.record_target), target, doing.now))


@router.post(
    "/lessons",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(Role.SKILLS_LEADER, Role.CLINICIAN)],
)
async def teach_lesson(body: LessonTaught, doing: Doing) -> Receipt:
    """One lesson reached a group: all of them, or none if it is no lesson."""
    at = happened(body.taught_at, doing.now)
    taught = [
        change(SkillsRecord, pid, SkillsRecord.teach, body.module, body.lesson, at)
        for pid in dict.fromkeys(body.participant_ids)
    ]
    return await doing.do(*taught)


@router.get("/participants/{pid}")
async def get_participant(pid: Participant, request: Request, response: Response) -> views.ParticipantView:
    """All that skills knows about one participant."""
    view = await views.participant(request.app.state.database, pid)
    response.headers["ETag"] = f'"{view.version}"'
    return view


@router.get("/curriculum")
async def get_curriculum() -> views.CycleView:
    """The cycle and its lessons."""
    return views.cycle()
