"""Who may hand in diary cards over HTTP, go through them, and read them."""

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, status
from pydantic import Field

from common.change import Effect, Invalid, change
from common.contracts.message import Instant
from common.contracts.words import Role
from common.plain import AskedDay
from common.settings import Settings
from common.web import Body, Doing, Receipt, Who, allow, staff_of
from skills.domain.card_book import Sheet
from skills.domain.diary import Card
from skills.domain.program import Program
from skills.domain.record import SkillsRecord
from skills.domain.watching import watched
from skills.domain.workbook import Workbook
from skills.doors.http import CLINICAL, MOST_AT_ONCE, Code, Participant, Person, Whole, begun, happened
from skills.views import diary as views

NOTE_READERS = frozenset({Role.CLINICIAN, Role.MEDICAL})
"""Who reads a note that the participant did not share: therapists. Source: facts 3.4."""
LONGEST_NOTE = 4000
"""Characters. ASSUMED: two pages."""

router = APIRouter(prefix="/v1", tags=["diary"], dependencies=[Depends(staff_of)])


class DiaryCard(Body):
    """One day's card; the range of each value is the domain's, or its template's, to judge.

    `filled_at` is when the participant filled it in, now where none is given. `ratings` and `skills` go by the
    template, the program's current one where none is named. The last `note` of a day stands, shared or not as it says;
    an empty one takes it back.
    """

    day: date
    suicide_urge: Whole | None = None
    self_harm_urge: Whole | None = None
    self_harm: bool
    suicidal_act: bool | None = None
    skill_codes: tuple[Whole, ...] = Field((), max_length=100)
    filled_at: Instant | None = None
    filled_in_session: bool | None = None
    template: Code | None = None
    ratings: dict[Code, Whole] = Field({}, max_length=100)
    skills: dict[Code, Whole] = Field({}, max_length=100)
    overall: Whole | None = Field(None, ge=0, le=7)
    note: str | None = Field(None, max_length=LONGEST_NOTE)
    note_shared: bool = False

    @property
    def by_template(self) -> bool:
        """Whether it says more than every card does."""
        more = (self.template, self.suicidal_act, self.filled_in_session, self.overall)
        return bool(self.ratings or self.skills) or any(one is not None for one in more)


class CardOf(DiaryCard):
    """A card and whose it is."""

    participant_id: Person


class Cards(Body):
    """The day's cards of many participants, as a diary app hands them on."""

    cards: tuple[CardOf, ...] = Field(min_length=1, max_length=MOST_AT_ONCE)


class CardReviewed(Body):
    """Which revision of a card was gone through."""

    revision: Whole = Field(ge=1)


@router.post(
    "/participants/{pid}/diary-cards",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(*CLINICAL, Role.INTEGRATION)],
)
async def submit_diary_card(pid: Participant, body: DiaryCard, doing: Doing, request: Request) -> Receipt:
    """Hand in the card of one day; another one for that day is its next revision."""
    return await doing.do(*_effects(pid, body, doing.now, request))


@router.post("/diary-cards", status_code=status.HTTP_201_CREATED, dependencies=[allow(*CLINICAL, Role.INTEGRATION)])
async def submit_diary_cards(body: Cards, doing: Doing, request: Request) -> Receipt:
    """Hand in the cards of many participants, all or none."""
    return await doing.do(
        *(effect for one in body.cards for effect in _effects(one.participant_id, one, doing.now, request))
    )


@router.post("/participants/{pid}/diary-cards/{day}/review", dependencies=[allow(Role.CLINICIAN)])
async def review_diary_card(pid: Participant, day: date, body: CardReviewed, doing: Doing) -> Receipt:
    """Say that a card was gone through together; whatever is changed later is marked."""
    return await doing.do(change(Workbook, pid, Workbook.review_card, day, body.revision, doing.staff.id, doing.now))


@router.get("/participants/{pid}/diary-cards", dependencies=[allow(*CLINICAL)])
async def get_diary_cards(
    pid: Participant,
    request: Request,
    staff: Who,
    since: Annotated[AskedDay | None, Query()] = None,
    until: Annotated[AskedDay | None, Query()] = None,
) -> list[views.SheetView]:
    """Cards, the newest first; a note only for whom it is."""
    state = request.app.state
    return await views.sheets(state.database, pid, since, until, all_notes=bool(staff.roles & NOTE_READERS))


@router.get("/diary-template")
async def get_template(request: Request, version: Annotated[str | None, Query()] = None) -> views.TemplateView:
    """What a card asks; the current version where none is named."""
    program: Program = request.app.state.program
    return views.template(program, version)


def _effects(pid: Person, body: DiaryCard, now: Instant, request: Request) -> list[Effect]:
    """What one card means: the record, the book where it goes by a template, and its note."""
    settings, program = request.app.state.settings, request.app.state.program
    begun(body.day, now, settings.zone)
    filled_at = _filled(body, now, settings)
    card = Card(
        day=body.day,
        suicide_urge=body.suicide_urge,
        self_harm_urge=body.self_harm_urge,
        self_harm=body.self_harm,
        skill_codes=body.skill_codes or tuple(body.skills.values()),
        suicidal_act=body.suicidal_act,
    )
    zone = ZoneInfo(settings.zone)
    effects: list[Effect] = [change(SkillsRecord, pid, watched(SkillsRecord.submit_card), card, now, filled_at, zone)]
    if body.by_template:
        effects.append(change(Workbook, pid, Workbook.fill_card, program, _sheet(body, filled_at, program), zone, now))
    if body.note is not None:
        effects.append(views.note(pid, body.day, filled_at, body.note, body.note_shared))
    return effects


def _filled(body: DiaryCard, now: Instant, settings: Settings) -> Instant:
    filled_at = happened(body.filled_at, now)
    try:
        begun(body.day, filled_at, settings.zone)
    except Invalid:
        raise Invalid("filled-before-its-day", "a card cannot be filled in before its day has begun") from None
    return filled_at


def _sheet(body: DiaryCard, filled_at: Instant, program: Program) -> Sheet:
    return Sheet(
        day=body.day,
        template=body.template or program.templates.current,
        filled_at=filled_at,
        filled_in_session=body.filled_in_session,
        suicidal_act=body.suicidal_act,
        ratings=body.ratings,
        skills=body.skills,
        overall=body.overall,
    )
