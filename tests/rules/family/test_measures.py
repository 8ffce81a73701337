"""Measures of the family, and how connected somebody feels."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from common.change import Ask, Invalid, NotFound, Outcome
from common.contracts.measures import (
    ConnectionFell,
    ConnectionRated,
    FamilyInstrument,
    FamilyMeasureRecorded,
    FamilyMeasureVoided,
)
from common.contracts.message import only_plain
from common.contracts.notifications import SendNotice
from common.contracts.words import Role
from family.domain.measures import NO_BAND, SCALES, FamilyMeasures

from .story import ANA, AUNT, EVA, NOON, facts_of

DAY = timedelta(days=1)
NOTHING = FamilyMeasures(id=ANA)


def score(value: float, instrument: FamilyInstrument = FamilyInstrument.BAS, id: str = "m-1") -> FamilyMeasureRecorded:
    """The aunt answers."""
    return FamilyMeasureRecorded(
        at=NOON,
        participant_id=ANA,
        measure_id=id,
        instrument=instrument,
        supporter_id=AUNT,
        score=value,
        band=NO_BAND,
        recorded_by=EVA,
    )


def rated(day: int, accepted: int, cared_about: int = 5, valued: int = 5) -> ConnectionRated:
    """Ana says how connected she feels, so many days later."""
    return ConnectionRated(
        at=NOON + day * DAY,
        participant_id=ANA,
        measure_id=f"c-{day}",
        accepted=accepted,
        cared_about=cared_about,
        valued=valued,
        recorded_by=EVA,
    )


def told(measures: FamilyMeasures, outcomes: Iterable[Outcome]) -> FamilyMeasures:
    """The measures once what was said is true."""
    for fact in facts_of(outcomes):
        measures = measures.after(fact)
    return measures


def after(*ratings: ConnectionRated) -> FamilyMeasures:
    """The measures after these ratings, in this order."""
    measures = NOTHING
    for one in ratings:
        measures = told(measures, measures.rate(one, NOON))
    return measures


@pytest.mark.parametrize("instrument", FamilyInstrument)
def test_a_score_lies_within_its_scale(instrument: FamilyInstrument) -> None:
    """FA-M1."""
    lowest, highest = SCALES[instrument]
    for value in (lowest, highest):
        assert NOTHING.record(score(value, instrument)) == [score(value, instrument)]
    for value in (lowest - 1, highest + 1):
        with pytest.raises(Invalid, match="score-out-of-range"):
            NOTHING.record(score(value, instrument))


def test_a_measure_is_recorded_once_and_void_is_final() -> None:
    """FA-M1."""
    measures = told(NOTHING, NOTHING.record(score(40)))
    assert measures.record(score(40)) == []

    said = measures.set_aside("m-1", EVA, NOON)
    assert [type(fact) for fact in said] == [FamilyMeasureVoided]
    assert told(measures, said).set_aside("m-1", EVA, NOON) == []
    with pytest.raises(NotFound, match="measure-unknown"):
        NOTHING.set_aside("m-1", EVA, NOON)


def test_nothing_that_was_measured_stands_where_anybody_who_watches_may_see_it() -> None:
    """FA-M2."""
    fell = ConnectionFell(at=NOON, participant_id=ANA, measure_id="c-1", by=4)
    shown = [only_plain(fact) for fact in (score(40), rated(0, 5), fell)]

    assert not {"score", "band", "instrument", "accepted", "cared_about", "valued", "by"} & {
        k for s in shown for k in s
    }


@pytest.mark.parametrize("value", [-1, 11])
def test_connection_is_rated_0_to_10(value: int) -> None:
    """FA-M3."""
    with pytest.raises(Invalid, match="rating-out-of-range"):
        NOTHING.rate(rated(0, value), NOON)


@pytest.mark.parametrize(("later", "falls"), [((5, 5, 5), 0), ((3, 5, 5), 0), ((2, 5, 5), 3), ((9, 9, 1), 4)])
def test_a_fall_of_three_in_any_of_them_is_put_before_a_clinician(later: tuple[int, int, int], falls: int) -> None:
    """FA-M4."""
    said = after(rated(0, 5)).rate(rated(7, *later), NOON)

    assert [fact.by for fact in said if isinstance(fact, ConnectionFell)] == ([falls] if falls else [])
    orders = [o.command for o in said if isinstance(o, Ask) and isinstance(o.command, SendNotice)]
    assert [(order.recipient_id, order.template) for order in orders] == (
        [(Role.CLINICIAN, "connection-fell")] if falls else []
    )


def test_a_rating_told_late_alarms_nobody_and_is_what_later_ones_are_held_against() -> None:
    """FA-M4: by when it was rated, not by when it was told; said twice, rated once."""
    measures = after(rated(0, 9), rated(14, 9))
    late = measures.rate(rated(7, 2), NOON)
    assert facts_of(late) == [rated(7, 2)]
    assert told(measures, late).rate(rated(7, 2), NOON) == []

    between = after(rated(0, 9), rated(7, 4))
    assert facts_of(between.rate(rated(8, 4), NOON)) == [rated(8, 4)]


def test_a_rating_that_does_not_count_is_not_held_against() -> None:
    """FA-M1, FA-M4."""
    measures = after(rated(0, 4), rated(7, 9))
    measures = told(measures, measures.set_aside("c-7", EVA, NOON))

    assert facts_of(measures.rate(rated(8, 4), NOON)) == [rated(8, 4)]
