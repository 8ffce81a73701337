"""Who may say over HTTP what they do at home: practice together, and the agreement."""

from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from common.change import change
from common.contracts.words import ParticipantId, SupporterId
from common.web import Body, Doing, Receipt
from family.domain import home
from family.domain.network import SupportNetwork
from family.doors.engagement import Text
from family.doors.http import FAMILY_WORK, InForce
from family.views.engagement import words_kept

router = APIRouter(prefix="/v1/participants/{participant_id}", tags=["home"])

Skill = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z_]{1,59}$")]


class Practice(Body):
    """A skill to practise together, and with whom."""

    skill: Skill
    supporter_ids: tuple[SupporterId, ...] = Field(max_length=20)


class Entry(Body):
    """That it was practised: by a supporter, or the participant (none); whether the other side may see it."""

    supporter_id: SupporterId | None = None
    helped: bool | None = None
    shared: bool = False


class Agreement(Body):
    """How they want to live together, section by section; the text is kept here only. Source: facts 1.1 A31."""

    version: int = Field(ge=1)
    supporter_ids: tuple[SupporterId, ...] = Field(max_length=20)
    supports: tuple[Text, ...] = ()
    accountability: tuple[Text, ...] = ()
    helps: tuple[Text, ...] = ()
    does_not_help: tuple[Text, ...] = ()


class Word(Body):
    """That a supporter agrees to this version, or the participant (none)."""

    version: int
    supporter_id: SupporterId | None = None


@router.post("/home-practices", status_code=201, dependencies=FAMILY_WORK)
async def agree_practice(participant_id: ParticipantId, body: Practice, doing: Doing, program: InForce) -> Receipt:
    """A skill to practise together. Rule: FA-E4."""
    id = str(uuid5(UUID(doing.id), "practice"))
    told = (id, body.skill, body.supporter_ids, program, doing.staff.id, doing.now)
    return await doing.do(change(SupportNetwork, participant_id, home.agree_practice, *told), practice_id=id)


@router.post("/home-practices/{practice_id}/log", dependencies=FAMILY_WORK)
async def log_practice(participant_id: ParticipantId, practice_id: str, body: Entry, doing: Doing) -> Receipt:
    """It was practised. Rule: FA-E4."""
    told = (practice_id, body.supporter_id, body.helped, body.shared, doing.now)
    return await doing.do(change(SupportNetwork, participant_id, home.log_practice, *told))


@router.post("/home-agreement", dependencies=FAMILY_WORK)
async def write_agreement(participant_id: ParticipantId, body: Agreement, doing: Doing) -> Receipt:
    """The next version of the home agreement. Rule: FA-E7."""
    told = (body.version, body.supporter_ids, doing.staff.id, doing.now)
    written = change(SupportNetwork, participant_id, home.write_agreement, *told)
    text = body.model_dump(mode="json", exclude={"supporter_ids"})
    return await doing.do(written, words_kept(participant_id, "home-agreement", text, doing.now))


@router.post("/home-agreement/agree", dependencies=FAMILY_WORK)
async def agree_to_agreement(participant_id: ParticipantId, body: Word, doing: Doing) -> Receipt:
    """One of them agrees. Rule: FA-E7."""
    told = (body.version, body.supporter_id, doing.staff.id, doing.now)
    return await doing.do(change(SupportNetwork, participant_id, home.agree_to_agreement, *told))
