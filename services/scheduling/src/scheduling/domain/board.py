"""The places of one level of care: who occupies, who holds, who waits, in order of asking."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, Field

from common.change import Aggregate, Invalid
from common.contracts.message import Contract
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

REMEMBERED_TRANSITIONS = 500
"""ASSUMED: how many ended transitions a board remembers, to know their late and repeated commands."""


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

    def offers(self) -> list[GroupId | None]:
        """The seats that may be given now, best first; `[None]` at a level without groups. Rules: SC-P1, SC-P2."""
        taken = [claim for claim in self.claims.values() if claim.stage is not Stage.WAITING]
        if self.places is not None and len(taken) >= self.places:
            return []
        if not self.groups:
            return [None]
        seated = Counter(claim.group_id for claim in taken)
        free = [(group.seats - seated[group.group_id], group.group_id) for group in self.groups]
        return [group_id for seats, group_id in sorted(free, key=lambda one: (-one[0], one[1])) if seats > 0]

    def after(self, fact: Contract) -> Self:
        """The board once `fact` is true."""
        match fact:
            case LevelSetUp(places=places, groups=groups):
                return self.model_copy(update={"places": places, "groups": groups})
            case PlaceUnavailable():
                return self._with(fact, Stage.WAITING, fact.at)
            case PlaceHeld():
                asked = self.claims.get(fact.transition_id)
                held = self._with(fact, Stage.HELD, asked.since if asked else fact.at, fact.group_id)
                still = tuple(id for id in self.unconfirmed if id != fact.transition_id)
                return held.model_copy(update={"unconfirmed": still})
            case PlaceConfirmed():
                return self._with(fact, Stage.OCCUPIED, fact.at, fact.group_id)
            case PlaceNotConfirmed(transition_id=id):
                return self.model_copy(update={"unconfirmed": _newest(self.unconfirmed, id)})
            case PlaceReleased(transition_id=id):
                left = {other: claim for other, claim in self.claims.items() if other != id}
                return self.model_copy(update={"claims": left, "over": _newest(self.over, id)})
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
        return self._then_serve([LevelSetUp(at=at, level=self.level, places=places, groups=wanted, set_up_by=by)], at)

    def hold(self, transition: TransitionId, participant: ParticipantId, at: datetime) -> list[Contract]:
        """Hold a place and a seat, or wait for one. Rules: SC-P1 to SC-P4."""
        if transition in self.over or transition in self.claims:
            return []
        if offers := self.offers():
            return [self._held(transition, participant, offers[0], at)]
        waiting = len(self.at_stage(Stage.WAITING)) + 1
        return [
            PlaceUnavailable(
                at=at,
                participant_id=participant,
                transition_id=transition,
                level=self.level,
                waiting=waiting,
            )
        ]

    def confirm(self, transition: TransitionId, participant: ParticipantId, at: datetime) -> list[Contract]:
        """Turn the hold into an occupied place; an older place of the same person is given back. Rule: SC-P5."""
        claim = self.claims.get(transition)
        if claim and claim.stage is Stage.OCCUPIED:
            return []
        if claim is None or claim.stage is Stage.WAITING:
            return self._nothing_to_confirm(transition, participant, at)
        confirmed = PlaceConfirmed(
            at=at,
            participant_id=claim.participant_id,
            transition_id=transition,
            level=self.level,
            group_id=claim.group_id,
        )
        older = [c for c in self.at_stage(Stage.OCCUPIED) if c.participant_id == claim.participant_id]
        return self._then_serve([*(self._released(c, at) for c in older), confirmed], at)

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
        return self._then_serve([*(self._released(claim, at) for claim in left), own], at)

    def close(self, participant: ParticipantId, at: datetime) -> list[Contract]:
        """The episode ended at `at`: all that the participant asked for or had here until then. Rule: SC-P9."""
        ended = [c for c in self.claims.values() if c.participant_id == participant and c.since <= at]
        return self._then_serve([self._released(claim, at) for claim in ended], at)

    def _then_serve(self, facts: Sequence[Contract], at: datetime) -> list[Contract]:
        """The facts, and what they mean for those who wait: the first gets what is free. Rule: SC-P4."""
        said, board = list(facts), self
        for fact in facts:
            board = board.after(fact)
        while (waiting := board.at_stage(Stage.WAITING)) and (offers := board.offers()):
            held = board._held(waiting[0].transition_id, waiting[0].participant_id, offers[0], at)
            said.append(held)
            board = board.after(held)
        return said

    def _held(
        self, transition: TransitionId, participant: ParticipantId, group: GroupId | None, at: datetime
    ) -> PlaceHeld:
        return PlaceHeld(at=at, participant_id=participant, transition_id=transition, level=self.level, group_id=group)

    def _released(self, claim: Claim, at: datetime) -> PlaceReleased:
        return PlaceReleased(
            at=at,
            participant_id=claim.participant_id,
            transition_id=claim.transition_id,
            level=self.level,
        )

    def _nothing_to_confirm(self, transition: TransitionId, participant: ParticipantId, at: datetime) -> list[Contract]:
        if transition in self.unconfirmed:
            return []
        here = "waiting" if transition in self.claims else "not-held"
        reason = "released" if transition in self.over else here
        return [
            PlaceNotConfirmed(
                at=at, participant_id=participant, transition_id=transition, level=self.level, reason=reason
            )
        ]

    def _with(
        self,
        fact: PlaceUnavailable | PlaceHeld | PlaceConfirmed,
        stage: Stage,
        since: datetime,
        group_id: GroupId | None = None,
    ) -> Self:
        claim = Claim(
            transition_id=fact.transition_id,
            participant_id=fact.participant_id,
            stage=stage,
            since=since,
            group_id=group_id,
        )
        return self.model_copy(update={"claims": {**self.claims, fact.transition_id: claim}})


def _newest(known: tuple[TransitionId, ...], new: TransitionId) -> tuple[TransitionId, ...]:
    return (*(id for id in known if id != new), new)[-REMEMBERED_TRANSITIONS:]
