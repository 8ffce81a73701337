"""What the policy asks of people: reviews to hold, missing evidence to collect; asked once, answered once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from common.change import Invalid, NotFound, Refused
from common.contracts.policy import MoreSupportAsked, PolicyTasksChanged, ReviewHeld
from common.contracts.words import Condition, Instrument, LevelOfCare, RiskLevel, StaffId
from intake.domain import asks, review
from intake.domain.episode import Episode, Status
from intake.domain.evidence import Evidence
from intake.domain.tasks import Review
from rules.intake.episode_cases import apply, asked, facts, only
from rules.intake.policy_cases import (
    STEPPING_DOWN,
    at,
    card,
    clearance,
    coaching_call,
    lesson,
    noting,
    plan_review,
    score,
    screen,
    session,
    without,
)
from rules.intake.test_policy_explanation import why
from rules.intake.test_review import FIRST, RULES, in_iop, in_php

WHO = StaffId("c-1")
DAY = timedelta(days=1)
PHQ9, WSAS, BSL23 = Instrument.PHQ9, Instrument.WSAS, Instrument.BSL23


def looked(episode: Episode, when: datetime = FIRST) -> Episode:
    """The episode after its daily review."""
    return apply(episode, review.daily_review(episode, RULES, when))


def reviews(episode: Episode, when: datetime = FIRST) -> dict[str, tuple[str, ...]]:
    """The reviews asked for after a daily review, with their rules."""
    return {task.what: task.rules for task in looked(episode, when).tasks.reviews}


def flat(level: LevelOfCare, since: datetime, *more: Any) -> Episode:
    """Nobody gets better: the same scores every week since January."""
    weekly = (score(m, p, at(1, 3) + n * 7 * DAY) for n in range(18) for m, p in ((PHQ9, 18), (BSL23, 2.2), (WSAS, 30)))
    evidence = noting(without(STEPPING_DOWN, "scores"), *weekly, *more)
    return in_php(evidence, level=level, level_since=since)


def test_a_moderate_screen_in_php_is_reviewed_the_same_day() -> None:
    """IN-P6: U1, facts 9.5; asked at once, told once, over when somebody has screened lower."""
    moderate = review.note(in_php(), screen(RiskLevel.MODERATE, at(3, 23, 10)), RULES, FIRST)
    after = apply(in_php(), moderate)
    again = review.note(after, screen(RiskLevel.MODERATE, at(3, 23, 10, 30)), RULES, FIRST)
    calm = review.note(after, screen(RiskLevel.LOW, at(3, 23, 11)), RULES, FIRST)

    assert [(task.what, task.rules) for task in only(moderate, PolicyTasksChanged).reviews] == [("same-day", ("U1",))]
    assert asked(moderate) == ["SendNotice"]
    assert "PolicyTasksChanged" not in facts(again)
    assert only(calm, PolicyTasksChanged).reviews == ()
    assert asked(calm) == []


def test_where_a_step_up_is_proposed_nobody_is_asked_for_a_review_besides() -> None:
    """IN-P6: U1 in IOP proposes; the proposal is what people look at."""
    assert reviews(in_iop(), at(4, 7, 17)) == {}


def test_a_trigger_in_residential_care_is_a_review() -> None:
    """IN-P6: above RESIDENTIAL there is no level, and somebody looks."""
    high = noting(STEPPING_DOWN, *(card(3, day, 4, revision=2) for day in (20, 21, 22)))

    assert reviews(in_php(high, level=LevelOfCare.RESIDENTIAL))["same-day"] == ("U2",)


def test_coaching_calls_about_life_that_pile_up_are_a_review() -> None:
    """IN-P6: U7, facts 9.5; looked at when the last of them is recorded."""
    before = in_php(noting(STEPPING_DOWN, *(coaching_call(at(3, day, hour)) for day in (21, 22) for hour in (9, 13))))
    third = apply(before, review.note(before, coaching_call(at(3, 21, 22)), RULES, FIRST))

    assert third.tasks.reviews == ()
    sixth = apply(third, review.note(third, coaching_call(at(3, 22, 22)), RULES, FIRST))
    assert [(task.what, task.rules) for task in sixth.tasks.reviews] == [("coaching", ("U7",))]


def test_low_attendance_alone_is_an_engagement_review() -> None:
    """IN-P6: U10, facts 9.5: not a step up."""
    absent = noting(STEPPING_DOWN, session(at(3, 20), 3000, 0))

    assert reviews(in_php(absent)) == {"engagement": ("U10",)}


def test_a_missing_clearance_is_a_medical_review() -> None:
    """IN-P6: U9, facts 9.5, 9.1 P10: a medical provider said so; nothing computes it."""
    flagged = noting(STEPPING_DOWN, clearance(at(3, 22), required=True, cleared=False))
    cleared = noting(flagged, clearance(at(3, 23), required=True, cleared=True))
    unknown = why(in_php(conditions=(Condition.EATING_DISORDER,)))

    assert reviews(in_php(flagged)) == {"medical": ("U9",)}
    assert reviews(in_php(cleared)) == {}
    assert next(rule.result for rule in unknown.rules if rule.rule == "U9") == "UNKNOWN"


@pytest.mark.parametrize("asked_by", ["clinician", "participant", "supporter"])
def test_whoever_asks_for_more_support_is_heard_at_once(asked_by: str) -> None:
    """IN-P6: U8, facts 9.5: a review; a clinician decides."""
    done = review.ask_for_more(in_php(), "m-ask", asked_by, WHO, RULES, FIRST)
    after = apply(in_php(), done)

    assert only(done, MoreSupportAsked).asked_by == asked_by
    assert [(task.what, task.rules) for task in after.tasks.reviews] == [("more-support", ("U8",))]
    assert asked(done) == ["SendNotice"]
    assert after.transition is None
    assert reviews(after, FIRST + 8 * DAY).get("more-support") is None


def test_more_support_is_asked_for_somebody_in_care_by_somebody_known() -> None:
    """IN-P6: bad input."""
    with pytest.raises(Refused):
        review.ask_for_more(in_php(status=Status.CLOSED), "m", "participant", WHO, RULES, FIRST)
    with pytest.raises(Invalid):
        review.ask_for_more(in_php(), "m", "neighbour", WHO, RULES, FIRST)


@pytest.mark.parametrize(
    ("level", "since", "now", "due"),
    [
        (LevelOfCare.RESIDENTIAL, at(3, 9), at(3, 22, 11), False),
        (LevelOfCare.RESIDENTIAL, at(3, 9), at(3, 23, 11), True),
        (LevelOfCare.PHP, at(3, 2), at(3, 22, 11), True),
        (LevelOfCare.PHP, at(3, 3), at(3, 23, 11), False),
        (LevelOfCare.PHP, at(3, 3), at(3, 24, 11), True),
        (LevelOfCare.OUTPATIENT_BOOSTER, at(1, 2), at(3, 24, 11), False),
    ],
)
def test_a_stay_without_gain_is_a_plan_revision(level: LevelOfCare, since: datetime, now: datetime, due: bool) -> None:
    """IN-P6: facts 9.6: 14 days in residential care, 15 program days in PHP; never a transfer."""
    assert ("plan-revision" in reviews(flat(level, since), now)) is due


@pytest.mark.parametrize(("sessions", "due"), [(17, False), (18, True)])
def test_in_iop_sessions_are_counted(sessions: int, due: bool) -> None:
    """IN-P6: facts 9.6: 18 sessions."""
    since = at(3, 25)
    held = (session(since + timedelta(days=n, hours=1), 180, 180) for n in range(sessions))

    assert ("plan-revision" in reviews(flat(LevelOfCare.IOP, since, *held), at(4, 20, 11))) is due


@pytest.mark.parametrize(
    ("more", "due"),
    [
        ((score(PHQ9, 12, at(3, 22)),), False),
        ((score(PHQ9, 13, at(3, 22)),), True),
        ((score(WSAS, 22, at(3, 22)),), False),
    ],
)
def test_a_gain_in_symptoms_or_function_needs_no_new_plan(more: tuple[Any, ...], due: bool) -> None:
    """IN-P6: facts 9.6: S1 or S6 gain, reliable and since the level began."""
    assert ("plan-revision" in reviews(flat(LevelOfCare.PHP, at(3, 2), *more), at(3, 24, 11))) is due


def test_what_nobody_measured_is_no_gain() -> None:
    """IN-P6: facts 9.1 P1."""
    bare = in_php(without(STEPPING_DOWN, "scores"), level=LevelOfCare.RESIDENTIAL)

    assert "plan-revision" in reviews(bare)


def test_gates_met_for_two_weeks_without_enough_progress_are_a_goal_review() -> None:
    """IN-P6: facts 9.6; the gates arranged just before a step (G3, G10, G11) apart."""
    stuck = noting(
        without(STEPPING_DOWN, "diary", "lessons", "attendance", "appointments", "transition_sessions", "home_climate"),
        *(card(3, day, 0) for day in range(1, 32)),
        *(score(instrument, points, at(3, 27)) for instrument, points in ((PHQ9, 13), (BSL23, 1.6), (WSAS, 22))),
        *(screen(RiskLevel.LOW, at(3, day)) for day in (9, 16, 30)),
    )
    plans = noting(without(stuck, "plan_reviews"), *(plan_review(at(3, day)) for day in (6, 13, 20, 27)))
    due = in_php(plans, level_since=at(3, 2))

    assert reviews(due, at(3, 30, 11)).get("goals") == ("S3", "S4", "S5", "S7")
    assert "goals" not in reviews(in_php(noting(plans, card(3, 20, 5, revision=2))), at(3, 30, 11))
    assert "goals" not in reviews(in_php(plans, level_since=at(3, 20)), at(3, 30, 11))
    assert "goals" not in reviews(in_php(), FIRST)


def test_a_review_that_was_held_is_not_asked_for_again_at_once() -> None:
    """IN-P6: once; repeated; and again after the days of the policy, where its cause still holds."""
    due = looked(flat(LevelOfCare.PHP, at(3, 2)), at(3, 24, 11))
    held = asks.hold_review(due, Review.PLAN_REVISION, "model-changed", WHO, at(3, 24, 15))
    after = apply(due, held)

    assert facts(held) == ["ReviewHeld", "PolicyTasksChanged"]
    assert (only(held, ReviewHeld).held_by, after.tasks.reviews) == (WHO, ())
    assert asks.hold_review(after, Review.PLAN_REVISION, "model-changed", WHO, at(3, 24, 16)) == []
    assert "plan-revision" not in reviews(after, at(4, 7, 11))
    assert "plan-revision" in reviews(after, at(4, 14, 16))


def test_a_review_nobody_asked_for_is_not_held() -> None:
    """IN-P6: bad input."""
    with pytest.raises(NotFound):
        asks.hold_review(in_php(), Review.GOALS, "done", WHO, FIRST)


def test_what_is_missing_is_asked_for_once_a_day_by_name() -> None:
    """IN-P7: facts 9.11: PHQ-9 missing for three weeks is a task, and the therapist is told."""
    old = tuple(s for s in STEPPING_DOWN.scores if s.instrument is not PHQ9 or s.at < at(3, 3))
    episode = in_php(STEPPING_DOWN.model_copy(update={"scores": old}))
    first = review.daily_review(episode, RULES, FIRST)
    after = apply(episode, first)

    assert [(task.what, task.rules) for task in after.tasks.collect] == [("PHQ9", ("G12", "S1", "S2"))]
    assert asked(first) == ["SendNotice"]
    assert facts(review.daily_review(after, RULES, FIRST + DAY / 4)) == []
    brought = noting(after.evidence, score(PHQ9, 13, at(3, 22)), score(PHQ9, 13, at(3, 23)))
    assert looked(after.model_copy(update={"evidence": brought})).tasks.collect == ()


def test_where_something_speaks_against_a_step_down_nobody_is_sent_to_collect() -> None:
    """IN-P7: the list is there to read; a notice comes when only what is missing stands in the way."""
    early = review.daily_review(in_php(Evidence(), level_since=at(3, 20)), RULES, FIRST)

    assert only(early, PolicyTasksChanged).collect
    assert asked(early) == []


def test_news_alone_asks_for_no_collecting() -> None:
    """IN-P7: once a day, at the review; evidence comes all day long."""
    assert facts(review.note(in_php(Evidence()), lesson("IMPROVE", at(3, 1)), RULES, FIRST)) == ["EvidenceNoted"]
    screened = review.note(in_php(Evidence()), screen(RiskLevel.LOW, at(3, 23)), RULES, FIRST)
    assert "PolicyTasksChanged" not in facts(screened)


def test_an_explanation_shows_the_same_tasks() -> None:
    """IN-P1, IN-P6: one list, not two."""
    due = flat(LevelOfCare.PHP, at(3, 2))

    assert why(due, at(3, 24, 11)).reviews == looked(due, at(3, 24, 11)).tasks.reviews
    assert why(due, at(3, 24, 11)).collect == looked(due, at(3, 24, 11)).tasks.collect
