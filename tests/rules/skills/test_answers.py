"""Filled-in forms: what is said of them, once, and what they raise."""

from datetime import timedelta

import pytest

from common.change import Invalid, NotFound
from common.contracts.measuring import AnswersTaken, InstrumentScored, RiskItemUnanswered
from common.contracts.skills import MeasureRecorded, RiskFlagRaised
from common.contracts.words import RiskLevel
from rules.skills.records import FORMS, NOW, STAFF, after, blank, kinds
from skills.domain.answers import Filled
from skills.domain.record import SkillsRecord
from skills.domain.trends import Point, baseline, moved, reliable_change_index


def filled(code: str, *answers: float | None, id: str = "m-1", total: float | None = None) -> Filled:
    """A filled-in form."""
    return Filled(measure_id=id, instrument=code, administered_at=NOW, answers=answers, total=total)


def taken(record: SkillsRecord, *forms: Filled) -> SkillsRecord:
    """The record once the forms were taken."""
    for form in forms:
        record = after(record, record.take_answers(form, NOW, FORMS))
    return record


def test_answers_of_an_instrument_the_policy_reads_become_a_measure() -> None:
    """SK-M6: the same fact as a total that somebody else added up, with its risk item."""
    facts = blank().take_answers(filled("PHQ9", 2, 2, 2, 2, 1, 1, 2, 0, 1), NOW, FORMS)

    assert kinds(facts) == ["AnswersTaken", "MeasureRecorded", "RiskFlagRaised"]
    (measure,) = [f for f in facts if isinstance(f, MeasureRecorded)]
    assert (measure.score, measure.band, measure.risk_item) == (13, "moderate", 1)
    assert (
        after(blank(), facts).record_measure(
            next(iter(after(blank(), facts).measures.recorded.values())).administration, NOW, FORMS
        )
        == []
    )


def test_answers_of_any_other_instrument_are_scored_and_no_policy_reads_them() -> None:
    """SK-M6"""
    facts = blank().take_answers(filled("WAISR", *(4,) * 12), NOW, FORMS)

    assert kinds(facts) == ["AnswersTaken", "InstrumentScored"]
    assert [f.score for f in facts if isinstance(f, InstrumentScored)] == [48]


def test_a_form_with_too_much_left_out_is_kept_without_a_score_and_its_danger_still_counts() -> None:
    """SK-M7, SK-R3: unknown is never a score; an answered item 9 is heard whatever else is missing."""
    facts = blank().take_answers(filled("PHQ9", *(None,) * 8, 2), NOW, FORMS)

    assert kinds(facts) == ["AnswersTaken", "RiskFlagRaised"]
    assert [f.score for f in facts if isinstance(f, AnswersTaken)] == [None]
    assert [f.level for f in facts if isinstance(f, RiskFlagRaised)] == [RiskLevel.MODERATE]


def test_a_risk_item_left_out_is_asked_for() -> None:
    """SK-M14: the score is prorated, the risk item is not: nobody knows it."""
    facts = blank().take_answers(filled("PHQ9", *(1,) * 8, None), NOW, FORMS)

    assert kinds(facts) == ["AnswersTaken", "RiskItemUnanswered", "MeasureRecorded"]
    assert [f.item for f in facts if isinstance(f, RiskItemUnanswered)] == [9]
    assert [(f.score, f.risk_item) for f in facts if isinstance(f, MeasureRecorded)] == [(9, None)]


def test_a_form_is_taken_once_and_raises_its_flag_once() -> None:
    """SK-M6, repeated"""
    form = filled("PHQ9", *(3,) * 9)

    assert taken(blank(), form).take_answers(form, NOW, FORMS) == []


def test_a_total_alone_is_taken_where_nobody_has_the_answers() -> None:
    """SK-M6: and refused where it cannot be, or has its own door."""
    assert kinds(blank().take_answers(filled("DERS18", total=40), NOW, FORMS)) == ["InstrumentScored"]
    for form, code in (
        (filled("DERS18", total=17), "score-out-of-range"),
        (filled("PHQ9", total=10), "total-has-its-own-door"),
        (filled("MMPI", total=10), "instrument-unknown"),
    ):
        with pytest.raises(Invalid) as refused:
            blank().take_answers(form, NOW, FORMS)
        assert refused.value.code == code


def test_a_form_can_be_voided_once() -> None:
    """SK-M5: with a score or without one."""
    record = taken(blank(), filled("WAISR", *(4,) * 12), filled("PHQ9", *(None,) * 9, id="m-2"))
    for id in ("m-1", "m-2"):
        facts = record.void_measure(id, STAFF, NOW)
        assert kinds(facts) == ["MeasureVoided"]
        assert after(record, facts).void_measure(id, STAFF, NOW) == []
        assert after(record, facts).answers.taken[id].void
    with pytest.raises(NotFound):
        record.void_measure("m-3", STAFF, NOW)


@pytest.mark.parametrize(
    ("code", "before", "now", "says"),
    [
        ("PHQ9", 21, 13, "improved"),
        ("PHQ9", 13, 19, "worse"),
        ("PHQ9", 13, 18, "no-reliable-change"),
        ("GAD7", 15, 11, "improved"),
        ("GAD7", 15, 12, "no-reliable-change"),
        ("BSL23", 2.609, 1.652, "improved"),
        ("BSL23", 1.652, 2.261, "no-reliable-change"),
        ("BSL23", 1.0, 1.8, "worse"),
        ("WSAS", 31, 22, "improved"),
        ("PCL5", 50, 36, "no-reliable-change"),
        ("UCLA3", 7, 6, "no-reliable-change"),
        ("WAISR", 50, 44, "worse"),
        ("WAISR", 44, 50, "improved"),
    ],
)
def test_a_change_is_read_with_the_number_of_its_instrument(code: str, before: float, now: float, says: str) -> None:
    """SK-M10: the policy's worked examples A and B; in the alliance a fall is the bad direction."""
    change = moved(FORMS[code], Point("a", NOW - timedelta(days=30), before), Point("b", NOW, now))

    assert change is not None
    assert (change.says, change.since) == (says, "a")


def test_two_administrations_about_the_same_days_claim_nothing_about_outcome() -> None:
    """SK-M10: the PHQ-9 asks about two weeks."""
    for days, overlap in ((7, True), (14, False)):
        change = moved(FORMS["PHQ9"], Point("a", NOW - timedelta(days=days), 20), Point("b", NOW, 10))
        assert change is not None
        assert change.windows_overlap is overlap


def test_without_a_number_nothing_is_claimed() -> None:
    """SK-M10: the EDE-Q 6.0 has no reliable change of its own."""
    assert moved(FORMS["EDEQ"], Point("a", NOW, 3), Point("b", NOW, 1)) is None


@pytest.mark.parametrize(("code", "index"), [("DERS16", 15.0), ("WSAS", 11.5)])
def test_the_reliable_change_index_is_that_of_the_published_reliability(code: str, index: float) -> None:
    """SK-M10: 1.96 · √2 · SD · √(1 − r)."""
    change = FORMS[code].reliable_change

    assert change and change.sd and change.r
    assert round(reliable_change_index(change.sd, change.r), 1) == index


def test_the_baseline_is_how_somebody_came() -> None:
    """SK-M11: the last before the episode, if it is not too old; else the first after."""
    old, brought, first, later = (Point(str(day), NOW + timedelta(days=day), 10) for day in (-200, -5, 1, 8))
    look_back = timedelta(days=90)

    assert baseline([old, brought, first, later], NOW, look_back) == brought
    assert baseline([old, first, later], NOW, look_back) == first
    assert baseline([old], NOW, look_back) is None
    assert baseline([old, first], None, look_back) == old
