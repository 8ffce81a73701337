"""What skills can answer about what was explained to a participant, and how sessions were held."""

from datetime import datetime

from pydantic import BaseModel

from common.contracts.words import Condition
from common.fold import collection_of
from common.mongo import Database
from skills.domain.guidance import Guidance, SessionNote, Understood
from skills.domain.library import Library
from skills.domain.record import SkillsRecord


class TopicView(BaseModel):
    """Something for this participant; `explained_at` empty: it is still to be explained."""

    topic: str
    name: str
    conditions: tuple[Condition, ...]
    says: tuple[str, ...]
    explained_at: tuple[datetime, ...]
    understood: Understood | None


class PsychoeducationView(BaseModel):
    """What belongs to a participant's conditions, and what else was explained; what is open comes first."""

    participant_id: str
    conditions: tuple[Condition, ...]
    topics: list[TopicView]


class NoteView(SessionNote):
    """How one session was held."""

    note_id: str


async def psychoeducation(database: Database, library: Library, participant_id: str) -> PsychoeducationView:
    """What was explained and what is open, by the conditions intake told of. Rule: SK-G6."""
    stored = await database.get(collection_of(SkillsRecord), participant_id)
    record = SkillsRecord.model_validate(stored["state"]) if stored else SkillsRecord(id=participant_id)
    given = (await _guidance(database, participant_id)).topics
    wanted = dict.fromkeys([*library.topics_for(record.plan.conditions), *(code for code in given)])
    topics = [
        TopicView(
            topic=code,
            **library.psychoeducation[code].model_dump(),
            explained_at=given[code].at if code in given else (),
            understood=given[code].understood if code in given else None,
        )
        for code in wanted
        if code in library.psychoeducation
    ]
    ordered = sorted(topics, key=lambda view: bool(view.explained_at))
    return PsychoeducationView(participant_id=participant_id, conditions=record.plan.conditions, topics=ordered)


async def notes(database: Database, participant_id: str) -> list[NoteView]:
    """How sessions were held, the newest first; none is an empty list. Rule: SK-G7."""
    held = (await _guidance(database, participant_id)).notes
    views = [NoteView(note_id=id, **dict(one)) for id, one in held.items()]
    return sorted(views, key=lambda view: view.held_at, reverse=True)


async def _guidance(database: Database, participant_id: str) -> Guidance:
    stored = await database.get(collection_of(Guidance), participant_id)
    return Guidance.model_validate(stored["state"]) if stored else Guidance(id=participant_id)
