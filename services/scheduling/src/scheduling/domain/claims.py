"""Claims on places and on beds: what each transition has, from when until when, and what follows by itself."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel

from common.contracts.message import Contract
from common.contracts.places import BedHeld, BedHoldReplanned, BedMoved, BedOccupied, LeavingExpected, StayEvent
from common.contracts.reopenings import StayNotRestored, StayRestored
from common.contracts.scheduling import GroupSeats, PlaceConfirmed
from common.contracts.words import BedId, GroupId, LevelOfCare, ParticipantId, TransitionId
from scheduling.domain.beds import Beds, Spot
from scheduling.domain.intervals import Span, most_at_once


class Stage(StrEnum):
    """How far a claim on a place has come."""

    WAITING = "WAITING"
    HELD = "HELD"
    OCCUPIED = "OCCUPIED"


class Claim(BaseModel, frozen=True):
    """What one transition has here. `since`: the instant of asking, or once it is occupied that of confirming."""

    transition_id: TransitionId
    participant_id: ParticipantId
    stage: Stage
    since: datetime
    group_id: GroupId | None = None
    preferred: GroupId | None = None
    """The group they should sit in, if it has a seat when the place is given."""
    wanted_at: datetime | None = None
    """From when on the place is needed, if that is later than the asking."""
    ahead: bool = False
    """Whether, when it was promised, somebody else had to leave first."""
    from_at: datetime | None = None
    """From when on the bed is theirs."""
    until_at: datetime | None = None
    """When they are expected to leave, if anybody knows."""
    until_because: TransitionId | None = None
    bed_id: BedId | None = None
    near_bed_id: BedId | None = None
    """The bed they had or were promised last."""

    @property
    def taken(self) -> bool:
        """Whether it is more than waiting."""
        return self.stage is not Stage.WAITING

    def begins(self) -> datetime:
        """From when on it counts."""
        return self.from_at or self.wanted_at or self.since

    def promised_after(self, at: datetime) -> datetime | None:
        """From when on their bed is promised, if that is still to come."""
        return self.from_at if self.bed_id and self.from_at and self.from_at > at else None

    def after(self, fact: Contract) -> Self:
        """The claim once `fact`, which is about it, is true."""
        match fact:
            case PlaceConfirmed(at=at, group_id=group):
                return self._with(stage=Stage.OCCUPIED, since=at, group_id=group)
            case BedHeld(bed_id=bed, from_at=from_at) | BedOccupied(bed_id=bed, from_at=from_at):
                return self._with(bed_id=bed, near_bed_id=bed, from_at=from_at)
            case BedHoldReplanned(bed_id=new, was_bed_id=was, from_at=from_at):
                return self._with(bed_id=new, near_bed_id=new or was or self.near_bed_id, from_at=from_at)
            case BedMoved(bed_id=bed, at=at):
                return self._with(bed_id=bed, near_bed_id=bed, from_at=at)
            case LeavingExpected(until_at=until, because_of=because):
                return self._with(until_at=until, until_because=because)
        return self

    def told(self, kind: type[StayEvent], level: LevelOfCare, at: datetime, **more: object) -> StayEvent:
        """A fact about this claim."""
        about = {"participant_id": self.participant_id, "transition_id": self.transition_id, "level": level}
        return kind.model_validate({**about, "at": at, **more})

    def _with(self, **changes: object) -> Self:
        return self.model_copy(update=changes)


class Ended(BaseModel, frozen=True):
    """A stay from `since` that ended at `at`; `answer` is the type of fact said once its ending never was."""

    transition_id: TransitionId
    participant_id: ParticipantId
    since: datetime
    at: datetime
    group_id: GroupId | None = None
    bed_id: BedId | None = None
    answer: str = ""

    @property
    def span(self) -> Span:
        """From when until when they were here."""
        return Span(self.since, self.at)

    def again(self) -> Claim:
        """What they had."""
        had = self.model_dump(exclude={"at", "answer"})
        return Claim(**had, stage=Stage.OCCUPIED, from_at=self.since, near_bed_id=self.bed_id)

    def went_on(self, participant: ParticipantId) -> bool:
        """Whether it is this participant's, and its ending never was."""
        return self.answer == StayRestored.__name__ and self.participant_id == participant

    def after(self, fact: StayRestored | StayNotRestored) -> Self:
        """The same, once it is answered whether it went on."""
        mine = not self.answer and self.transition_id == fact.transition_id
        return self.model_copy(update={"answer": type(fact).__name__}) if mine else self


def ended(claim: Claim, at: datetime) -> Ended:
    """A stay as it is remembered once it is over."""
    had = claim.model_dump(include={"transition_id", "participant_id", "group_id", "bed_id"})
    return Ended(**had, since=min(claim.since, claim.begins()), at=at)


Claims = Mapping[TransitionId, Claim]


def planned(claim: Claim, beds: Beds, at: datetime) -> Span:
    """For how long a claim is counted on, as seen at `at`; who should have left and has not may stay for ever."""
    overdue = claim.until_at is not None and claim.until_at + beds.turnover <= at
    return Span(claim.begins(), None if overdue else claim.until_at)


def seats_free(
    claims: Claims,
    beds: Beds,
    places: int | None,
    groups: Sequence[GroupSeats],
    wanted: Span,
    at: datetime | None,
) -> list[GroupId | None]:
    """The groups with a seat for a span, most free seats first; `[None]` where there are none, nothing without a place.

    Rules: SC-P1, SC-P2, SC-P10.
    """
    inside = [(claim.group_id, planned(claim, beds, at or claim.since)) for claim in claims.values() if claim.taken]
    if places is not None and most_at_once((span for _, span in inside), wanted) >= places:
        return []
    if not groups:
        return [None]
    seated: dict[GroupId | None, list[Span]] = defaultdict(list)
    for group_id, span in inside:
        seated[group_id].append(span)
    free = [(one.seats - most_at_once(seated[one.group_id], wanted), one.group_id) for one in groups]
    return [group_id for seats, group_id in sorted(free, key=lambda one: (-one[0], one[1])) if seats > 0]


def bed_for(
    claims: Claims,
    beds: Beds,
    wanted: Span,
    at: datetime,
    *,
    without: Claim | None = None,
    near: BedId | None = None,
    now: bool = False,
) -> Spot | None:
    """The bed for a span that nobody else counts on; with `now`, that nobody lies in either. Rules: SC-B1, SC-B2."""
    taken: dict[BedId, list[Span]] = defaultdict(list)
    for other in claims.values():
        if other.bed_id and not (without and other.transition_id == without.transition_id):
            span = planned(other, beds, at)
            there = now and other.stage is Stage.OCCUPIED
            taken[other.bed_id].append(Span(span.from_at) if there else span.and_then(beds.turnover))
    return beds.spot(taken, wanted, near)


def bed_again(claims: Claims, beds: Beds, claim: Claim, at: datetime, *, now: bool = False) -> Spot | None:
    """The bed for a claim that has or had one, its own if that can be."""
    begin = at if now else max(at, claim.wanted_at or claim.since)
    until = planned(claim, beds, at).until_at
    wanted = Span(begin, until if until and until > begin else None)
    return bed_for(claims, beds, wanted, at, without=claim, near=claim.bed_id or claim.near_bed_id, now=now)


def in_the_way(claims: Claims, beds: Beds, claim: Claim, at: datetime) -> str:
    """Why a hold cannot have its bed as planned, as a code; empty if it can. Rule: SC-B4."""
    bed = beds.known.get(claim.bed_id) if claim.bed_id else None
    if bed is None or not bed.place.licensed:
        return "bed-not-licensed"
    own = planned(claim, beds, at)
    if any(outage.span.overlaps(own) for outage in bed.outages):
        return "bed-out-of-order"
    if bed.left_at and own.from_at < bed.left_at + beds.turnover:
        return "turnover"
    for other in _first(claims, claim):
        if other.bed_id == claim.bed_id and _too_close(planned(other, beds, at), own, beds):
            return "stay-longer"
    return ""


def follows(claims: Claims, beds: Beds, level: LevelOfCare, at: datetime) -> Iterator[Contract]:
    """What happens to beds by itself: holds that cannot be kept are planned anew; who has no bed gets one.

    In order of asking; who is not affected is not named. Rules: SC-B3, SC-B4.
    """
    for claim in claims.values():
        if claim.stage is Stage.HELD and claim.bed_id and (why := in_the_way(claims, beds, claim, at)):
            yield replanned(claim, bed_again(claims, beds, claim, at), level, why, at)
            return
    for claim in without_bed(claims):
        if not (spot := bed_again(claims, beds, claim, at, now=claim.stage is Stage.OCCUPIED)):
            continue
        if claim.stage is Stage.HELD and claim.near_bed_id:
            yield replanned(claim, spot, level, "bed-found", at)
        else:
            kind = BedHeld if claim.stage is Stage.HELD else BedOccupied
            yield claim.told(kind, level, at, bed_id=spot.bed_id, from_at=spot.from_at)
        return


def without_bed(claims: Claims) -> list[Claim]:
    """Who has or was promised a place, and no bed, in order of asking."""
    return [claim for claim in claims.values() if claim.taken and claim.bed_id is None]


def replanned(claim: Claim, spot: Spot | None, level: LevelOfCare, why: str, at: datetime) -> StayEvent:
    """A hold has another bed, or another instant, or neither."""
    bed_id, from_at = spot or (None, None)
    more = {"was_bed_id": claim.bed_id, "bed_id": bed_id, "from_at": from_at, "reason": why}
    return claim.told(BedHoldReplanned, level, at, **more)


def _first(claims: Claims, claim: Claim) -> Iterator[Claim]:
    """Who is served before this hold: everybody who is in, and who asked earlier."""
    earlier = True
    for other in claims.values():
        earlier = earlier and other.transition_id != claim.transition_id
        if other.transition_id != claim.transition_id and (earlier or other.stage is Stage.OCCUPIED):
            yield other


def _too_close(one: Span, other: Span, beds: Beds) -> bool:
    return one.and_then(beds.turnover).overlaps(other.and_then(beds.turnover))
