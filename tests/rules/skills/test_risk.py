"""Risk flags: raised at once, once per cause, cleared by people alone."""

from datetime import date, datetime, timedelta

import pytest

from common.change import Invalid, NotFound, Remind
from common.contracts.lessons import HistoricalRiskFound
from common.contracts.message import Contract
from common.contracts.skills import MeasureRecorded, RiskFlagRaised
from common.contracts.words import FlagId, Instrument, LevelOfCare, RiskLevel, ScreenVersion, TargetKind
from rules.skills.records import DAY, FORMS, NOW, PID, STAFF, SYLLABUS, after, blank, card, enrolled, kinds
from skills.domain.measures import Administration
from skills.domain.record import SkillsRecord
from skills.domain.risk import Cause, Screen, Target, cause_of_report
from skills.domain.watching import watched

TOMORROW = date(2026, 3, 3)


def flags(facts: list[Contract]) -> list[tuple[str, RiskLevel, date | None]]:
    """Rule, level and review date of each flag raised."""
    return [(f.rule, f.level, f.review_on) for f in facts if isinstance(f, RiskFlagRaised)]


def screen(level: RiskLevel, at: datetime = NOW, version: ScreenVersion = ScreenVersion.RECENT) -> Screen:
    """A suicide screen."""
    return Screen(instrument="C-SSRS", version=version, level=level, screened_at=at)


def phq9(item: int | None) -> Administration:
    """A PHQ-9 with this item 9."""
    return Administration(measure_id="m-1", instrument=Instrument.PHQ9, score=12, administered_at=NOW, risk_item=item)


def target(kind: TargetKind, care: bool = False, at: datetime = NOW) -> Target:
    """A target behaviour."""
    return Target(kind=kind, happened_at=at, needed_medical_care=care)


def open_flags(record: SkillsRecord) -> list[FlagId]:
    """The flags nobody cleared."""
    return [id for id, flag in record.risk.flags.items() if flag.cleared_by is None]


@pytest.mark.parametrize("urge", [None, 0, 1, 2, 3, 4, 5])
def test_a_suicide_urge_of_4_or_more_raises_a_moderate_flag_at_once(urge: int | None) -> None:
    """SK-R1: with a review date, in the same breath as the card."""
    facts = blank().submit_card(card(suicide_urge=urge), NOW)
    expected = [("SK-R1", RiskLevel.MODERATE, TOMORROW)] if urge is not None and urge >= 4 else []

    assert flags(facts) == expected


def test_self_harm_on_the_card_raises_a_moderate_flag() -> None:
    """SK-R2: beside the one for the urge, for it is another cause."""
    facts = blank().submit_card(card(self_harm=True, suicide_urge=5), NOW)

    assert flags(facts) == [
        ("SK-R1", RiskLevel.MODERATE, TOMORROW),
        ("SK-R2", RiskLevel.MODERATE, TOMORROW),
    ]


def test_a_self_harm_urge_alone_raises_nothing() -> None:
    """SK-R2: an urge is not an act."""
    assert flags(blank().submit_card(card(self_harm_urge=5), NOW)) == []


@pytest.mark.parametrize(
    ("item", "level"),
    [(None, None), (0, None), (1, RiskLevel.LOW), (2, RiskLevel.MODERATE), (3, RiskLevel.MODERATE)],
)
def test_item_9_of_the_phq9_raises_a_flag(item: int | None, level: RiskLevel | None) -> None:
    """SK-R3: an item that was not answered raises none, and calms none."""
    review = TOMORROW if level is RiskLevel.MODERATE else None

    raised = flags(blank().record_measure(phq9(item), NOW, FORMS))

    assert raised == ([("SK-R3", level, review)] if level else [])


@pytest.mark.parametrize("version", list(ScreenVersion))
@pytest.mark.parametrize(
    ("level", "raised"),
    [
        (RiskLevel.HIGH, [("SK-R4", RiskLevel.HIGH, None)]),
        (RiskLevel.MODERATE, [("SK-R4", RiskLevel.MODERATE, TOMORROW)]),
        (RiskLevel.LOW, []),
        (RiskLevel.NONE, []),
    ],
)
def test_a_high_or_moderate_screen_raises_a_flag(
    version: ScreenVersion, level: RiskLevel, raised: list[tuple[str, RiskLevel, date | None]]
) -> None:
    """SK-R4: of either version."""
    facts = blank().record_screen(screen(level, version=version), STAFF, NOW)

    assert kinds(facts)[0] == "SuicideScreenRecorded"
    assert flags(facts) == raised


def test_a_screen_entered_late_raises_its_flag_now() -> None:
    """SK-R4, late: the review date counts from when we knew."""
    facts = blank().record_screen(screen(RiskLevel.MODERATE, NOW - timedelta(days=9)), STAFF, NOW)

    assert [fact.at for fact in facts] == [NOW - timedelta(days=9), NOW]
    assert flags(facts) == [("SK-R4", RiskLevel.MODERATE, TOMORROW)]


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        (TargetKind.SUICIDAL_ACT, RiskLevel.HIGH),
        (TargetKind.SELF_HARM, RiskLevel.MODERATE),
        (TargetKind.THERAPY_INTERFERING, None),
        (TargetKind.QUALITY_OF_LIFE, None),
    ],
)
def test_an_act_against_oneself_raises_a_flag(kind: TargetKind, level: RiskLevel | None) -> None:
    """SK-R5"""
    facts = blank().record_target(target(kind), NOW)

    assert kinds(facts)[0] == "TargetBehaviourRecorded"
    assert [raised for _, raised, _ in flags(facts)] == ([level] if level else [])


def test_an_act_is_recorded_once_and_medical_care_after_all_is_said() -> None:
    """SK-T1: that care was needed is never lost, nor taken back by a repetition."""
    record = blank()
    record = after(record, record.record_target(target(TargetKind.SELF_HARM), NOW))
    worse = record.record_target(target(TargetKind.SELF_HARM, care=True), NOW)

    assert record.record_target(target(TargetKind.SELF_HARM), NOW) == []
    assert kinds(worse) == ["TargetBehaviourRecorded"]
    assert after(record, worse).record_target(target(TargetKind.SELF_HARM), NOW) == []
    known = after(blank(), blank().record_target(target(TargetKind.SELF_HARM, care=True), NOW))
    assert known.record_target(target(TargetKind.SELF_HARM), NOW) == []


def test_one_cause_raises_one_flag() -> None:
    """SK-R6, repeated: a revised card, the same screen, the same act."""
    record = blank()
    record = after(record, record.submit_card(card(suicide_urge=4), NOW))
    record = after(record, record.record_screen(screen(RiskLevel.HIGH), STAFF, NOW))
    record = after(record, record.record_target(target(TargetKind.SUICIDAL_ACT), NOW))

    assert kinds(record.submit_card(card(suicide_urge=5), NOW)) == ["DiaryCardSubmitted"]
    assert record.record_screen(screen(RiskLevel.HIGH), STAFF, NOW) == []
    assert record.record_target(target(TargetKind.SUICIDAL_ACT), NOW) == []
    assert len(open_flags(record)) == 3


def test_a_flag_has_the_same_id_wherever_it_is_decided() -> None:
    """SK-R6: a decision that runs twice raises the same flag."""
    once, twice = (blank().submit_card(card(suicide_urge=4), NOW) for _ in range(2))
    other = SkillsRecord(id="p-2").submit_card(card(suicide_urge=4), NOW)

    assert once == twice
    assert isinstance(once[1], RiskFlagRaised)
    assert isinstance(other[1], RiskFlagRaised)
    assert once[1].flag_id != other[1].flag_id


def test_another_day_is_another_cause() -> None:
    """SK-R6"""
    record = blank()
    record = after(record, record.submit_card(card(suicide_urge=4), NOW))

    assert len(flags(record.submit_card(card(DAY - timedelta(days=1), suicide_urge=4), NOW))) == 1


def test_a_cleared_flag_is_not_raised_again_by_its_old_cause() -> None:
    """SK-R6, repeated after a person decided."""
    record = blank()
    record = after(record, record.record_screen(screen(RiskLevel.HIGH), STAFF, NOW))
    (flag_id,) = open_flags(record)
    record = after(record, record.clear_flag(flag_id, STAFF, NOW))

    assert record.record_screen(screen(RiskLevel.HIGH), STAFF, NOW) == []
    assert open_flags(record) == []


def test_nothing_but_a_person_lowers_a_flag() -> None:
    """SK-R7: not a lower screen, a calmer card, a voided measure, a closed level, nor the absence of data."""
    record = enrolled()
    record = after(record, record.record_screen(screen(RiskLevel.HIGH), STAFF, NOW))
    record = after(record, record.submit_card(card(suicide_urge=5), NOW))
    record = after(record, record.record_measure(phq9(3), NOW, FORMS))
    before = record.risk.flags

    later = NOW + timedelta(days=1)
    record = after(record, record.record_screen(screen(RiskLevel.NONE, later), STAFF, later))
    record = after(record, record.submit_card(card(suicide_urge=None), later))
    record = after(record, record.submit_card(card(suicide_urge=0), later))
    record = after(record, record.void_measure("m-1", STAFF, later))
    record = after(record, record.enrol(SYLLABUS, LevelOfCare.CLOSED, later))

    assert record.risk.flags == before
    assert len(open_flags(record)) == 3


def test_a_person_clears_a_flag_once() -> None:
    """SK-R7"""
    record = blank()
    record = after(record, record.record_screen(screen(RiskLevel.HIGH), STAFF, NOW))
    (flag_id,) = open_flags(record)
    facts = record.clear_flag(flag_id, STAFF, NOW)

    assert kinds(facts) == ["RiskFlagCleared"]
    assert after(record, facts).clear_flag(flag_id, STAFF, NOW) == []


def test_a_flag_that_was_never_raised_cannot_be_cleared() -> None:
    """SK-R7"""
    with pytest.raises(NotFound) as refused:
        blank().clear_flag(FlagId("f-1"), STAFF, NOW)

    assert refused.value.code == "flag-unknown"


@pytest.mark.parametrize("level", [RiskLevel.LOW, RiskLevel.MODERATE, RiskLevel.HIGH])
def test_a_person_raises_a_flag_by_judgement(level: RiskLevel) -> None:
    """SK-R8: a MODERATE one always gets a review date."""
    cause = Cause("family-report", level, "person|a-1")
    facts = blank().raise_flag(cause, NOW, review_on=None)
    dated = blank().raise_flag(cause, NOW, review_on=date(2026, 3, 9))

    assert flags(facts) == [("family-report", level, TOMORROW if level is RiskLevel.MODERATE else None)]
    assert flags(dated) == [("family-report", level, date(2026, 3, 9))]
    assert after(blank(), facts).raise_flag(cause, NOW, review_on=None) == []


def test_a_flag_without_risk_makes_no_sense() -> None:
    """SK-R8"""
    with pytest.raises(Invalid) as refused:
        blank().raise_flag(Cause("family-report", RiskLevel.NONE, "person|a-1"), NOW, review_on=None)

    assert refused.value.code == "flag-without-risk"


def test_a_screen_is_recorded_once_and_a_late_one_beside_a_newer() -> None:
    """SK-R9, repeated and out of order"""
    record = blank()
    record = after(record, record.record_screen(screen(RiskLevel.LOW), STAFF, NOW))

    assert record.record_screen(screen(RiskLevel.LOW), STAFF, NOW) == []
    late = record.record_screen(screen(RiskLevel.LOW, NOW - timedelta(days=2)), STAFF, NOW)
    assert [fact.at for fact in late] == [NOW - timedelta(days=2)]
    assert all(fact.subject() == PID for fact in late)


@pytest.mark.parametrize("level", [RiskLevel.MODERATE, RiskLevel.HIGH])
def test_a_report_of_danger_raises_a_flag_as_high_as_it_says_once(level: RiskLevel) -> None:
    """SK-R19: also for somebody who is in no curriculum yet."""
    facts = blank().raise_flag(cause_of_report("rep-1", level), NOW, None)

    assert [(rule, height) for rule, height, _ in flags(facts)] == [("SK-R19", level)]
    again = after(blank(), facts)
    assert again.raise_flag(cause_of_report("rep-1", level), NOW, None) == []
    assert again.raise_flag(cause_of_report("rep-2", level), NOW, None) != []


def old(days: float, item: int | None = 2) -> list[Contract]:
    """What a PHQ-9 says that became known so long after it was filled in."""
    return blank().record_measure(phq9(item), NOW + timedelta(days=days), FORMS)


def test_danger_of_long_ago_is_put_before_a_person_and_is_no_flag_of_today() -> None:
    """SK-R20: with a day to look at it, which falls due; the same reading again says nothing."""
    current, past = old(FORMS.risk_current_days), old(FORMS.risk_current_days + 1)
    (found,) = [one for one in past if isinstance(one, HistoricalRiskFound)]
    record = after(blank(), past)
    watched_too = watched(SkillsRecord.record_measure)(blank(), phq9(2), NOW + timedelta(days=99), FORMS)

    assert flags(current) == [("SK-R3", RiskLevel.MODERATE, date(2026, 3, 17))]
    assert (flags(past), found.level, found.rule, found.measured_at) == ([], RiskLevel.MODERATE, "SK-R3", NOW)
    assert [(flag.historical, flag.cleared_by) for flag in record.risk.flags.values()] == [(True, None)]
    assert record.record_measure(phq9(2), NOW + timedelta(days=99), FORMS) == []
    assert old(99, None) + old(99, 0) == [one for one in old(99, None) + old(99, 0) if type(one) is MeasureRecorded]
    assert [type(one) for one in watched_too] == [MeasureRecorded, HistoricalRiskFound, Remind]


def test_old_danger_stays_open_until_a_person_clears_it() -> None:
    """SK-R20, SK-R18: a form of today that says nothing, and time, leave it; a named person ends it."""
    record = after(blank(), old(99))
    today = Administration(measure_id="m-2", instrument=Instrument.PHQ9, score=0, administered_at=NOW, risk_item=0)
    record = after(record, record.record_measure(today, NOW, FORMS))
    (id,) = open_flags(record)

    assert open_flags(after(record, record.clear_flag(id, STAFF, NOW))) == []
