"""Outcomes beside exposure to therapist, peers and family: counts of people, never a cause. Source: facts 1.1 A46."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from common.contracts.words import Instrument, LevelOfCare
from intake.domain.connection import Source
from intake.domain.episode import Episode, Rules
from intake.domain.history import OURS
from intake.domain.outcomes import Became, Course, courses
from intake.domain.small_cells import Table, shown

NO_CAUSE = (
    "Counts of people who had so much contact with each source and whose measure went so. People are not assigned to "
    "contact by chance: who is worse may be given more of it, who is better may come more often. Nothing here says "
    "that one led to the other."
)
TREATED_AT = OURS - {LevelOfCare.ALUMNI}
"""Where contact is counted: who is an alumnus is not in treatment any more."""


class Exposure(StrEnum):
    """How much contact there was with a source, a week in care."""

    NONE = "none"
    SOME = "some"
    REGULAR = "regular"


class Lived(BaseModel):
    """What one person had and how their measures went: nothing that says who they are."""

    model_config = ConfigDict(frozen=True)

    exposure: Mapping[Source, Exposure]
    courses: tuple[Course, ...]


class Report(BaseModel):
    """Counts by instrument: for each source, and for how many sources there was regular contact with.

    None is a number held back. `people` is held back where it is small.
    """

    model_config = ConfigDict(frozen=True)

    until: datetime
    people: int | None
    smallest_cell: int
    weeks_in_care: int
    by_source: dict[Instrument, dict[Source, dict[str, dict[str, int | None]]]]
    by_number_of_sources: dict[Instrument, dict[str, dict[str, int | None]]]
    no_cause: str = NO_CAUSE


def lived(
    episode: Episode, contacts: Mapping[Source, Sequence[datetime]], until: datetime, rules: Rules
) -> Lived | None:
    """What one person's present or last episode had by `until`; None where it was too short to tell. Rule: IN-X3."""
    stays = [
        (stay.from_at, min(stay.until or until, until))
        for stay in episode.history.stays()
        if stay.episode_id == episode.episode_id and stay.level in TREATED_AT and stay.from_at < until
    ]
    weeks = sum((last - first for first, last in stays), timedelta()) / timedelta(weeks=1)
    if weeks < rules.care.report.weeks_in_care:
        return None
    met = {s: sum(any(a <= at < b for a, b in stays) for at in contacts.get(s, ())) for s in Source}
    amounts = {source: _amount(met[source] / weeks, rules.care.report.regular_per_week[source]) for source in Source}
    return Lived(exposure=amounts, courses=courses(episode.evidence.until(until), rules))


def _amount(per_week: float, regular: float) -> Exposure:
    if per_week >= regular:
        return Exposure.REGULAR
    return Exposure.SOME if per_week else Exposure.NONE


def report(people: Sequence[Lived], until: datetime, rules: Rules) -> Report:
    """The counts of everybody, with small numbers held back. Rules: IN-X3, IN-X4."""
    least = rules.care.report.smallest_cell
    by_source = {m: {s: shown(_by_amount(people, m, s), least) for s in Source} for m in Instrument}
    by_number = {m: shown(_by_number(people, m), least) for m in Instrument}
    return Report(
        until=until,
        people=None if 0 < len(people) < least else len(people),
        smallest_cell=least,
        weeks_in_care=rules.care.report.weeks_in_care,
        by_source=by_source,
        by_number_of_sources=by_number,
    )


def _by_amount(people: Sequence[Lived], measure: Instrument, source: Source) -> Table:
    return {amount: _counted([p for p in people if p.exposure[source] is amount], measure) for amount in Exposure}


def _by_number(people: Sequence[Lived], measure: Instrument) -> Table:
    def regular(person: Lived) -> int:
        return sum(amount is Exposure.REGULAR for amount in person.exposure.values())

    return {str(n): _counted([p for p in people if regular(p) == n], measure) for n in range(len(Source) + 1)}


def _counted(people: Iterable[Lived], measure: Instrument) -> dict[str, int]:
    """How many of these became what; who was never asked is not known."""
    found = [next((c.became for c in person.courses if c.instrument is measure), Became.UNKNOWN) for person in people]
    return {became.value: found.count(became) for became in Became}
