"""Why each group, and why not: for everybody who moves and every group there is."""

from dataclasses import dataclass

from common.contracts.words import GroupId, ParticipantId
from scheduling.domain.placement.fitting import Code, Reason, against, fitting, in_the_way
from scheduling.domain.placement.greedy import filled
from scheduling.domain.placement.problem import QUARTER, Aim, Choice, Group, Mover, Problem
from scheduling.domain.placement.value import Share, Worth, company, groups_of, share, shares


@dataclass(frozen=True, slots=True)
class Verdict:
    """One group for one person: chosen or not, with the reasons."""

    group_id: GroupId
    chosen: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """What is proposed for one person. `no_group_now`: the move goes on, on its day, without one. Rule: SC-L10."""

    participant_id: ParticipantId
    groups: tuple[GroupId, ...]
    no_group_now: bool
    share: Share
    verdicts: tuple[Verdict, ...]


def explained(problem: Problem, choice: Choice) -> tuple[Placed, ...]:
    """The answer with its reasons, movers and groups in order of id. Rule: SC-L11."""
    found, fits = shares(problem, choice), fitting(problem)
    return tuple(
        Placed(
            participant_id=mover.id,
            groups=tuple(group.id for group in groups_of(problem, choice, mover)),
            no_group_now=not choice.get(mover.id),
            share=found[mover.id],
            verdicts=tuple(_verdict(problem, choice, mover, group, fits[mover.id]) for group in problem.groups),
        )
        for mover in problem.movers
    )


def _verdict(problem: Problem, choice: Choice, mover: Mover, group: Group, fits: tuple[Group, ...]) -> Verdict:
    if group.id in choice.get(mover.id, ()):
        return Verdict(group.id, True, _for(problem, choice, mover, group))
    stands = against(problem, mover, group) or in_the_way(problem, choice, mover, group)
    return Verdict(group.id, False, stands or _instead(problem, choice, mover, group, fits))


def _for(problem: Problem, choice: Choice, mover: Mover, group: Group) -> tuple[Reason, ...]:
    """What the group gives."""
    gives = share(problem, mover, [group], company(problem, choice))
    found = [Reason(Code.NEEDED_KIND)] if gives.worth.kinds else []
    found.append(Reason(Code.GIVES_HOURS, minutes=gives.minutes))
    if gives.therapist_kept:
        found.append(Reason(Code.KEEPS_THERAPIST))
    if gives.peers_kept:
        found.append(Reason(Code.KEEPS_PEERS, ids=gives.peers_kept))
    return tuple(found)


def _instead(
    problem: Problem, choice: Choice, mover: Mover, group: Group, fits: tuple[Group, ...]
) -> tuple[Reason, ...]:
    """What it cannot stand beside, and how much worse all would be with it, the others staying where they are."""
    beside = groups_of(problem, choice, mover)
    found = []
    if clashing := tuple(other.id for other in beside if group.clashes(other.meets)):
        found.append(Reason(Code.CLASHES, ids=clashing))
    if group.kind in problem.one_only and (same := tuple(other.id for other in beside if other.kind == group.kind)):
        found.append(Reason(Code.ONE_OF_A_KIND, ids=same))
    over = group.minutes + sum(other.minutes for other in beside) - mover.minutes_at_most
    if over > 0 and not found:
        found.append(Reason(Code.HOURS_OVER, minutes=over))
    return (*found, _worse(problem, choice, mover, group, fits))


def _worse(problem: Problem, choice: Choice, mover: Mover, group: Group, fits: tuple[Group, ...]) -> Reason:
    """Against the best found by hand with this group: less of which aim, all who are touched taken together."""
    other = {**choice, mover.id: filled(problem, choice, mover, fits, (group,))}
    touched = [one for one in problem.movers if one.id == mover.id or mover.id in one.sat_with]
    before, after = _total(problem, touched, choice), _total(problem, touched, other)
    aim = next((aim for aim in Aim if before[aim] != after[aim]), None)
    if aim is None or after > before:
        return Reason(Code.AS_GOOD)
    if aim is Aim.HOURS:
        return Reason(Code.HOURS_SHORT, minutes=QUARTER * (before[aim] - after[aim]))
    return Reason(Code.WORSE_BY, aim=aim, by=before[aim] - after[aim])


def _total(problem: Problem, movers: list[Mover], choice: Choice) -> Worth:
    where = company(problem, choice)
    return Worth.total(share(problem, mover, groups_of(problem, choice, mover), where).worth for mover in movers)
