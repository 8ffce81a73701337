"""Looks at authorisations and certifications, warns once at each threshold, and says when to look again.

It answers with facts and notices alone: nothing here can stop a session or a change of level.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from common.change import Ask, Forget, Outcome, Remind
from common.contracts import coverage as said
from common.contracts.message import Contract
from common.contracts.words import AuthorisationId, LevelOfCare, ParticipantId, Role
from intake.domain.coverage import BY_NIGHT, NOT_AUTHORISED, Authorisation, Coverage, key_of, used
from intake.domain.coverage_rules import threshold
from intake.domain.episode import Rules
from intake.domain.notices import tell_staff

LOOK = "coverage-look"
DAY = timedelta(days=1)
TOLD: dict[type[Contract], tuple[str, tuple[Role, ...]]] = {
    said.AuthorisationRunningOut: ("authorisation-running-out", (Role.UR_NURSE,)),
    said.AuthorisationLapsed: ("authorisation-lapsed", (Role.UR_NURSE,)),
    said.CareNotAuthorised: ("care-not-authorised", (Role.UR_NURSE,)),
    said.CertificationDue: ("certification-due", (Role.MEDICAL,)),
    said.CertificationLapsed: ("certification-lapsed", (Role.MEDICAL, Role.UR_NURSE)),
}
"""Which warning goes to whom, in which words. Source: facts 2.2, 7.1; the escalation ASSUMED."""


def with_look(coverage: Coverage, facts: Iterable[Contract], rules: Rules, at: datetime) -> list[Outcome]:
    """These facts, what is to be warned of after them, and the timer where it changes. Rules: IN-A3, IN-A4, IN-A6."""
    said_now, today = list(facts), at.astimezone(rules.zone).date()
    after = _after(coverage, said_now)
    warnings = list(_warnings(after, rules, today, at))
    before, following = _next(coverage, rules, today), _next(_after(after, warnings), rules, today)
    if before != following:
        return [*said_now, *_told(after, warnings, at), _timer(following, rules) or Forget(LOOK)]
    return [*said_now, *_told(after, warnings, at)]


def look(coverage: Coverage, rules: Rules, at: datetime) -> list[Outcome]:
    """What is to be warned of now, and when to look again; timer. Rules: IN-A3, IN-A4, IN-A6."""
    today = at.astimezone(rules.zone).date()
    warnings = list(_warnings(coverage, rules, today, at))
    again = _timer(_next(coverage, rules, today), rules)
    return [*_told(coverage, warnings, at), *([again] if again else [])]


def due_on(coverage: Coverage, level: LevelOfCare, rules: Rules) -> date | None:
    """By which day the next certification of a level is due; None where somebody does not stay. Rule: IN-A6."""
    rhythm, stay = rules.care.certification.levels.get(level), coverage.staying(level)
    if rhythm is None or stay is None:
        return None
    again = coverage.recertified.get(level)
    if again is None or again < stay.from_on:
        return stay.from_on + (rhythm.first_by_day - 1) * DAY
    return again + rhythm.then_every_days * DAY


def _warnings(coverage: Coverage, rules: Rules, today: date, at: datetime) -> Iterator[Contract]:
    for warning in (
        *_of_authorisations(coverage, rules, today, at),
        *_of_uncovered(coverage, today, at),
        *_of_certifications(coverage, rules, today, at),
    ):
        if not coverage.warned.intersection(_as_near(warning, coverage)):
            yield warning


def _as_near(warning: Contract, coverage: Coverage) -> set[str]:
    """The keys of this warning and of the same at every nearer threshold: nobody is warned of more than was left."""
    nearer = range(getattr(warning, "threshold", 0) + 1)
    return {key_of(warning.model_copy(update={"threshold": n}), coverage) for n in nearer}


def _of_authorisations(coverage: Coverage, rules: Rules, today: date, at: datetime) -> Iterator[Contract]:
    for known in _bearing(coverage, today):
        count, _ = used(coverage, known.level, today)
        about = {"at": at, "participant_id": coverage.id, "authorisation_id": known.id, "level": known.level}
        days, units = (known.through_on - today).days, known.units - count[known.id]
        if days < 0:
            if not _followed(coverage, known, count, known.through_on + DAY):
                yield said.AuthorisationLapsed.model_validate({**about, "through_on": known.through_on})
            continue
        for measure, left, at_left, when in (
            (said.Measure.DAYS, days, rules.care.authorisation.days_left, known.through_on + DAY),
            (said.Measure.UNITS, units, rules.care.authorisation.units_left, today + DAY),
        ):
            reached = threshold(left, at_left)
            if reached is not None and not _followed(coverage, known, count, when):
                yield said.AuthorisationRunningOut.model_validate(
                    {**about, "measure": measure, "left": max(left, 0), "threshold": reached}
                )


def _of_uncovered(coverage: Coverage, today: date, at: datetime) -> Iterator[Contract]:
    """The present run of days that no authorisation covers, by its first day."""
    for level in _stayed(coverage):
        _, uncovered = used(coverage, level, today)
        run = date.max
        for day in reversed(coverage.units_of(level, today)):
            if day not in uncovered:
                break
            run = day
        if run != date.max and not _told_since(coverage, level, run):
            who = ParticipantId(coverage.id)
            yield said.CareNotAuthorised(at=at, participant_id=who, level=level, since_on=run)


def _told_since(coverage: Coverage, level: LevelOfCare, run: date) -> bool:
    """Whether this run was told of already: attendance that comes late may move its first day back."""
    began = f"{level}|{NOT_AUTHORISED}|"
    return any(date.fromisoformat(key.removeprefix(began)) >= run for key in coverage.warned if key.startswith(began))


def _of_certifications(coverage: Coverage, rules: Rules, today: date, at: datetime) -> Iterator[Contract]:
    for level in rules.care.certification.levels:
        due = due_on(coverage, level, rules)
        if due is None:
            continue
        about = {"at": at, "participant_id": coverage.id, "level": level, "due_on": due}
        left = (due - today).days
        reached = threshold(left, rules.care.certification.days_left)
        if left < 0:
            yield said.CertificationLapsed.model_validate(about)
        elif reached is not None:
            yield said.CertificationDue.model_validate({**about, "left": left, "threshold": reached})


def _bearing(coverage: Coverage, today: date) -> list[Authorisation]:
    """The authorisations that bear on care now: begun, of a level where somebody stays."""
    levels = _stayed(coverage)
    return [a for level in levels for a in coverage.authorised(level) if a.from_on <= today]


def _stayed(coverage: Coverage) -> list[LevelOfCare]:
    return list(dict.fromkeys(stay.level for stay in coverage.stays if stay.until_on is None))


def _followed(coverage: Coverage, known: Authorisation, count: Mapping[AuthorisationId, int], day: date) -> bool:
    """Whether another authorisation of the same payer, not used up, covers this day."""
    others = (a for a in coverage.authorised(known.level) if a.id != known.id and a.payer == known.payer)
    return any(a.covers(day) and count[a.id] < a.units for a in others)


def _next(coverage: Coverage, rules: Rules, today: date) -> date | None:
    """The first day to come on which time alone may reach a threshold."""
    days: set[date] = set()
    for level in _stayed(coverage):
        for known in coverage.authorised(level):
            ends = (known.through_on - left * DAY for left in rules.care.authorisation.days_left)
            days |= {known.from_on, *ends, known.through_on + DAY}
            if level is BY_NIGHT and today <= known.through_on:
                days.add(today + DAY)
    for level in rules.care.certification.levels:
        if due := due_on(coverage, level, rules):
            days |= {due + DAY, *(due - left * DAY for left in rules.care.certification.days_left)}
    return min((day for day in days if day > today), default=None)


def _timer(day: date | None, rules: Rules) -> Remind | None:
    return Remind(LOOK, datetime.combine(day, time.min, rules.zone).astimezone(UTC)) if day else None


def _told(coverage: Coverage, warnings: Iterable[Contract], at: datetime) -> Iterator[Outcome]:
    for warning in warnings:
        yield warning
        template, roles = TOLD[type(warning)]
        for role in roles:
            yield tell_staff(role, coverage.id, template, key_of(warning, coverage), at)
        if isinstance(warning, said.AuthorisationRunningOut):
            yield Ask(said.LookAtContinuedStay(at=at, participant_id=warning.participant_id, level=warning.level))


def _after(coverage: Coverage, facts: Iterable[Contract]) -> Coverage:
    for fact in facts:
        coverage = coverage.after(fact)
    return coverage
