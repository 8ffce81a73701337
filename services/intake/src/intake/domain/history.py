"""The levels of care of one participant, in both times: when something was true, and since when it is known.

Only the instants are kept at which a level began. What lies between two of them is one level, so no instant and
no date ever has two, and nothing lies between two levels. Nothing is taken away: a correction is a newer version.
"""

from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from common.contracts.episodes import EpisodeClosed, LevelOfCareChanged
from common.contracts.words import EpisodeId, LevelOfCare, TransitionId
from intake.domain.program_days import midnight

ENDING = "ending|"
"""How the key of an ending begins."""

OURS = frozenset(
    {LevelOfCare.RESIDENTIAL, LevelOfCare.PHP, LevelOfCare.IOP, LevelOfCare.OUTPATIENT_BOOSTER, LevelOfCare.ALUMNI}
)
"""The levels at which the participant is with this program."""


class Turn(BaseModel):
    """From `at` on this level, as is known since `known_at`. A newer turn of the same `key` replaces it."""

    model_config = ConfigDict(frozen=True)

    key: str
    """The transition that changed the level, or the name of an ending."""
    episode_id: EpisodeId | None
    level: LevelOfCare
    kind: str
    """What the change is called: a kind of transition, or how an episode ended."""
    at: datetime
    known_at: datetime
    undoes: TransitionId | None = None
    void: bool = False
    """It never happened."""


class Stay(BaseModel):
    """One level from an instant on, until another; None: until now."""

    model_config = ConfigDict(frozen=True)

    level: LevelOfCare
    from_at: datetime
    until: datetime | None
    kind: str
    transition_id: str
    episode_id: EpisodeId | None
    known_at: datetime


class History(BaseModel):
    """Every turn that was ever known, in the order of knowing."""

    model_config = ConfigDict(frozen=True)

    turns: tuple[Turn, ...] = ()

    def knowing(self, turn: Turn) -> Self:
        """The history once this is known too."""
        return self.model_copy(update={"turns": (*self.turns, turn)})

    def changed(self, fact: LevelOfCareChanged) -> Self:
        """The history once the level changed."""
        turn = Turn(
            key=fact.transition_id,
            episode_id=fact.episode_id,
            level=fact.to_level,
            kind=fact.kind,
            at=fact.at,
            known_at=fact.known_at or fact.at,
            undoes=fact.undoes,
        )
        return self.knowing(turn)

    def ended(self, fact: EpisodeClosed) -> Self:
        """The history once treatment ended."""
        turn = Turn(
            key=f"{ENDING}{len(self.turns)}",
            episode_id=fact.episode_id,
            level=LevelOfCare.CLOSED,
            kind=fact.disposition,
            at=fact.at,
            known_at=fact.known_at or fact.at,
        )
        return self.knowing(turn)

    def known(self, known_at: datetime | None = None) -> tuple[Turn, ...]:
        """The turns as they were known at an instant (None: all that is known), in the order they were true."""
        newest: dict[str, Turn] = {}
        for turn in self.turns:
            if known_at is None or turn.known_at <= known_at:
                newest[turn.key] = turn
        return tuple(sorted((turn for turn in newest.values() if not turn.void), key=lambda turn: turn.at))

    def version_of(self, key: str) -> Turn | None:
        """The newest version of a turn, void or not."""
        return next((turn for turn in reversed(self.turns) if turn.key == key), None)

    def last(self) -> Turn | None:
        """The turn that led to where the participant is now."""
        return self.known()[-1] if self.known() else None

    def around(self, turn: Turn) -> tuple[Turn | None, Turn | None]:
        """The turns before and after one that is known."""
        known = self.known()
        place = known.index(turn)
        return known[place - 1] if place else None, known[place + 1] if place + 1 < len(known) else None

    def stays(self, known_at: datetime | None = None) -> tuple[Stay, ...]:
        """Each level with its interval, oldest first, as it was known at an instant."""
        known = self.known(known_at)
        ends = (*(turn.at for turn in known[1:]), *((None,) if known else ()))
        return tuple(_stay(turn, until) for turn, until in zip(known, ends, strict=True))

    def at(self, instant: datetime, known_at: datetime | None = None) -> LevelOfCare | None:
        """The level at an instant; None before the first."""
        return next((turn.level for turn in reversed(self.known(known_at)) if turn.at <= instant), None)

    def on(self, day: date, zone: ZoneInfo, known_at: datetime | None = None) -> LevelOfCare | None:
        """The one level of a local date: the last of ours on it, or the one it ends with. Rule: IN-E9."""
        begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
        on_it = [s for s in self.stays(known_at) if s.from_at < end and (s.until is None or s.until > begin)]
        ours = [stay for stay in on_it if stay.level in OURS]
        chosen = ours or on_it
        return chosen[-1].level if chosen else None


def _stay(turn: Turn, until: datetime | None) -> Stay:
    return Stay(
        level=turn.level,
        from_at=turn.at,
        until=until,
        kind=turn.kind,
        transition_id=turn.key,
        episode_id=turn.episode_id,
        known_at=turn.known_at,
    )
