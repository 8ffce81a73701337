"""What placement proposes: the best choice with its reasons, and the one made by hand beside it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from common.contracts.words import ParticipantId, SessionId
from scheduling.domain.placement.explained import Placed, explained
from scheduling.domain.placement.greedy import greedy
from scheduling.domain.placement.optimum import Proof, best
from scheduling.domain.placement.problem import Problem
from scheduling.domain.placement.value import Outcome, outcome


@dataclass(frozen=True, slots=True)
class Proposal:
    """Groups for everybody who moves; a person decides. `gained` is against the choice made by hand.

    `proven`: nothing better exists; if not, `proofs` say for each aim what a better choice could gain at most.
    """

    movers: tuple[Placed, ...]
    outcome: Outcome
    by_hand: Outcome
    gained_therapists: int
    gained_peers: int
    proven: bool
    proofs: tuple[Proof, ...]
    seconds: float


def propose(problem: Problem, seconds: float) -> Proposal:
    """The answer to a question of placement, after `seconds` of search at most. Rules: SC-L1 to SC-L11."""
    start = greedy(problem)
    solved = best(problem, start, seconds)
    by_hand, proposed = outcome(problem, start), outcome(problem, solved.choice)
    return Proposal(
        movers=explained(problem, solved.choice),
        outcome=proposed,
        by_hand=by_hand,
        gained_therapists=proposed.therapists_kept - by_hand.therapists_kept,
        gained_peers=proposed.peers_kept - by_hand.peers_kept,
        proven=solved.proven,
        proofs=solved.proofs,
        seconds=solved.seconds,
    )


def sat_together(
    attended: Mapping[ParticipantId, Collection[SessionId]], who: ParticipantId
) -> Mapping[ParticipantId, int]:
    """How many sessions each other person attended together with somebody; who did not is not listed. Rule: SC-L12."""
    there: defaultdict[SessionId, list[ParticipantId]] = defaultdict(list)
    for one, sessions in attended.items():
        for session in sessions:
            there[session].append(one)
    met = Counter(other for session in attended.get(who, ()) for other in there[session])
    del met[who]
    return dict(met)
