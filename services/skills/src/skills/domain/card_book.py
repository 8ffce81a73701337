"""Diary cards by their template: revisions, what came late or out of order, reviews, and alerts said once."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from common.change import NotFound
from common.contracts.diary import (
    CardRating,
    CardSkill,
    DiaryAlertRaised,
    DiaryCardDetailed,
    DiaryCardReviewed,
    SubstanceRating,
)
from common.contracts.message import Contract, Instant
from common.contracts.words import ParticipantId, StaffId
from skills.domain.diary import KEEP_DAYS
from skills.domain.template import Template


class Sheet(BaseModel):
    """What one day's card says by its template; a field that was not answered is not there, and never 0."""

    model_config = ConfigDict(frozen=True)

    day: date
    template: str
    filled_at: Instant
    filled_in_session: bool | None = None
    suicidal_act: bool | None = None
    ratings: dict[str, int] = {}
    skills: dict[str, int] = {}
    overall: int | None = None

    def same_content(self, other: "Sheet") -> bool:
        """Whether both say the same, whenever they were filled in."""
        return self.model_copy(update={"filled_at": other.filled_at}) == other


class Standing(BaseModel):
    """A card as it stands: how often it was filled in, up to which revision it was reviewed, what it alerted to."""

    model_config = ConfigDict(frozen=True)

    sheet: Sheet
    revision: int
    late: bool = False
    reviewed: int = 0
    alerts: dict[str, int] = {}
    """Alert -> its rank; said once, they stay, whatever a later revision says."""


def is_late(day: date, filled_at: datetime, zone: ZoneInfo, hours: int) -> bool:
    """Whether a card was filled in more than `hours` after its day ended in `zone`. Rule: SK-D9."""
    over = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)
    return filled_at.timestamp() - over.timestamp() > hours * 3600


class CardBook(BaseModel):
    """The newest cards by day, as ISO dates."""

    model_config = ConfigDict(frozen=True)

    cards: dict[str, Standing] = {}

    def fill(
        self, template: Template, participant_id: ParticipantId, sheet: Sheet, zone: ZoneInfo, at: datetime
    ) -> list[Contract]:
        """The same again says nothing, what was filled in earlier neither; else the next revision, and its alerts.

        Rules: SK-D8 to SK-D12.
        """
        held = self.cards.get(sheet.day.isoformat())
        if held and (sheet.same_content(held.sheet) or sheet.filled_at < held.sheet.filled_at):
            return []
        late = is_late(sheet.day, sheet.filled_at, zone, template.late_after_hours)
        fact = _detailed(template, participant_id, sheet, at, revision=held.revision + 1 if held else 1, late=late)
        if held and held.reviewed:
            fact = fact.model_copy(update={"after_review": True})
        raised = held.alerts if held else {}
        alerts = {name: one for name, one in template.alerts.items() if name not in raised and one.says(sheet.ratings)}
        return [fact, *(_alert(participant_id, sheet.day, name, one.rank, at) for name, one in alerts.items())]

    def review(
        self, participant_id: ParticipantId, day: date, revision: int, by: StaffId, at: datetime
    ) -> list[Contract]:
        """Gone through once per revision; raises NotFound `card-unknown`. Rule: SK-D11."""
        held = self.cards.get(day.isoformat())
        if held is None or revision > held.revision:
            raise NotFound("card-unknown", "this participant has no such revision of a card of this day")
        if revision <= held.reviewed:
            return []
        return [DiaryCardReviewed(at=at, participant_id=participant_id, day=day, revision=revision, reviewed_by=by)]

    def after(self, fact: Contract) -> "CardBook":
        """The book once `fact` is true."""
        match fact:
            case DiaryCardDetailed():
                held = self.cards.get(fact.day.isoformat())
                kept = {"reviewed": held.reviewed, "alerts": held.alerts} if held else {}
                new = Standing(sheet=_sheet(fact), revision=fact.revision, late=fact.late, **kept)
                return self._with(fact.day, new)
            case DiaryCardReviewed():
                return self._update(fact.day, reviewed=fact.revision)
            case DiaryAlertRaised():
                raised = self.cards[fact.day.isoformat()].alerts
                return self._update(fact.day, alerts={**raised, fact.alert: fact.rank})
        return self

    def _update(self, day: date, **values: Any) -> "CardBook":
        return self._with(day, self.cards[day.isoformat()].model_copy(update=values))

    def _with(self, day: date, standing: Standing) -> "CardBook":
        cards = {**self.cards, day.isoformat(): standing}
        oldest = (date.fromisoformat(max(cards)) - timedelta(days=KEEP_DAYS)).isoformat()
        return CardBook(
            cards={key: one for key, one in sorted(cards.items()) if key > oldest or key == day.isoformat()}
        )


def _detailed(
    template: Template, participant_id: ParticipantId, sheet: Sheet, at: datetime, *, revision: int, late: bool
) -> DiaryCardDetailed:
    private = {code for code, asked in template.fields_.items() if asked.substance_use}
    rated = sorted(sheet.ratings.items())
    return DiaryCardDetailed(
        at=at,
        participant_id=participant_id,
        day=sheet.day,
        revision=revision,
        template=sheet.template,
        filled_at=sheet.filled_at,
        late=late,
        filled_in_session=sheet.filled_in_session,
        after_review=False,
        suicidal_act=sheet.suicidal_act,
        ratings=tuple(CardRating(field=code, value=value) for code, value in rated if code not in private),
        substance_use=tuple(SubstanceRating(field=code, value=value) for code, value in rated if code in private),
        skills=tuple(CardSkill(skill=skill, code=code) for skill, code in sorted(sheet.skills.items())),
        overall=sheet.overall,
    )


def _sheet(fact: DiaryCardDetailed) -> Sheet:
    return Sheet(
        day=fact.day,
        template=fact.template,
        filled_at=fact.filled_at,
        filled_in_session=fact.filled_in_session,
        suicidal_act=fact.suicidal_act,
        ratings={one.field: one.value for one in fact.ratings} | {one.field: one.value for one in fact.substance_use},
        skills={one.skill: one.code for one in fact.skills},
        overall=fact.overall,
    )


def _alert(participant_id: ParticipantId, day: date, name: str, rank: int, at: datetime) -> DiaryAlertRaised:
    return DiaryAlertRaised(at=at, participant_id=participant_id, day=day, alert=name, rank=rank)
