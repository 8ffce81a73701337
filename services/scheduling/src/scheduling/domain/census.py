"""Who is where at an instant: beds and places counted from a board, as it was, is, or is expected to be."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from common.contracts.message import Contract
from common.contracts.reopenings import StayRestored
from common.contracts.words import BedId, LevelOfCare, ParticipantId
from scheduling.domain.beds import Bed
from scheduling.domain.board import LevelBoard
from scheduling.domain.claims import Claim, Stage, planned
from scheduling.domain.intervals import Span


class BedStatus(StrEnum):
    """What a bed is at one instant; the first that is true. Rule: SC-C1."""

    OCCUPIED = "occupied"
    OUT_OF_ORDER = "out-of-order"
    HELD = "held"
    TURNOVER = "turnover"
    NOT_LICENSED = "not-licensed"
    FREE = "free"


class BedThen(BaseModel):
    """One bed at one instant: who has it until when, and who has it promised next."""

    bed_id: BedId
    site: str
    unit: str
    room: str
    bed: str
    status: BedStatus
    participant_id: ParticipantId | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    next_participant_id: ParticipantId | None = None
    next_from_at: datetime | None = None
    reason: str = ""


class UnitCensus(BaseModel):
    """The beds of one unit, counted."""

    site: str
    unit: str
    beds: int
    occupied: int = 0
    held: int = 0
    free: int = 0
    out_of_order: int = 0
    turnover: int = 0
    not_licensed: int = 0


class LevelCensus(BaseModel):
    """One level, counted. `places`, `free` None: no limit; `coming`: held for later; `without_bed`: in, or held."""

    level: LevelOfCare
    places: int | None
    occupied: int
    held: int
    coming: int
    waiting: int
    free: int | None
    without_bed: int
    units: list[UnitCensus]


def board_of(level: LevelOfCare, facts: Iterable[Contract], at: datetime) -> LevelBoard:
    """The board as the facts that were true by `at` made it, in the order they are given. Rule: SC-C2."""
    board, went_on = LevelBoard(id=level), list[StayRestored]()
    for fact in facts:
        if fact.at <= at:
            board = board.after(fact)
        if isinstance(fact, StayRestored) and fact.at <= at < fact.until_at:
            went_on.append(fact)
    back = {one.transition_id: one.again() for one in board.ended}
    there = {fact.transition_id: back[fact.transition_id] for fact in went_on if fact.transition_id in back}
    return board.model_copy(update={"claims": {**board.claims, **there}})


def known_since(fact: Contract) -> datetime:
    """When a fact was known: as it was true, unless it says otherwise. Rule: SC-C2."""
    return fact.known_at if isinstance(fact, StayRestored) else fact.at


def counted(board: LevelBoard, at: datetime, known_at: datetime) -> LevelCensus:
    """A level at `at`, as far as is known at `known_at`: earlier than `at`, it is what is expected. Rule: SC-C1."""
    beds = beds_then(board, at, known_at)
    there = [claim for claim in board.claims.values() if claim.taken and _there(board, claim, known_at).covers(at)]
    stages = Counter(claim.stage for claim in there)
    coming = [claim for claim in board.at_stage(Stage.HELD) if claim.begins() > at]
    free = None if board.places is None else max(0, board.places - len(there))
    if beds:
        ready = sum(bed.status is BedStatus.FREE for bed in beds)
        free = ready if free is None else min(free, ready)
    return LevelCensus(
        level=board.level,
        places=board.places,
        occupied=stages[Stage.OCCUPIED],
        held=stages[Stage.HELD],
        coming=len(coming),
        waiting=len(board.at_stage(Stage.WAITING)),
        free=free,
        without_bed=sum(claim.bed_id is None for claim in there) if beds else 0,
        units=_units(beds),
    )


def beds_then(board: LevelBoard, at: datetime, known_at: datetime) -> list[BedThen]:
    """Every bed at `at`, by site, unit and id. Rule: SC-C1."""
    theirs: dict[BedId, list[tuple[Span, Claim]]] = {}
    for claim in board.claims.values():
        if claim.taken and claim.bed_id:
            theirs.setdefault(claim.bed_id, []).append((_there(board, claim, known_at), claim))
    rows = [_then(board, bed, theirs.get(id, []), at) for id, bed in board.beds.known.items()]
    return sorted(rows, key=lambda row: (row.site, row.unit, row.bed_id))


def staleness(at: datetime, known_at: datetime, behind: float | None) -> float | None:
    """Seconds by which a census of `at` may be out of date, read `behind` seconds late. Rule: SC-C3.

    What was true longer ago than we are behind is known; of what is to come, no more than of now.
    """
    if behind is None:
        return None
    return max(0.0, behind - max(0.0, (known_at - at).total_seconds()))


def _there(board: LevelBoard, claim: Claim, known_at: datetime) -> Span:
    """For how long somebody is counted; who came is here, though their bed may still be made ready."""
    span = planned(claim, board.beds, known_at)
    return Span(min(claim.since, span.from_at), span.until_at) if claim.stage is Stage.OCCUPIED else span


def _then(board: LevelBoard, bed: Bed, theirs: list[tuple[Span, Claim]], at: datetime) -> BedThen:
    now = [(span, claim) for span, claim in theirs if span.covers(at)]
    span, claim = min(now, key=lambda one: one[1].stage is Stage.HELD, default=(None, None))
    after = min((one for one in theirs if one[0].from_at > at), key=lambda one: one[0].from_at, default=(None, None))
    outage = next((outage for outage in bed.outages if outage.span.covers(at)), None)
    return BedThen(
        **bed.place.model_dump(exclude={"licensed"}),
        status=_status(board, bed, claim, at),
        participant_id=claim.participant_id if claim else None,
        from_at=span.from_at if span else None,
        until_at=span.until_at if span else None,
        next_participant_id=after[1].participant_id if after[1] else None,
        next_from_at=after[0].from_at if after[0] else None,
        reason=outage.reason if outage else "",
    )


def _status(board: LevelBoard, bed: Bed, claim: Claim | None, at: datetime) -> BedStatus:
    if claim and claim.stage is Stage.OCCUPIED:
        return BedStatus.OCCUPIED
    if bed.out_of_order_at(at):
        return BedStatus.OUT_OF_ORDER
    if claim:
        return BedStatus.HELD
    if bed.left_at and at < bed.left_at + board.beds.turnover:
        return BedStatus.TURNOVER
    return BedStatus.FREE if bed.place.licensed else BedStatus.NOT_LICENSED


def _units(beds: Iterable[BedThen]) -> list[UnitCensus]:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for bed in beds:
        counts.setdefault((bed.site, bed.unit), Counter())[bed.status.value.replace("-", "_")] += 1
    return [
        UnitCensus(site=site, unit=unit, beds=count.total(), **count) for (site, unit), count in sorted(counts.items())
    ]
