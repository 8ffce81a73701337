"""What may be read of a DIT course: what was agreed, discussed and shared; other words stay with who wrote them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from common.change import Record
from common.contracts.dit import Defence, Era, LeadModel, Milestone, MindfulnessPractised, Sharing
from common.contracts.message import Contract
from common.contracts.words import DitPhase
from common.mongo import Database, IndexModel
from skills.domain.dit import SESSIONS, phase_of
from skills.domain.dit_care import reached
from skills.domain.dit_work import DitWork, Insight, Noted, Seen
from skills.domain.record import SkillsRecord
from skills.views.measures import record_of

WORDS, PRACTICES = "ditwords", "mindfulness"
"""What was written, and the practices: read models of this service alone."""
MOST = 500
"""ASSUMED: entries of one participant that are read at once."""
PERSISTS = 3
"""A defence seen so often persists. ASSUMED; facts 1.2 B11 asks for it to be computed."""

Said = dict[str, Any]


class FocusView(BaseModel):
    """One version of the focus; `agreed_at` None: only its clinicians may read it."""

    version: int
    drafted_at: datetime
    agreed_at: datetime | None
    words: Said


class HistoryView(BaseModel):
    """One version of the history of relationships and attachment, and the phase it was written in."""

    version: int
    taken_at: datetime
    phase: DitPhase
    words: Said


class PatternView(BaseModel):
    """A pattern and how often it showed, by era and by month."""

    pattern_id: str
    words: Said
    instances: list[Seen]
    by_era: dict[Era, int]
    by_month: dict[str, int]


class DefenceView(BaseModel):
    """A defence; `discussed_at` None: the participant is not shown it."""

    observation_id: str
    mechanism: Defence
    observed_at: datetime
    discussed_at: datetime | None
    persists: bool
    words: Said


class ReflectionView(BaseModel):
    """What the participant wrote for themself."""

    reflection_id: str
    written_at: datetime
    sharing: Sharing
    words: Said


class LetterView(BaseModel):
    """One version of the goodbye letter."""

    version: int
    written_at: datetime
    discussed_at: datetime | None
    final: bool
    words: Said


class CourseOfDit(BaseModel):
    """The course as its clinicians read it; of reflections only what was shared with whoever asks."""

    lead_model: LeadModel | None
    components: tuple[str, ...]
    session_index: int
    of: int
    phase: DitPhase | None
    reached: list[Milestone]
    warned: list[Milestone]
    sessions: list[Noted]
    history: list[HistoryView]
    focus: list[FocusView]
    patterns: list[PatternView]
    defences: list[DefenceView]
    reflections: list[ReflectionView]
    letters: list[LetterView]
    insight: list[Insight]


class Mine(BaseModel):
    """What is the participant's: the focus they agreed to, what was discussed with them, what they wrote.

    Patterns and the history come with the first focus they agreed to: before that they are the clinician's guess.
    ASSUMED.
    """

    session_index: int
    of: int
    history: HistoryView | None
    focus: FocusView | None
    patterns: list[PatternView]
    defences: list[DefenceView]
    reflections: list[ReflectionView]
    letter: LetterView | None


class Practice(BaseModel):
    """One mindfulness practice."""

    practice_id: str
    at: datetime
    practice: str
    minutes: int
    model: LeadModel
    with_others: bool


def keep_words(participant_id: str, id: str, said: Said, at: datetime) -> Record:
    """What was written, once by its id: here alone, in no message. Rule: SK-I12."""
    kept = {"participant_id": participant_id, "words": said, "at": at}
    return Record(WORDS, f"{participant_id}|{id}", {"$setOnInsert": kept})


def keep_practice(fact: MindfulnessPractised) -> Iterable[Record]:
    """A line of the practice log."""
    body = fact.model_dump(mode="json", exclude={"at", "recorded_by"})
    yield Record(PRACTICES, fact.practice_id, {"$set": {**body, "at": fact.at}})


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {MindfulnessPractised: keep_practice}
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    WORDS: (IndexModel([("participant_id", 1)]),),
    PRACTICES: (IndexModel([("participant_id", 1), ("at", -1)]),),
}


async def course(database: Database, participant_id: str, by: str) -> CourseOfDit:
    """The course for a clinician; raises NotFound `participant-unknown`. Rules: SK-I2, SK-I6."""
    record = await record_of(database, participant_id)
    work, said = record.dit_work, await _words(database, participant_id)
    held = record.dit.session_index
    return CourseOfDit(
        lead_model=work.lead,
        components=work.components,
        session_index=held,
        of=SESSIONS,
        phase=phase_of(held) if held else None,
        reached=sorted(reached(record)),
        warned=list(work.warned),
        sessions=list(work.noted),
        history=_history(work, said),
        focus=[_focus(work, said, one.version) for one in work.focus],
        patterns=_patterns(work, said),
        defences=_defences(work, said),
        reflections=[one for one in _reflections(work, said) if _may_read(record, one.sharing, by)],
        letters=[_letter(work, said, one.version) for one in work.letters],
        insight=list(work.insight),
    )


async def mine(database: Database, participant_id: str) -> Mine:
    """What the participant may read; raises NotFound `participant-unknown`. Rules: SK-I2, SK-I5, SK-I6, SK-I7."""
    record = await record_of(database, participant_id)
    work, said = record.dit_work, await _words(database, participant_id)
    agreed = work.agreed_focus()
    told = [letter for letter in work.letters if letter.discussed_at is not None]
    return Mine(
        session_index=record.dit.session_index,
        of=SESSIONS,
        history=next(iter(_history(work, said)[-1:]), None) if agreed else None,
        focus=_focus(work, said, agreed.version) if agreed else None,
        patterns=_patterns(work, said) if agreed else [],
        defences=_defences(work, said, discussed=True),
        reflections=_reflections(work, said),
        letter=_letter(work, said, told[-1].version) if told else None,
    )


async def practices(database: Database, participant_id: str) -> list[Practice]:
    """The practice log, the newest first."""
    rows = await database.find(PRACTICES, {"participant_id": participant_id}, sort=[("at", -1)], limit=MOST)
    return [Practice.model_validate(row) for row in rows]


def _may_read(record: SkillsRecord, sharing: Sharing, by: str) -> bool:
    """The team reads what is the team's, the primary therapist what is theirs, nobody what is private."""
    return sharing is Sharing.TEAM or (sharing is Sharing.THERAPIST and record.plan.therapist == by)


async def _words(database: Database, participant_id: str) -> Mapping[str, Said]:
    rows = await database.find(WORDS, {"participant_id": participant_id}, sort=[("at", -1)], limit=MOST)
    return {row["_id"].removeprefix(f"{participant_id}|"): row["words"] for row in rows}


def _focus(work: DitWork, said: Mapping[str, Said], version: int) -> FocusView:
    one = work.focus[version - 1]
    return FocusView(**one.model_dump(include={"version", "drafted_at", "agreed_at"}), words=said.get(one.words_id, {}))


def _history(work: DitWork, said: Mapping[str, Said]) -> list[HistoryView]:
    return [HistoryView(**one.model_dump(), words=said.get(one.words_id, {})) for one in work.history]


def _letter(work: DitWork, said: Mapping[str, Said], version: int) -> LetterView:
    one = work.letters[version - 1]
    return LetterView(**one.model_dump(exclude={"words_id"}), words=said.get(one.words_id, {}))


def _patterns(work: DitWork, said: Mapping[str, Said]) -> list[PatternView]:
    return [
        PatternView(
            pattern_id=id,
            words=said.get(id, {}),
            instances=sorted(seen, key=lambda one: one.at, reverse=True),
            by_era=dict(Counter(one.era for one in seen)),
            by_month=dict(sorted(Counter(one.at.strftime("%Y-%m") for one in seen).items())),
        )
        for id, seen in work.patterns.items()
    ]


def _defences(work: DitWork, said: Mapping[str, Said], *, discussed: bool = False) -> list[DefenceView]:
    """All that was observed, or what was discussed: then nothing, nor a count, of the rest. Rule: SK-I5."""
    seen = {id: one for id, one in work.defences.items() if one.discussed_at is not None or not discussed}
    often = Counter(one.mechanism for one in seen.values())
    return [
        DefenceView(
            observation_id=id, persists=often[one.mechanism] >= PERSISTS, words=said.get(id, {}), **one.model_dump()
        )
        for id, one in seen.items()
    ]


def _reflections(work: DitWork, said: Mapping[str, Said]) -> list[ReflectionView]:
    return [
        ReflectionView(reflection_id=id, words=said.get(id, {}), **one.model_dump())
        for id, one in work.reflections.items()
    ]
