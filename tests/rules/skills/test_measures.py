"""Outcome measures: ranges, bands, once by id, baselines, voiding."""

from datetime import timedelta, timezone

import pytest

from common.change import Invalid, NotFound
from common.contracts.intake import BaselineScore, EpisodeOpened
from common.contracts.skills import MeasureRecorded
from common.contracts.words import EpisodeId, Instrument, ReferralId
from rules.skills.records import FORMS, NOW, PID, STAFF, after, blank, kinds
from skills.domain.measures import Administration
from skills.domain.record import SkillsRecord

RANGES: dict[Instrument, tuple[float, float]] = {
    Instrument.PHQ9: (0, 27),
    Instrument.GAD7: (0, 21),
    Instrument.WSAS: (0, 40),
    Instrument.BSL23: (0, 4),
    Instrument.PCL5: (0, 80),
    Instrument.EDEQS: (0, 36),
    Instrument.UCLA3: (3, 9),
}


def measure(
    instrument: Instrument = Instrument.PHQ9,
    score: float = 12,
    risk_item: int | None = None,
    measure_id: str = "m-1",
    days: int = 0,
) -> Administration:
    """An administration."""
    return Administration(
        measure_id=measure_id,
        instrument=instrument,
        score=score,
        administered_at=NOW + timedelta(days=days),
        risk_item=risk_item,
    )


def recorded(record: SkillsRecord, *measures: Administration) -> SkillsRecord:
    """The record once the administrations were recorded."""
    for one in measures:
        record = after(record, record.record_measure(one, NOW, FORMS))
    return record


def opened(*scores: BaselineScore, episode: str = "e-1") -> EpisodeOpened:
    """An episode that opens with these measures."""
    return EpisodeOpened(
        at=NOW,
        participant_id=PID,
        episode_id=EpisodeId(episode),
        referral_id=ReferralId("r-1"),
        primary_therapist=STAFF,
        baseline=scores,
    )


BASELINE = BaselineScore(instrument=Instrument.PHQ9, score=21, administered_at=NOW - timedelta(days=3))


@pytest.mark.parametrize("instrument", list(Instrument))
def test_both_ends_of_every_scale_are_scores_and_what_lies_beyond_is_none(instrument: Instrument) -> None:
    """SK-M1"""
    lowest, highest = RANGES[instrument]
    for score in (lowest, highest):
        assert kinds(blank().record_measure(measure(instrument, score), NOW, FORMS)) == ["MeasureRecorded"]
    for score in (lowest - 0.1, highest + 0.1, float("nan")):
        with pytest.raises(Invalid) as refused:
            blank().record_measure(measure(instrument, score), NOW, FORMS)
        assert refused.value.code == "score-out-of-range"


@pytest.mark.parametrize(
    ("instrument", "score", "item", "code"),
    [
        (Instrument.PHQ9, 20, 4, "risk-item-out-of-range"),
        (Instrument.PHQ9, 20, -1, "risk-item-out-of-range"),
        (Instrument.PHQ9, 1, 2, "risk-item-out-of-range"),
        (Instrument.GAD7, 20, 1, "risk-item-not-asked"),
    ],
)
def test_a_risk_item_that_cannot_be_is_refused(instrument: Instrument, score: float, item: int, code: str) -> None:
    """SK-M1"""
    with pytest.raises(Invalid) as refused:
        blank().record_measure(measure(instrument, score, item), NOW, FORMS)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("instrument", "score", "band"),
    [
        (Instrument.PHQ9, 4, "none"),
        (Instrument.PHQ9, 5, "mild"),
        (Instrument.PHQ9, 14, "moderate"),
        (Instrument.PHQ9, 15, "moderately-severe"),
        (Instrument.PHQ9, 19, "moderately-severe"),
        (Instrument.PHQ9, 20, "severe"),
        (Instrument.GAD7, 4, "minimal"),
        (Instrument.GAD7, 5, "mild"),
        (Instrument.GAD7, 10, "moderate"),
        (Instrument.GAD7, 15, "severe"),
        (Instrument.WSAS, 9, "subclinical"),
        (Instrument.WSAS, 10, "significant"),
        (Instrument.WSAS, 20, "significant"),
        (Instrument.WSAS, 21, "moderately-severe"),
        (Instrument.BSL23, 0.27, "none-or-low"),
        (Instrument.BSL23, 1.652, "moderate"),
        (Instrument.BSL23, 2.261, "high"),
        (Instrument.BSL23, 2.609, "high"),
        (Instrument.BSL23, 2.67, "very-high"),
        (Instrument.BSL23, 4, "extreme"),
        (Instrument.PCL5, 28, "recovered-range"),
        (Instrument.PCL5, 32, "below-cut"),
        (Instrument.PCL5, 33, "probable-ptsd"),
        (Instrument.EDEQS, 14, "screen-negative"),
        (Instrument.EDEQS, 15, "screen-positive"),
        (Instrument.UCLA3, 5, "not-lonely"),
        (Instrument.UCLA3, 6, "lonely"),
    ],
)
def test_a_score_falls_in_its_published_band(instrument: Instrument, score: float, band: str) -> None:
    """SK-M2: the worked examples' 1.652 is moderate, 2.261 high; 20 is the top band of the PHQ-9."""
    assert FORMS[instrument].band_of(score) == band


def test_an_administration_is_recorded_once_with_its_band_at_its_own_time() -> None:
    """SK-M3"""
    facts = blank().record_measure(measure(days=-2), NOW, FORMS)

    assert facts == [
        MeasureRecorded(
            at=NOW - timedelta(days=2),
            participant_id=PID,
            measure_id="m-1",
            instrument=Instrument.PHQ9,
            score=12,
            band="moderate",
        )
    ]
    assert recorded(blank(), measure(days=-2)).record_measure(measure(days=-2), NOW, FORMS) == []


def test_a_late_administration_does_not_become_the_latest() -> None:
    """SK-M3, late and out of order"""
    record = recorded(blank(), measure(score=10), measure(score=20, measure_id="m-0", days=-7))

    assert record.measures.latest()[Instrument.PHQ9].administration.score == 10


def test_measures_that_came_with_the_referral_are_recorded() -> None:
    """SK-M4"""
    facts = blank().record_baseline(opened(BASELINE), FORMS)

    assert [(f.instrument, f.score, f.at, f.band) for f in facts if isinstance(f, MeasureRecorded)] == [
        (Instrument.PHQ9, 21, BASELINE.administered_at, "severe")
    ]


def test_the_same_baseline_is_recorded_once() -> None:
    """SK-M4, repeated: in one message, in another zone, with a later episode."""
    elsewhere = BASELINE.model_copy(
        update={"administered_at": BASELINE.administered_at.astimezone(timezone(timedelta(hours=2)))}
    )
    record = blank()
    facts = record.record_baseline(opened(BASELINE, BASELINE, elsewhere), FORMS)

    assert kinds(facts) == ["MeasureRecorded"]
    assert after(record, facts).record_baseline(opened(elsewhere, episode="e-2"), FORMS) == []


def test_a_baseline_that_comes_late_stays_the_first_administration() -> None:
    """SK-M4, late"""
    record = recorded(blank(), measure(score=10))
    late = after(record, record.record_baseline(opened(BASELINE), FORMS))

    assert late.measures.latest()[Instrument.PHQ9].administration.score == 10
    assert len(late.measures.recorded) == 2


def test_a_voided_administration_does_not_count_and_the_one_before_does_again() -> None:
    """SK-M5"""
    record = recorded(blank(), measure(score=20, measure_id="m-0", days=-7), measure(score=10))
    facts = record.void_measure("m-1", STAFF, NOW)

    assert kinds(facts) == ["MeasureVoided"]
    assert after(record, facts).measures.latest()[Instrument.PHQ9].administration.score == 20


def test_voiding_twice_voids_once_and_does_not_let_it_be_recorded_again() -> None:
    """SK-M5, repeated and late"""
    record = recorded(blank(), measure())
    void = after(record, record.void_measure("m-1", STAFF, NOW))

    assert void.void_measure("m-1", STAFF, NOW) == []
    assert void.record_measure(measure(), NOW, FORMS) == []


def test_what_was_never_recorded_cannot_be_voided() -> None:
    """SK-M5"""
    with pytest.raises(NotFound) as refused:
        blank().void_measure("m-1", STAFF, NOW)

    assert refused.value.code == "measure-unknown"
