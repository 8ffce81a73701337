"""The best choice for all who move together, one aim after the other, by OR-Tools CP-SAT."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, computed_field

from scheduling.domain.placement.problem import Aim, Choice, Problem
from scheduling.domain.placement.value import outcome

PARTS: Mapping[Aim, float] = {Aim.KINDS: 0.3, Aim.HOURS: 0.3, Aim.THERAPISTS: 0.3, Aim.PEERS: 0.9, Aim.CLOSENESS: 1.0}
"""ASSUMED: of the time left, how much an aim may take; most goes to the peers, who are hardest to prove."""


class Proof(BaseModel, frozen=True):
    """How far an aim is reached, and how far it could be at most while the aims before it stay as they are."""

    aim: Aim
    reached: int
    at_most: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def gap(self) -> int:
        """What a better choice could still gain; none: nothing better exists."""
        return self.at_most - self.reached


@dataclass(frozen=True, slots=True)
class Solved:
    """A choice and what is proven of it, an aim a line, after so many seconds of search."""

    choice: Choice
    proofs: tuple[Proof, ...]
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return not any(proof.gap for proof in self.proofs)


def best(problem: Problem, start: Choice, seconds: float) -> Solved:
    """The optimum, or the best found within `seconds` of search and how far from it at most. Rule: SC-L9.

    Never worse than `start`. The same question has the same answer unless the time runs out.
    """
    from scheduling.domain.placement.solver import Solver

    solver, choice, bounds = Solver(problem), start, dict[Aim, int]()
    for aim in Aim:
        reached, at_most = outcome(problem, choice).worth[aim], solver.at_most(aim)
        if reached < at_most and (left := seconds - solver.spent) > 0:
            found, at_most = solver.best(aim, choice, left * PARTS[aim])
            choice = max(choice, found, key=lambda one: outcome(problem, one).worth)
            reached = outcome(problem, choice).worth[aim]
        solver.keep(aim, reached)
        bounds[aim] = at_most
    worth = outcome(problem, choice).worth
    proofs = tuple(Proof(aim=aim, reached=worth[aim], at_most=max(worth[aim], bound)) for aim, bound in bounds.items())
    return Solved(choice, proofs, solver.spent)
