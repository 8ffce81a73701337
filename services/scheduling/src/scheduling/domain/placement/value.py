"""What an answer is worth: for one person, and for all who move."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from common.contracts.words import GroupId, ParticipantId
from scheduling.domain.placement.problem import QUARTER, Aim, Choice, Group, Mover, Problem


@dataclass(frozen=True, slots=True, order=True)
class Worth:
    """How far each aim is reached, the first aim first: what compares greater is better. Rule: SC-L8.

    Kinds and people are counted, hours in quarters, peers in sessions; closeness is 0 or, a quarter over, less.
    """

    kinds: int = 0
    hours: int = 0
    therapists: int = 0
    peers: int = 0
    closeness: int = 0

    def __getitem__(self, aim: Aim) -> int:
        value: int = getattr(self, aim)
        return value

    @classmethod
    def total(cls, some: Iterable[Self]) -> Self:
        """All of them together."""
        found = list(some)
        return cls(*(sum(one[aim] for one in found) for aim in Aim))


@dataclass(frozen=True, slots=True)
class Share:
    """What one person gets, in minutes a week."""

    worth: Worth
    minutes: int
    minutes_short: int
    minutes_over: int
    therapist_kept: bool
    peers_kept: tuple[ParticipantId, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all who move get; a pair of movers who stay together counts for both."""

    worth: Worth
    placed: int
    therapists_kept: int
    peers_kept: int
    minutes_short: int


def share(
    problem: Problem, mover: Mover, groups: Iterable[Group], where: Mapping[GroupId, frozenset[ParticipantId]]
) -> Share:
    """What these groups give this person while others are `where`."""
    groups = tuple(groups)
    minutes = sum(group.minutes for group in groups)
    around = frozenset[ParticipantId]().union(*(where[group.id] for group in groups))
    peers = tuple(sorted(who for who in around if mover.sat_with.get(who) and who != mover.id))
    kept = any(mover.therapist in group.led_by for group in groups)
    short, over = max(0, mover.minutes_needed - minutes), max(0, minutes - mover.minutes_needed)
    worth = Worth(
        kinds=len(mover.kinds & {group.kind for group in groups}),
        hours=quarters(mover.minutes_needed) - quarters(short),
        therapists=int(kept),
        peers=sum(min(mover.sat_with[who], problem.sessions_at_most) for who in peers),
        closeness=-quarters(over),
    )
    return Share(worth, minutes, short, over, kept, peers)


def shares(problem: Problem, choice: Choice) -> dict[ParticipantId, Share]:
    """What everybody gets."""
    where = company(problem, choice)
    return {mover.id: share(problem, mover, groups_of(problem, choice, mover), where) for mover in problem.movers}


def outcome(problem: Problem, choice: Choice) -> Outcome:
    """What everybody gets together."""
    found = shares(problem, choice)
    return Outcome(
        worth=Worth.total(one.worth for one in found.values()),
        placed=sum(1 for groups in choice.values() if groups),
        therapists_kept=sum(one.therapist_kept for one in found.values()),
        peers_kept=sum(len(one.peers_kept) for one in found.values()),
        minutes_short=sum(one.minutes_short for one in found.values()),
    )


def company(problem: Problem, choice: Choice) -> dict[GroupId, frozenset[ParticipantId]]:
    """Who sits in each group: those who stay, and those who are placed there."""
    new: defaultdict[GroupId, set[ParticipantId]] = defaultdict(set)
    for who, groups in choice.items():
        for group in groups:
            new[group].add(who)
    return {group: there | new[group] for group, there in problem.sitting.items()}


def groups_of(problem: Problem, choice: Choice, mover: Mover) -> tuple[Group, ...]:
    """The groups chosen for somebody, in order of id."""
    chosen = choice.get(mover.id, frozenset())
    return tuple(group for group in problem.groups if group.id in chosen)


def quarters(minutes: int) -> int:
    """Quarters of an hour begun."""
    return -(-minutes // QUARTER)
