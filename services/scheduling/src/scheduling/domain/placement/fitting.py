"""What stands against a group for one person, before anybody else is placed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from common.contracts.words import ParticipantId
from scheduling.domain.placement.problem import Aim, Choice, Group, Mover, Problem


class Code(StrEnum):
    """Why, and why not. Those from `NEEDED_KIND` on speak for a group."""

    WRONG_LEVEL = "wrong-level"
    FULL = "full"
    CLASHES = "clashes"
    NOT_JOINABLE_UNTIL = "not-joinable-until"
    SEPARATED_FROM = "separated-from"
    HOURS_OVER = "hours-over"
    HOURS_SHORT = "hours-short"
    ONE_OF_A_KIND = "one-of-a-kind"
    WORSE_BY = "worse-by"
    AS_GOOD = "as-good"
    NEEDED_KIND = "needed-kind"
    GIVES_HOURS = "gives-hours"
    KEEPS_THERAPIST = "keeps-therapist"
    KEEPS_PEERS = "keeps-peers"


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and what it is about: ids of people or groups, a Monday, minutes a week, or how much less of an aim."""

    code: Code
    ids: tuple[str, ...] = ()
    until: date | None = None
    minutes: int | None = None
    aim: Aim | None = None
    by: int | None = None


def against(problem: Problem, mover: Mover, group: Group) -> tuple[Reason, ...]:
    """Every reason why this person cannot be in this group, whoever else moves; none if they can.

    Rules: SC-L1 (level), SC-L2 (curriculum), SC-L3 (clash), SC-L4 (seats), SC-L5 (separation), SC-L6 (hours).
    """
    found: list[Reason] = []
    if mover.level not in group.levels:
        found.append(Reason(Code.WRONG_LEVEL))
    if not joinable(mover, group):
        after = [week for week in group.joins_in if week > mover.week]
        found.append(Reason(Code.NOT_JOINABLE_UNTIL, until=min(after, default=None)))
    if group.clashes(mover.busy):
        found.append(Reason(Code.CLASHES))
    if problem.free(group) == 0:
        found.append(Reason(Code.FULL))
    if apart := problem.sitting[group.id] & mover.separated_from:
        found.append(Reason(Code.SEPARATED_FROM, ids=tuple(sorted(apart))))
    if group.minutes > mover.minutes_at_most:
        found.append(Reason(Code.HOURS_OVER, minutes=group.minutes - mover.minutes_at_most))
    return tuple(found)


def joinable(mover: Mover, group: Group) -> bool:
    """Open at module start, closed in between unless the leader permits; who is in stays. Rule: SC-L2."""
    stays = mover.id in group.roster or mover.id in group.permitted
    return stays or group.open_entry or mover.week in group.joins_in


def fitting(problem: Problem) -> dict[ParticipantId, tuple[Group, ...]]:
    """The groups that nothing stands against, for each mover."""
    return {
        mover.id: tuple(group for group in problem.groups if not against(problem, mover, group))
        for mover in problem.movers
    }


def together(problem: Problem, mover: Mover, have: Iterable[Group], group: Group) -> bool:
    """Whether one person can be in this group beside those they have. Rules: SC-L3, SC-L6, SC-L7."""
    have = tuple(have)
    if group.kind in problem.one_only and any(group.kind == other.kind for other in have):
        return False
    if group.minutes + sum(other.minutes for other in have) > mover.minutes_at_most:
        return False
    return not any(group.clashes(other.meets) for other in have)


def in_the_way(problem: Problem, choice: Choice, mover: Mover, group: Group) -> tuple[Reason, ...]:
    """What the others who move leave of a group: no seat, or somebody to be kept apart from. Rules: SC-L4, SC-L5."""
    others = {other.id: other for other in problem.movers if other.id != mover.id}
    there = sorted(who for who in others if group.id in choice.get(who, ()))
    apart = tuple(who for who in there if who in mover.separated_from or mover.id in others[who].separated_from)
    found = [Reason(Code.FULL, ids=tuple(there))] if len(there) >= problem.free(group) else []
    return tuple([*found, Reason(Code.SEPARATED_FROM, ids=apart)] if apart else found)
