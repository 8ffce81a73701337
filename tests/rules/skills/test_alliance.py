"""The alliance: a fall is told of, and another therapist is another alliance."""

from datetime import timedelta

import pytest

from common.contracts.intake import PrimaryTherapistChanged
from common.contracts.measuring import AllianceDropped
from common.contracts.words import EpisodeId, LevelOfCare, StaffId
from rules.skills.records import FORMS, NOW, PID, STAFF, after
from rules.skills.test_schedule import at_level, told
from skills.domain import measuring
from skills.domain.answers import Filled
from skills.domain.record import SkillsRecord


def rated(
    record: SkillsRecord, total: float, days: int, code: str = "WAISR"
) -> tuple[SkillsRecord, list[AllianceDropped]]:
    """The record after a rating, and what was said of the alliance."""
    at = NOW + timedelta(days=days)
    form = Filled(measure_id=f"a-{days}", instrument=code, administered_at=at, total=total)
    said = measuring.take_answers(record, form, at, FORMS)
    return after(record, said), [fact for fact in said if isinstance(fact, AllianceDropped)]


def begun() -> SkillsRecord:
    """Somebody who began with their therapist now."""
    return at_level(LevelOfCare.PHP)


@pytest.mark.parametrize(
    ("ratings", "previous", "baseline"),
    [((50, 46), None, None), ((50, 44), True, True), ((50, 47, 44), False, True), ((44, 52, 46), True, False)],
)
def test_a_fall_by_the_number_of_the_instrument_is_told(
    ratings: tuple[float, ...], previous: bool | None, baseline: bool | None
) -> None:
    """SK-M19: since the rating before, or since the first with this therapist."""
    record = begun()
    for week, rating in enumerate(ratings, 1):
        record, said = rated(record, rating, 7 * week)

    assert [(fact.since_previous, fact.since_baseline) for fact in said] == (
        [] if previous is None else [(previous, baseline)]
    )


def test_a_session_rated_below_the_cut_is_talked_about() -> None:
    """SK-M19: under 36 on the Session Rating Scale, whatever came before."""
    record, fine = rated(begun(), 38, 1, "SRS")
    record, low = rated(record, 35.5, 8, "SRS")

    assert fine == []
    assert [(fact.below_cut, fact.since_previous, fact.therapist) for fact in low] == [(True, True, STAFF)]


def test_another_therapist_is_another_alliance() -> None:
    """SK-M18: what was with the one before is no baseline; a rating of then that comes late says nothing of now."""
    record, _ = rated(begun(), 58, 7)
    other = PrimaryTherapistChanged(
        at=NOW + timedelta(days=10),
        participant_id=PID,
        episode_id=EpisodeId("e-1"),
        from_staff=STAFF,
        to_staff=StaffId("s-2"),
        reason="leave",
    )
    record = told(record, measuring.change_therapist(record, other, FORMS))
    record, first = rated(record, 40, 14)
    record, late = rated(record, 30, 9)
    record, fell = rated(record, 34, 21)

    assert first == late == []
    assert [(fact.since_baseline, fact.therapist) for fact in fell] == [(True, "s-2")]


def test_a_rating_is_told_of_once() -> None:
    """SK-M19, repeated"""
    record, _ = rated(begun(), 50, 7)
    record, once = rated(record, 40, 14)

    assert len(once) == 1
    assert rated(record, 40, 14)[1] == []
