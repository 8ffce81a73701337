"""What skills can answer about diary cards by their template."""

from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel

from common.change import NotFound, Record
from common.mongo import Database
from skills.domain.card_book import Standing
from skills.domain.diary import Kept
from skills.domain.program import Program
from skills.domain.syllabus import Syllabus
from skills.domain.template import Template
from skills.views.coverage import workbook
from skills.views.measures import record_of

NOTES = "diarynotes"


class SheetView(BaseModel):
    """One day's card in its last revision: what every card says, what its template adds; `note` only for whom it is."""

    day: date
    revision: int
    filled_at: datetime | None = None
    suicide_urge: int | None = None
    self_harm_urge: int | None = None
    self_harm: bool | None = None
    suicidal_act: bool | None = None
    skill_codes: tuple[int, ...] = ()
    template: str | None = None
    """None for a card that says no more than every card does."""
    late: bool = False
    filled_in_session: bool | None = None
    ratings: dict[str, int] = {}
    skills: dict[str, int] = {}
    overall: int | None = None
    alerts: tuple[str, ...] = ()
    reviewed: bool = False
    changed_after_review: bool = False
    note: str | None = None


class FieldView(BaseModel):
    """One thing asked, and the whole numbers that answer it."""

    field: str
    name: str
    group: str
    lowest: int
    highest: int
    substance_use: bool


class TemplateView(BaseModel):
    """What a card asks, beside what every card does."""

    version: str
    current: str
    versions: tuple[str, ...]
    late_after_hours: int
    fields: list[FieldView]
    skills: list[tuple[str, str]]
    """Code and standard name."""


async def sheets(
    database: Database, participant_id: str, since: date | None, until: date | None, *, all_notes: bool
) -> list[SheetView]:
    """The cards of some days, the newest first; none is an empty list."""
    book = (await workbook(database, participant_id)).diary.cards
    sheets = {one.sheet.day: one for one in book.values()}
    cards = {one.card.day: one for one in (await record_of(database, participant_id)).diary.kept}
    days = [day for day in sorted({*sheets, *cards}, reverse=True) if _between(day, since, until)]
    notes = await _notes(database, participant_id, all_notes=all_notes)
    return [_shown(cards.get(day), sheets.get(day), notes.get(day.isoformat())) for day in days]


def note(participant_id: str, day: date, filled_at: datetime, text: str, shared: bool) -> Record:
    """Keep a card's note: here alone, in no message. The one filled in last is read; an empty one takes it back."""
    seen = {"participant_id": participant_id, "day": day.isoformat(), "note": text, "shared": shared}
    moment = filled_at.astimezone(UTC).isoformat()
    return Record(NOTES, f"{participant_id}|{day}|{moment}", {"$set": {**seen, "filled_at": filled_at}})


def template(program: Program, version: str | None) -> TemplateView:
    """One version of the card; raises NotFound `template-unknown`."""
    name = version or program.templates.current
    found = program.templates.templates.get(name)
    if found is None:
        raise NotFound("template-unknown", "the program's diary file has no template of this version")
    return TemplateView(
        version=name,
        current=program.templates.current,
        versions=tuple(program.templates.templates),
        late_after_hours=found.late_after_hours,
        fields=[_field(found, code) for code in found.fields_],
        skills=_skills(program.syllabus, found),
    )


def _field(found: Template, code: str) -> FieldView:
    asked = found.fields_[code]
    scale = found.scales[asked.scale]
    return FieldView(
        field=code,
        name=asked.name,
        group=asked.group,
        lowest=scale.lowest,
        highest=scale.highest,
        substance_use=asked.substance_use,
    )


def _skills(syllabus: Syllabus, found: Template) -> list[tuple[str, str]]:
    codes = syllabus.skills if found.skills == "all" else found.skills
    return [(code, syllabus.skills[code].name if code in syllabus.skills else code) for code in codes]


def _between(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or since <= day) and (until is None or day <= until)


def _shown(card: Kept | None, one: Standing | None, note: str | None) -> SheetView:
    said: dict[str, Any] = {"note": note}
    if card:
        said |= {**dict(card.card), "revision": card.revision, "filled_at": card.filled_at}
    if one:
        said |= {
            **dict(one.sheet),
            "revision": one.revision,
            "late": one.late,
            "alerts": tuple(one.alerts),
            "reviewed": one.reviewed == one.revision,
            "changed_after_review": 0 < one.reviewed < one.revision,
        }
    return SheetView(**said)


async def _notes(database: Database, participant_id: str, *, all_notes: bool) -> dict[str, str]:
    query: dict[str, Any] = {"participant_id": participant_id}
    found = await database.find(NOTES, query, sort=[("filled_at", 1)])
    last = {one["day"]: one for one in found}
    return {day: one["note"] for day, one in last.items() if one["note"] and (all_notes or one["shared"])}
