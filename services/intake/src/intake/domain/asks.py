"""From the policy's answer to what people are asked: said when it changes, told to the therapist when it is new."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from common.change import Invalid, NotFound, Outcome, Refused
from common.contracts.intake import RuleOutcome
from common.contracts.policy import MoreSupportAsked, PolicyTask, PolicyTasksChanged, ReviewHeld
from common.contracts.words import EpisodeId, StaffId
from intake.domain.case import Case, Result
from intake.domain.episode import Episode
from intake.domain.evaluation import Evaluation
from intake.domain.moves import notice
from intake.domain.no_progress import no_gain, only_goals_lack
from intake.domain.policy import STEPS
from intake.domain.tasks import Review, Task, Tasks

OF_RULE = {"U7": Review.COACHING, "U8": Review.MORE_SUPPORT, "U9": Review.MEDICAL, "U10": Review.ENGAGEMENT}
"""Triggers that only ever ask for a review. Source: facts 9.5."""
SLOW = (Review.PLAN_REVISION, Review.GOALS)
"""What days decide, not news: looked at once a day."""
ASKING = ("clinician", "participant", "supporter")


def tasks_of(episode: Episode, case: Case, evaluation: Evaluation) -> Tasks:
    """All that is asked of people now. Rules: IN-P6, IN-P7."""
    due = (*_by_rules(evaluation), *_by_time(episode, case))
    asked = (*_not_held_lately(episode, case, due), *episode.tasks.continued_stay)
    return Tasks(reviews=asked, collect=missing(evaluation.outcomes))


def tell_tasks(episode: Episode, case: Case, evaluation: Evaluation, *, daily: bool) -> list[Outcome]:
    """Say what is asked where it changed; news alone opens no slow review and no collecting. Rules: IN-P6, IN-P7."""
    before, now = episode.tasks, _now(episode, case, evaluation, daily=daily)
    if now == before:
        return []
    changed = PolicyTasksChanged(
        at=case.now,
        participant_id=episode.participant_id,
        episode_id=episode.episode_id or EpisodeId(""),
        reviews=tuple(PolicyTask(what=task.what, rules=task.rules) for task in now.reviews),
        collect=tuple(PolicyTask(what=task.what, rules=task.rules) for task in now.collect),
    )
    about = f"{episode.episode_id}|{case.today.isoformat()}"
    known = {task.what for task in before.reviews}
    new = [task.what for task in now.reviews if task.what not in known]
    asked = [notice(episode, "review-asked", f"{about}|{what}", case.now) for what in new]
    if now.collect != before.collect and _only_missing(evaluation, case):
        asked.append(notice(episode, "collect-missing-data", about, case.now))
    return [changed, *asked]


def _now(episode: Episode, case: Case, evaluation: Evaluation, *, daily: bool) -> Tasks:
    if daily:
        return tasks_of(episode, case, evaluation)
    slow = tuple(task for task in episode.tasks.reviews if task.what in SLOW)
    quick = _not_held_lately(episode, case, _by_rules(evaluation))
    return Tasks(reviews=(*quick, *slow, *episode.tasks.continued_stay), collect=episode.tasks.collect)


def _by_rules(evaluation: Evaluation) -> list[Task]:
    met = [o.rule for o in evaluation.outcomes if o.result == Result.MET and o.rule[0] in "EU"]
    danger = tuple(rule for rule in met if rule not in OF_RULE)
    same_day = [Task(what=Review.SAME_DAY, rules=danger)] if danger and evaluation.answer == "stay" else []
    return [*same_day, *(Task(what=review, rules=(rule,)) for rule, review in OF_RULE.items() if rule in met)]


def _by_time(episode: Episode, case: Case) -> list[Task]:
    held = episode.reviews_held.get(Review.PLAN_REVISION, case.level_since)
    stuck = no_gain(case, max(held, case.level_since))
    lacking = only_goals_lack(case)
    plan = [Task(what=Review.PLAN_REVISION, rules=("S1", "S6"))] if stuck else []
    return plan + ([Task(what=Review.GOALS, rules=lacking)] if lacking else [])


def _not_held_lately(episode: Episode, case: Case, due: Iterable[Task]) -> tuple[Task, ...]:
    def rests(task: Task) -> bool:
        held = episode.reviews_held.get(task.what)
        days = case.policy.review_again_days[Review(task.what)]
        return held is not None and case.now - held < timedelta(days=days)

    return tuple(task for task in due if not rests(task))


def missing(outcomes: Iterable[RuleOutcome]) -> tuple[Task, ...]:
    """What a step down lacks that a person can collect, each thing once. Source: policy 1.0, P1. Rule: IN-P7."""
    wanted: dict[str, list[str]] = {}
    for one in outcomes:
        if one.result == Result.UNKNOWN and one.rule[0] in "GS":
            wanted.setdefault(one.missing, []).append(one.rule)
    return tuple(Task(what=what, rules=tuple(rules)) for what, rules in wanted.items())


def _only_missing(evaluation: Evaluation, case: Case) -> bool:
    """Whether nothing speaks against a step down but what nobody knows."""
    if case.level not in STEPS or evaluation.answer != "stay" or evaluation.deteriorated:
        return False
    against = [o.rule for o in evaluation.outcomes if o.result == Result.NOT_MET and o.rule[0] in "GS"]
    needed = case.policy.step_down.steps[STEPS[case.level][0]].progress_rules
    progress = sum(o.rule.startswith("S") for o in evaluation.outcomes)
    return not [r for r in against if r[0] == "G"] and progress - len(against) >= needed


def hold_review(episode: Episode, review: Review, outcome: str, staff: StaffId, at: datetime) -> list[Outcome]:
    """A named person held a review the policy asked for; held already, it is nothing new. Rule: IN-P6."""
    open_ones = tuple(task for task in episode.tasks.reviews if task.what != review)
    if len(open_ones) == len(episode.tasks.reviews):
        if review in episode.reviews_held:
            return []
        raise NotFound("review-not-asked", "the policy does not ask for this review now")
    about = {"at": at, "participant_id": episode.participant_id, "episode_id": episode.episode_id or ""}
    held = ReviewHeld.model_validate({**about, "review": review, "outcome": outcome, "held_by": staff})
    left = Tasks(reviews=open_ones, collect=episode.tasks.collect)
    return [held, PolicyTasksChanged.model_validate({**about, **left.model_dump()})]


def more_support(episode: Episode, asked_by: str, staff: StaffId, at: datetime) -> MoreSupportAsked:
    """Somebody asks for more support: always taken, nothing is decided by it (U8). Rule: IN-P6."""
    if episode.episode_id is None or not episode.in_care:
        raise Refused("not-in-care", "no level of care is active")
    if asked_by not in ASKING:
        raise Invalid("asked-by-unknown", f"asked_by is one of {', '.join(ASKING)}")
    return MoreSupportAsked(
        at=at,
        participant_id=episode.participant_id,
        episode_id=episode.episode_id,
        asked_by=asked_by,
        recorded_by=staff,
    )
