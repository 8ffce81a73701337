"""What skills hears: said once, repeated, late and out of order."""

from itertools import permutations

import pytest

from common.contracts.intake import BaselineScore, EpisodeOpened, LevelOfCareChanged
from common.contracts.reports import DangerReported, ReportId
from common.contracts.skills import CarryCurriculum, UndoCarryCurriculum
from common.contracts.words import (
    EpisodeId,
    Instrument,
    LevelOfCare,
    ParticipantId,
    ReferralId,
    RiskLevel,
    StaffId,
    TransitionId,
    TransitionKind,
)
from common.store import Store
from services.one_service import NOON, delivery, hear, state
from services.one_service import said as all_said

P = ParticipantId("p-1")


async def said(store: Store, subject: str) -> list[str]:
    """What was said, without which measures are due from then on: test_measuring.py looks at that."""
    return [one for one in await all_said(store, subject) if one != "MeasurePlanSet"]


def opened(score: float = 21) -> EpisodeOpened:
    """An episode with one measure from the referral."""
    return EpisodeOpened(
        at=NOON,
        participant_id=P,
        episode_id=EpisodeId("e-1"),
        referral_id=ReferralId("r-1"),
        primary_therapist=StaffId("s-1"),
        baseline=(BaselineScore(instrument=Instrument.PHQ9, score=score, administered_at=NOON),),
    )


def moved(to: LevelOfCare = LevelOfCare.PHP) -> LevelOfCareChanged:
    """A change of level."""
    return LevelOfCareChanged(
        at=NOON,
        participant_id=P,
        episode_id=EpisodeId("e-1"),
        transition_id=TransitionId("t-0"),
        kind=TransitionKind.ADMISSION,
        from_level=None,
        to_level=to,
        primary_therapist=StaffId("s-1"),
    )


def carry(transition: str = "t-1") -> CarryCurriculum:
    """The curriculum goes along to IOP."""
    return CarryCurriculum(at=NOON, participant_id=P, transition_id=TransitionId(transition), to_level=LevelOfCare.IOP)


def undo(transition: str = "t-1") -> UndoCarryCurriculum:
    """The transition does not happen."""
    return UndoCarryCurriculum(at=NOON, participant_id=P, transition_id=TransitionId(transition))


async def test_an_episode_brings_its_baseline_and_a_level_enrols(store: Store) -> None:
    """SK-M4, SK-C2"""
    await hear(store, opened(), moved())

    assert await said(store, P) == ["MeasureRecorded", "CurriculumEnrolled"]


async def test_said_again_under_new_numbers_nothing_happens_twice(store: Store) -> None:
    """SK-M4, SK-C2, repeated: the rule itself is idempotent, not only the inbox."""
    await hear(store, opened(), moved(), opened(), moved(LevelOfCare.IOP))
    await hear(store, opened(), moved(), first=5)

    assert await said(store, P) == ["MeasureRecorded", "CurriculumEnrolled"]


async def test_the_same_delivery_again_is_a_duplicate(store: Store) -> None:
    """SK-M4, SK-C2, repeated: the inbox keeps one number per stream and subject."""
    await hear(store, opened(), moved())
    again = await hear(store, opened(), moved())

    assert again.tally["duplicate"] == 2
    assert again.journalled == {}


async def test_a_level_heard_before_its_episode_waits_and_then_both_count(store: Store) -> None:
    """SK-M4, SK-C2, out of order: a gap holds the later message."""
    await store.commit([delivery(moved(), 2)])
    assert await said(store, P) == []
    await store.commit([delivery(opened(), 1)])

    assert await said(store, P) == ["MeasureRecorded", "CurriculumEnrolled"]


async def test_closing_keeps_everything(store: Store) -> None:
    """SK-C2: after CLOSED the place and the measures are as before."""
    await hear(store, opened(), moved())
    before = await state(store, "skillsrecord", P)
    await hear(store, moved(LevelOfCare.CLOSED), first=3)

    now = await state(store, "skillsrecord", P)
    assert {**now, "plan": None} == {**before, "plan": None}


async def test_a_baseline_that_cannot_be_is_parked_and_stops_only_this_participant(store: Store) -> None:
    """SK-M1: the house's answer to a wrong message, never a guess."""
    other = moved().model_copy(update={"participant_id": ParticipantId("p-2")})
    outcome = await store.commit([delivery(opened(28), 1), delivery(moved(), 2), delivery(other, 1)])

    assert [parked["reason"] for parked in outcome.parked] == ["score-out-of-range", "behind-parked"]
    assert await said(store, "p-2") == ["CurriculumEnrolled"]


async def test_a_carry_is_answered_once(store: Store) -> None:
    """SK-C5, repeated in one batch and across batches"""
    await hear(store, moved())
    await hear(store, carry(), carry())
    await hear(store, carry(), first=3)

    assert await said(store, P) == ["CurriculumEnrolled", "CurriculumCarried"]


async def test_a_carry_that_overtakes_the_first_level_finds_nothing_to_carry(store: Store) -> None:
    """SK-C5, out of order: commands and events are two streams."""
    await hear(store, carry())
    await hear(store, moved())
    await hear(store, carry("t-2"), first=2)

    assert await said(store, P) == ["CurriculumNotCarried", "CurriculumEnrolled", "CurriculumCarried"]


async def test_an_undo_is_answered_once_and_the_place_is_as_before(store: Store) -> None:
    """SK-C6, repeated"""
    await hear(store, moved())
    before = (await state(store, "skillsrecord", P))["curriculum"]["place"]
    await hear(store, carry(), undo(), undo(), carry())

    assert await said(store, P) == ["CurriculumEnrolled", "CurriculumCarried", "CurriculumCarryUndone"]
    assert (await state(store, "skillsrecord", P))["curriculum"]["place"] == before


async def test_an_undo_before_its_carry_forbids_it(store: Store) -> None:
    """SK-C7, out of order"""
    await hear(store, moved())
    await hear(store, undo(), carry())

    assert await said(store, P) == ["CurriculumEnrolled", "CurriculumCarryUndone"]


async def test_a_late_undo_leaves_the_newer_carry(store: Store) -> None:
    """SK-C7, late"""
    await hear(store, moved())
    await hear(store, carry("t-1"), carry("t-2"), undo("t-1"))

    assert (await state(store, "skillsrecord", P))["curriculum"]["place"]["level"] == "IOP"


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_commands_in_any_order_of_arrival_end_the_same(store: Store, order: tuple[int, ...]) -> None:
    """SK-C6, SK-C7: the inbox puts one stream in order, whatever came first."""
    await hear(store, moved())
    deliveries = [delivery(carry(), 1), delivery(undo(), 2), delivery(carry("t-2"), 3)]
    for n in order:
        await store.commit([deliveries[n]])

    assert await said(store, P) == [
        "CurriculumEnrolled",
        "CurriculumCarried",
        "CurriculumCarryUndone",
        "CurriculumCarried",
    ]


async def test_state_read_back_from_the_database_is_the_state_that_was_written(store: Store) -> None:
    """SK-C6: instants, places and carries survive storage, so an undo after a restart is exact."""
    await hear(store, opened(), moved())
    before = (await state(store, "skillsrecord", P))["curriculum"]["place"]
    await hear(store, carry())
    assert (await state(store, "skillsrecord", P))["curriculum"]["place"]["level"] == "IOP"
    await hear(store, undo(), first=2)

    assert (await state(store, "skillsrecord", P))["curriculum"]["place"] == before


async def test_a_report_of_danger_heard_twice_raises_one_flag_also_before_the_episode(store: Store) -> None:
    """SK-R19: a later message about the same report, another level, and an episode that opens only then."""
    danger = DangerReported(at=NOON, participant_id=P, report_id=ReportId("rep-1"), level=RiskLevel.HIGH)
    for number in (1, 1, 2):
        await store.commit([delivery(danger, number)])
    await hear(store, opened())

    assert await said(store, P) == ["RiskFlagRaised", "MeasureRecorded"]
