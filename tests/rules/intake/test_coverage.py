"""Authorisations and certifications: counted by use and clock, warned of once, never in the way of care."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.change import Ask, Invalid, NotFound, Outcome
from common.contracts import coverage as said
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.contracts.words import AuthorisationId, LevelOfCare, SessionId, StaffId
from intake.domain import authorisations
from intake.domain.coverage import Coverage, used
from intake.domain.coverage_watch import look
from rules.intake.episode_cases import NOON, RULES, facts, only

PHP, IOP, RESIDENTIAL = LevelOfCare.PHP, LevelOfCare.IOP, LevelOfCare.RESIDENTIAL
BY = StaffId("ur-1")
TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)


def noon(day: date) -> datetime:
    """Noon of a local day."""
    return datetime.combine(day, time(16), UTC)


def apply(coverage: Coverage, outcomes: list[Outcome]) -> Coverage:
    """The coverage after the facts among the outcomes."""
    for outcome in outcomes:
        if isinstance(outcome, Contract):
            coverage = coverage.after(outcome)
    return coverage


def staying(level: LevelOfCare = PHP) -> Coverage:
    """Somebody whose place at a level is occupied since today."""
    return apply(Coverage(id="p"), authorisations.begin_stay(Coverage(id="p"), level, NOON, RULES, NOON))


def record(coverage: Coverage, id: str = "a", at: datetime = NOON, **told: Any) -> list[Outcome]:
    """A payer authorises ten units over a month, unless said otherwise."""
    about = {"authorisation_id": id, "payer": "pay-1", "level": PHP, "units": 10, "recorded_by": BY}
    period = {"from_on": TODAY, "through_on": TODAY + 30 * DAY}
    fact = said.AuthorisationRecorded.model_validate({"at": at, "participant_id": "p", **about, **period, **told})
    return authorisations.record(coverage, fact, RULES)


def authorised(**told: Any) -> Coverage:
    """Staying, with one authorisation."""
    level = told.get("level", PHP)
    return apply(staying(level), record(staying(level), **told))


def attend(coverage: Coverage, day: date, session: str = "", attended: bool = True) -> list[Outcome]:
    """A session of a local day, told at its noon."""
    id = SessionId(session or f"s-{day}")
    return authorisations.count_session(coverage, PHP, id, noon(day), attended, RULES, noon(day))


def days_of(coverage: Coverage, count: int) -> tuple[Coverage, list[Outcome]]:
    """So many attended days from today on, and everything said of them."""
    everything: list[Outcome] = []
    for n in range(count):
        outcomes = attend(coverage, TODAY + n * DAY)
        coverage, everything = apply(coverage, outcomes), everything + outcomes
    return coverage, everything


def told(outcomes: list[Outcome]) -> list[str]:
    """To whom notices go, and in which words."""
    sent = [o.command for o in outcomes if isinstance(o, Ask) and isinstance(o.command, SendNotice)]
    return [f"{one.recipient_id}: {one.template}" for one in sent]


def thresholds(outcomes: list[Outcome], measure: said.Measure) -> list[int]:
    """How much was left at each warning."""
    return [o.left for o in outcomes if isinstance(o, said.AuthorisationRunningOut) and o.measure is measure]


def test_an_authorisation_is_recorded_once_extended_and_withdrawn_once() -> None:
    """IN-A1"""
    known, a = authorised(), AuthorisationId("a")
    assert record(known) == []
    longer = authorisations.extend(known, a, 12, None, BY, RULES, NOON)
    assert facts(longer) == ["AuthorisationExtended"]
    assert authorisations.extend(apply(known, longer), a, 12, None, BY, RULES, NOON) == []
    gone = authorisations.withdraw(known, a, "denied", BY, RULES, NOON)
    assert facts(gone) == ["AuthorisationWithdrawn"]
    assert authorisations.withdraw(apply(known, gone), a, "denied", BY, RULES, NOON) == []


def test_what_makes_no_sense_of_an_authorisation_has_a_code() -> None:
    """IN-A1"""
    with pytest.raises(Invalid, match="period-reversed"):
        record(staying(), through_on=TODAY - DAY)
    with pytest.raises(Invalid, match="nothing-to-authorise"):
        record(staying(), level=LevelOfCare.ALUMNI)
    for units, through_on in ((9, None), (None, TODAY)):
        with pytest.raises(Invalid, match="no-extension"):
            authorisations.extend(authorised(), AuthorisationId("a"), units, through_on, BY, RULES, NOON)
    with pytest.raises(NotFound, match="no-such-authorisation"):
        authorisations.withdraw(staying(), AuthorisationId("a"), "denied", BY, RULES, NOON)


def test_a_day_is_one_unit_however_many_sessions_and_a_correction_corrects_it() -> None:
    """IN-A2: repeated, late, and corrected."""
    known = authorised()
    known = apply(known, attend(known, TODAY, "s-1"))
    assert attend(known, TODAY, "s-1") == []
    known = apply(known, attend(known, TODAY, "s-2"))
    known = apply(known, attend(known, TODAY - 3 * DAY, "s-0"))
    assert used(known, PHP, TODAY)[0] == {"a": 1}
    known = apply(known, attend(known, TODAY, "s-1", attended=False))
    assert used(known, PHP, TODAY)[0] == {"a": 1}
    known = apply(known, attend(known, TODAY, "s-2", attended=False))
    assert used(known, PHP, TODAY)[0] == {"a": 0}
    assert attend(known, TODAY, "s-2", attended=False) == []


def test_nights_in_residence_are_units_by_the_clock_alone() -> None:
    """IN-A2: a night counts when it is over; what a place gives back counts no more."""
    known = authorised(level=RESIDENTIAL, units=5)
    assert used(known, RESIDENTIAL, TODAY)[0] == {"a": 0}
    assert used(known, RESIDENTIAL, TODAY + 3 * DAY)[0] == {"a": 3}
    assert authorisations.count_session(known, RESIDENTIAL, SessionId("s"), NOON, True, RULES, NOON) == []
    left = apply(known, authorisations.end_stay(known, RESIDENTIAL, noon(TODAY + 2 * DAY), RULES, NOON))
    assert used(left, RESIDENTIAL, TODAY + 9 * DAY)[0] == {"a": 2}


def test_days_before_it_was_recorded_count_too() -> None:
    """IN-A2: the payer answers late."""
    known, _ = days_of(staying(), 3)
    assert used(apply(known, record(known)), PHP, TODAY)[0] == {"a": 3}


def test_each_payers_authorisations_are_used_in_order_of_their_periods() -> None:
    """IN-A2: two of one payer follow each other; another payer's is used beside them."""
    known = apply(authorised(units=2), record(authorised(units=2), "b", from_on=TODAY + DAY))
    known = apply(known, record(known, "c", payer="pay-2"))
    known, _ = days_of(known, 3)
    assert used(known, PHP, TODAY)[0] == {"a": 2, "b": 1, "c": 3}


def test_units_are_warned_of_once_at_each_threshold() -> None:
    """IN-A3: two left, one left, none left; then care that nothing covers, once."""
    known, everything = days_of(authorised(units=4), 7)
    assert thresholds(everything, said.Measure.UNITS) == [2, 1, 0]
    assert facts(everything).count("CareNotAuthorised") == 1
    assert told(everything) == ["ur-nurse: authorisation-running-out"] * 3 + ["ur-nurse: care-not-authorised"]
    assert facts(look(known, RULES, noon(TODAY + 6 * DAY))) == []


def test_days_are_warned_of_once_at_each_threshold_by_the_clock() -> None:
    """IN-A3: a look a day, twice each; the last day is still covered."""
    known, lefts, kinds = authorised(through_on=TODAY + 9 * DAY), [], []
    for n in range(14):
        outcomes = look(known, RULES, noon(TODAY + n * DAY))
        known = apply(known, outcomes)
        lefts += thresholds(outcomes, said.Measure.DAYS)
        kinds += [(n, kind) for kind in facts(outcomes)]
        assert facts(look(known, RULES, noon(TODAY + n * DAY))) == []
    assert lefts == [7, 3, 1]
    assert [(n, kind) for n, kind in kinds if "Authorisation" in kind] == [
        (2, "AuthorisationRunningOut"),
        (6, "AuthorisationRunningOut"),
        (8, "AuthorisationRunningOut"),
        (10, "AuthorisationLapsed"),
    ]


def test_late_looks_warn_of_the_nearest_threshold_alone() -> None:
    """IN-A3: the house was down, or the payer gave three days; nobody is told three things at once."""
    known = authorised(through_on=TODAY + 30 * DAY)
    assert thresholds(look(known, RULES, noon(TODAY + 29 * DAY)), said.Measure.DAYS) == [1]
    short = record(staying(), units=2, through_on=TODAY + 2 * DAY)
    assert [(o.measure, o.left, o.threshold) for o in short if isinstance(o, said.AuthorisationRunningOut)] == [
        ("days", 2, 3),
        ("units", 2, 2),
    ]


def test_a_correction_that_gives_a_unit_back_is_no_new_warning() -> None:
    """IN-A3: out of order, two left after one left."""
    known, _ = days_of(authorised(units=4), 3)
    corrected = attend(known, TODAY, attended=False)
    assert facts(corrected) == ["SessionCounted"]
    assert facts(attend(apply(known, corrected), TODAY)) == ["SessionCounted"]


def test_an_authorisation_that_another_follows_is_not_warned_of_and_an_extension_begins_anew() -> None:
    """IN-A3"""
    first = authorised(through_on=TODAY + 9 * DAY)
    both = apply(first, record(first, "b", from_on=TODAY + 10 * DAY, through_on=TODAY + 40 * DAY))
    assert facts(look(both, RULES, noon(TODAY + 8 * DAY))) == []
    assert facts(look(both, RULES, noon(TODAY + 11 * DAY))) == []
    warned = apply(first, look(first, RULES, noon(TODAY + 8 * DAY)))
    longer = authorisations.extend(
        warned, AuthorisationId("a"), None, TODAY + 10 * DAY, BY, RULES, noon(TODAY + 9 * DAY)
    )
    assert thresholds(longer, said.Measure.DAYS) == [1]


def test_nobody_is_warned_of_a_level_where_the_participant_does_not_stay() -> None:
    """IN-A3: before the place, and after it is free; the timer goes too."""
    early = apply(Coverage(id="p"), record(Coverage(id="p"), through_on=TODAY + DAY))
    assert look(early, RULES, noon(TODAY + 9 * DAY)) == []
    known = authorised(units=1, through_on=TODAY + DAY)
    free = apply(known, authorisations.end_stay(known, PHP, NOON, RULES, NOON))
    assert look(free, RULES, noon(TODAY + 9 * DAY)) == []
    assert authorisations.end_stay(free, PHP, NOON, RULES, NOON) == []
    assert authorisations.begin_stay(known, PHP, NOON, RULES, NOON) == []


def test_care_that_is_not_authorised_is_said_once_a_gap_and_goes_on() -> None:
    """IN-A4: late attendance moves the gap's first day, and is no new gap; a new authorisation ends it."""
    known, _ = days_of(authorised(units=1), 1)
    gap = attend(known, TODAY + 5 * DAY)
    assert only(gap, said.CareNotAuthorised).since_on == TODAY + 5 * DAY
    known = apply(known, gap)
    assert "CareNotAuthorised" not in facts(attend(known, TODAY + 4 * DAY))
    assert "CareNotAuthorised" not in facts(attend(known, TODAY + 6 * DAY))
    later = TODAY + 7 * DAY
    known = apply(known, record(known, "b", units=1, from_on=later, at=noon(later)))
    known = apply(known, attend(known, later))
    assert "CareNotAuthorised" in facts(attend(known, later + DAY))


def test_who_has_no_authorisation_on_file_gives_no_cause_to_warn() -> None:
    """IN-A4: who pays for themself is nobody's finance task."""
    _, everything = days_of(staying(), 9)
    assert told(everything) == []


ALLOWED = {"SessionCounted", "StayBegan", "StayEnded", *(kind.__name__ for kind in said.EVENTS)}
Deed = tuple[str, int, int]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deeds=st.lists(st.tuples(st.sampled_from("arxnsel"), st.integers(0, 20), st.integers(1, 6)), max_size=30))
def test_whatever_comes_in_any_order_no_warning_is_said_twice_and_nothing_is_asked_of_care(deeds: list[Deed]) -> None:
    """IN-A3, IN-A4, IN-P8: only its own facts, notices to staff and a question ever leave; each warning once."""
    coverage, warnings = Coverage(id="p"), []
    for what, n, units in deeds:
        for outcome in (outcomes := _tried(coverage, what, TODAY + n * DAY, units)):
            if isinstance(outcome, Contract):
                assert type(outcome).__name__ in ALLOWED
                warnings += [outcome] if "threshold" in type(outcome).model_fields else []
            elif isinstance(outcome, Ask):
                assert type(outcome.command).__name__ in {"SendNotice", "LookAtContinuedStay"}
        coverage = apply(coverage, outcomes)
    said_of = [(type(w).__name__, *sorted(w.model_dump(exclude={"at", "left"}).items())) for w in warnings]
    if not any(what == "x" for what, _, _ in deeds):
        assert len(said_of) == len(set(said_of))


def _tried(coverage: Coverage, what: str, day: date, units: int) -> list[Outcome]:
    at, id = noon(day), f"a-{units % 3}"
    ways: dict[str, Any] = {
        "a": lambda: attend(coverage, day),
        "r": lambda: record(coverage, id, units=units, from_on=day, through_on=day + 5 * DAY, at=at),
        "x": lambda: authorisations.extend(coverage, AuthorisationId(id), units + 5, None, BY, RULES, at),
        "n": lambda: attend(coverage, day, attended=False),
        "s": lambda: authorisations.begin_stay(coverage, PHP, at, RULES, at),
        "e": lambda: authorisations.end_stay(coverage, PHP, at, RULES, at),
        "l": lambda: look(coverage, RULES, at),
    }
    try:
        found: list[Outcome] = ways[what]()
    except (Invalid, NotFound):
        return []
    return found
