"""Diary cards: one a day, newer content is a new revision; codes are categories and are only ever counted."""

from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from common.change import Invalid, Refused
from common.contracts.diary import DiaryCardSetAside
from common.contracts.message import Contract, Instant
from common.contracts.skills import DiaryCardSubmitted
from common.contracts.words import ParticipantId

HELPED_CODES = frozenset({5, 7})
"""Tried and helped; automatic and helped. Source: facts 3.4."""
HIGHEST_CODE = 7
"""Source: facts 3.4, skills code."""
HIGHEST_URGE = 5
"""Source: facts 3.4, urges are 0-5, no halves."""
KEEP_DAYS = 150
"""Days of cards kept in the state, counted back from the newest; the journal keeps all. ASSUMED."""

KEEP_ASIDE = 5
"""Cards set aside that are remembered of a day. ASSUMED."""


class Card(BaseModel):
    """What one day's card says. An urge that was not answered is None, never 0."""

    model_config = ConfigDict(frozen=True)

    day: date
    suicide_urge: int | None = None
    self_harm_urge: int | None = None
    self_harm: bool
    skill_codes: tuple[int, ...] = ()
    suicidal_act: bool | None = None

    @property
    def helped(self) -> bool:
        """Some skill helped that day. Rule: SK-D3."""
        return not HELPED_CODES.isdisjoint(self.skill_codes)

    def check(self) -> None:
        """Raise Invalid where a value is off its scale. Rule: SK-D4."""
        for urge in (self.suicide_urge, self.self_harm_urge):
            if urge is not None and not 0 <= urge <= HIGHEST_URGE:
                raise Invalid("urge-out-of-range", f"an urge is a whole number from 0 to {HIGHEST_URGE}")
        if any(not 0 <= code <= HIGHEST_CODE for code in self.skill_codes):
            raise Invalid("skill-code-out-of-range", f"a skill code is one of 0 to {HIGHEST_CODE}")


class Kept(BaseModel):
    """A card as it stands, and how often it was filled in."""

    model_config = ConfigDict(frozen=True)

    card: Card
    revision: int
    filled_at: Instant | None = None
    aside: tuple[Instant, ...] = ()
    """When those were filled in that came too late to stand."""


class Diary(BaseModel):
    """The newest cards, oldest first."""

    model_config = ConfigDict(frozen=True)

    kept: tuple[Kept, ...] = ()

    def of(self, day: date) -> Card | None:
        """The card that stands for a day."""
        return next((kept.card for kept in self.kept if kept.card.day == day), None)

    def submit(
        self, participant_id: ParticipantId, card: Card, at: datetime, filled_at: datetime | None = None
    ) -> list[Contract]:
        """The same card again says nothing; other content for its day is the next revision, if it is the newer one.

        Raises Invalid for values off their scale, Refused `card-too-old`. Rules: SK-D1, SK-D2, SK-D4, SK-D5, SK-D10.
        """
        card.check()
        card = card.model_copy(update={"skill_codes": tuple(sorted(card.skill_codes))})
        if self.kept and card.day <= self.kept[-1].card.day - timedelta(days=KEEP_DAYS):
            raise Refused("card-too-old", f"cards are kept for {KEEP_DAYS} days before the newest one")
        held = next((kept for kept in self.kept if kept.card.day == card.day), None)
        if held is not None and held.card == card:
            return []
        filled = filled_at or at
        if held is not None and held.filled_at is not None and filled < held.filled_at:
            aside = DiaryCardSetAside(at=at, participant_id=participant_id, day=card.day, filled_at=filled)
            return [] if filled in held.aside else [aside]
        return [
            DiaryCardSubmitted(
                at=at,
                participant_id=participant_id,
                revision=held.revision + 1 if held else 1,
                helped=card.helped,
                filled_at=filled_at,
                **dict(card),
            )
        ]

    def after(self, fact: Contract) -> "Diary":
        """The diary once `fact` is true."""
        if isinstance(fact, DiaryCardSetAside):
            return Diary(kept=tuple(_aside(kept, fact) for kept in self.kept))
        if not isinstance(fact, DiaryCardSubmitted):
            return self
        card = Card.model_validate({name: getattr(fact, name) for name in Card.model_fields})
        others = [kept for kept in self.kept if kept.card.day != card.day]
        aside = next((kept.aside for kept in self.kept if kept.card.day == card.day), ())
        new = Kept(card=card, revision=fact.revision, filled_at=fact.filled_at or fact.at, aside=aside)
        days = sorted((*others, new), key=lambda kept: kept.card.day)
        oldest = days[-1].card.day - timedelta(days=KEEP_DAYS)
        return Diary(kept=tuple(kept for kept in days if kept.card.day > oldest))


def _aside(kept: Kept, fact: DiaryCardSetAside) -> Kept:
    """A card, once it is known that older content for its day was set aside."""
    if kept.card.day != fact.day:
        return kept
    return kept.model_copy(update={"aside": (*kept.aside, fact.filled_at)[-KEEP_ASIDE:]})
