"""Before an authorisation runs out somebody says why care goes on at this level. Source: facts 2.6, 9.6."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from common.change import Invalid, Outcome
from common.contracts.policy import ContinuedStayReviewed, PolicyTask, PolicyTasksChanged
from common.contracts.words import EpisodeId, GoalId, LevelOfCare, StaffId
from intake.domain.asks import hold_review
from intake.domain.episode import Episode
from intake.domain.moves import notice
from intake.domain.policy import Policy
from intake.domain.tasks import Review

GOES_ELSEWHERE = frozenset({"step-down-met", "step-up", "emergency"})
"""Answers of the policy that lead to another level: then nobody is asked why care goes on at this one."""


def ask(episode: Episode, level: LevelOfCare, policy: Policy, at: datetime) -> list[Outcome]:
    """An authorisation of the present level runs out, and no other level is near: ask for the review. Rule: IN-P8.

    Asked once, and not again for some days after it was held.
    """
    held = episode.reviews_held.get(Review.CONTINUED_STAY)
    days = policy.review_again_days[Review.CONTINUED_STAY]
    if not episode.in_care or episode.level is not level or episode.transition is not None:
        return []
    if episode.answer in GOES_ELSEWHERE or episode.tasks.continued_stay:
        return []
    if held is not None and at - held < timedelta(days=days):
        return []
    told = [PolicyTask(what=task.what, rules=task.rules) for task in episode.tasks.reviews]
    asked = PolicyTasksChanged(
        at=at,
        participant_id=episode.participant_id,
        episode_id=episode.episode_id or EpisodeId(""),
        reviews=(*told, PolicyTask(what=Review.CONTINUED_STAY)),
        collect=tuple(PolicyTask(what=task.what, rules=task.rules) for task in episode.tasks.collect),
    )
    about = f"{episode.episode_id}|{level}|{at.isoformat()}|{Review.CONTINUED_STAY}"
    return [asked, notice(episode, "review-asked", about, at)]


def hold(
    episode: Episode,
    goals: Sequence[GoalId],
    lower_unsafe_because: str,
    plan_change: str,
    outcome: str,
    staff: StaffId,
    at: datetime,
) -> list[Outcome]:
    """A named person says why care goes on here, and what changes in the plan. Rule: IN-P8.

    Raises Invalid (`review-incomplete`) without a reason or a change of plan; NotFound where nobody asks for it.
    """
    if not lower_unsafe_because or not plan_change:
        raise Invalid("review-incomplete", "say why a lower level is not safe now, and what changes in the plan")
    held = hold_review(episode, Review.CONTINUED_STAY, outcome, staff, at)
    if not held:
        return []
    reviewed = ContinuedStayReviewed(
        at=at,
        participant_id=episode.participant_id,
        episode_id=episode.episode_id or EpisodeId(""),
        level=episode.level or LevelOfCare.CLOSED,
        goals=tuple(goals),
        lower_unsafe_because=lower_unsafe_because,
        plan_change=plan_change,
        held_by=staff,
    )
    return [reviewed, *held]
