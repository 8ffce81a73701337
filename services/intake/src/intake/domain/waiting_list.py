"""The waiting list: an order that depends on who waits and on nothing else, every place explained by its parts."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from common.contracts.words import ParticipantId, Priority, ReferralId

RANK = {priority: rank for rank, priority in enumerate(Priority)}
"""Most urgent first."""


class Waiting(BaseModel):
    """Somebody who waits, as far as it decides about their place."""

    model_config = ConfigDict(frozen=True)

    referral_id: ReferralId
    participant_id: ParticipantId
    priority: Priority
    since: datetime


class Place(BaseModel):
    """A place on the list: one more than everybody ahead, counted by why they are ahead."""

    model_config = ConfigDict(frozen=True)

    place: int
    waiting: Waiting
    days_waiting: int
    ahead_by_priority: int
    ahead_by_waiting: int
    ahead_by_id: int


def ordered(waiting: Iterable[Waiting], at: datetime) -> tuple[Place, ...]:
    """Who comes when: the more urgent, then who waits longer, then the smaller id. Rules: IN-W1, IN-W2."""
    places: list[Place] = []
    of_priority = of_instant = 0
    line = sorted(waiting, key=lambda one: (RANK[one.priority], one.since, one.referral_id))
    for index, one in enumerate(line):
        before = line[index - 1] if index else one
        of_priority = of_priority if one.priority is before.priority else index
        of_instant = of_instant if (one.priority, one.since) == (before.priority, before.since) else index
        places.append(
            Place(
                place=index + 1,
                waiting=one,
                days_waiting=max((at - one.since).days, 0),
                ahead_by_priority=of_priority,
                ahead_by_waiting=of_instant - of_priority,
                ahead_by_id=index - of_instant,
            )
        )
    return tuple(places)
