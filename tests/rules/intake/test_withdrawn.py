"""What withdraws a proposal, signed or not, and what does not."""

from datetime import timedelta

from common.contracts.words import Instrument, RiskLevel, StaffId, TransitionKind
from intake.domain import review, signing
from intake.domain.episode import Episode
from intake.domain.evidence_items import EvidenceItem
from rules.intake.episode_cases import CLINICIAN, apply, facts
from rules.intake.policy_cases import (
    STEPPING_DOWN,
    at,
    card,
    noting,
    score,
    screen,
    self_harm,
    voided,
    without,
)
from rules.intake.test_review import RULES, SECOND, in_iop, proposed, signed


def test_late_self_harm_makes_an_open_proposal_stale_and_unsignable() -> None:
    """IN-S6: principle P6, by event time; entered late, inside the window."""
    episode = proposed()
    late = review.note(episode, self_harm(at(3, 22)), RULES, SECOND + timedelta(hours=1))
    assert facts(late) == ["EvidenceNoted", "PolicyEvaluated", "TransitionStale"]
    assert apply(episode, late).transition is None


def stepping_up(*more: EvidenceItem) -> Episode:
    """A step up from IOP proposed because PHQ-9 rose on 6 April, within the watch."""
    risen = noting(STEPPING_DOWN, score(Instrument.PHQ9, 19, at(4, 6), "risen"), *more)
    episode = in_iop().model_copy(update={"evidence": risen})
    return apply(episode, review.daily_review(episode, RULES, at(4, 6, 11)))


def test_a_step_up_goes_stale_when_what_it_rests_on_is_taken_back() -> None:
    """IN-S6: facts 9.11, a measure voided; principle P6."""
    open_one = stepping_up()
    back = review.note(open_one, voided("risen", at(4, 6, 12)), RULES, at(4, 6, 12))

    assert open_one.transition is not None
    assert open_one.transition.kind is TransitionKind.STEP_UP
    assert facts(back) == ["EvidenceNoted", "PolicyEvaluated", "TransitionStale"]
    assert apply(open_one, back).transition is None


def test_a_step_up_with_another_reason_left_outlives_a_correction() -> None:
    """IN-S6: P6, only a changed result withdraws it."""
    harmed = stepping_up(self_harm(at(4, 5)), self_harm(at(4, 6)))
    back = review.note(harmed, voided("risen", at(4, 6, 12)), RULES, at(4, 6, 12))

    assert "TransitionStale" not in facts(back)


def test_calmer_days_and_time_alone_withdraw_no_step_up() -> None:
    """IN-S6: principles P2, P3; a better score and an end of the watch are for people to weigh."""
    open_one = stepping_up()
    better = review.note(open_one, score(Instrument.PHQ9, 12, at(4, 7)), RULES, at(4, 7))
    later = review.daily_review(open_one, RULES, at(4, 9, 11))

    assert "PolicyEvaluated" in facts(better)
    assert "PolicyEvaluated" in facts(later)
    assert "TransitionStale" not in (*facts(better), *facts(later))


def test_a_signed_step_up_is_the_decision_of_a_person() -> None:
    """IN-S6: a correction after the signature is shown, and changes nothing by itself."""
    open_one = stepping_up()
    assert open_one.transition is not None
    signed_up = apply(
        open_one, signing.sign(open_one, open_one.transition.id, StaffId("c"), CLINICIAN, RULES, at(4, 6, 12))
    )
    back = review.note(signed_up, voided("risen", at(4, 6, 13)), RULES, at(4, 6, 13))

    assert facts(back) == ["EvidenceNoted", "PolicyEvaluated"]


def test_a_voided_measure_is_looked_at_when_it_comes() -> None:
    """IN-V2: the one before counts again, and may be the worse one."""
    better = noting(in_iop().evidence, score(Instrument.PHQ9, 12, at(4, 7), "wrong"))
    episode = in_iop().model_copy(update={"evidence": without(better, "diary", "screens", "attendance")})
    back = review.note(episode, voided("wrong", at(4, 7, 12)), RULES, at(4, 7, 12))

    assert "TransitionProposed" in facts(back)


def test_good_news_leaves_an_open_proposal_alone() -> None:
    """IN-S6: only a changed answer withdraws it."""
    good = review.note(proposed(), card(3, 24, 0, helped=True), RULES, SECOND + timedelta(hours=1))
    assert facts(good) == ["EvidenceNoted"]


def test_danger_after_the_signatures_gives_everything_back() -> None:
    """IN-S6: principle P7; until the level has changed nothing is too late to stop."""
    danger = review.note(signed(), screen(RiskLevel.HIGH, at(3, 24, 16)), RULES, at(3, 24, 16))
    assert facts(danger) == ["EvidenceNoted", "PolicyEvaluated", "TransitionCompensating"]


def test_after_the_signatures_ageing_evidence_alone_stops_nothing() -> None:
    """IN-S6: a screen that grows old overnight is no danger."""
    episode = signed()
    assert "TransitionCompensating" not in facts(review.daily_review(episode, RULES, at(3, 26, 11)))
