"""Gates G1-G12 of a step down: all of them must be MET. Source: program policy 1.0, gates."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from common.contracts.intake import RuleOutcome
from common.contracts.words import RiskLevel, TargetKind
from intake.domain.case import Case, number, outcome, percent, share, unknown
from intake.domain.danger_items import Flag
from intake.domain.evidence import Evidence
from intake.domain.item import Item
from intake.domain.policy import STEPS, StepLimits
from intake.domain.program_days import nth_open_day

RISK = {RiskLevel.NONE: 0, RiskLevel.LOW: 1, RiskLevel.MODERATE: 2, RiskLevel.HIGH: 3}
"""Risk levels in order."""


def no_open_flag(case: Case, limits: StepLimits) -> RuleOutcome:
    """G1: no open HIGH flag, and no open MODERATE one past the date its last review names. Rule: IN-V5."""
    evidence = case.evidence
    risky = [f for f in evidence.open_flags() if RISK[f.level] >= RISK[RiskLevel.MODERATE]]
    due = {f: _looked_at_again_on(evidence, f) for f in risky}
    blocking = [f for f, day in due.items() if f.level is RiskLevel.HIGH or (day is not None and case.today > day)]
    undated = [f for f, day in due.items() if f not in blocking and day is None]
    if undated and not blocking:
        return unknown("G1", "review date of an open flag", "0", undated)
    reviews = [review for f in risky if (review := evidence.last_review(f))]
    return outcome("G1", not blocking, str(len(blocking)), "0", [*blocking, *reviews])


def _looked_at_again_on(evidence: Evidence, flag: Flag) -> date | None:
    """By when somebody looks at a flag again: as its last review says, or as it was raised."""
    review = evidence.last_review(flag)
    return review.review_on if review else flag.review_on


def screen_is_low(case: Case, limits: StepLimits) -> RuleOutcome:
    """G2: the last since-last-contact suicide screen is low enough; other versions do not answer this."""
    screen, limit = case.screen(), limits.screen_at_most.value
    if screen is None:
        return unknown("G2", "suicide screen since last contact", limit)
    return outcome("G2", RISK[screen.level] <= RISK[limits.screen_at_most], screen.level.value, limit, [screen])


def screen_is_recent(case: Case, limits: StepLimits) -> RuleOutcome:
    """G3: that screen is recent enough, in real hours."""
    screen, limit = case.screen(), f"{limits.screen_hours} h"
    if screen is None:
        return unknown("G3", "suicide screen since last contact", limit)
    age = case.now - screen.at
    hours = number(round(age / timedelta(hours=1), 1))
    return outcome("G3", age <= timedelta(hours=limits.screen_hours), f"{hours} h", limit, [screen])


def no_dangerous_act(case: Case, limits: StepLimits) -> RuleOutcome:
    """G4: no suicidal act or self-harm needing medical care for so many days."""
    acts = [t for t in case.evidence.acts() if t.of is TargetKind.SUICIDAL_ACT or t.needed_medical_care]
    limit = limits.days_since_dangerous_act
    asked = [s for s in (case.screen(),) if s is not None and case.within(case.day_of(s.at), limit)]
    return _quiet_for("G4", case, limit, [(case.day_of(t.at), t) for t in acts], [*asked, *case.cards(limit)])


def no_self_harm(case: Case, limits: StepLimits) -> RuleOutcome:
    """G5: no self-harm of any kind for so many days, by diary card or target behaviour."""
    acts: list[tuple[date, Item]] = [(case.day_of(t.at), t) for t in case.evidence.acts()]
    acts += [(card.day, card) for card in case.evidence.diary if card.self_harm]
    limit = limits.days_since_self_harm
    return _quiet_for("G5", case, limit, acts, case.cards(limit))


def _quiet_for(
    rule: str, case: Case, limit: int, acts: Iterable[tuple[date, Item]], asked: Sequence[Item]
) -> RuleOutcome:
    day, last = max(acts, key=lambda act: act[0], default=(None, None))
    used = [last] if last else []
    if day is not None and case.days_since(day) < limit:
        return outcome(rule, False, f"{case.days_since(day)} d", f"{limit} d", used)
    if not asked:
        by = "a diary card or screen" if rule == "G4" else "a diary card"
        return unknown(rule, f"{by} of the last {limit} days", f"{limit} d", used)
    value = "none recorded" if day is None else f"{case.days_since(day)} d"
    return outcome(rule, True, value, f"{limit} d", [*used, *asked])


def urges_are_low(case: Case, limits: StepLimits) -> RuleOutcome:
    """G6: the highest suicide urge in the window; a card without the answer says nothing."""
    answered = [c for c in case.cards(limits.window_days) if c.suicide_urge is not None]
    limit = str(limits.suicide_urge_at_most)
    if not answered:
        return unknown("G6", "diary cards with the suicide urge", limit)
    highest = max(c.suicide_urge or 0 for c in answered)
    return outcome("G6", highest <= limits.suicide_urge_at_most, str(highest), limit, answered)


def diary_is_kept(case: Case, limits: StepLimits) -> RuleOutcome:
    """G7: days of the window with a card; one without the suicide urge is not complete (ASSUMED)."""
    complete = [c for c in case.cards(limits.window_days) if c.suicide_urge is not None]
    kept, limit = share(len(complete), limits.window_days), f"{limits.diary_percent} %"
    return outcome("G7", kept >= limits.diary_percent, percent(kept), limit, complete)


def plan_is_reviewed(case: Case, limits: StepLimits) -> RuleOutcome:
    """G8: safety plan and means safety reviewed within so many days."""
    limit = f"{limits.plan_review_days} d"
    if not case.evidence.plan_reviews:
        return unknown("G8", "review of safety plan and means safety", limit)
    last = case.evidence.plan_reviews[-1]
    days = case.days_since(case.day_of(last.at))
    return outcome("G8", days <= limits.plan_review_days, f"{days} d", limit, [last])


def medically_clear(case: Case, limits: StepLimits) -> RuleOutcome:
    """G9: cleared by a medical provider where required; attested, never computed (principle P10)."""
    if not case.evidence.clearances:
        if any(c in case.policy.clearance_required_for for c in case.conditions):
            return unknown("G9", "medical clearance", "cleared")
        return outcome("G9", True, "not required")
    last = case.evidence.clearances[-1]
    if not last.required:
        return outcome("G9", True, "not required", used=[last])
    return outcome("G9", last.cleared, "cleared" if last.cleared else "not cleared", "cleared", [last])


def destination_is_ready(case: Case, limits: StepLimits) -> RuleOutcome:
    """G10: the receiving team accepted, and the first appointment there is ahead and soon enough."""
    to_level = STEPS[case.level][1]
    limit = f"{limits.appointment_within} {limits.appointment_unit}"
    booked = [a for a in case.evidence.appointments if a.level is to_level]
    if not booked:
        return unknown("G10", f"first appointment at {to_level}", limit)
    last = booked[-1]
    soon = case.now < last.starts_at and case.day_of(last.starts_at) <= _last_day(case, limits)
    at = last.starts_at.astimezone(case.tz).strftime("%Y-%m-%d %H:%M")
    value = at if last.receiving_team_accepted else f"{at}, not accepted"
    return outcome("G10", soon and last.receiving_team_accepted, value, limit, [last])


def _last_day(case: Case, limits: StepLimits) -> date:
    if limits.appointment_unit == "days":
        return case.today + timedelta(days=limits.appointment_within)
    return nth_open_day(case.today, limits.appointment_within, case.policy.closed_on)


def support_is_arranged(case: Case, limits: StepLimits) -> RuleOutcome:
    """G11: a transition session at this level, or an alternative support plan; no family ever blocks (P9)."""
    sessions = [s for s in case.evidence.transition_sessions if case.at_this_level(s)]
    used: list[Item] = [*sessions, *case.evidence.alternative_plans]
    if used:
        return outcome("G11", True, str(len(used)), "1", used)
    if case.evidence.transition_sessions:
        return outcome("G11", False, "0", "1", case.evidence.transition_sessions)
    return unknown("G11", "a transition session or an alternative support plan", "1")


def measured_enough(case: Case, limits: StepLimits) -> RuleOutcome:
    """G12: the primary measure of each condition, so many times at this level; else UNKNOWN, never enough."""
    limit = str(limits.administrations)
    if not case.conditions:
        return unknown("G12", "a condition with a primary measure", limit)
    here = {m: [s for s in case.fresh(m) if case.at_this_level(s)] for m in case.primary()}
    few = [m.value for m, scores in here.items() if len(scores) < limits.administrations]
    used = [s for scores in here.values() for s in scores]
    if few:
        return unknown("G12", ", ".join(few), limit, used)
    return outcome("G12", True, ", ".join(f"{m} {len(s)}" for m, s in here.items()), limit, used)


GATES = (
    no_open_flag,
    screen_is_low,
    screen_is_recent,
    no_dangerous_act,
    no_self_harm,
    urges_are_low,
    diary_is_kept,
    plan_is_reviewed,
    medically_clear,
    destination_is_ready,
    support_is_arranged,
    measured_enough,
)
"""All must be MET, in the order of their numbers."""
