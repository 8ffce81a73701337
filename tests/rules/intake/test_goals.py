"""Goals and the safety plan: written together, in words that stay where they belong."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.change import Invalid, NotFound, Outcome, Refused
from common.contracts import care
from common.contracts.care import GoalAuthor, GoalKind, GoalOutcome, SafetyPlanText
from common.contracts.message import Contract
from common.contracts.words import GoalId, StaffId, SupporterId
from intake.domain.goals import Goals
from intake.domain.safety_plan import SECTIONS, SafetyPlan
from rules.intake.episode_cases import NOON, facts

BY, G = StaffId("th-1"), GoalId("g-1")
THEY, WE = GoalAuthor.PARTICIPANT, GoalAuthor.THERAPIST
PLAN = SafetyPlanText(
    warning_signs=("I stop answering",),
    coping=("walk",),
    supporters=(SupporterId("aunt"),),
    professionals=("the line",),
    means_safety=("locked box at my aunt's",),
)


def apply(goals: Goals, outcomes: list[Outcome]) -> Goals:
    """The goals after these facts."""
    for outcome in outcomes:
        assert isinstance(outcome, Contract)
        goals = goals.after(outcome)
    return goals


def propose(
    goals: Goals, author: GoalAuthor = THEY, kind: GoalKind = GoalKind.FUN, id: str = "g-1", words: str = "sing again"
) -> list[Outcome]:
    """Propose a goal."""
    return goals.propose(GoalId(id), kind, None, words, author, BY, NOON)


def proposed(author: GoalAuthor = THEY) -> Goals:
    """One goal, which one author proposed."""
    return apply(Goals(id="p"), propose(Goals(id="p"), author))


@pytest.mark.parametrize(("first", "second"), [(THEY, WE), (WE, THEY)])
def test_a_goal_is_one_when_both_have_agreed_to_its_words(first: GoalAuthor, second: GoalAuthor) -> None:
    """IN-G1: whoever begins; each once, with its instant."""
    goals = proposed(first)
    assert not goals.goals[G].shared
    assert goals.agree(G, 1, first, BY, NOON) == []
    later = NOON + timedelta(days=1)
    both = apply(goals, goals.agree(G, 1, second, BY, later))
    assert both.goals[G].shared
    assert both.goals[G].agreed == {first: NOON, second: later}
    assert both.agree(G, 1, second, BY, later) == []
    assert propose(both) == []


def test_other_words_are_agreed_to_anew() -> None:
    """IN-G2: the agreement to the words before comes late and is refused."""
    both = apply(proposed(), proposed().agree(G, 1, WE, BY, NOON))
    anew = apply(both, both.word_anew(G, "sing in a choir", WE, BY, NOON))
    assert (anew.goals[G].version, anew.goals[G].shared, anew.goals[G].words) == (2, False, "sing in a choir")
    assert anew.word_anew(G, " sing in a choir ", THEY, BY, NOON) == []
    with pytest.raises(Refused, match="other-words"):
        anew.agree(G, 1, THEY, BY, NOON)
    assert apply(anew, anew.agree(G, 2, THEY, BY, NOON)).goals[G].shared


def test_a_goal_ends_once_and_is_done_with() -> None:
    """IN-G1"""
    ended = apply(proposed(), proposed().end(G, GoalOutcome.REACHED, BY, NOON))
    assert ended.end(G, GoalOutcome.REACHED, BY, NOON) == []
    with pytest.raises(Refused, match="goal-ended"):
        ended.end(G, GoalOutcome.SET_ASIDE, BY, NOON)
    with pytest.raises(Refused, match="goal-ended"):
        ended.agree(G, 1, WE, BY, NOON)
    with pytest.raises(NotFound, match="no-such-goal"):
        ended.agree(GoalId("g-9"), 1, WE, BY, NOON)


def test_a_life_worth_living_is_in_the_participants_words_and_one_at_a_time() -> None:
    """IN-G3"""
    kind = GoalKind.LIFE_WORTH_LIVING
    with pytest.raises(Invalid, match="own-words"):
        propose(Goals(id="p"), WE, kind)
    with pytest.raises(Invalid, match="words-missing"):
        propose(Goals(id="p"), THEY, kind, words="  ")
    goals = apply(Goals(id="p"), propose(Goals(id="p"), THEY, kind))
    with pytest.raises(Refused, match="life-worth-living-open"):
        propose(goals, THEY, kind, "g-2")
    with pytest.raises(Invalid, match="own-words"):
        goals.word_anew(G, "be normal", WE, BY, NOON)
    aside = apply(goals, goals.end(G, GoalOutcome.SET_ASIDE, BY, NOON))
    assert aside.life_worth_living() is None
    assert facts(propose(aside, THEY, kind, "g-2")) == ["GoalWorded", "GoalProposed"]


def test_words_travel_on_the_restricted_stream_alone() -> None:
    """IN-G5: of goals and of plans."""
    said = [*propose(Goals(id="p")), *SafetyPlan(id="p").write(PLAN, True, BY, NOON)]
    for fact in said:
        assert isinstance(fact, Contract)
        told = fact.model_dump_json()
        assert ("sing again" in told or "locked box" in told) == (fact.TOPIC == "intake.contacts")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(st.sampled_from("wae"), st.sampled_from([THEY, WE]), st.integers(1, 4)), max_size=20))
def test_in_any_order_a_shared_goal_was_agreed_to_by_both_in_its_present_words(
    steps: list[tuple[str, GoalAuthor, int]],
) -> None:
    """IN-G1, IN-G2"""
    goals, agreed = proposed(), {(1, THEY)}
    for what, author, n in steps:
        outcomes = _tried(goals, what, author, n)
        goals = apply(goals, outcomes)
        agreed |= {(f.version, f.author) for f in outcomes if isinstance(f, care.GoalAgreed)}
        agreed |= {(f.version, f.proposed_by) for f in outcomes if isinstance(f, care.GoalProposed)}
        now = goals.goals[G]
        assert now.shared == ({(now.version, THEY), (now.version, WE)} <= agreed)


def _tried(goals: Goals, what: str, author: GoalAuthor, n: int) -> list[Outcome]:
    try:
        if what == "w":
            return goals.word_anew(G, f"words {n}", author, BY, NOON)
        if what == "a":
            return goals.agree(G, n, author, BY, NOON)
        return goals.end(G, GoalOutcome.REACHED, BY, NOON) if n == 4 else []
    except Refused:
        return []


def test_a_safety_plan_is_written_together_and_whole_and_once() -> None:
    """IN-G4: each needed section taken away once."""
    fresh = SafetyPlan(id="p")
    written, _ = fresh.write(PLAN, True, BY, NOON)
    assert isinstance(written, care.SafetyPlanWritten)
    plan = fresh.after(written)
    assert (plan.version, plan.write(PLAN, True, BY, NOON)) == (1, [])
    other = plan.write(PLAN.model_copy(update={"coping": ("swim",)}), True, BY, NOON)
    assert isinstance(other[0], care.SafetyPlanWritten)
    assert plan.after(other[0]).version == 2
    with pytest.raises(Invalid, match="not-together"):
        fresh.write(PLAN, False, BY, NOON)
    for section in SECTIONS:
        with pytest.raises(Invalid, match=section):
            fresh.write(PLAN.model_copy(update={section: (" ",)}), True, BY, NOON)


def test_a_plan_without_anybody_to_ask_is_a_plan() -> None:
    """IN-G4: no particular relationship is required."""
    assert facts(SafetyPlan(id="p").write(PLAN.model_copy(update={"supporters": ()}), True, BY, NOON))
