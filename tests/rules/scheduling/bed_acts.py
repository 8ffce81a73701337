"""Any commands about the beds of a house, as they may come from everywhere at once; and who then lay where."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from common.contracts.message import Contract
from common.contracts.places import BedMoved, BedOccupied
from common.contracts.scheduling import PlaceReleased
from common.contracts.words import BedId, ParticipantId, StaffId, TransitionId
from rules.scheduling.bed_house import MORNING
from scheduling.domain import bedding
from scheduling.domain.board import LevelBoard
from scheduling.domain.intervals import Span

TURNOVER = timedelta(minutes=60)
PEOPLE, EACH = 12, 120
"""How many people there are, and after how many commands everybody has a new transition."""
Act = tuple[datetime, Callable[..., list[Contract]], tuple[Any, ...]]


def any_act(n: int, beds: int, dice: random.Random) -> Act:
    """The n-th command: when it was true, a little before or after the others, and the decision it asks for."""
    at = MORNING + timedelta(minutes=20 * n + dice.randint(-30, 30))
    who = dice.randrange(PEOPLE)
    person, id = ParticipantId(f"p{who}"), TransitionId(f"t{who}-{n // EACH}")
    match dice.randrange(10):
        case 0 | 1 | 2:
            later = at + timedelta(minutes=dice.choice([0, 0, 300, 900]))
            return at, LevelBoard.hold, (id, person, at, later)
        case 3 | 4 | 5:
            return at, LevelBoard.confirm, (id, person, at)
        case 6:
            return at, LevelBoard.release, (TransitionId(f"away-{n}"), person, at)
        case 7:
            return at, LevelBoard.close, (person, at)
        case 8:
            return at, bedding.expect_leaving, (person, at + timedelta(hours=dice.randint(1, 9)), at)
        case _:
            return at, bedding.change_beds, (person, BedId(f"b{dice.randrange(beds)}"), StaffId("s"), at)


class Sleepers:
    """Who lay in which bed from when until when, as it is said, each transition's facts in order."""

    def __init__(self) -> None:
        self.spans: dict[str, list[Span]] = defaultdict(list)
        self._lies: dict[str, tuple[str, datetime]] = {}

    def hear(self, facts: Iterable[Contract]) -> None:
        """Take in what was said."""
        for fact in facts:
            match fact:
                case BedOccupied(transition_id=id, bed_id=bed, from_at=from_at):
                    self._lies[id] = (bed, from_at)
                case BedMoved(transition_id=id, bed_id=bed, at=at):
                    self._gets_up(id, at)
                    self._lies[id] = (bed, at)
                case PlaceReleased(transition_id=id, at=at):
                    self._gets_up(id, at)

    def _gets_up(self, id: str, at: datetime) -> None:
        if id in self._lies:
            bed, since = self._lies.pop(id)
            self.spans[bed] += [Span(since, at)] if since < at else []

    def overlaps(self) -> list[tuple[str, Span, Span]]:
        """Two in one bed, or one too soon after the other."""
        spans = {bed: [*some] for bed, some in self.spans.items()}
        for bed, since in self._lies.values():
            spans.setdefault(bed, []).append(Span(since))
        found = []
        for bed, some in spans.items():
            some.sort(key=lambda span: span.from_at)
            found += [(bed, one, two) for one, two in pairwise(some) if _too_close(one, two)]
        return found


def _too_close(one: Span, two: Span) -> bool:
    return one.until_at is None or one.until_at + TURNOVER > two.from_at
