"""Progress rules S1-S7 of a step down: enough of them MET, nothing deteriorated. Source: policy 1.0."""

from common.contracts.intake import RuleOutcome
from common.contracts.words import Instrument
from intake.domain.case import Case, Result, number, outcome, percent, share, unknown
from intake.domain.evidence_items import HomeClimate, Score
from intake.domain.item import Item
from intake.domain.policy import StepLimits

DECIMALS = 3
"""Changes are compared to this many decimals, as they are shown: a mean of 23 items is not exact."""


def change(before: Score, after: Score) -> float:
    """By how many points a score rose; lower is better on every instrument used."""
    return round(after.score - before.score, DECIMALS)


def symptoms_are_better(case: Case, limits: StepLimits) -> RuleOutcome:
    """S1: each primary measure has reliably improved since baseline, or is below its ceiling."""
    if not case.conditions:
        return unknown("S1", "a condition with a primary measure")
    scores = {m: case.fresh(m) for m in case.primary()}
    limit = ", ".join(_limit_of(case, limits, m) for m in scores)
    used = [s for found in scores.values() for s in found[:1] + found[1:][-1:]]
    value = ", ".join(_path(m, found) for m, found in scores.items() if found)
    if not all(_is_better(case, limits, found) for found in scores.values() if found):
        return outcome("S1", False, value, limit, used)
    absent = ", ".join(m.value for m, found in scores.items() if not found)
    return unknown("S1", absent, limit, used) if absent else outcome("S1", True, value, limit, used)


def _is_better(case: Case, limits: StepLimits, scores: tuple[Score, ...]) -> bool:
    measure, latest = scores[-1].instrument, scores[-1]
    if change(scores[0], latest) <= -case.policy.measures[measure].reliable_change:
        return True
    ceiling = limits.ceilings[measure]
    return latest.score < ceiling or (latest.score == ceiling and measure not in case.policy.ceiling_excluded)


def _limit_of(case: Case, limits: StepLimits, measure: Instrument) -> str:
    sign = "<" if measure in case.policy.ceiling_excluded else "<="
    fall = case.policy.measures[measure].reliable_change
    return f"{measure} {sign} {number(limits.ceilings[measure])} or -{number(fall)}"


def _path(measure: Instrument, scores: tuple[Score, ...]) -> str:
    first, last = scores[0], scores[-1]
    return f"{measure} {number(first.score)} to {number(last.score)} ({number(change(first, last))})"


def nothing_got_worse(case: Case, limits: StepLimits) -> RuleOutcome:
    """S2: no reliable deterioration since the administration before, on any scheduled measure."""
    scores = {m: case.fresh(m) for m in case.scheduled()}
    pairs = [found[-2:] for found in scores.values() if len(found) > 1]
    used = [s for pair in pairs for s in pair]
    value = ", ".join(f"{b.instrument} {number(change(a, b))}" for a, b in pairs)
    if any(_rose(case, a, b) for a, b in pairs):
        return outcome("S2", False, value, "no reliable rise", used)
    absent = ", ".join(_lacking(m, found) for m, found in scores.items() if len(found) < 2)
    if absent:
        return unknown("S2", absent, "no reliable rise", used)
    return outcome("S2", True, value, "no reliable rise", used)


def _lacking(measure: Instrument, scores: tuple[Score, ...]) -> str:
    return f"a second {measure}" if scores else measure.value


def _rose(case: Case, before: Score, after: Score) -> bool:
    return change(before, after) >= case.policy.measures[after.instrument].reliable_change


def deteriorated(case: Case) -> tuple[Instrument, ...]:
    """Scheduled measures reliably worse than at baseline, or than the time before; one is enough to block."""
    found = {m: case.fresh(m) for m in case.scheduled()}
    return tuple(m for m, s in found.items() if len(s) > 1 and (_rose(case, s[0], s[-1]) or _rose(case, s[-2], s[-1])))


def not_comparable(case: Case) -> tuple[Instrument, ...]:
    """Scheduled measures without two administrations to compare: nobody knows that they did not deteriorate."""
    return tuple(m for m in case.scheduled() if len(case.fresh(m)) < 2)


def attends(case: Case, limits: StepLimits) -> RuleOutcome:
    """S3: attended of planned hours in the window."""
    sessions = case.sessions(limits.window_days)
    planned, limit = sum(s.planned_minutes for s in sessions), f"{limits.attendance_percent} %"
    if not planned:
        return unknown("S3", "attendance of planned sessions", limit)
    attended = share(sum(s.attended_minutes for s in sessions), planned)
    return outcome("S3", attended >= limits.attendance_percent, percent(attended), limit, sessions)


def skills_help(case: Case, limits: StepLimits) -> RuleOutcome:
    """S4: days on which some skill helped, of the days with a card. Codes are counted, never averaged."""
    cards, limit = case.cards(limits.window_days), f"{limits.helped_percent} %"
    if not cards:
        return unknown("S4", "diary cards", limit)
    helped = share(sum(card.helped for card in cards), len(cards))
    return outcome("S4", helped >= limits.helped_percent, percent(helped), limit, cards)


def lessons_are_taught(case: Case, limits: StepLimits) -> RuleOutcome:
    """S5: exposure to the required lessons, or to the full cycle; or so many whole modules instead."""
    taught, limit = {lesson.lesson for lesson in case.evidence.taught()}, f"{limits.lessons_percent} %"
    if not taught:
        return unknown("S5", "lessons taught", limit)
    curriculum = case.policy.curriculum
    cycle = tuple(lesson for lessons in curriculum.values() for lesson in lessons)
    wanted = case.policy.required_lessons if limits.lessons_of == "required" else cycle
    reached = share(len(taught.intersection(wanted)), len(wanted))
    whole = [m for m in curriculum.values() if share(len(taught.intersection(m)), len(m)) >= case.policy.module_percent]
    instead = limits.modules_instead is not None and len(whole) >= limits.modules_instead
    used = [lesson for lesson in case.evidence.taught() if lesson.lesson in wanted]
    return outcome("S5", instead or reached >= limits.lessons_percent, percent(reached), limit, used)


def functions_better(case: Case, limits: StepLimits) -> RuleOutcome:
    """S6: WSAS has reliably improved since baseline, or is low enough."""
    fall = case.policy.measures[Instrument.WSAS].reliable_change
    scores, limit = case.fresh(Instrument.WSAS), f"WSAS <= {number(limits.wsas_at_most)} or -{number(fall)}"
    if not scores:
        return unknown("S6", "WSAS", limit)
    better = change(scores[0], scores[-1]) <= -fall or scores[-1].score <= limits.wsas_at_most
    return outcome("S6", better, _path(Instrument.WSAS, scores), limit, scores[:1] + scores[1:][-1:])


def stays_connected(case: Case, limits: StepLimits) -> RuleOutcome:
    """S7: loneliness not worse, and home climate not worse or an alternative support plan in its place."""
    lonely, home = _not_lonelier(case), _home_holds(case)
    results = (lonely.result, home.result)
    used = {"event_ids": (*lonely.event_ids, *home.event_ids), "event_times": (*lonely.event_times, *home.event_times)}
    value = ", ".join(part for part in (lonely.value, home.value) if part)
    missing = ", ".join(part for part in (lonely.missing, home.missing) if part)
    result = next((r for r in (Result.NOT_MET, Result.UNKNOWN) if r in results), Result.MET)
    told = {"rule": "S7", "result": result, "value": value, "limit": "not worse", "missing": missing}
    return RuleOutcome.model_validate({**told, **used})


def _not_lonelier(case: Case) -> RuleOutcome:
    scores = case.fresh(Instrument.UCLA3)
    if len(scores) < 2:
        return unknown("S7", "UCLA3", used=scores)
    kept = not _rose(case, scores[0], scores[-1])
    return outcome("S7", kept, _path(Instrument.UCLA3, scores), used=(scores[0], scores[-1]))


def _home_holds(case: Case) -> RuleOutcome:
    if case.evidence.alternative_plans:
        return outcome("S7", True, "alternative support plan", used=case.evidence.alternative_plans[-1:])
    pairs = [rated for rated in _ratings(case) if len(rated) > 1]
    used: list[Item] = [rating for rated in pairs for rating in (rated[0], rated[-1])]
    if not pairs:
        return unknown("S7", "two ratings of the climate at home, or an alternative support plan")
    worst = min(rated[-1].rating - rated[0].rating for rated in pairs)
    return outcome("S7", -worst < case.policy.home_climate_fall, f"home climate {worst:+d}", used=used)


def _ratings(case: Case) -> list[list[HomeClimate]]:
    by_supporter: dict[str, list[HomeClimate]] = {}
    for rating in case.evidence.home_climate:
        by_supporter.setdefault(rating.supporter_id, []).append(rating)
    return list(by_supporter.values())


PROGRESS = (
    symptoms_are_better,
    nothing_got_worse,
    attends,
    skills_help,
    lessons_are_taught,
    functions_better,
    stays_connected,
)
"""Enough must be MET, in the order of their numbers."""
