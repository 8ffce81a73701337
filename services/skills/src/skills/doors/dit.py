"""Who may work in a DIT course, and who may read what of it: by role, and by what was agreed, discussed and shared."""

from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Request, status
from pydantic import Field

from common.change import Change, Invalid, Record, change
from common.contracts.dit import (
    Defence,
    DitSessionNoted,
    Era,
    LeadModel,
    Milestone,
    PatternSeen,
    Rater,
    Technique,
)
from common.contracts.message import Instant
from common.contracts.words import ParticipantId, Role, SupporterId
from common.web import Acting, Body, Doing, Receipt, Who, allow, staff_of
from skills.domain import dit_care as care
from skills.domain.record import SkillsRecord
from skills.doors.http import Code, Participant, Whole, happened
from skills.doors.stranger import SAYS_IF_UNHEARD
from skills.views import dit as views

ENTRIES = UUID("f2a0c1a4-54d0-5a0e-8f8e-6e1c34d7b0a9")
"""Namespace of the ids of what is written here."""
THERAPIST = allow(Role.CLINICIAN)
"""Clinicians trained in DIT; who is, the identity provider says with this role. Source: facts 1.2 B24."""

router = APIRouter(prefix="/v1", tags=["dit"], dependencies=[Depends(staff_of), SAYS_IF_UNHEARD])

Words = Annotated[str, Field(min_length=1, max_length=4000)]


class DitSession(Body):
    """A DIT session that was held, and what it was made of."""

    held_at: Instant | None = None
    techniques: tuple[Technique, ...] = ()
    focus_version: Whole | None = Field(None, ge=1)
    risk_asked: bool = False
    reflection_offered: bool = False


class Lead(Body):
    """Which model leads, and which components of the other one stay."""

    model: LeadModel
    components: tuple[Code, ...] = Field((), max_length=20)


class Narrative(Body):
    """One story behind the focus."""

    era: Era
    person: Words
    story: Words


class FocusWords(Body):
    """The interpersonal affective focus in its four parts, and the narratives behind it."""

    self_rep: Words
    other_rep: Words
    affects: tuple[Words, ...] = Field(min_length=1, max_length=20)
    defensive_function: Words
    narratives: tuple[Narrative, ...] = Field((), max_length=30)


class PatternWords(Body):
    """A pattern that recurs."""

    trigger: Words
    self_image: Words
    other_image: Words
    feeling: Words
    response: Words
    cost: Words


class Sighting(Body):
    """A pattern showed."""

    era: Era
    at: Instant | None = None
    supporter_id: SupporterId | None = Field(None, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")


class DefenceWords(Body):
    """A defence that was observed: what it protected in the short term, what it costs in the long term."""

    mechanism: Defence
    other: Words | None = None
    situation: Words
    helped_short_term: Words
    cost_long_term: Words
    root: Words | None = None
    alternative: Words | None = None


class Text(Body):
    """What somebody wrote."""

    text: Annotated[str, Field(min_length=1, max_length=20_000)]


class Discussed(Body):
    """It was discussed; `final`: it is the letter."""

    final: bool = False


class Insight(Body):
    """How well the participant sees their pattern, 0 to 10."""

    rater: Rater
    rating: Whole


def _kept(pid: str, id: str, words: Body, doing: Acting) -> Record:
    """Words stay in this service: they are written beside the record and never said."""
    return views.keep_words(pid, id, words.model_dump(mode="json"), doing.now)


async def write(pid: str, words: Body, doing: Acting, decided: Change[Any], id: str) -> Receipt:
    """What was decided, and the words that belong to it, under one id."""
    return await doing.do(decided, _kept(pid, id, words, doing), id=id)


def new_id(doing: Acting) -> str:
    """The id of what this request writes down."""
    return str(uuid5(ENTRIES, doing.id))


@router.put("/participants/{pid}/lead-model", dependencies=[THERAPIST])
async def set_lead(pid: Participant, body: Lead, doing: Doing) -> Receipt:
    """Say which model leads; one does."""
    lead = (body.model, body.components, doing.staff.id, doing.now)
    return await doing.do(change(SkillsRecord, pid, care.set_lead, *lead))


@router.post("/participants/{pid}/dit-sessions", status_code=status.HTTP_201_CREATED, dependencies=[THERAPIST])
async def hold_dit_session(pid: Participant, body: DitSession, doing: Doing) -> Receipt:
    """Record a DIT session."""
    at = happened(body.held_at, doing.now)
    made_of = body.model_dump(exclude={"held_at"}, exclude_unset=True)
    note = None
    if made_of:
        note = DitSessionNoted(at=at, participant_id=ParticipantId(pid), recorded_by=doing.staff.id, **made_of)
    return await doing.do(change(SkillsRecord, pid, care.hold_session, at, note))


@router.post("/participants/{pid}/dit/focus", status_code=status.HTTP_201_CREATED, dependencies=[THERAPIST])
async def draft_focus(pid: Participant, body: FocusWords, doing: Doing) -> Receipt:
    """Write a version of the focus; it is shown to nobody before the participant agrees."""
    id = new_id(doing)
    drafted = change(SkillsRecord, pid, care.draft_focus, id, len(body.narratives), doing.staff.id, doing.now)
    return await write(pid, body, doing, drafted, id)


@router.post("/participants/{pid}/dit/focus/{version}/agree", dependencies=[THERAPIST])
async def agree_focus(pid: Participant, version: int, doing: Doing) -> Receipt:
    """The participant agrees to the newest version."""
    return await doing.do(change(SkillsRecord, pid, care.agree_focus, version, doing.staff.id, doing.now))


@router.post("/participants/{pid}/dit/patterns", status_code=status.HTTP_201_CREATED, dependencies=[THERAPIST])
async def name_pattern(pid: Participant, body: PatternWords, doing: Doing) -> Receipt:
    """Name a pattern that recurs."""
    id = new_id(doing)
    return await write(
        pid, body, doing, change(SkillsRecord, pid, care.name_pattern, id, doing.staff.id, doing.now), id
    )


@router.post(
    "/participants/{pid}/dit/patterns/{pattern_id}/instances",
    status_code=status.HTTP_201_CREATED,
    dependencies=[THERAPIST],
)
async def see_pattern(pid: Participant, pattern_id: str, body: Sighting, doing: Doing) -> Receipt:
    """A pattern showed."""
    seen = PatternSeen(
        at=happened(body.at, doing.now),
        participant_id=ParticipantId(pid),
        recorded_by=doing.staff.id,
        pattern_id=pattern_id,
        instance_id=new_id(doing),
        era=body.era,
        supporter_id=body.supporter_id,
    )
    return await doing.do(change(SkillsRecord, pid, care.see_pattern, seen))


@router.post("/participants/{pid}/dit/defences", status_code=status.HTTP_201_CREATED, dependencies=[THERAPIST])
async def observe_defence(pid: Participant, body: DefenceWords, doing: Doing) -> Receipt:
    """Write down a defence; the participant is shown it once it was discussed."""
    if body.mechanism is Defence.OTHER and body.other is None:
        raise Invalid("mechanism-unnamed", "another mechanism is named in words")
    id = new_id(doing)
    observed = change(SkillsRecord, pid, care.observe_defence, id, body.mechanism, doing.staff.id, doing.now)
    return await write(pid, body, doing, observed, id)


@router.post("/participants/{pid}/dit/defences/{observation_id}/discuss", dependencies=[THERAPIST])
async def discuss_defence(pid: Participant, observation_id: str, doing: Doing) -> Receipt:
    """It was discussed with the participant."""
    return await doing.do(change(SkillsRecord, pid, care.discuss_defence, observation_id, doing.staff.id, doing.now))


@router.post("/participants/{pid}/dit/letters", status_code=status.HTTP_201_CREATED, dependencies=[THERAPIST])
async def write_letter(pid: Participant, body: Text, doing: Doing) -> Receipt:
    """Write a version of the goodbye letter."""
    id = new_id(doing)
    return await write(
        pid, body, doing, change(SkillsRecord, pid, care.write_letter, id, doing.staff.id, doing.now), id
    )


@router.post("/participants/{pid}/dit/letters/{version}/discuss", dependencies=[THERAPIST])
async def discuss_letter(pid: Participant, version: int, body: Discussed, doing: Doing) -> Receipt:
    """The newest version was discussed with the participant."""
    return await doing.do(
        change(SkillsRecord, pid, care.discuss_letter, version, body.final, doing.staff.id, doing.now)
    )


@router.post("/participants/{pid}/dit/milestones/{milestone}", dependencies=[THERAPIST])
async def reach_milestone(pid: Participant, milestone: Milestone, doing: Doing) -> Receipt:
    """The course came to a milestone."""
    return await doing.do(change(SkillsRecord, pid, care.reach_milestone, milestone, doing.staff.id, doing.now))


@router.post("/participants/{pid}/dit/insight", status_code=status.HTTP_201_CREATED, dependencies=[THERAPIST])
async def rate_insight(pid: Participant, body: Insight, doing: Doing) -> Receipt:
    """Rate insight in the present phase."""
    rated = (body.rater, body.rating, doing.staff.id, doing.now)
    return await doing.do(change(SkillsRecord, pid, care.rate_insight, *rated))


@router.get("/participants/{pid}/dit", dependencies=[THERAPIST])
async def get_course(pid: Participant, staff: Who, request: Request) -> views.CourseOfDit:
    """The whole course as its clinicians may read it."""
    return await views.course(request.app.state.database, pid, staff.id)
