"""Certifications by a physician: due by the rhythm of their level, warned of, and blocking nothing."""

from datetime import UTC, date, datetime

import pytest

from common.change import Invalid
from common.contracts import coverage as said
from intake.domain import authorisations
from intake.domain.coverage import Coverage
from intake.domain.coverage_watch import LOOK, due_on, look
from rules.intake.episode_cases import NOON, RULES, reminded
from rules.intake.test_coverage import DAY, IOP, PHP, RESIDENTIAL, TODAY, apply, noon, staying, told


def test_a_physician_certifies_and_the_same_twice_is_once() -> None:
    """IN-A5"""
    fact = certified(said.CertificationKind.RECERTIFICATION, TODAY)
    known = apply(staying(), authorisations.certify(staying(), fact, RULES))
    assert authorisations.certify(known, fact, RULES) == []
    assert authorisations.certify(known, certified(fact.kind, TODAY - DAY), RULES) == []
    with pytest.raises(Invalid, match="in-the-future"):
        authorisations.certify(known, certified(fact.kind, TODAY + DAY), RULES)
    with pytest.raises(Invalid, match="not-certified"):
        authorisations.certify(known, fact.model_copy(update={"level": RESIDENTIAL}), RULES)


def certified(kind: said.CertificationKind, day: date) -> said.CertificationRecorded:
    """A physician's certification of PHP."""
    about = {"level": PHP, "kind": kind, "certified_on": day, "hours_per_week": 25, "certified_by": "dr-1"}
    return said.CertificationRecorded.model_validate({"at": NOON, "participant_id": "p", **about})


def test_the_first_recertification_is_due_by_the_eighteenth_day_then_every_thirty() -> None:
    """IN-A6: the initial certification moves nothing; one from an earlier stay does not count."""
    known = staying()
    assert due_on(known, PHP, RULES) == TODAY + 17 * DAY
    first = authorisations.certify(known, certified(said.CertificationKind.INITIAL, TODAY), RULES)
    assert due_on(apply(known, first), PHP, RULES) == TODAY + 17 * DAY
    again = authorisations.certify(known, certified(said.CertificationKind.RECERTIFICATION, TODAY), RULES)
    assert due_on(apply(known, again), PHP, RULES) == TODAY + 30 * DAY
    old = authorisations.certify(known, certified(said.CertificationKind.RECERTIFICATION, TODAY - DAY), RULES)
    assert due_on(apply(known, old), PHP, RULES) == TODAY + 17 * DAY
    assert due_on(staying(IOP), IOP, RULES) == TODAY + 59 * DAY
    assert due_on(staying(RESIDENTIAL), RESIDENTIAL, RULES) is None


def test_a_certification_is_warned_of_once_at_each_threshold_and_then_told_further() -> None:
    """IN-A6: three days, one day, the day itself, overdue."""
    known, lefts, notices = staying(), [], []
    assert reminded(authorisations.begin_stay(Coverage(id="p"), PHP, NOON, RULES, NOON)) == {
        LOOK: datetime(2026, 6, 15, 4, tzinfo=UTC)
    }
    for n in range(22):
        outcomes = look(known, RULES, noon(TODAY + n * DAY))
        known = apply(known, outcomes)
        lefts += [o.left for o in outcomes if isinstance(o, said.CertificationDue)]
        notices += told(outcomes)
    assert lefts == [3, 1, 0]
    assert notices == ["medical: certification-due"] * 3 + [
        "medical: certification-lapsed",
        "ur-nurse: certification-lapsed",
    ]
