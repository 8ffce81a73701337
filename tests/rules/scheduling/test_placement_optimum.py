"""Placement against every choice there is: the optimum is the optimum, and what is said about it is so."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from common.contracts.words import GroupId, LevelOfCare
from rules.scheduling.movers import LEVELS, week_of
from scheduling.domain.placement.explained import explained
from scheduling.domain.placement.fitting import Code
from scheduling.domain.placement.greedy import greedy
from scheduling.domain.placement.optimum import best
from scheduling.domain.placement.problem import Aim, Choice, Group, Mover, Problem
from scheduling.domain.placement.value import Worth, outcome

LIMIT_SECONDS = 600.0
"""Of real time, for small questions: a busy machine gets there too."""
LEVEL = st.sampled_from([LEVELS, (LevelOfCare.PHP,), (LevelOfCare.IOP,), (LevelOfCare.OUTPATIENT_BOOSTER,)])
SMALL = st.builds(week_of, st.integers(0, 10_000), st.integers(1, 3), st.integers(1, 5), st.just(12), LEVEL)


def alone(problem: Problem, mover: Mover) -> Iterator[frozenset[GroupId]]:
    """Every set of groups that one person may have, said a second time and naively."""
    for some in chain.from_iterable(combinations(problem.groups, n) for n in range(len(problem.groups) + 1)):
        if sum(m.ends - m.starts for group in some for m in group.meets) > mover.minutes_at_most:
            continue
        if sum(group.kind == "SKILLS" for group in some) > 1 or not all(open_to(mover, group) for group in some):
            continue
        minutes = [(m.weekday, at) for group in some for m in group.meets for at in range(m.starts, m.ends)]
        minutes += [(m.weekday, at) for m in mover.busy for at in range(m.starts, m.ends)]
        if len(set(minutes)) == len(minutes):
            yield frozenset(group.id for group in some)


def open_to(mover: Mover, group: Group) -> bool:
    """The level is right, and the door is open."""
    return mover.level in group.levels and (
        group.open_entry or mover.week in group.joins_in or mover.id in group.roster | group.permitted
    )


def stands(problem: Problem, choice: Choice) -> bool:
    """Whether seats and separations hold."""
    moving = {mover.id: mover for mover in problem.movers}
    for group in problem.groups:
        new = {who for who, groups in choice.items() if group.id in groups}
        there = (group.roster - moving.keys()) | new
        if new and len(there) > group.seats:
            return False
        if any(moving[who].separated_from & there for who in new):
            return False
    return True


def every(problem: Problem) -> Iterator[Choice]:
    """Every choice that stands."""
    ids = [mover.id for mover in problem.movers]
    for groups in product(*(list(alone(problem, mover)) for mover in problem.movers)):
        choice = dict(zip(ids, groups, strict=True))
        if stands(problem, choice):
            yield choice


@settings(max_examples=150, deadline=None)
@given(SMALL)
def test_no_choice_is_better_than_the_optimum(problem: Problem) -> None:
    """SC-L8, SC-L9: against all choices; the proof has no gap, and the choice made by hand is never better."""
    by_hand = greedy(problem)
    solved = best(problem, by_hand, LIMIT_SECONDS)
    choices = list(every(problem))

    assert solved.proven
    assert solved.choice in choices and by_hand in choices
    assert outcome(problem, solved.choice).worth == max(outcome(problem, choice).worth for choice in choices)
    assert outcome(problem, by_hand).worth <= outcome(problem, solved.choice).worth


@settings(max_examples=30, deadline=None)
@given(SMALL, st.randoms(use_true_random=False))
def test_the_same_question_has_the_same_answer_in_whatever_order_it_is_asked(problem: Problem, random: object) -> None:
    """SC-L9: ties go the same way each time."""
    movers, groups = list(problem.movers), list(problem.groups)
    getattr(random, "shuffle")(movers)  # noqa: B009 - hypothesis' Random is typed as object
    getattr(random, "shuffle")(groups)  # noqa: B009
    again = Problem.of(movers, groups)

    assert best(again, greedy(again), LIMIT_SECONDS).choice == best(problem, greedy(problem), LIMIT_SECONDS).choice


@settings(max_examples=60, deadline=None)
@given(SMALL)
def test_every_group_is_explained_and_no_reason_against_it_is_made_up(problem: Problem) -> None:
    """SC-L11: chosen ones have what they give; for the others, who takes no heed of the reason breaks a rule."""
    choice = best(problem, greedy(problem), LIMIT_SECONDS).choice
    ids = [group.id for group in problem.groups]
    for mover, one in zip(problem.movers, explained(problem, choice), strict=True):
        possible = {id for groups in alone(problem, mover) for id in groups}
        assert [verdict.group_id for verdict in one.verdicts] == ids
        assert one.no_group_now == (not one.groups)
        for verdict in one.verdicts:
            codes = {reason.code for reason in verdict.reasons}
            alternatives = [{**choice, mover.id: g} for g in alone(problem, mover) if verdict.group_id in g]
            assert verdict.chosen == (verdict.group_id in choice[mover.id])
            assert bool(codes & {Code.GIVES_HOURS}) == verdict.chosen
            said_impossible = not codes & {Code.GIVES_HOURS, Code.WORSE_BY, Code.HOURS_SHORT, Code.AS_GOOD}
            assert said_impossible == (
                verdict.group_id not in possible or not any(stands(problem, other) for other in alternatives)
            )


def test_twenty_movers_among_sixty_groups_are_placed_and_the_gap_is_said() -> None:
    """SC-L9: two hundred participants; what is proposed stands, is no worse than by hand, and says what is proven."""
    problem = week_of(1, movers=20, groups=60, participants=200)
    by_hand = greedy(problem)
    solved = best(problem, by_hand, 3.0)
    before, after = outcome(problem, by_hand).worth, outcome(problem, solved.choice).worth

    assert stands(problem, solved.choice)
    assert all(
        solved.choice[m.id] in set(alone(replace(problem, groups=mine(problem, solved.choice, m)), m))
        for m in problem.movers
    )
    assert after >= before
    assert [proof.aim for proof in solved.proofs] == list(Aim)
    assert all(proof.reached == after[proof.aim] <= proof.at_most for proof in solved.proofs)


def mine(problem: Problem, choice: Choice, mover: Mover) -> tuple[Group, ...]:
    """The groups of one person."""
    return tuple(group for group in problem.groups if group.id in choice[mover.id])


def test_no_time_at_all_gives_the_choice_made_by_hand_and_an_honest_bound() -> None:
    """SC-L9, SC-L10: whatever the clock says there is an answer."""
    problem = week_of(1, movers=20, groups=60, participants=200)
    by_hand = greedy(problem)
    solved = best(problem, by_hand, 0.0)

    assert solved.choice == by_hand
    assert not solved.proven
    assert outcome(problem, solved.choice).worth < Worth(*(proof.at_most for proof in solved.proofs))


def test_a_level_nobody_offers_leaves_everybody_on_the_move() -> None:
    """SC-L10: no group at all is an answer, not an error."""
    problem = week_of(3, movers=3, groups=5, participants=12)
    elsewhere = replace(problem, movers=tuple(replace(m, level=LevelOfCare.ALUMNI) for m in problem.movers))
    solved = best(elsewhere, greedy(elsewhere), LIMIT_SECONDS)

    assert all(one.no_group_now for one in explained(elsewhere, solved.choice))


def test_a_service_that_was_never_asked_does_not_carry_the_solver() -> None:
    """SC-L9: OR-Tools and what comes with it (72 MiB) are loaded at the first question."""
    look = "import sys, scheduling.app; print(sorted({'ortools', 'pandas', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout == "[]\n"
