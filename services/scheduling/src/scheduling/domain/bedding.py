"""What staff decide about the beds of a level, and when the board has to be looked at again."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from common.change import Forget, Invalid, NotFound, Outcome, Refused, Remind
from common.contracts.message import Contract
from common.contracts.places import (
    BedHoldReplanned,
    BedInOrder,
    BedMoved,
    BedOutOfOrder,
    BedPlace,
    BedsSetUp,
    LeavingExpected,
)
from common.contracts.words import BedId, LevelOfCare, ParticipantId, StaffId, TransitionId
from scheduling.domain.beds import Bed
from scheduling.domain.board import LevelBoard
from scheduling.domain.claims import Claim, Stage, bed_for, planned
from scheduling.domain.intervals import Span

LOOK = "look-at-beds"
"""The timer of a board with beds: something that was expected by then happens, or does not."""


def set_up_beds(
    board: LevelBoard, beds: Sequence[BedPlace], turnover_minutes: int, by: StaffId, at: datetime
) -> list[Contract]:
    """Say which beds there are; who has none and has a place gets one. Rules: SC-B1, SC-B5.

    Raises Invalid where nobody sleeps or a bed is named twice, Refused where a bed left out is somebody's.
    """
    if board.level is not LevelOfCare.RESIDENTIAL:
        raise Invalid("no-beds-here", "people sleep at home at this level")
    wanted = tuple(sorted(beds, key=lambda bed: bed.bed_id))
    if len({bed.bed_id for bed in wanted}) < len(wanted):
        raise Invalid("bed-named-twice", "each bed of a level is named once")
    named = {bed.bed_id for bed in wanted}
    if any(claim.bed_id and claim.bed_id not in named for claim in board.at_stage(Stage.OCCUPIED)):
        raise Refused("bed-occupied", "somebody lies in a bed that is not named any more; move them first")
    known = tuple(bed.place for bed in board.beds.known.values()), board.beds.turnover
    if (wanted, timedelta(minutes=turnover_minutes)) == known:
        return []
    set_up = BedsSetUp(at=at, level=board.level, beds=wanted, turnover_minutes=turnover_minutes, set_up_by=by)
    return board.settled([set_up], at)


def take_out_of_order(
    board: LevelBoard, bed_id: BedId, out: Span, reason: str, by: StaffId, at: datetime
) -> list[Contract]:
    """A bed is for nobody for a while; holds on it are planned anew. Rules: SC-B4, SC-B6.

    Raises NotFound for a bed nobody knows, Invalid for a span that is over, Refused while somebody is counted on
    to lie in it then.
    """
    bed = _bed(board, bed_id)
    if out.until_at is not None and out.until_at <= max(out.from_at, at):
        raise Invalid("already-over", "a bed is out of order from now or later, and not until before that")
    if any(outage.span == out and outage.reason == reason for outage in bed.outages):
        return []
    for claim in board.at_stage(Stage.OCCUPIED):
        if claim.bed_id == bed_id and planned(claim, board.beds, at).overlaps(out):
            raise Refused("bed-occupied", "somebody lies in this bed then; move them, or say when they will leave")
    fact = BedOutOfOrder(
        at=at, level=board.level, bed_id=bed_id, from_at=out.from_at, until_at=out.until_at, reason=reason, said_by=by
    )
    return board.settled([fact], at)


def put_in_order(board: LevelBoard, bed_id: BedId, by: StaffId, at: datetime) -> list[Contract]:
    """A bed can be used again, at once. Rule: SC-B6. Raises NotFound for a bed nobody knows."""
    if not _bed(board, bed_id).outages:
        return []
    return board.settled([BedInOrder(at=at, level=board.level, bed_id=bed_id, said_by=by)], at)


def change_beds(
    board: LevelBoard, participant: ParticipantId, bed_id: BedId, by: StaffId, at: datetime
) -> list[Contract]:
    """Somebody who is here, or will be, has another bed from now on, or from when they come. Rule: SC-B7.

    Raises NotFound for a bed or a person the level does not have, Refused where the bed is not free.
    """
    _bed(board, bed_id)
    claim = _claim(board, participant)
    if claim.bed_id == bed_id:
        return []
    begin = at if claim.stage is Stage.OCCUPIED else max(at, claim.begins())
    wanted = Span(begin, planned(claim, board.beds, at).until_at)
    others = board.beds.model_copy(update={"known": {bed_id: board.beds.known[bed_id]}})
    spot = bed_for(board.claims, others, wanted, at, without=claim, now=claim.stage is Stage.OCCUPIED)
    if spot is None or spot.from_at > begin:
        raise Refused("bed-not-free", "somebody else has this bed then, or it is out of order or being made ready")
    more = {"was_bed_id": claim.bed_id, "bed_id": bed_id}
    if claim.stage is Stage.OCCUPIED:
        return board.settled([claim.told(BedMoved, board.level, at, moved_by=by, **more)], at)
    return board.settled([claim.told(BedHoldReplanned, board.level, at, from_at=begin, reason="asked", **more)], at)


def expect_leaving(
    board: LevelBoard, participant: ParticipantId, until_at: datetime | None, at: datetime
) -> list[Contract]:
    """Staff say when somebody will leave, or that nobody knows; only holds that rest on it move. Rules: SC-P10, SC-B4.

    Raises NotFound for a person the level does not have, Invalid for an instant that has passed.
    """
    claim = _claim(board, participant)
    if until_at == claim.until_at:
        return []
    if until_at is not None and until_at <= max(at, claim.begins()):
        raise Invalid("in-the-past", "who has left gives the place back; expected is what is to come")
    return board.settled([_expected(board, claim, until_at, at)], at)


def expect_transition(
    board: LevelBoard, transition: TransitionId, participant: ParticipantId, effective_at: datetime, at: datetime
) -> list[Contract]:
    """A transition that leads away is ready and has its instant. Rule: SC-P11."""
    for claim in board.at_stage(Stage.OCCUPIED):
        if claim.participant_id == participant and claim.transition_id != transition:
            known = (claim.until_at, claim.until_because) == (effective_at, transition)
            return [] if known or effective_at <= at else _settled(board, claim, effective_at, at, transition)
    return []


def forget_transition(
    board: LevelBoard, transition: TransitionId, participant: ParticipantId, at: datetime
) -> list[Contract]:
    """A transition that would have led away is given back: nobody knows when they leave. Rule: SC-P11."""
    for claim in board.claims.values():
        if claim.participant_id == participant and claim.until_because == transition:
            return _settled(board, claim, None, at)
    return []


def look(board: LevelBoard, at: datetime) -> list[Contract]:
    """See what time has changed: who should have left and has not, and which bed is ready. Rule: SC-B4."""
    return board.settled([], at)


def look_again(board: LevelBoard, at: datetime) -> list[Outcome]:
    """Remember when the board has to be looked at next; nothing for a level without beds. Rule: SC-B4."""
    if not board.beds.known:
        return []
    coming = [instant for instant in _instants(board) if instant > at]
    return [Remind(LOOK, min(coming)) if coming else Forget(LOOK)]


def _instants(board: LevelBoard) -> Iterator[datetime]:
    """When somebody is expected or overdue, and as long as anybody is without a bed, when one may be had."""
    yield from (claim.begins() for claim in board.at_stage(Stage.HELD))
    yield from (claim.until_at + board.beds.turnover for claim in board.claims.values() if claim.until_at)
    if all(claim.taken and claim.bed_id for claim in board.claims.values()):
        return
    yield from (claim.begins() for claim in board.at_stage(Stage.WAITING))
    for bed in board.beds.known.values():
        yield from (outage.until_at for outage in bed.outages if outage.until_at)
        if bed.left_at:
            yield bed.left_at + board.beds.turnover


def _bed(board: LevelBoard, bed_id: BedId) -> Bed:
    if bed_id not in board.beds.known:
        raise NotFound("no-such-bed", "this level has no bed with this id")
    return board.beds.known[bed_id]


def _claim(board: LevelBoard, participant: ParticipantId) -> Claim:
    """What a participant has at this level, what they occupy before what they hold."""
    theirs = [claim for claim in board.claims.values() if claim.participant_id == participant and claim.taken]
    if not theirs:
        raise NotFound("not-here", "this participant neither has nor was promised a place at this level")
    return min(theirs, key=lambda claim: claim.stage is not Stage.OCCUPIED)


def _settled(
    board: LevelBoard, claim: Claim, until_at: datetime | None, at: datetime, because: TransitionId | None = None
) -> list[Contract]:
    return board.settled([_expected(board, claim, until_at, at, because)], at)


def _expected(
    board: LevelBoard, claim: Claim, until_at: datetime | None, at: datetime, because: TransitionId | None = None
) -> Contract:
    more = {"until_at": until_at, "was_until_at": claim.until_at, "because_of": because}
    return claim.told(LeavingExpected, board.level, at, **more)
