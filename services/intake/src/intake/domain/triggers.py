"""Triggers of the emergency path and of a step up: any one is enough. Source: program policy 1.0, triggers.

U7-U10 ask for a review, and propose nothing.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from common.contracts.intake import RuleOutcome
from common.contracts.words import Instrument, RiskLevel, ScreenVersion, TargetKind
from intake.domain.case import Case, Result, number, outcome, percent, share, unknown
from intake.domain.evidence_items import Score
from intake.domain.item import Item
from intake.domain.program_days import days_later, midnight
from intake.domain.progress import change

ASQ = "ASQ"
"""Asks about now: HIGH is "imminent", whatever the version says. Source: facts 5.3."""


def emergency(case: Case) -> RuleOutcome:
    """E1: screen HIGH since last contact, or ASQ imminent, or a suicidal act nobody has screened since.

    Also one that a corrected card sets aside: only a named person who asks about it settles that. Rule: IN-V9.
    """
    asked = case.evidence.screens
    current = [s for s in asked if s.version is ScreenVersion.SINCE_LAST_CONTACT or s.instrument == ASQ]
    if current and current[-1].level is RiskLevel.HIGH:
        return outcome("E1", True, "screen HIGH", used=current[-1:])
    screened = asked[-1].at if asked else None
    acts = [
        t
        for t in case.evidence.targets
        if t.of is TargetKind.SUICIDAL_ACT
        and case.within(case.day_of(t.at), case.policy.step_up.emergency_act_days)
        and (screened is None or screened <= t.at)
    ]
    if acts:
        return outcome("E1", True, "suicidal act, not yet screened", used=acts)
    if not current:
        return unknown("E1", "suicide screen since last contact")
    return outcome("E1", False, f"screen {current[-1].level}", used=current[-1:])


def screen_is_moderate(case: Case) -> RuleOutcome:
    """U1: screen MODERATE: reviewed the same day; a step up is proposed at the lower levels only."""
    screen = case.screen()
    if screen is None:
        return unknown("U1", "suicide screen since last contact", "MODERATE")
    return outcome("U1", screen.level is RiskLevel.MODERATE, screen.level.value, "MODERATE", [screen])


def urges_are_high(case: Case) -> RuleOutcome:
    """U2: suicide urge so high on so many of the last card days; missing cards leave it open."""
    up = case.policy.step_up
    limit = f"{up.urge_cards} of {up.of_cards} at {up.urge_level}"
    answered = [c for c in case.cards(up.cards_within_days) if c.suicide_urge is not None][-up.of_cards :]
    high = [c for c in answered if (c.suicide_urge or 0) >= up.urge_level]
    open_days = up.of_cards - len(answered)
    if len(high) < up.urge_cards <= len(high) + open_days:
        return unknown("U2", f"{open_days} diary cards", limit, answered)
    return outcome("U2", len(high) >= up.urge_cards, f"{len(high)} of {len(answered)}", limit, answered)


def self_harm_is_back(case: Case) -> RuleOutcome:
    """U3: so many acts of self-harm, or one needing medical care; card and report of a day are one act."""
    up = case.policy.step_up
    days = up.self_harm_days
    told = [t for t in case.evidence.acts() if case.within(case.day_of(t.at), days)]
    cards = case.cards(days)
    limit = f"{up.self_harm_acts} in {days} d, or 1 needing medical care"
    if not told and not cards:
        return unknown("U3", f"diary cards of the last {days} days", limit)
    acts = _acts_by_day([case.day_of(t.at) for t in told], [c.day for c in cards if c.self_harm])
    medical = any(t.needed_medical_care for t in told)
    value = f"{acts}, medical care needed" if medical else str(acts)
    used: list[Item] = [*told, *(c for c in cards if c.self_harm)]
    return outcome("U3", medical or acts >= up.self_harm_acts, value, limit, used)


def _acts_by_day(told: list[date], on_cards: Iterable[date]) -> int:
    return len(told) + len(set(on_cards).difference(told))


def deterioration_is_confirmed(case: Case) -> RuleOutcome:
    """U4: reliable deterioration on a watched measure, confirmed by a second one or in the top band."""
    scores = {m: case.fresh(m) for m in case.watched()}
    worse = [s for s in scores.values() if _confirmed(case, s) or _in_top_band(case, s)]
    limit = f"reliable, confirmed within {case.policy.step_up.confirmed_within_days} d or in the top band"
    if not worse and not all(len(s) > 1 for s in scores.values()):
        absent = ", ".join(m.value for m, s in scores.items() if len(s) < 2)
        return unknown("U4", absent, limit)
    used = [s for found in worse or scores.values() for s in found[-3:]]
    return outcome("U4", bool(worse), _steps(worse or scores.values()), limit, used)


def _confirmed(case: Case, scores: tuple[Score, ...]) -> bool:
    if len(scores) < 3:
        return False
    before, first, second = scores[-3:]
    soon = second.at - first.at <= timedelta(days=case.policy.step_up.confirmed_within_days)
    return soon and _worse(case, before, first) and _worse(case, before, second)


def _in_top_band(case: Case, scores: tuple[Score, ...]) -> bool:
    up = case.policy.step_up
    if len(scores) < 2 or not _worse(case, scores[-2], scores[-1]):
        return False
    measure, latest = scores[-1].instrument, scores[-1]
    in_band = measure in up.top_bands and latest.score >= up.top_bands[measure]
    return in_band and (measure not in up.top_band_needs_function_fall or _function_fell(case))


def _function_fell(case: Case) -> bool:
    scores = case.fresh(Instrument.WSAS)
    return len(scores) > 1 and _worse(case, scores[-2], scores[-1])


def _worse(case: Case, before: Score, after: Score) -> bool:
    return change(before, after) >= case.policy.measures[after.instrument].reliable_change


def _steps(found: Iterable[tuple[Score, ...]]) -> str:
    pairs = [s[-2:] for s in found if len(s) > 1]
    return ", ".join(f"{b.instrument} {number(a.score)} to {number(b.score)}" for a, b in pairs)


def deteriorates_in_watch(case: Case) -> RuleOutcome:
    """U5: reliable deterioration on a watched measure within the watch; one administration is enough.

    Measured from the administration before, or from the last one before the watch, whichever was better.
    """
    began = _watch_began(case)
    if began is None:
        return outcome("U5", False, "no watch", "reliable, in the watch")
    pairs = [_watch_pair(case.evidence.valid(m), began) for m in case.watched()]
    found = [pair for pair in pairs if pair]
    if not found:
        absent = ", ".join(case.watched()) or "a condition with a primary measure"
        return unknown("U5", absent, "reliable, in the watch")
    worse = [pair for pair in found if _worse(case, *pair)]
    used = [score for pair in worse or found for score in pair]
    return outcome("U5", bool(worse), _steps(worse or found), "reliable, in the watch", used)


def _watch_began(case: Case) -> datetime | None:
    if case.watch_until is None or case.now >= case.watch_until:
        return None
    began = days_later(case.watch_until, -case.policy.step_up.watch_days_after_step_down, case.tz)
    return began if began <= case.now else None


def _watch_pair(scores: tuple[Score, ...], began: datetime) -> tuple[Score, Score] | None:
    if len(scores) < 2 or scores[-1].at < began:
        return None
    earlier = [*[s for s in scores[:-1] if s.at < began][-1:], scores[-2]]
    return min(earlier, key=lambda s: s.score), scores[-1]


RISKS = (
    emergency,
    screen_is_moderate,
    urges_are_high,
    self_harm_is_back,
    deterioration_is_confirmed,
    deteriorates_in_watch,
)
"""E1 and U1-U5: each is enough; with low attendance any of them counts for U6."""


def calls_pile_up(case: Case) -> RuleOutcome:
    """U7: so many coaching calls about life on each of so many days; nobody has to call."""
    up = case.policy.step_up
    calls = [c for c in case.evidence.coaching_calls if case.within(case.day_of(c.at), up.coaching_within_days)]
    by_day = Counter(case.day_of(call.at) for call in calls)
    days = sum(number >= up.coaching_calls for number in by_day.values())
    limit = f"{up.coaching_calls} a day on {up.coaching_days} of {up.coaching_within_days} d"
    return outcome("U7", days >= up.coaching_days, f"{days} d", limit, calls)


def more_support_is_asked(case: Case) -> RuleOutcome:
    """U8: a clinician, the participant or a supporter asked for more support; a clinician decides."""
    days = case.policy.step_up.support_request_days
    asked = [r for r in case.evidence.support_requests if case.within(case.day_of(r.at), days)]
    return outcome("U8", bool(asked), str(len(asked)), f"1 in {days} d", asked)


def medically_flagged(case: Case) -> RuleOutcome:
    """U9: a medical provider attests that clearance is required and missing; never computed (principle P10)."""
    if not case.evidence.clearances:
        if any(c in case.policy.clearance_required_for for c in case.conditions):
            return unknown("U9", "medical clearance", "not cleared")
        return outcome("U9", False, "no flag", "not cleared")
    last = case.evidence.clearances[-1]
    flagged = last.required and not last.cleared
    return outcome("U9", flagged, "not cleared" if flagged else "no flag", "not cleared", [last])


REVIEWS = (calls_pile_up, more_support_is_asked, medically_flagged)
"""They ask for a review, whatever else is so."""


def attendance_fell(case: Case, risks: tuple[RuleOutcome, ...]) -> tuple[RuleOutcome, RuleOutcome]:
    """U6: low attendance plus any of E1, U1-U5 lately. U10: low attendance alone, which is a review only."""
    up = case.policy.step_up
    sessions, limit = case.sessions(up.attendance_days), f"{up.attendance_percent} %"
    planned = sum(s.planned_minutes for s in sessions)
    if not planned:
        missing = "attendance of planned sessions"
        return unknown("U6", missing, limit), unknown("U10", missing, limit)
    attended = share(sum(s.attended_minutes for s in sessions), planned)
    low = attended < up.attendance_percent
    risk = low and (any(r.result == Result.MET for r in risks) or _was_at_risk(case))
    value = percent(attended)
    return (
        outcome("U6", risk, value, f"{limit}, with risk in {up.risk_within_days} d", sessions),
        outcome("U10", low and not risk, value, limit, sessions),
    )


def _was_at_risk(case: Case) -> bool:
    """Whether any of them was met at some moment of the last days, as it is known now."""
    first = days_later(case.now, -case.policy.step_up.risk_within_days, case.tz)
    known = case.evidence
    moments = {item.at for items in (known.scores, known.screens, known.targets) for item in items}
    moments |= {midnight(card.day, case.tz) for card in known.diary}
    looks = (case.then(moment) for moment in sorted({first, *(m for m in moments if first < m < case.now)}))
    return any(risk(then).result == Result.MET for then in looks for risk in RISKS)
