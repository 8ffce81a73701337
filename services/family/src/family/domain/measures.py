"""Measures of the family and of how connected somebody feels: scores, never items, for the care team alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field

from common.change import Aggregate, Ask, Invalid, NotFound, Outcome
from common.contracts.measures import (
    ConnectionFell,
    ConnectionRated,
    FamilyInstrument,
    FamilyMeasureRecorded,
    FamilyMeasureVoided,
)
from common.contracts.message import Contract, Instant
from common.contracts.notifications import SendNotice
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, Role, StaffId


class Scale(NamedTuple):
    """The lowest and the highest score there can be."""

    lowest: int
    highest: int


SCALES: Mapping[FamilyInstrument, Scale] = {
    FamilyInstrument.BAS: Scale(19, 76),
    FamilyInstrument.VIRS_VALIDATING: Scale(0, 32),
    FamilyInstrument.VIRS_INVALIDATING: Scale(0, 32),
    FamilyInstrument.COMMUNICATION: Scale(0, 10),
}
"""Source: facts 5.2; VIRS unverified there; communication 0-10 ASSUMED. Their items are content packs: none ships."""

NO_BAND = "none-published"
"""No bands are published for any of them; the course counts. Source: facts 5.2."""

BEST = 10
"""Of the three ratings of connection. Source: facts 1.1 A4."""

FALL = 3
"""Source: facts 1.1 A4, alert on a fall of 3 or more."""

FELL = "connection-fell"
NOTICES = UUID("4d8a7f3e-1c2b-5e90-b6a4-93d0c5e8f217")
"""Namespace of the ids of notices about a fall."""


class Rating(BaseModel):
    """How accepted, cared about and valued somebody felt."""

    model_config = ConfigDict(frozen=True)

    at: Instant
    accepted: int
    cared_about: int
    valued: int

    def fall_to(self, later: "Rating") -> int:
        """By how much the one that fell most is lower later."""
        return max(self.accepted - later.accepted, self.cared_about - later.cared_about, self.valued - later.valued)


class FamilyMeasures(Aggregate):
    """What was measured about one participant's family and connection (`id`)."""

    recorded: frozenset[str] = frozenset()
    void: frozenset[str] = frozenset()
    ratings: dict[str, Rating] = Field(default_factory=dict)

    def after(self, fact: Contract) -> Self:
        """The measures once `fact` is true."""
        match fact:
            case FamilyMeasureRecorded():
                return self.model_copy(update={"recorded": self.recorded | {fact.measure_id}})
            case FamilyMeasureVoided():
                return self.model_copy(update={"void": self.void | {fact.measure_id}})
            case ConnectionRated():
                rating = Rating.model_validate(fact, from_attributes=True)
                return self.model_copy(update={"ratings": {**self.ratings, fact.measure_id: rating}})
        return self

    def record(self, new: FamilyMeasureRecorded) -> list[Contract]:
        """One administration, once by its id. Rule: FA-M1. Raises Invalid for a score there cannot be."""
        scale = SCALES[new.instrument]
        if not scale.lowest <= new.score <= scale.highest:
            raise Invalid("score-out-of-range", f"{new.instrument} is from {scale.lowest} to {scale.highest}")
        return [] if new.measure_id in self.recorded else [new]

    def rate(self, new: ConnectionRated, now: datetime) -> list[Outcome]:
        """How connected they feel, once by its id; a fall is put before a clinician. Rules: FA-M3, FA-M4.

        Raises Invalid for a rating there cannot be.
        """
        if not all(0 <= value <= BEST for value in (new.accepted, new.cared_about, new.valued)):
            raise Invalid("rating-out-of-range", f"each is rated 0 to {BEST}")
        if new.measure_id in self.ratings:
            return []
        fall = self.after(new)._fall_of(new.measure_id)
        if fall < FALL:
            return [new]
        fell = ConnectionFell(at=now, participant_id=new.participant_id, measure_id=new.measure_id, by=fall)
        return [new, fell, self._tell(new.measure_id, now)]

    def set_aside(self, measure_id: str, by: StaffId, now: datetime) -> list[Contract]:
        """It does not count after all; void is final. Rule: FA-M1. Raises NotFound."""
        if measure_id not in self.recorded and measure_id not in self.ratings:
            raise NotFound("measure-unknown", "this participant has no measure of this id")
        if measure_id in self.void:
            return []
        about = {"at": now, "participant_id": self.id, "measure_id": measure_id, "voided_by": by}
        return [FamilyMeasureVoided.model_validate(about)]

    def _fall_of(self, measure_id: str) -> int:
        """How much lower the newest rating is than the one before it; 0 for one that is not the newest."""
        valid = [(id, one) for id, one in self.ratings.items() if id not in self.void]
        ordered = sorted(valid, key=lambda rated: rated[1].at)
        if len(ordered) < 2 or ordered[-1][0] != measure_id:
            return 0
        return ordered[-2][1].fall_to(ordered[-1][1])

    def _tell(self, measure_id: str, now: datetime) -> Ask:
        return Ask(
            SendNotice(
                at=now,
                participant_id=ParticipantId(self.id),
                notice_id=NoticeId(str(uuid5(NOTICES, measure_id))),
                recipient_kind=RecipientKind.STAFF,
                recipient_id=Role.CLINICIAN,
                template=FELL,
            )
        )
