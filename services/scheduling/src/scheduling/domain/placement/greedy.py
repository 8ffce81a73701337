"""The choice one would make by hand: one person after the other, each time the group that gives them most."""

from collections.abc import Mapping

from common.contracts.words import GroupId, ParticipantId
from scheduling.domain.placement.fitting import fitting, in_the_way, together
from scheduling.domain.placement.problem import Choice, Group, Mover, Problem
from scheduling.domain.placement.value import company, share


def greedy(problem: Problem) -> Choice:
    """Everybody in order of id; never better than the optimum, and what the optimum starts from. Rule: SC-L9."""
    fits = fitting(problem)
    choice: dict[ParticipantId, frozenset[GroupId]] = {}
    for mover in problem.movers:
        choice[mover.id] = filled(problem, choice, mover, fits[mover.id])
    return choice


def filled(
    problem: Problem, choice: Choice, mover: Mover, fits: tuple[Group, ...], first: tuple[Group, ...] = ()
) -> frozenset[GroupId]:
    """From `first` on, add the group that gives this person most, until none gives more; ties by group id."""
    open_now = [group for group in fits if group in first or not in_the_way(problem, choice, mover, group)]
    where = company(problem, choice)
    have = first
    while best := _best(problem, mover, have, open_now, where):
        have = (*have, best)
    return frozenset(group.id for group in have)


def _best(
    problem: Problem,
    mover: Mover,
    have: tuple[Group, ...],
    open_now: list[Group],
    where: Mapping[GroupId, frozenset[ParticipantId]],
) -> Group | None:
    best, most = None, share(problem, mover, have, where).worth
    for group in open_now:
        if group not in have and together(problem, mover, have, group):
            worth = share(problem, mover, (*have, group), where).worth
            if worth > most:
                best, most = group, worth
    return best
