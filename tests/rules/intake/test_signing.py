"""Who may decide what: signatures, refusals, expiry, staleness."""

from datetime import timedelta

import pytest

from common.change import Invalid, NotEntitled, NotFound, Refused
from common.contracts import intake as said
from common.contracts.words import EpisodeId, LevelOfCare, ReferralId, Role, StaffId, TransitionId, TransitionKind
from intake.domain import moves, signing
from intake.domain.episode import Episode
from intake.domain.transition import Step
from rules.intake.episode_cases import (
    CLINICIAN,
    MEDICAL,
    MIDNIGHT,
    NOON,
    POLICY,
    RULES,
    T,
    apply,
    approved,
    asked,
    at_level,
    facts,
    only,
    proposed,
    reminded,
    twice,
)

A, B, C = StaffId("a"), StaffId("b"), StaffId("c")
RES, PHP, IOP = LevelOfCare.RESIDENTIAL, LevelOfCare.PHP, LevelOfCare.IOP


def test_one_clinician_approves_an_ordinary_step_down_for_the_next_midnight() -> None:
    """IN-S1, IN-S3"""
    said_yes = signing.sign(proposed(PHP, IOP), T, A, CLINICIAN, RULES, NOON)
    assert facts(said_yes) == ["TransitionSigned", "TransitionApproved"]
    assert only(said_yes, said.TransitionApproved).effective_at == MIDNIGHT
    assert asked(said_yes) == ["HoldPlace"]


def test_leaving_residential_care_needs_a_clinician_and_a_medical_provider() -> None:
    """IN-S3: two signatures, of two people, in two roles."""
    episode = proposed(RES, PHP)
    first = signing.sign(episode, T, A, CLINICIAN, RULES, NOON)
    after = apply(episode, first)

    assert facts(first) == ["TransitionSigned"]
    with pytest.raises(NotEntitled, match="other-role-needed"):
        signing.sign(after, T, B, CLINICIAN, RULES, NOON)
    assert signing.sign(after, T, A, CLINICIAN | MEDICAL, RULES, NOON) == []
    assert "TransitionApproved" in facts(signing.sign(after, T, C, MEDICAL, RULES, NOON))


def test_nobody_without_a_licence_signs_or_refuses() -> None:
    """IN-S1"""
    others = frozenset(Role) - CLINICIAN - MEDICAL
    with pytest.raises(NotEntitled):
        signing.sign(proposed(PHP, IOP), T, A, others, RULES, NOON)
    with pytest.raises(NotEntitled):
        signing.refuse(proposed(PHP, IOP), T, "no", A, others, NOON)


def test_a_signature_said_twice_counts_once_and_a_late_one_is_refused() -> None:
    """IN-S1: repeated, late."""
    episode = proposed(RES, PHP)
    assert twice(lambda e: signing.sign(e, T, A, CLINICIAN, RULES, NOON), episode) == []
    assert signing.sign(approved(), T, StaffId("c-1"), CLINICIAN, RULES, NOON) == []
    with pytest.raises(Refused, match="already-approved"):
        signing.sign(approved(), T, B, CLINICIAN, RULES, NOON)
    with pytest.raises(NotFound):
        signing.sign(at_level(PHP), T, A, CLINICIAN, RULES, NOON)


@pytest.mark.parametrize(
    ("from_level", "to_level", "needed"),
    [
        (RES, PHP, 2),
        (PHP, IOP, 1),
        (IOP, LevelOfCare.OUTPATIENT_BOOSTER, 1),
        (RES, IOP, 2),
        (PHP, LevelOfCare.OUTPATIENT_BOOSTER, 2),
        (IOP, PHP, 1),
        (PHP, RES, 1),
        (IOP, RES, 2),
        (LevelOfCare.OUTPATIENT_BOOSTER, LevelOfCare.ALUMNI, 1),
    ],
)
def test_the_policy_says_how_many_must_sign(from_level: LevelOfCare, to_level: LevelOfCare, needed: int) -> None:
    """IN-S3: a skipped level needs a second signature."""
    kind = signing.kind_of(from_level, to_level)
    assert signing.signatures_needed(from_level, to_level, kind, POLICY) == needed


def test_a_step_up_takes_effect_at_once() -> None:
    """IN-S3: one licensed clinician suffices; safety does not wait for midnight."""
    said_yes = signing.sign(proposed(IOP, PHP), T, A, CLINICIAN, RULES, NOON)
    assert only(said_yes, said.TransitionApproved).effective_at == NOON


def test_a_refusal_is_final_for_the_proposal() -> None:
    """IN-S4"""
    episode = proposed(PHP, IOP)
    no = signing.refuse(episode, T, "too-early", A, CLINICIAN, NOON)
    assert facts(no) == ["TransitionRefused"]
    assert apply(episode, no).transition is None
    with pytest.raises(NotFound):
        signing.refuse(apply(episode, no), T, "too-early", A, CLINICIAN, NOON)
    with pytest.raises(Refused, match="already-approved"):
        signing.refuse(approved(), T, "too-late", A, CLINICIAN, NOON)


def test_a_refused_proposal_of_the_policy_is_remembered_by_its_kind() -> None:
    """IN-S7: the kind and when, also after it was stored and read again."""
    down, up = (
        apply(one, signing.refuse(one, T, "too-early", A, CLINICIAN, NOON))
        for one in (proposed(PHP, IOP), proposed(IOP, PHP))
    )
    assert down.refused == {TransitionKind.STEP_DOWN: NOON}
    assert up.refused == {TransitionKind.STEP_UP: NOON}
    assert Episode.model_validate_json(down.model_dump_json()) == down


def test_what_a_person_proposed_and_another_refused_does_not_silence_the_policy() -> None:
    """IN-S7: only a refused proposal of the policy does; expired and stale ones do not."""
    mine = at_level(RES)
    mine = apply(mine, signing.propose_by_person(mine, T, PHP, "r", A, CLINICIAN, RULES, NOON))
    assert apply(mine, signing.refuse(mine, T, "too-early", C, MEDICAL, NOON)).refused == {}
    assert apply(proposed(PHP, IOP), signing.expire(proposed(PHP, IOP), T, NOON)).refused == {}
    assert apply(proposed(PHP, IOP), signing.go_stale(proposed(PHP, IOP), "x", NOON)).refused == {}


def test_after_a_refusal_a_person_may_propose_at_any_time_and_the_new_level_forgets_it() -> None:
    """IN-S7"""
    episode = proposed(PHP, IOP)
    episode = apply(episode, signing.refuse(episode, T, "too-early", A, CLINICIAN, NOON))
    again = signing.propose_by_person(episode, T, IOP, "second-thoughts", A, CLINICIAN, RULES, NOON)
    assert "TransitionApproved" in facts(again)

    episode = apply(episode, again)
    for step in (Step.PLACE, Step.FAMILY, Step.SKILLS):
        episode = apply(episode, moves.step_done(episode, T, step, "", RULES, NOON))
    episode = apply(episode, moves.take_effect(episode, T, RULES, MIDNIGHT))
    assert episode.refused == {TransitionKind.STEP_DOWN: NOON}
    assert apply(episode, moves.change_level(episode, T, RULES.policy.process, MIDNIGHT)).refused == {}


def test_a_new_episode_begins_without_the_refusals_of_the_last() -> None:
    """IN-S7"""
    reopened = said.EpisodeOpened(
        at=NOON,
        participant_id=at_level(PHP).participant_id,
        episode_id=EpisodeId("e-2"),
        referral_id=ReferralId("r-2"),
        primary_therapist=A,
    )
    before = at_level(PHP).model_copy(update={"refused": {TransitionKind.STEP_UP: NOON}})
    assert before.after(reopened).refused == {}


def test_a_proposal_nobody_signed_expires_and_a_signed_one_does_not() -> None:
    """IN-S5"""
    assert facts(signing.expire(proposed(PHP, IOP), T, NOON)) == ["TransitionExpired"]
    assert signing.expire(approved(), T, NOON) == []
    assert twice(lambda e: signing.expire(e, T, NOON), proposed(PHP, IOP)) == []


def test_a_clinicians_proposal_carries_their_signature_and_a_reason() -> None:
    """IN-T1"""
    episode = at_level(LevelOfCare.OUTPATIENT_BOOSTER)
    done = signing.propose_by_person(episode, T, LevelOfCare.ALUMNI, "goals-met", A, CLINICIAN, RULES, NOON)
    assert facts(done) == ["TransitionProposed", "TransitionSigned", "TransitionApproved"]
    assert only(done, said.TransitionProposed).kind is TransitionKind.COMPLETION
    assert reminded(done)["proposal-expiry"] == NOON + timedelta(hours=POLICY.proposal_expiry_hours)
    with pytest.raises(Invalid, match="reason-missing"):
        signing.propose_by_person(episode, T, LevelOfCare.ALUMNI, "", A, CLINICIAN, RULES, NOON)


def test_there_is_at_most_one_open_transition_and_only_moves_of_the_table() -> None:
    """IN-T1"""
    with pytest.raises(Refused, match="transition-open"):
        signing.propose_by_person(proposed(PHP, IOP), TransitionId("x"), RES, "r", A, CLINICIAN, RULES, NOON)
    with pytest.raises(Invalid, match="no-such-move"):
        signing.propose_by_person(at_level(RES), T, LevelOfCare.ALUMNI, "r", A, CLINICIAN, RULES, NOON)
    with pytest.raises(Refused, match="not-in-care"):
        signing.propose_by_person(
            at_level(RES).model_copy(update={"level": None}), T, PHP, "r", A, CLINICIAN, RULES, NOON
        )
