"""Targets, chain analyses, commitments, moments: set by people, said once, ended by people."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from common.change import Invalid, NotFound
from common.contracts.message import Contract
from common.contracts.targets import ChainKind, CommitmentKind, CommitmentOutcome, MomentKind
from rules.skills.records import DAY, NOW, PID, STAFF, SYLLABUS, kinds
from skills.domain.targets import RANKS, Chain, Commitment, Moment, Targets, WorkedOn

LATER = NOW + timedelta(days=1)
HOUSING = WorkedOn(rank=3, what="housing", agreed=False, since=NOW)
CHAIN = Chain(kind=ChainKind.CHAIN, about="self-harm.2026-03-02", at=NOW, skills=("STOP",))
CALL = Commitment(kind=CommitmentKind.UNTIL_A_DAY, what="call", due_on=DAY)
SUCCESS = Moment(kind=MomentKind.SUCCESS, happened_at=NOW, skill="STOP")


def told(*said: Sequence[Contract]) -> Targets:
    """What is worked on once all of it was said."""
    found = Targets(id=PID)
    for facts in said:
        for fact in facts:
            found = found.after(fact)
    return found


NONE = Targets(id=PID)
SET = told(NONE.set_target("housing", HOUSING, STAFF))


def test_the_hierarchy_has_four_ranks_in_a_fixed_order() -> None:
    """SK-T4"""
    assert list(RANKS) == [1, 2, 3, 4]
    assert "life-threatening" in RANKS[1]


def test_a_target_is_set_once_changed_by_other_content_and_ended_once() -> None:
    """SK-T7, repeated"""
    agreed = HOUSING.model_copy(update={"agreed": True, "since": LATER})
    ended = told(NONE.set_target("housing", HOUSING, STAFF), SET.end_target("housing", "reached", STAFF, LATER))

    assert SET.set_target("housing", HOUSING.model_copy(update={"since": LATER}), STAFF) == []
    assert kinds(SET.set_target("housing", agreed, STAFF)) == ["TargetSet"]
    assert ended.end_target("housing", "reached", STAFF, LATER) == []
    assert kinds(ended.set_target("housing", HOUSING, STAFF)) == ["TargetSet"]
    assert ended.targets["housing"].ended == "reached"


@pytest.mark.parametrize("rank", [0, 5])
def test_a_target_has_a_rank_of_the_hierarchy(rank: int) -> None:
    """SK-T4, SK-T7: rank 0 is a commitment to the treatment."""
    with pytest.raises(Invalid) as refused:
        NONE.set_target("housing", HOUSING.model_copy(update={"rank": rank}), STAFF)
    assert refused.value.code == "rank-unknown"


def test_what_was_never_set_cannot_be_ended_or_settled() -> None:
    """SK-T7, SK-T8"""
    with pytest.raises(NotFound) as target:
        NONE.end_target("housing", "reached", STAFF, NOW)
    with pytest.raises(NotFound) as commitment:
        NONE.settle("k-1", CommitmentOutcome.KEPT, STAFF, NOW)
    assert [target.value.code, commitment.value.code] == ["target-unknown", "commitment-unknown"]


def test_a_chain_analysis_is_recorded_once_and_names_skills_there_are() -> None:
    """SK-T6, repeated"""
    once = told(NONE.analyse(SYLLABUS, "c-1", CHAIN, 4, STAFF))

    assert once.chains == {"c-1": CHAIN}
    assert once.analyse(SYLLABUS, "c-1", CHAIN, 4, STAFF) == []
    with pytest.raises(Invalid) as refused:
        NONE.analyse(SYLLABUS, "c-1", CHAIN.model_copy(update={"skills": ("HALT",)}), 4, STAFF)
    assert refused.value.code == "skill-unknown"


def test_a_commitment_is_made_once_and_settled_as_often_as_it_changes() -> None:
    """SK-T8, repeated and corrected"""
    made = told(NONE.commit("k-1", CALL, STAFF, NOW))
    partly = told(NONE.commit("k-1", CALL, STAFF, NOW), made.settle("k-1", CommitmentOutcome.PARTLY, STAFF, LATER))

    assert made.commit("k-1", CALL, STAFF, LATER) == []
    assert partly.settle("k-1", CommitmentOutcome.PARTLY, STAFF, LATER) == []
    assert kinds(partly.settle("k-1", CommitmentOutcome.KEPT, STAFF, LATER)) == ["CommitmentSettled"]
    with pytest.raises(Invalid) as refused:
        NONE.commit("k-2", CALL.model_copy(update={"due_on": None}), STAFF, NOW)
    assert refused.value.code == "no-day"


def test_a_moment_is_noted_once_and_names_a_skill_there_is() -> None:
    """SK-T9, repeated"""
    once = told(NONE.note(SYLLABUS, "m-1", SUCCESS, NOW))

    assert once.note(SYLLABUS, "m-1", SUCCESS, LATER) == []
    with pytest.raises(Invalid) as refused:
        NONE.note(SYLLABUS, "m-2", SUCCESS.model_copy(update={"skill": "HALT"}), NOW)
    assert refused.value.code == "skill-unknown"
