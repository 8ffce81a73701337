"""The places of one level of care and its beds: who occupies, who holds, who waits, in order of asking."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import Field

from common.change import Aggregate, Invalid
from common.contracts.message import Contract
from common.contracts.places import BedHeld, BedInOrder, BedMoved, BedOccupied, BedOutOfOrder, BedsSetUp, StayEvent
from common.contracts.reopenings import StayNotRestored, StayRestored
from common.contracts.scheduling import (
    GroupSeats,
    LevelSetUp,
    PlaceConfirmed,
    PlaceHeld,
    PlaceNotConfirmed,
    PlaceReleased,
    PlaceUnavailable,
)
from common.contracts.words import GroupId, LevelOfCare, ParticipantId, StaffId, TransitionId
from scheduling.domain.beds import Beds
from scheduling.domain.claims import Claim, Ended, Stage, bed_again, bed_for, ended, follows, seats_free, without_bed
from scheduling.domain.intervals import ALWAYS, Span

__all__ = ["REMEMBERED_TRANSITIONS", "Claim", "LevelBoard", "Stage"]

REMEMBERED_TRANSITIONS = 500
"""ASSUMED: how many ended transitions a board remembers, to know their late and repeated commands."""
REMEMBERED_STAYS = 60
"""ASSUMED: how many stays that ended; an error of entry is found within weeks."""


class LevelBoard(Aggregate):
    """One level of care; its id is the level's code. `places` None: no limit; never set up: none.

    Claims stand in order of asking, one per transition; a participant has two only while an older one is
    still to be given back. Every claim ends with exactly one `PlaceReleased` of its own transition.
    """

    places: int | None = 0
    groups: tuple[GroupSeats, ...] = ()
    claims: dict[TransitionId, Claim] = Field(default_factory=dict)
    over: tuple[TransitionId, ...] = ()
    """Transitions that gave back, newest last: they get nothing here any more."""
    unconfirmed: tuple[TransitionId, ...] = ()
    """Transitions that were told that there is nothing to confirm."""
    ended: tuple[Ended, ...] = ()
    """Newest last; an ending may turn out to be none. Rule: SC-R1."""
    beds: Beds = Beds()
    """Guarded by the same version as the claims, so that no bed is given twice however many ask at once."""

    @property
    def level(self) -> LevelOfCare:
        """The level this board is about."""
        return LevelOfCare(self.id)

    def at_stage(self, stage: Stage) -> list[Claim]:
        """The claims that have come this far, in order of asking."""
        return [claim for claim in self.claims.values() if claim.stage is stage]

    def members(self, group_id: GroupId) -> list[ParticipantId]:
        """Who has or will have a seat in a group."""
        return [claim.participant_id for claim in self.claims.values() if claim.group_id == group_id]

    def offers(self, wanted: Span = ALWAYS, at: datetime | None = None) -> list[GroupId | None]:
        """The seats that may be given for a span, best first; `[None]` at a level without groups.

        Rules: SC-P1, SC-P2, SC-P10.
        """
        return seats_free(self.claims, self.beds, self.places, self.groups, wanted, at)

    def after(self, fact: Contract) -> Self:
        """The board once `fact` is true."""
        match fact:
            case LevelSetUp(places=places, groups=groups):
                return self.model_copy(update={"places": places, "groups": groups})
            case PlaceUnavailable() | PlaceHeld():
                return self._asked(fact)
            case PlaceConfirmed() | StayEvent():
                return self._moved(fact)
            case PlaceNotConfirmed(transition_id=id, promised_at=None):
                return self.model_copy(update={"unconfirmed": _newest(self.unconfirmed, id)})
            case PlaceReleased(transition_id=id):
                return self._left(id, fact.at)
            case StayRestored() | StayNotRestored():
                return self._ended_or_not(fact)
            case BedsSetUp() | BedOutOfOrder() | BedInOrder():
                return self.model_copy(update={"beds": self.beds.after(fact)})
        return self

    def set_up(self, places: int | None, groups: Sequence[GroupSeats], by: StaffId, at: datetime) -> list[Contract]:
        """Say how many places and which groups there are; who is in stays in. Rules: SC-P6, SC-P7.

        Raises Invalid when a group is named twice.
        """
        wanted = tuple(sorted(groups, key=lambda group: group.group_id))
        if len({group.group_id for group in wanted}) < len(wanted):
            raise Invalid("group-named-twice", "each group of a level is named once")
        if (places, wanted) == (self.places, self.groups):
            return []
        return self.settled([LevelSetUp(at=at, level=self.level, places=places, groups=wanted, set_up_by=by)], at)

    def hold(
        self,
        transition: TransitionId,
        participant: ParticipantId,
        at: datetime,
        effective_at: datetime | None = None,
        preferred: GroupId | None = None,
    ) -> list[Contract]:
        """Hold a place, a seat and a bed from `effective_at` on (None: from now), or wait for them.

        Rules: SC-P1 to SC-P4, SC-P10, SC-P12, SC-B2.
        """
        if transition in self.over or transition in self.claims:
            return []
        waiting = self.at_stage(Stage.WAITING)
        later = effective_at if effective_at and effective_at > at else None
        if not waiting and (held := self._offered(transition, participant, later, at, preferred)):
            return held
        return [
            PlaceUnavailable(
                at=at,
                participant_id=participant,
                transition_id=transition,
                level=self.level,
                waiting=len(waiting) + 1,
                effective_at=later,
                preferred_group_id=preferred,
            )
        ]

    def confirm(self, transition: TransitionId, participant: ParticipantId, at: datetime) -> list[Contract]:
        """Turn the hold into an occupied place; an older place of the same person is given back.

        Rules: SC-P5, SC-B3.
        """
        claim = self.claims.get(transition)
        if claim and claim.stage is Stage.OCCUPIED:
            return []
        if claim is None or claim.stage is Stage.WAITING:
            return self._nothing_to_confirm(transition, participant, at)
        inside = [other for other in self.at_stage(Stage.OCCUPIED) if other.participant_id != claim.participant_id]
        bedded = self._into_bed(claim, at)
        if bedded is None or (claim.ahead and self._full(inside, claim.group_id)):
            return self._nothing_to_confirm(transition, participant, at)
        confirmed = PlaceConfirmed(
            at=at,
            participant_id=claim.participant_id,
            transition_id=transition,
            level=self.level,
            group_id=claim.group_id,
        )
        older = [c for c in self.at_stage(Stage.OCCUPIED) if c.participant_id == claim.participant_id]
        return self.settled([*(self._released(c, at) for c in older), *bedded, confirmed], at)

    def release(self, transition: TransitionId, participant: ParticipantId, at: datetime) -> list[Contract]:
        """Give back what this transition has here, and the place the participant occupied before it asked.

        Said to compensate a transition to this level, or after one that led away from here; a transition
        never leads from a level to itself, so it can be only one of both. Rules: SC-P3, SC-P8.
        """
        if transition in self.over:
            return []
        left = [
            claim
            for claim in self.at_stage(Stage.OCCUPIED)
            if claim.participant_id == participant and claim.transition_id != transition and claim.since <= at
        ]
        own = PlaceReleased(at=at, participant_id=participant, transition_id=transition, level=self.level)
        return self.settled([*(self._released(claim, at) for claim in left), own], at)

    def close(self, participant: ParticipantId, at: datetime) -> list[Contract]:
        """The episode ended at `at`: all that the participant asked for or had here until then. Rule: SC-P9."""
        ended = [c for c in self.claims.values() if c.participant_id == participant and c.since <= at]
        return self.settled([self._released(claim, at) for claim in ended], at)

    def settled(self, facts: Sequence[Contract], at: datetime) -> list[Contract]:
        """The facts, and what follows: for beds promised, and for the first who waits. Rules: SC-P4, SC-B4."""
        said, board = list(facts), self
        for fact in facts:
            board = board.after(fact)
        while more := board._what_follows(at):
            said += more
            for fact in more:
                board = board.after(fact)
        return said

    def _what_follows(self, at: datetime) -> list[Contract]:
        if self.beds.known and (moved := next(follows(self.claims, self.beds, self.level, at), None)):
            return [moved]
        waiting = self.at_stage(Stage.WAITING)
        if not waiting:
            return []
        first = waiting[0]
        later = first.wanted_at if first.wanted_at and first.wanted_at > at else None
        return self._offered(first.transition_id, first.participant_id, later, at, first.preferred)

    def _offered(
        self,
        transition: TransitionId,
        participant: ParticipantId,
        later: datetime | None,
        at: datetime,
        preferred: GroupId | None,
    ) -> list[Contract]:
        """A place, a seat and a bed held, or nothing where one of them is missing. Rule: SC-P12."""
        wanted = Span(later or at)
        offers = self.offers(wanted, at)
        if not offers:
            return []
        about = {"at": at, "participant_id": participant, "transition_id": transition, "level": self.level}
        group = preferred if preferred in offers else offers[0]
        held = PlaceHeld.model_validate({**about, "group_id": group, "effective_at": later})
        if not self.beds.known:
            return [held]
        home = next((one.bed_id for one in reversed(self.ended) if one.went_on(participant)), None)
        spot = bed_for(self.claims, self.beds, wanted, at, near=home) or bed_for(self.claims, self.beds, wanted, at)
        if spot is None or without_bed(self.claims):
            return []
        return [held, BedHeld.model_validate({**about, "bed_id": spot.bed_id, "from_at": spot.from_at})]

    def _full(self, inside: Sequence[Claim], group_id: GroupId | None) -> bool:
        """Whether these leave no place, or no seat in the group."""
        seats = next((group.seats for group in self.groups if group.group_id == group_id), len(inside) + 1)
        no_place = self.places is not None and len(inside) >= self.places
        return no_place or sum(claim.group_id == group_id for claim in inside) >= seats

    def _into_bed(self, claim: Claim, at: datetime) -> list[Contract] | None:
        """What is to be said of the bed when a hold is taken up; None: there is none to lie in."""
        if not self.beds.known:
            return []
        spot = bed_again(self.claims, self.beds, claim, at, now=True)
        if spot is None:
            return None
        return [claim.told(BedOccupied, self.level, at, bed_id=spot.bed_id, from_at=spot.from_at)]

    def _released(self, claim: Claim, at: datetime) -> PlaceReleased:
        who, id = claim.participant_id, claim.transition_id
        return PlaceReleased(at=at, participant_id=who, transition_id=id, level=self.level)

    def _nothing_to_confirm(self, transition: TransitionId, participant: ParticipantId, at: datetime) -> list[Contract]:
        if transition in self.unconfirmed:
            return []
        claim = self.claims.get(transition)
        here = ("waiting" if claim.stage is Stage.WAITING else "still-taken") if claim else "not-held"
        reason = "released" if transition in self.over else here
        promised = claim.promised_after(at) if claim and reason == "still-taken" else None
        about = {"at": at, "participant_id": participant, "transition_id": transition, "level": self.level}
        return [PlaceNotConfirmed.model_validate({**about, "reason": reason, "promised_at": promised})]

    def _asked(self, fact: PlaceUnavailable | PlaceHeld) -> Self:
        held = isinstance(fact, PlaceHeld)
        asked = self.claims.get(fact.transition_id)
        others = [claim for claim in self.claims.values() if claim.taken and claim is not asked]
        claim = Claim(
            transition_id=fact.transition_id,
            participant_id=fact.participant_id,
            stage=Stage.HELD if held else Stage.WAITING,
            since=asked.since if asked else fact.at,
            group_id=fact.group_id if isinstance(fact, PlaceHeld) else None,
            preferred=fact.preferred_group_id if isinstance(fact, PlaceUnavailable) else None,
            wanted_at=fact.effective_at or (asked.wanted_at if asked else None),
            ahead=isinstance(fact, PlaceHeld) and self._full(others, fact.group_id),
        )
        still = tuple(id for id in self.unconfirmed if not held or id != fact.transition_id)
        return self.model_copy(update={"claims": {**self.claims, claim.transition_id: claim}, "unconfirmed": still})

    def _moved(self, fact: PlaceConfirmed | StayEvent) -> Self:
        claim = self.claims.get(fact.transition_id)
        if claim is None:
            return self
        left = fact.was_bed_id if isinstance(fact, BedMoved) else None
        beds = self.beds.left(left, fact.at) if left else self.beds
        claims = {**self.claims, fact.transition_id: claim.after(fact)}
        return self.model_copy(update={"claims": claims, "beds": beds})

    def _left(self, id: TransitionId, at: datetime) -> Self:
        claim = self.claims.get(id)
        left = {other: one for other, one in self.claims.items() if other != id}
        over, stayed = _newest(self.over, id), claim if claim and claim.stage is Stage.OCCUPIED else None
        beds = self.beds.left(stayed.bed_id, at) if stayed and stayed.bed_id else self.beds
        past = (*self.ended, *([ended(stayed, at)] if stayed else []))[-REMEMBERED_STAYS:]
        return self.model_copy(update={"claims": left, "over": over, "beds": beds, "ended": past})

    def _ended_or_not(self, fact: StayRestored | StayNotRestored) -> Self:
        beds = self.beds.never_left(fact.bed_id, fact.at) if isinstance(fact, StayRestored) else self.beds
        return self.model_copy(update={"ended": tuple(one.after(fact) for one in self.ended), "beds": beds})


def _newest(known: tuple[TransitionId, ...], new: TransitionId) -> tuple[TransitionId, ...]:
    still = tuple(id for id in known if id != new) if new in known else known
    return (*still, new)[-REMEMBERED_TRANSITIONS:]
