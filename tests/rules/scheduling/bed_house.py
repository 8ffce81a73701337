"""A small residential house with beds, told in a few words."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from common.contracts.message import Contract
from common.contracts.places import BedPlace
from common.contracts.words import BedId, ParticipantId, StaffId, TransitionId
from scheduling.domain import bedding
from scheduling.domain.board import LevelBoard, Stage

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
ANNA, BEN, CARA, DORA = (ParticipantId(name) for name in ("anna", "ben", "cara", "dora"))
BY = StaffId("s1")


def hours(n: float) -> datetime:
    """So many hours after eight in the morning."""
    return MORNING + timedelta(hours=n)


def bed(id: str, site: str = "north", unit: str = "a", *, licensed: bool = True) -> BedPlace:
    """A bed in a room of its own."""
    return BedPlace(bed_id=BedId(id), site=site, unit=unit, room=id, bed="1", licensed=licensed)


def after(board: LevelBoard, facts: Iterable[Contract]) -> LevelBoard:
    """The board once all facts are true."""
    for fact in facts:
        board = board.after(fact)
    return board


def house(*beds: BedPlace, places: int | None = None, turnover: int = 60) -> LevelBoard:
    """A residential level with these beds, empty."""
    blank = LevelBoard(id="RESIDENTIAL")
    limited = after(blank, blank.set_up(places, [], BY, MORNING))
    return after(limited, bedding.set_up_beds(limited, beds, turnover, BY, MORNING))


def comes(board: LevelBoard, who: ParticipantId, at: datetime = MORNING) -> LevelBoard:
    """Somebody asks and comes at once; the transition is called after them."""
    id = TransitionId(who)
    held = after(board, board.hold(id, who, at))
    return after(held, held.confirm(id, who, at))


def promised(board: LevelBoard, who: ParticipantId, effective_at: datetime, at: datetime = MORNING) -> LevelBoard:
    """Somebody will come later."""
    return after(board, board.hold(TransitionId(who), who, at, effective_at))


def leaves_by(board: LevelBoard, who: ParticipantId, until: datetime | None, at: datetime = MORNING) -> LevelBoard:
    """Somebody is expected to leave."""
    return after(board, bedding.expect_leaving(board, who, until, at))


def goes(board: LevelBoard, who: ParticipantId, at: datetime) -> LevelBoard:
    """Somebody leaves."""
    return after(board, board.close(who, at))


def of(board: LevelBoard, who: ParticipantId) -> tuple[Stage, str | None, datetime | None]:
    """How far somebody is, in which bed, from when on."""
    claim = board.claims[TransitionId(who)]
    return claim.stage, claim.bed_id, claim.from_at


def in_short(facts: Iterable[Contract]) -> list[tuple[str, str]]:
    """What was said, to whom it is about."""
    return [(type(fact).__name__, fact.subject()) for fact in facts]


def full_house() -> LevelBoard:
    """Anna in b1 until noon, Ben in b2 for good; Cara is promised b1 from three on."""
    there = comes(comes(house(bed("b1"), bed("b2")), ANNA), BEN)
    return promised(leaves_by(there, ANNA, hours(4)), CARA, hours(7))
