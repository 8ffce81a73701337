"""What became of a measure over an episode: first and last administration, and whether the change is reliable."""

from datetime import timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from common.contracts.words import Instrument
from intake.domain.episode import Rules
from intake.domain.evidence import Evidence
from intake.domain.progress import change


class Became(StrEnum):
    """What became of a measure. Unknown is never improvement. Source: facts 5.2, reliable change."""

    BETTER = "reliably-better"
    SAME = "no-reliable-change"
    WORSE = "reliably-worse"
    UNKNOWN = "unknown"


class Course(BaseModel):
    """One measure over an episode. `weeks` lie between the first administration and the last; lower is better."""

    model_config = ConfigDict(frozen=True)

    instrument: Instrument
    became: Became
    first: float | None = None
    last: float | None = None
    change: float | None = None
    reliable_from: float
    weeks: int | None = None


def course(instrument: Instrument, evidence: Evidence, rules: Rules) -> Course:
    """How one measure went, of the administrations that count. Rule: IN-X2.

    Unknown where there are not two, or where they are less than one recall window apart.
    """
    reliable = rules.policy.measures[instrument].reliable_change
    scores = evidence.valid(instrument)
    if not scores:
        return Course(instrument=instrument, became=Became.UNKNOWN, reliable_from=reliable)
    first, last = scores[0], scores[-1]
    apart = last.at - first.at
    told = Course(
        instrument=instrument,
        became=Became.UNKNOWN,
        first=first.score,
        last=last.score,
        change=change(first, last),
        reliable_from=reliable,
        weeks=apart // timedelta(weeks=1),
    )
    if len(scores) < 2 or apart < timedelta(days=rules.care.report.apart_days[instrument]):
        return told
    return told.model_copy(update={"became": _became(change(first, last), reliable)})


def _became(moved: float, reliable: float) -> Became:
    if abs(moved) < reliable:
        return Became.SAME
    return Became.BETTER if moved < 0 else Became.WORSE


def courses(evidence: Evidence, rules: Rules) -> tuple[Course, ...]:
    """Every measure that was taken at least once, in the order of the list of instruments."""
    found = (course(instrument, evidence, rules) for instrument in Instrument)
    return tuple(one for one in found if one.first is not None)
