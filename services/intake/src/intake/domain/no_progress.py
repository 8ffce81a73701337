"""When a stay leads nowhere, people look at the plan; nobody is transferred for it. Source: facts 9.6."""

from datetime import datetime, timedelta

from common.contracts.words import Instrument
from intake.domain.case import Case, Result
from intake.domain.evaluation import step_down_rules
from intake.domain.policy import STEPS, Span
from intake.domain.program_days import WORKDAYS
from intake.domain.progress import change

ARRANGED_LAST = frozenset({"G3", "G10", "G11"})
"""Gates that are met only by what is done just before a step: they say nothing about two weeks. ASSUMED."""


def no_gain(case: Case, since: datetime) -> bool:
    """Whether so much of the stay has passed since `since` without a gain in symptoms (S1) or function (S6).

    A gain is a reliable fall of a primary measure or of WSAS since then; what nobody measured is no gain (P1).
    """
    span = case.policy.no_progress.get(case.level)
    if span is None or _passed(case, span, since) < span.after:
        return False
    return not any(_fell(case, measure, since) for measure in (*case.primary(), Instrument.WSAS))


def _passed(case: Case, span: Span, since: datetime) -> int:
    began = case.day_of(since)
    if span.counted_in == "days":
        return case.days_since(began)
    if span.counted_in == "sessions":
        return sum(since <= session.at <= case.now for session in case.evidence.attendance)
    days = (began + timedelta(days=n) for n in range(case.days_since(began)))
    return sum(day.weekday() < WORKDAYS and day not in case.policy.closed_on for day in days)


def _fell(case: Case, measure: Instrument, since: datetime) -> bool:
    scores = [s for s in case.evidence.valid(measure) if s.at <= case.now]
    before = [s for s in scores if s.at <= since][-1:] or scores[:1]
    fall = case.policy.measures[measure].reliable_change
    return bool(before) and change(before[0], scores[-1]) <= -fall


def only_goals_lack(case: Case) -> tuple[str, ...]:
    """The progress rules not met, where for two weeks every gate was met and too little progress; else none."""
    if case.level not in STEPS or case.now - case.level_since < timedelta(days=case.policy.goal_review_days):
        return ()
    today = _lacking(case)
    ago = (timedelta(days=n) for n in range(1, case.policy.goal_review_days + 1))
    return today if today and all(_lacking(case.then(case.now - days)) for days in ago) else ()


def _lacking(case: Case) -> tuple[str, ...]:
    outcomes = step_down_rules(case)
    gates = (o for o in outcomes if o.rule.startswith("G") and o.rule not in ARRANGED_LAST)
    missed = tuple(o.rule for o in outcomes if o.rule.startswith("S") and o.result != Result.MET)
    progress = sum(o.rule.startswith("S") for o in outcomes) - len(missed)
    enough = progress >= case.policy.step_down.steps[STEPS[case.level][0]].progress_rules
    return missed if not enough and all(o.result == Result.MET for o in gates) else ()
