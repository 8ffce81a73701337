"""Why care goes on at a level, asked before its authorisation runs out."""

from datetime import timedelta

import pytest

from common.change import Ask, Invalid, NotFound, Outcome
from common.contracts.coverage import LookAtContinuedStay
from common.contracts.notifications import SendNotice
from common.contracts.policy import ContinuedStayReviewed
from common.contracts.words import GoalId, LevelOfCare, StaffId
from intake.domain import continued_stay, moves
from intake.domain.episode import Episode
from intake.domain.tasks import Review
from rules.intake.episode_cases import (
    MIDNIGHT,
    NOON,
    POLICY,
    PROCESS,
    T,
    apply,
    approved,
    at_level,
    confirming,
    facts,
    only,
    twice,
)
from rules.intake.test_coverage import authorised, days_of

PHP, IOP = LevelOfCare.PHP, LevelOfCare.IOP
A = StaffId("a")


def asking(episode: Episode, level: LevelOfCare = PHP, days: int = 0) -> list[Outcome]:
    """An authorisation of a level runs out."""
    return continued_stay.ask(episode, level, POLICY, NOON + timedelta(days=days))


def held(episode: Episode, why: str = "no-safe-home", plan: str = "trauma-work-added") -> list[Outcome]:
    """A clinician holds the review."""
    return continued_stay.hold(episode, [GoalId("g-1")], why, plan, "goes-on", A, NOON)


def test_each_warning_of_an_authorisation_asks_why_care_goes_on() -> None:
    """IN-P8, IN-A3: before the last authorised unit."""
    _, outcomes = days_of(authorised(units=3), 2)

    commands = [one.command for one in outcomes if isinstance(one, Ask)]
    assert [one.level for one in commands if isinstance(one, LookAtContinuedStay)] == [PHP, PHP]


def test_the_therapist_is_asked_once_for_the_review() -> None:
    """IN-P8: it waits for a person, and what else is asked stays asked."""
    outcomes = asking(at_level(PHP))
    episode = apply(at_level(PHP), outcomes)

    assert facts(outcomes) == ["PolicyTasksChanged"]
    assert only(outcomes, SendNotice).template == "review-asked"
    assert [task.what for task in episode.tasks.reviews] == [Review.CONTINUED_STAY]
    assert twice(asking, at_level(PHP)) == []


@pytest.mark.parametrize("answer", ["step-down-met", "step-up", "emergency"])
def test_where_another_level_is_near_nobody_is_asked(answer: str) -> None:
    """IN-P8: neither a step down nor a step up."""
    assert asking(at_level(PHP).model_copy(update={"answer": answer})) == []


def test_late_news_of_another_level_and_an_open_transition_ask_nothing() -> None:
    """IN-P8: the stay it is about is over, or ends."""
    assert asking(at_level(IOP)) == []
    assert asking(approved()) == []
    assert asking(Episode(id="p-1")) == []


def test_the_review_says_why_a_lower_level_is_not_safe_and_what_changes() -> None:
    """IN-P8: with the goals that are worked on; said twice, once; incomplete, it is refused."""
    episode = apply(at_level(PHP), asking(at_level(PHP)))
    outcomes = held(episode)
    after = apply(episode, outcomes)

    assert facts(outcomes) == ["ContinuedStayReviewed", "ReviewHeld", "PolicyTasksChanged"]
    said = only(outcomes, ContinuedStayReviewed)
    assert (said.level, said.goals, said.lower_unsafe_because) == (PHP, ("g-1",), "no-safe-home")
    assert (after.tasks.reviews, held(after)) == ((), [])
    for why, plan in (("", "p"), ("w", "")):
        with pytest.raises(Invalid, match="review-incomplete"):
            held(episode, why, plan)
    with pytest.raises(NotFound, match="review-not-asked"):
        held(at_level(PHP))


def test_a_review_that_was_held_is_not_asked_for_again_at_once() -> None:
    """IN-P8: the next threshold a day later asks nobody; a week later it does."""
    episode = apply(at_level(PHP), asking(at_level(PHP)))
    after = apply(episode, held(episode))

    assert asking(after, days=1) == []
    assert facts(asking(after, days=7)) == ["PolicyTasksChanged"]


def test_a_stay_that_ended_is_not_reviewed() -> None:
    """IN-P8: another level, another stay."""
    asked = confirming().model_copy(update={"tasks": apply(at_level(PHP), asking(at_level(PHP))).tasks})
    moved = apply(asked, moves.change_level(asked, T, PROCESS, MIDNIGHT))

    assert (asked.tasks.continued_stay != (), moved.tasks.reviews) == (True, ())
