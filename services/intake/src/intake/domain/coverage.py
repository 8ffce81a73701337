"""What payers authorised and physicians certified for one participant, and what was used of it."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from common.change import Aggregate
from common.contracts import coverage as said
from common.contracts.message import Contract
from common.contracts.words import AuthorisationId, LevelOfCare, SessionId, TransitionId

BY_NIGHT = LevelOfCare.RESIDENTIAL
"""Where a unit is a night; elsewhere it is an attended day. Source: facts 2.2."""

COUNTED = frozenset({LevelOfCare.RESIDENTIAL, LevelOfCare.PHP, LevelOfCare.IOP, LevelOfCare.OUTPATIENT_BOOSTER})
"""Levels whose stays and days are counted. Source: facts 8.5."""

NOT_AUTHORISED = "not-authorised"

Days = dict[date, frozenset[SessionId]]


class Authorisation(BaseModel):
    """One payer's authorisation of one level."""

    model_config = ConfigDict(frozen=True)

    id: AuthorisationId
    payer: str
    level: LevelOfCare
    units: int
    from_on: date
    through_on: date
    withdrawn: bool = False

    def covers(self, day: date) -> bool:
        """Whether a day lies in its period."""
        return not self.withdrawn and self.from_on <= day <= self.through_on


class Stay(BaseModel):
    """A place that was occupied from a day on, and until when; `until_on` counts no more."""

    model_config = ConfigDict(frozen=True)

    level: LevelOfCare
    from_on: date
    until_on: date | None = None


class Coverage(Aggregate):
    """Authorisations and certifications of one participant (`id`), stays, days attended, and what was warned of."""

    authorisations: dict[AuthorisationId, Authorisation] = Field(default_factory=dict)
    stays: tuple[Stay, ...] = ()
    attended: dict[LevelOfCare, Days] = Field(default_factory=dict)
    recertified: dict[LevelOfCare, date] = Field(default_factory=dict)
    certified: dict[LevelOfCare, date] = Field(default_factory=dict)
    warned: frozenset[str] = frozenset()
    checked: dict[TransitionId, str] = Field(default_factory=dict)
    """Transition -> how the authorisation stood when it took effect last."""

    def after(self, fact: Contract) -> Self:
        """The coverage once `fact` is true."""
        match fact:
            case said.AuthorisationEvent():
                return self._authorised(fact)
            case said.CareNotAuthorised() | said.CertificationDue() | said.CertificationLapsed():
                return self.model_copy(update={"warned": self.warned | {key_of(fact, self)}})
            case said.CertificationRecorded(level=level, certified_on=day, kind=kind):
                again = kind is said.CertificationKind.RECERTIFICATION
                name = "recertified" if again else "certified"
                known: dict[LevelOfCare, date] = getattr(self, name)
                return self.model_copy(update={name: {**known, level: max(day, known.get(level, day))}})
        return self._used(fact)

    def _authorised(self, fact: said.AuthorisationEvent) -> Self:
        match fact:
            case said.AuthorisationRecorded():
                known = Authorisation(id=fact.authorisation_id, **fact.model_dump(include=set(_TOLD)))
                return self._with(known)
            case said.AuthorisationExtended(units=units, through_on=day):
                known = self.authorisations[fact.authorisation_id]
                return self._with(known.model_copy(update={"units": units, "through_on": day}))
            case said.AuthorisationWithdrawn():
                return self._with(self.authorisations[fact.authorisation_id].model_copy(update={"withdrawn": True}))
        return self.model_copy(update={"warned": self.warned | {key_of(fact, self)}})

    def _used(self, fact: Contract) -> Self:
        match fact:
            case said.StayBegan(level=level, from_on=day):
                return self.model_copy(update={"stays": (*self.stays, Stay(level=level, from_on=day))})
            case said.StayEnded(level=level, until_on=day):
                ended = tuple(
                    stay.model_copy(update={"until_on": day}) if stay == self.staying(level) else stay
                    for stay in self.stays
                )
                return self.model_copy(update={"stays": ended})
            case said.StayMoved():
                return self.model_copy(update={"stays": tuple(_moved(stay, fact) for stay in self.stays)})
            case said.AuthorisationChecked(transition_id=id, answer=answer):
                return self.model_copy(update={"checked": {**self.checked, id: answer}})
            case said.SessionCounted():
                return self.model_copy(update={"attended": {**self.attended, fact.level: self._counted(fact)}})
        return self

    def _counted(self, fact: said.SessionCounted) -> Days:
        days = self.attended.get(fact.level, {})
        sessions = days.get(fact.day, frozenset())
        sessions = sessions | {fact.session_id} if fact.attended else sessions - {fact.session_id}
        return {day: ids for day, ids in sorted({**days, fact.day: sessions}.items()) if ids}

    def _with(self, authorisation: Authorisation) -> Self:
        return self.model_copy(update={"authorisations": {**self.authorisations, authorisation.id: authorisation}})

    def staying(self, level: LevelOfCare) -> Stay | None:
        """The stay at a level that goes on, or None."""
        return next((s for s in self.stays if s.level is level and s.until_on is None), None)

    def units_of(self, level: LevelOfCare, today: date) -> list[date]:
        """The days of which each is one unit: nights that are over, or attended days, oldest first."""
        if level is not BY_NIGHT:
            return sorted(self.attended.get(level, {}))
        return sorted({night for stay in self.stays if stay.level is level for night in _nights(stay, today)})

    def authorised(self, level: LevelOfCare) -> list[Authorisation]:
        """The authorisations of a level that were not withdrawn, in order of their periods."""
        of_level = (a for a in self.authorisations.values() if a.level is level and not a.withdrawn)
        return sorted(of_level, key=lambda a: (a.from_on, a.through_on, a.id))


def _moved(stay: Stay, fact: said.StayMoved) -> Stay:
    """The stay with the dates that a corrected change of level gives it."""
    if stay.level is fact.level and stay.from_on == fact.was_on:
        return stay.model_copy(update={"from_on": fact.from_on})
    if stay.level is fact.from_level and stay.until_on == fact.was_on:
        return stay.model_copy(update={"until_on": fact.from_on})
    return stay


_TOLD = ("payer", "level", "units", "from_on", "through_on")


def _nights(stay: Stay, today: date) -> Iterator[date]:
    until = min(stay.until_on or today, today)
    return (stay.from_on + timedelta(days=n) for n in range((until - stay.from_on).days))


def used(coverage: Coverage, level: LevelOfCare, today: date) -> tuple[Mapping[AuthorisationId, int], list[date]]:
    """Units used of each authorisation of a level, and the days that none covers, oldest first.

    Each payer's own are used in order of their periods. A day before the first period was nobody's to cover.
    """
    authorised = coverage.authorised(level)
    count = dict.fromkeys((a.id for a in authorised), 0)
    uncovered = []
    first = min((a.from_on for a in authorised), default=date.max)
    for day in (d for d in coverage.units_of(level, today) if d >= first):
        takers = {a.payer: a for a in reversed(authorised) if a.covers(day) and count[a.id] < a.units}
        for taker in takers.values():
            count[taker.id] += 1
        if not takers:
            uncovered.append(day)
    return count, uncovered


def key_of(warning: Contract, coverage: Coverage) -> str:
    """What makes a warning the same warning: its subject as it stands now, and its threshold."""
    match warning:
        case said.AuthorisationRunningOut(authorisation_id=id, measure=measure, threshold=at):
            known = coverage.authorisations[id]
            of = known.through_on if measure is said.Measure.DAYS else known.units
            return f"{id}|{measure}|{of}|{at}"
        case said.AuthorisationLapsed(authorisation_id=id, through_on=day):
            return f"{id}|lapsed|{day}"
        case said.CareNotAuthorised(level=level, since_on=day):
            return f"{level}|{NOT_AUTHORISED}|{day}"
        case said.CertificationDue(level=level, due_on=day, threshold=at):
            return f"{level}|due|{day}|{at}"
        case said.CertificationLapsed(level=level, due_on=day):
            return f"{level}|certification-lapsed|{day}"
    return ""
