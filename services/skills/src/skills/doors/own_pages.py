"""What a participant reads of their own, with a token of their own: never what clinicians keep to themselves."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from common.plain import AskedDay
from skills.doors import curriculum, diary, targets
from skills.doors.curriculum import Taught
from skills.doors.guidance import Books
from skills.doors.http import Participant
from skills.doors.measures import Book
from skills.doors.own import Oneself
from skills.views import agenda, guidance, rehearsals
from skills.views import curriculum as lessons
from skills.views import diary as cards
from skills.views import dit as course
from skills.views import measures as measured
from skills.views.coverage import CoverageView
from skills.views.homework import HomeworkView, homework

router = APIRouter(prefix="/v1/participants/{pid}/own", tags=["own"])


@router.get("/diary-cards")
async def get_diary_cards(
    pid: Participant,
    request: Request,
    _: Oneself,
    since: Annotated[AskedDay | None, Query()] = None,
    until: Annotated[AskedDay | None, Query()] = None,
) -> list[cards.SheetView]:
    """Their cards, the newest first, with what they noted on them."""
    return await cards.sheets(request.app.state.database, pid, since, until, all_notes=True)


@router.get("/diary-template")
async def get_template(
    request: Request, _: Oneself, version: Annotated[str | None, Query()] = None
) -> cards.TemplateView:
    """What a card asks."""
    return await diary.get_template(request, version)


@router.get("/homework")
async def get_homework(pid: Participant, request: Request, _: Oneself) -> list[HomeworkView]:
    """What they agreed to practise, and what came of it."""
    return await homework(request.app.state.database, pid)


@router.get("/rehearsals")
async def get_rehearsals(pid: Participant, request: Request, _: Oneself) -> list[rehearsals.RehearsalView]:
    """What they worked through, in their own words."""
    return await rehearsals.rehearsals(request.app.state.database, pid, with_words=True)


@router.get("/psychoeducation")
async def get_psychoeducation(
    pid: Participant, request: Request, _: Oneself, library: Books
) -> guidance.PsychoeducationView:
    """What is explained to them and what was, and how far they could say it back. Rule: SK-G6."""
    return await guidance.psychoeducation(request.app.state.database, library, pid)


@router.get("/coverage")
async def get_coverage(pid: Participant, request: Request, _: Oneself, syllabus: Taught) -> CoverageView:
    """What they had, what is missing and where it can be made up, and what they practise."""
    return await curriculum.get_coverage(pid, request, syllabus)


@router.get("/skills")
async def get_skills(_: Oneself, syllabus: Taught) -> list[lessons.SkillView]:
    """Every skill by its standard name."""
    return lessons.catalogue(syllabus)


@router.get("/targets")
async def get_targets(pid: Participant, request: Request, _: Oneself) -> agenda.TargetsView:
    """The targets and values they agreed to, their commitments and moments, in their own words. Rule: SK-O2."""
    return await agenda.targets(request.app.state.database, pid, with_words=True, own=True)


@router.get("/agenda")
async def get_agenda(
    pid: Participant,
    request: Request,
    _: Oneself,
    syllabus: Taught,
    since: Annotated[AskedDay | None, Query()] = None,
    until: Annotated[AskedDay | None, Query()] = None,
) -> agenda.AgendaView:
    """What to speak about next time, from what they told and agreed to. Rule: SK-O2."""
    state = request.app.state
    days = targets.days_of(request, since, until)
    return await agenda.agenda(state.database, syllabus, pid, days, own=True)


@router.get("/mindfulness")
async def get_mindfulness(pid: Participant, request: Request, _: Oneself) -> list[course.Practice]:
    """Their mindfulness practice, the newest first."""
    return await course.practices(request.app.state.database, pid)


@router.get("/measures/due")
async def get_due(pid: Participant, request: Request, _: Oneself, forms: Book) -> list[str]:
    """The forms they are asked to fill in next, the soonest first; a screen is a clinician's to do."""
    due = await measured.due(request.app.state.database, pid, forms)
    return [one.measure for one in due.coming if one.measure in forms]


@router.get("/dit")
async def get_dit(pid: Participant, request: Request, _: Oneself) -> course.Mine:
    """What of their course was agreed, discussed, or written by them. Rules: SK-I2, SK-I5, SK-I6, SK-I7."""
    return await course.mine(request.app.state.database, pid)
