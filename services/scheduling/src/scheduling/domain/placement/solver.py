"""Placement as CP-SAT reads it: a yes or no for each seat that nothing stands against. Imported when first needed."""

from collections import defaultdict
from itertools import combinations
from math import floor

from ortools.sat.python import cp_model

from common.contracts.words import GroupId, ParticipantId
from scheduling.domain.placement.fitting import fitting
from scheduling.domain.placement.problem import QUARTER, Aim, Choice, Group, Mover, Problem
from scheduling.domain.placement.value import groups_of, quarters

SEED = 7
"""Any number: the same one gives the same search."""


class Solver:
    """One model for all aims; each is made the objective in its turn and then kept."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.model = problem, cp_model.CpModel()
        self.fits, self.spent = fitting(problem), 0.0
        self.seats: dict[tuple[ParticipantId, GroupId], cp_model.IntVar] = {
            (mover.id, group.id): self.model.new_bool_var(f"{mover.id}|{group.id}")
            for mover in problem.movers
            for group in self.fits[mover.id]
        }
        self._terms: dict[Aim, list[cp_model.LinearExprT]] = defaultdict(list)
        self._most: dict[Aim, int] = defaultdict(int)
        self._any: list[tuple[cp_model.IntVar, list[cp_model.IntVar]]] = []
        self._both: list[tuple[cp_model.IntVar, cp_model.IntVar, cp_model.IntVar]] = []
        self._quarters: list[tuple[Mover, cp_model.IntVar, cp_model.IntVar]] = []
        for mover in problem.movers:
            self._alone(mover)
            self._worth(mover)
        self._seats()
        for one, other in combinations(problem.movers, 2):
            self._pair(one, other)

    def at_most(self, aim: Aim) -> int:
        """What nobody can pass, without any search."""
        return self._most[aim]

    def keep(self, aim: Aim, reached: int) -> None:
        """From now on no choice may fall behind this."""
        self.model.add(sum(self._terms[aim]) >= reached)

    def best(self, aim: Aim, start: Choice, seconds: float) -> tuple[Choice, int]:
        """The best choice found for this aim, and the bound that is proven; `start` if nothing was found.

        One worker and a fixed seed, so that the same question has the same answer; full linear relaxation, for
        it proves most where people know each other well.
        """
        self.model.maximize(sum(self._terms[aim]))
        self._hint(start)
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = SEED
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        solver.parameters.max_time_in_seconds = seconds
        status = solver.solve(self.model)
        self.spent += solver.wall_time
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return start, self._most[aim]
        found = {mover.id: frozenset(self._chosen(solver, mover)) for mover in self.problem.movers}
        return found, min(self._most[aim], floor(solver.best_objective_bound + 0.5))

    def _chosen(self, solver: cp_model.CpSolver, mover: Mover) -> list[GroupId]:
        return [group.id for group in self.fits[mover.id] if solver.boolean_value(self._var(mover, group))]

    def _hint(self, start: Choice) -> None:
        """Begin with this choice, every variable of it."""
        self.model.clear_hints()  # type: ignore[no-untyped-call] # of ortools
        said = {var.index: int(group in start.get(who, ())) for (who, group), var in self.seats.items()}
        for both, one, other in self._both:
            said[both.index] = said[one.index] & said[other.index]
        for kept, ways in self._any:
            said[kept.index] = max(said[way.index] for way in ways)
        for mover, short, over in self._quarters:
            minutes = sum(group.minutes for group in groups_of(self.problem, start, mover))
            said[short.index] = quarters(max(0, mover.minutes_needed - minutes))
            said[over.index] = quarters(max(0, minutes - mover.minutes_needed))
        for index, value in said.items():
            self.model.add_hint(self.model.get_int_var_from_proto_index(index), value)

    def _alone(self, mover: Mover) -> None:
        """Nobody is at two places, or in two groups of one of some kinds. Rules: SC-L3, SC-L7."""
        fits = self.fits[mover.id]
        for at in sorted({(meeting.weekday, meeting.starts) for group in fits for meeting in group.meets}):
            self.model.add_at_most_one(self._var(mover, group) for group in fits if _meets(group, *at))
        for kind in sorted(self.problem.one_only):
            self.model.add_at_most_one(self._var(mover, group) for group in fits if group.kind == kind)

    def _worth(self, mover: Mover) -> None:
        """Kinds, hours, therapist, and the peers who stay where they are. Rule: SC-L8."""
        fits = self.fits[mover.id]
        for kind in sorted(mover.kinds):
            self._gain(Aim.KINDS, 1, [self._var(mover, group) for group in fits if group.kind == kind])
        self._hours(mover)
        self._gain(Aim.THERAPISTS, 1, [self._var(mover, group) for group in fits if mover.therapist in group.led_by])
        sessions: dict[tuple[GroupId, ...], int] = defaultdict(int)
        for who, sat in sorted(mover.sat_with.items()):
            around = tuple(group.id for group in fits if who in self.problem.sitting[group.id])
            sessions[around] += min(sat, self.problem.sessions_at_most)
        for around, many in sessions.items():
            self._gain(Aim.PEERS, many, [self.seats[mover.id, group] for group in around])

    def _hours(self, mover: Mover) -> None:
        """As many as needed, and never more than there may be. Rule: SC-L6."""
        need, fits = mover.minutes_needed, self.fits[mover.id]
        got = sum(group.minutes * self._var(mover, group) for group in fits)
        short = self.model.new_int_var(0, quarters(need), f"{mover.id}|short")
        over = self.model.new_int_var(0, quarters(max(0, mover.minutes_at_most - need)), f"{mover.id}|over")
        self.model.add(QUARTER * short + got >= need)
        self.model.add(QUARTER * over - got >= -need)
        self.model.add(got <= mover.minutes_at_most)
        self._quarters.append((mover, short, over))
        self._terms[Aim.HOURS].append(quarters(need) - short)
        self._terms[Aim.CLOSENESS].append(-over)
        self._most[Aim.HOURS] += quarters(need)

    def _seats(self) -> None:
        """No group beyond its seats. Rule: SC-L4."""
        for group in self.problem.groups:
            asked = [var for (_, id), var in self.seats.items() if id == group.id]
            if len(asked) > self.problem.free(group):
                self.model.add(sum(asked) <= self.problem.free(group))

    def _pair(self, one: Mover, other: Mover) -> None:
        """Two who move: kept apart (SC-L5), or kept together, which counts for both (SC-L8)."""
        common = [group for group in self.fits[one.id] if (other.id, group.id) in self.seats]
        if other.id in one.separated_from or one.id in other.separated_from:
            for group in common:
                self.model.add_at_most_one(self._var(one, group), self._var(other, group))
            return
        most = self.problem.sessions_at_most
        if sat := min(one.sat_with.get(other.id, 0), most) + min(other.sat_with.get(one.id, 0), most):
            self._gain(Aim.PEERS, sat, [self._together(one, other, group) for group in common])

    def _together(self, one: Mover, other: Mover, group: Group) -> cp_model.IntVar:
        both, mine, yours = self.model.new_bool_var(""), self._var(one, group), self._var(other, group)
        self.model.add_implication(both, mine)
        self.model.add_implication(both, yours)
        self._both.append((both, mine, yours))
        return both

    def _gain(self, aim: Aim, much: int, ways: list[cp_model.IntVar]) -> None:
        """So much, once, if any of these is so."""
        if not ways:
            return
        kept = ways[0]
        if len(ways) > 1:
            kept = self.model.new_bool_var("")
            self.model.add(sum(ways) >= kept)
            self._any.append((kept, ways))
        self._terms[aim].append(much * kept)
        self._most[aim] += much

    def _var(self, mover: Mover, group: Group) -> cp_model.IntVar:
        return self.seats[mover.id, group.id]


def _meets(group: Group, weekday: int, minute: int) -> bool:
    return any(m.weekday == weekday and m.starts <= minute < m.ends for m in group.meets)
