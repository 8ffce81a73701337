"""What skills can answer about values, what is looked forward to, goals of expression, and beliefs."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel

from common.mongo import Database
from skills.domain.ahead import Thing
from skills.domain.beliefs import Belief
from skills.domain.expression import ExpressionGoal
from skills.domain.syllabus import Syllabus
from skills.domain.values import Value
from skills.domain.workbook import Workbook
from skills.views.agenda import WithWords, words_of
from skills.views.coverage import workbook

Said = Mapping[str, Mapping[str, Any]]
"""Words by the id of what they belong to."""


class AtWork(BaseModel):
    """Skills that were worked through with a value."""

    rehearsal_id: str
    skills: tuple[str, ...]


class ValueView(Value, WithWords):
    """One value, and where it is at work; its goals are intake's."""

    value_id: str
    rehearsals: list[AtWork]
    ahead_ids: list[str]


class ValuesView(BaseModel):
    """The values, those set aside last; `skills`: what is worked through with them."""

    participant_id: str
    values: list[ValueView]
    skills: list[str]


class ThingView(Thing, WithWords):
    """Something to look forward to."""

    ahead_id: str


class AheadView(BaseModel):
    """What is looked forward to, the soonest first; `next`: what comes next, where something does."""

    participant_id: str
    next: ThingView | None
    things: list[ThingView]


class ExpressionView(ExpressionGoal, WithWords):
    """One goal of expression; the words of a practice by its id."""

    expression_id: str


class BeliefView(Belief, WithWords):
    """A belief that does not help, and another way to see it."""

    belief_id: str


async def values(database: Database, syllabus: Syllabus, participant_id: str, *, with_words: bool) -> ValuesView:
    """What matters to somebody, and where it is at work. Rules: SK-G1, SK-G2."""
    book, said = await workbook(database, participant_id), await _said(database, participant_id, with_words)
    views = [
        ValueView(value_id=id, words=said.get(id), rehearsals=_with(book, id), ahead_ids=_ahead(book, id), **dict(one))
        for id, one in book.values.known.items()
    ]
    ordered = sorted(views, key=lambda view: view.set_aside_at is not None)
    asking = [code for code, skill in syllabus.skills.items() if skill.values]
    return ValuesView(participant_id=participant_id, values=ordered, skills=asking)


async def ahead(database: Database, participant_id: str, today: date, *, with_words: bool) -> AheadView:
    """What is looked forward to. Rule: SK-G3."""
    book, said = await workbook(database, participant_id), await _said(database, participant_id, with_words)
    things = {
        id: ThingView(ahead_id=id, words=said.get(id), **dict(one))
        for id, one in sorted(book.ahead.things.items(), key=lambda pair: pair[1].on)
    }
    comes = book.ahead.next(today)
    return AheadView(participant_id=participant_id, next=things[comes] if comes else None, things=[*things.values()])


async def expression(database: Database, participant_id: str, *, with_words: bool) -> list[ExpressionView]:
    """Goals of expression, the newest first; none is an empty list. Rule: SK-G4."""
    book, said = await workbook(database, participant_id), await _said(database, participant_id, with_words)
    return [
        ExpressionView(expression_id=id, words=_of(said, id, _ids(one)), **dict(one))
        for id, one in list(book.expression.goals.items())[::-1]
    ]


async def beliefs(database: Database, participant_id: str, *, with_words: bool) -> list[BeliefView]:
    """Beliefs and other ways to see them, the newest first; none is an empty list. Rule: SK-G5."""
    book, said = await workbook(database, participant_id), await _said(database, participant_id, with_words)
    return [
        BeliefView(belief_id=id, words=_both(said, id, one.alternative_id), **dict(one))
        for id, one in list(book.beliefs.known.items())[::-1]
    ]


def _ids(goal: ExpressionGoal) -> list[str]:
    return [tried.practice_id for tried in goal.practised]


async def _said(database: Database, participant_id: str, with_words: bool) -> Said:
    return await words_of(database, participant_id) if with_words else {}


def _of(said: Said, id: str, practice_ids: Iterable[str]) -> dict[str, object] | None:
    """The words of a goal, and of each practice by its id; None for whom they are not."""
    return {**said[id], **{one: said[one] for one in practice_ids if one in said}} if id in said else None


def _both(said: Said, id: str, alternative_id: str | None) -> dict[str, object] | None:
    """The words of a belief and of the other way to see it; None for whom they are not."""
    return {**said[id], **said.get(alternative_id or "", {})} if id in said else None


def _with(book: Workbook, value_id: str) -> list[AtWork]:
    known = book.rehearsals.known.items()
    return [AtWork(rehearsal_id=id, skills=one.skills) for id, one in known if value_id in one.value_ids]


def _ahead(book: Workbook, value_id: str) -> list[str]:
    return [id for id, thing in book.ahead.things.items() if thing.value_id == value_id]
