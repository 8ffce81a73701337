"""The agenda of the next session: what happened since the last one, by the fixed hierarchy, and why it stands there.

It proposes an order; a therapist and a participant decide. What was not answered is asked about, never taken for calm.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from common.contracts.curriculum import HomeworkOutcome
from common.contracts.targets import CommitmentKind, CommitmentOutcome, MomentKind
from common.contracts.words import RiskLevel, TargetKind
from skills.domain.alliance import Alliance
from skills.domain.coverage import Report, Standing
from skills.domain.diary import Card
from skills.domain.practice import EFFORT_ONLY
from skills.domain.record import SkillsRecord
from skills.domain.risk import ALARMING_URGE, Risk
from skills.domain.targets import Targets
from skills.domain.workbook import Workbook

DEFAULT_DAYS = 7
"""Days looked back on where the last session is not named: individual therapy is weekly. Source: facts 3.1."""
SUICIDAL_ACT, HIGH_RISK, NEEDED_CARE, SELF_HARM, MODERATE_RISK = 90, 80, 70, 60, 50
SUICIDE_URGE, SELF_HARM_URGE, LOW_RISK = 30, 20, 10
"""Severity within rank 1, in the order in which facts 3.5 names them; the height of an urge is added. ASSUMED."""
ALLIANCE_FELL = 9
"""Severity within rank 2: before a rupture that was noted, after what interferes. ASSUMED."""
CHAIN_KINDS = frozenset({TargetKind.SUICIDAL_ACT, TargetKind.SELF_HARM})
"""What gets a chain analysis. Source: facts 3.5, agenda algorithm."""


class Item(NamedTuple):
    """One thing to speak about. `about` names it for a chain analysis; `because` says why it stands there."""

    rank: int
    severity: int
    on: date
    what: str
    about: str
    because: str
    rule: str
    must: bool = False
    """Rank 1 is always spoken about."""
    chain_needed: bool = False


class Seen(NamedTuple):
    """All that the agenda is made of."""

    record: SkillsRecord
    book: Workbook
    targets: Targets
    coverage: Report


class Period(NamedTuple):
    """The local days looked at, both included, and whose days they are."""

    first: date
    last: date
    zone: ZoneInfo

    def has(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last

    def day(self, at: datetime) -> date:
        """The local day of an instant."""
        return at.astimezone(self.zone).date()

    def until(self, end: datetime | None) -> "Period":
        """The days of it on which treatment had not ended. Rule: SK-C22."""
        return self if end is None else self._replace(last=min(self.last, self.day(end)))

    @property
    def days(self) -> list[date]:
        """Each day of it."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def agenda(seen: Seen, period: Period) -> list[Item]:
    """What to speak about: by rank, then severity, then recency; nothing is due after the end.

    Rules: SK-T4, SK-T5, SK-C22.
    """
    due = period.until(seen.record.plan.ended_at)
    found = [
        *_acts(seen, period),
        *_urges(seen, period),
        *_flags(seen, period),
        *_alliance(seen, period),
        *_interfering(seen, period),
        *_without_card(seen, due),
        *_alerts(seen, period),
        *_promised(seen, due),
        *_skills(seen, period),
        *_ahead(seen, period),
        *_moments(seen, period),
        *_targets(seen, period),
    ]
    return sorted(found, key=lambda item: (item.rank, -item.severity, -item.on.toordinal(), item.about))


def told_by_oneself(seen: Seen) -> Seen:
    """Without what clinicians keep: flags, the alliance, what staff recorded, targets not agreed to. Rule: SK-O2."""
    record = seen.record.model_copy(update={"risk": Risk(), "alliance": Alliance()})
    return seen._replace(record=record, targets=seen.targets.agreed())


def _acts(seen: Seen, period: Period) -> Iterator[Item]:
    """Suicidal acts and self-harm, told of by a card or by a person: one day and kind is one thing to speak about."""
    told: dict[tuple[TargetKind, date], list[str]] = {}
    care = set[tuple[TargetKind, date]]()
    for target in seen.record.risk.targets:
        key = (target.kind, target.card_day or period.day(target.happened_at))
        if target.kind in CHAIN_KINDS and period.has(key[1]):
            told.setdefault(key, []).append("on the diary card" if target.card_day else "recorded by staff")
            care |= {key} if target.needed_medical_care else set()
    for card in _in(seen.record, period):
        if card.self_harm:
            told.setdefault((TargetKind.SELF_HARM, card.day), []).append("on the diary card")
    for one in seen.book.diary.cards.values():
        if one.sheet.suicidal_act and period.has(one.sheet.day):
            told.setdefault((TargetKind.SUICIDAL_ACT, one.sheet.day), []).append("on the diary card")
    analysed = {chain.about for chain in seen.targets.chains.values()}
    for (kind, day), sources in told.items():
        name = _name(kind)
        about = f"{name}.{day}"
        severity = SUICIDAL_ACT if kind is TargetKind.SUICIDAL_ACT else SELF_HARM
        severity = max(severity, NEEDED_CARE) if (kind, day) in care else severity
        because = f"{name} on {day}, {' and '.join(dict.fromkeys(sources))}"
        yield Item(1, severity, day, name, about, because, "SK-T6", must=True, chain_needed=about not in analysed)


def _urges(seen: Seen, period: Period) -> Iterator[Item]:
    for what, weight in (("suicide_urge", SUICIDE_URGE), ("self_harm_urge", SELF_HARM_URGE)):
        felt = [(value, card.day) for card in _in(seen.record, period) if (value := getattr(card, what))]
        if not felt:
            continue
        highest, day = max(felt)
        name = what.replace("_", "-")
        about = f"{name}.{day}"
        high = [one for one, _ in felt if one >= ALARMING_URGE]
        because = f"highest {highest} on {day}; above 0 on {len(felt)} of {len(_in(seen.record, period))} cards"
        analysed = {chain.about for chain in seen.targets.chains.values()}
        needed = bool(high) and about not in analysed
        yield Item(1, weight + highest, day, name, about, because, "SK-T6", must=True, chain_needed=needed)


def _flags(seen: Seen, period: Period) -> Iterator[Item]:
    heights = {RiskLevel.HIGH: HIGH_RISK, RiskLevel.MODERATE: MODERATE_RISK}
    for flag_id, flag in seen.record.risk.flags.items():
        if flag.cleared_by is None and (flag.historical or flag.level in heights):
            day = period.day(flag.raised_at)
            what = "found in an old form, to be looked at" if flag.historical else f"raised by rule {flag.rule}"
            because = f"{flag.level} risk flag open since {day}, {what}"
            yield Item(
                1, heights.get(flag.level, LOW_RISK), day, "risk-flag", f"flag.{flag_id}", because, "SK-T5", must=True
            )


def _alliance(seen: Seen, period: Period) -> Iterator[Item]:
    """A fall of the alliance is to be repaired: it stays until a repair after it was noted, however old it is."""
    fell = seen.record.alliance.fell_at
    repairs = [one.happened_at for one in seen.targets.moments.values() if one.kind is MomentKind.REPAIR]
    if fell is not None and not any(at >= fell for at in repairs):
        day = period.day(fell)
        because = f"the alliance fell on {day}, and no repair has been noted since"
        yield Item(2, ALLIANCE_FELL, day, "alliance-fell", f"alliance.{day}", because, "SK-M21")


def _interfering(seen: Seen, period: Period) -> Iterator[Item]:
    ranks = {TargetKind.THERAPY_INTERFERING: 2, TargetKind.QUALITY_OF_LIFE: 3}
    for target in seen.record.risk.targets:
        day = period.day(target.happened_at)
        if target.kind not in ranks or not period.has(day):
            continue
        unstable = target.needed_medical_care
        rank, severity = (1, NEEDED_CARE) if unstable else (ranks[target.kind], 10)
        name = _name(target.kind)
        because = f"recorded by staff on {day}" + (
            "; it needed medical care, so rank 1 by local rule" if unstable else ""
        )
        about = f"{name}.{day}"
        analysed = {chain.about for chain in seen.targets.chains.values()}
        yield Item(rank, severity, day, name, about, because, "SK-T5", unstable, unstable and about not in analysed)


def _without_card(seen: Seen, period: Period) -> Iterator[Item]:
    """Days without a card, the last one not being over."""
    there = {card.day for card in _in(seen.record, period)}
    due = period.days[:-1] or period.days
    without = [day for day in due if day not in there]
    if without:
        named = ", ".join(map(str, without))
        because = f"no card of {len(without)} of {len(due)} days ({named}): unknown, not calm"
        yield Item(2, len(without), without[-1], "no-diary-card", f"no-diary-card.{without[-1]}", because, "SK-T5")


def _alerts(seen: Seen, period: Period) -> Iterator[Item]:
    """What the template of a card wants looked at."""
    for one in seen.book.diary.cards.values():
        if period.has(one.sheet.day):
            for alert, rank in one.alerts.items():
                because = f"the card of {one.sheet.day} (template {one.sheet.template}) says so"
                yield Item(rank, 5, one.sheet.day, alert, f"{alert}.{one.sheet.day}", because, "SK-D12", must=rank == 1)


def _promised(seen: Seen, period: Period) -> Iterator[Item]:
    """Homework and commitments that are due, without blame: rank 2, as facts 3.5 has them."""
    for id, work in seen.book.homework.agreed.items():
        if work.outcome is None and work.due_on <= period.last:
            told = f"; the participant says {work.reported}" if work.reported else ""
            because = f"homework {work.skill} was agreed until {work.due_on} and is to be gone through{told}"
            yield Item(2, 3, work.due_on, "homework", f"homework.{id}", because, "SK-C17")
        elif work.outcome is HomeworkOutcome.NOT_YET and period.has(work.due_on):
            because = f"homework {work.skill} did not happen yet: what was missing is found by missing-links analysis"
            yield Item(2, 2, work.due_on, "missing-links", f"homework.{id}", because, "SK-C17")
    for id, made in seen.targets.commitments.items():
        still = made.outcome in (None, CommitmentOutcome.NOT_YET)
        if made.kind is CommitmentKind.UNTIL_A_DAY and made.due_on and still and made.due_on <= period.last:
            because = f"a commitment until {made.due_on} is to be gone through"
            yield Item(2, 3, made.due_on, "commitment", f"commitment.{id}", because, "SK-T8")


def _skills(seen: Seen, period: Period) -> Iterator[Item]:
    """What was tried and could not be used, and lessons that are missing."""
    tried = sorted({u.skill for u in seen.book.practice.uses if u.code == EFFORT_ONLY and period.has(u.day)})
    for skill in tried:
        day = max(u.day for u in seen.book.practice.uses if u.skill == skill and u.code == EFFORT_ONLY)
        because = f"{skill} was tried and could not be used"
        yield Item(4, 2, day, "skill-tried", f"skill-tried.{skill}", because, "SK-C16")
    for one in seen.coverage.missing:
        if one.standing is Standing.MISSED and period.has(period.day(one.missed[-1].at)):
            day = period.day(one.missed[-1].at)
            because = f"lesson {one.lesson} was given on {day} without the participant and is to be made up"
            yield Item(4, 1, day, "lesson-missed", f"lesson-missed.{one.lesson}", because, "SK-C12")


def _ahead(seen: Seen, period: Period) -> Iterator[Item]:
    """What was looked forward to and came in these days, until somebody says what became of it."""
    for id, thing in seen.book.ahead.things.items():
        if thing.outcome is None and period.has(thing.on):
            because = f"looked forward to on {thing.on}: how it was has not been spoken about"
            yield Item(4, 2, thing.on, "looked-forward-to", f"ahead.{id}", because, "SK-G3")


def _moments(seen: Seen, period: Period) -> Iterator[Item]:
    """Ruptures and repairs belong to the therapy, the rest to what skills bring: successes are spoken about too."""
    ranks = {MomentKind.RUPTURE: (2, 8), MomentKind.REPAIR: (2, 1), MomentKind.DIFFICULTY: (3, 1)}
    for id, moment in seen.targets.moments.items():
        day = period.day(moment.happened_at)
        if period.has(day):
            rank, severity = ranks.get(moment.kind, (4, 3))
            with_skill = f", with {moment.skill}" if moment.skill else ""
            because = f"noted between sessions, on {day}{with_skill}"
            yield Item(rank, severity, day, _name(moment.kind), f"moment.{id}", because, "SK-T9")


def _targets(seen: Seen, period: Period) -> Iterator[Item]:
    for id, target in seen.targets.targets.items():
        if target.ended is None:
            agreed = "agreed with the participant" if target.agreed else "not agreed with the participant yet"
            because = f"target {target.what} since {period.day(target.since)}, {agreed}"
            yield Item(
                target.rank, 0, period.day(target.since), "target", f"target.{id}", because, "SK-T7", target.rank == 1
            )


def _name(kind: TargetKind | MomentKind) -> str:
    return kind.lower().replace("_", "-")


def _in(record: SkillsRecord, period: Period) -> Sequence[Card]:
    return [kept.card for kept in record.diary.kept if period.has(kept.card.day)]


def chains_due(items: Iterable[Item]) -> list[str]:
    """What is to be gone through link by link, in the agenda's order. Rule: SK-T6."""
    return [item.about for item in items if item.chain_needed]
