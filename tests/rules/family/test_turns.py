"""Whose turn it is with which measure of the family: data decides when, and what does not come is said once."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from unittest.mock import AsyncMock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.change import Outcome, Remind
from common.contracts.message import Contract
from common.contracts.network import EngagementPlanAgreed, EngagementPlanEnded
from common.contracts.supporting import FamilyTurnsMissed, MissedTurn
from common.contracts.words import LevelOfCare, SupporterId, TransitionKind
from family.app import STANDARD
from family.domain import asking, distance
from family.domain.network import SupportNetwork
from family.views.measures import due_of

from .story import ANA, AUNT, EVA, NOON, after, facts_of, granted, moved

DAY = timedelta(days=1)
PLAN = EngagementPlanAgreed(
    at=NOON + DAY,
    participant_id=ANA,
    supporter_id=AUNT,
    version=1,
    session_types=("FAM_INDIV",),
    goals=(),
    readiness="WILLING",
    agreed_with_supporter=True,
    recorded_by=EVA,
)
AT_START = {"BAS", "VIRS_VALIDATING", "VIRS_INVALIDATING", "COMMUNICATION", "HOME_CLIMATE"}


def told(network: SupportNetwork, outcomes: Iterable[Outcome]) -> SupportNetwork:
    """The network once what was said is true."""
    for fact in facts_of(outcomes):
        network = network.after(fact)
    return network


def at_level(network: SupportNetwork, level: LevelOfCare, day: int) -> SupportNetwork:
    """Ana is at this level from a day on."""
    move = moved(TransitionKind.STEP_DOWN).model_copy(update={"at": NOON + day * DAY, "to_level": level})
    return told(network, asking.see_level(network, move, STANDARD, move.at))


def begun(*more: Contract) -> SupportNetwork:
    """Treatment began, and her aunt takes part from the day after."""
    network = at_level(after(granted()), LevelOfCare.RESIDENTIAL, 0).after(PLAN)
    for fact in more:
        network = network.after(fact)
    return network


def due(network: SupportNetwork, day: float, who: SupporterId | None = AUNT) -> set[str]:
    """What is due by a day."""
    coming = network.turns.coming(STANDARD.measures)
    return {turn.measure for turn in coming if turn.who == who and turn.due_at <= NOON + day * DAY}


def answered(network: SupportNetwork, measure: str, day: float, who: SupporterId | None = AUNT) -> SupportNetwork:
    """Somebody answered on a day."""
    at = NOON + day * DAY
    return told(network, asking.note_answer(network, measure, who, at, STANDARD, at))


def looked(network: SupportNetwork, day: float) -> tuple[SupportNetwork, list[str], datetime | None]:
    """What is said to be missed on a day, and when the next look is."""
    said = asking.look(network, STANDARD, NOON + day * DAY)
    missed = [one.measure for fact in said if isinstance(fact, FamilyTurnsMissed) for one in fact.missed]
    return told(network, said), missed, next((one.due_at for one in said if isinstance(one, Remind)), None)


def test_who_takes_part_is_asked_at_the_start_and_nobody_else() -> None:
    """FA-M5: without a plan nobody is asked; the participant is, once treatment began."""
    assert due(after(granted()), 99) == set()
    assert due(begun(), 1) == AT_START
    assert due(begun(), 0, None) == {"COMMUNICATION", "CONNECTION"}
    ended = EngagementPlanEnded(at=NOON + DAY, participant_id=ANA, supporter_id=AUNT, reason="over", recorded_by=EVA)
    assert due(begun(ended), 99) == set()


def test_a_turn_is_taken_by_an_answer_a_little_early_or_late() -> None:
    """FA-M5: repeated, and one told late changes nothing."""
    network = answered(begun(), "BAS", -5)
    assert "BAS" not in due(network, 99)
    assert "BAS" in due(answered(begun(), "BAS", -8), 99)
    assert asking.note_answer(network, "BAS", AUNT, NOON - 5 * DAY, STANDARD, NOON) == []
    assert asking.note_answer(network, "BAS", AUNT, NOON - 9 * DAY, STANDARD, NOON) == []


def test_each_change_of_level_the_end_and_ninety_days_after_are_turns() -> None:
    """FA-M5: start, mid, end and 90 days after; communication before and after alone."""
    network = begun()
    for measure in AT_START:
        network = answered(network, measure, 2)
    assert due(network, 29) == set()
    moved_down = at_level(network, LevelOfCare.IOP, 20)
    assert due(moved_down, 20) == {"BAS", "VIRS_VALIDATING", "VIRS_INVALIDATING"}
    over = told(moved_down, asking.end_treatment(moved_down, NOON + 60 * DAY, STANDARD, NOON + 60 * DAY))
    assert due(over, 60) == {"BAS", "VIRS_VALIDATING", "VIRS_INVALIDATING", "COMMUNICATION"}
    later = answered(over, "BAS", 61)
    assert "BAS" not in due(later, 149)
    assert "BAS" in due(later, 150)
    assert asking.end_treatment(over, NOON + 60 * DAY, STANDARD, NOON + 60 * DAY) == []
    back = told(over, asking.go_on(over, STANDARD, NOON + 61 * DAY))
    assert (back.turns.ended_at, "COMMUNICATION" in due(back, 99)) == (None, False)


def test_the_climate_and_the_connection_come_every_month_in_treatment() -> None:
    """FA-M5: and no more after it."""
    network = answered(answered(begun(), "HOME_CLIMATE", 3), "CONNECTION", 3, None)
    assert (due(network, 32), due(network, 32, None)) == (AT_START - {"HOME_CLIMATE"}, {"COMMUNICATION"})
    assert "HOME_CLIMATE" in due(network, 33)
    assert "CONNECTION" in due(network, 33, None)
    over = told(network, asking.end_treatment(network, NOON + 10 * DAY, STANDARD, NOON + 10 * DAY))
    assert "HOME_CLIMATE" not in due(over, 400)


def test_what_does_not_come_is_said_once_for_each_turn() -> None:
    """FA-M6: looked at again it is nothing new; the next turn is."""
    network, missed, _ = looked(begun(), 7.5)
    assert missed == ["COMMUNICATION", "CONNECTION"]
    network, missed, _ = looked(network, 8)
    assert set(missed) == AT_START
    assert looked(network, 8)[1] == looked(network, 30)[1] == []
    network, missed, following = looked(network, 38)
    assert (set(missed), following) == ({"HOME_CLIMATE", "CONNECTION"}, NOON + 67 * DAY)


@pytest.mark.parametrize("why", ["held back", "released no more"])
def test_who_may_not_know_is_not_asked_and_misses_nothing(why: str) -> None:
    """FA-M5, FA-W2: looked at again in a week, for it may change."""
    network = begun()
    if why == "held back":
        network = network.after(distance.hold_back(network, AUNT, NOON)[0])
    else:
        held = {id: one.model_copy(update={"active": False}) for id, one in network.releases.items()}
        network = network.model_copy(update={"releases": held})
    network, missed, _ = looked(network, 9)
    assert missed == ["COMMUNICATION", "CONNECTION"]
    network, missed, again = looked(network, 10)
    assert (missed, again) == ([], NOON + 17 * DAY)


@given(
    st.lists(st.tuples(st.sampled_from(["look", "BAS", "HOME_CLIMATE", "move", "end"]), st.integers(0, 40)), max_size=9)
)
@settings(max_examples=150, deadline=None)
def test_in_no_order_is_a_turn_missed_twice_or_a_look_forgotten(acts: list[tuple[str, int]]) -> None:
    """FA-M6: and a look never falls into the past for ever."""
    network, day, seen = begun(), 1, set[tuple[str, str | None, datetime]]()
    for act, passed in acts:
        day += passed
        now = NOON + day * DAY
        match act:
            case "look":
                for _ in range(40):
                    said = asking.look(network, STANDARD, now)
                    for fact in said:
                        for one in fact.missed if isinstance(fact, FamilyTurnsMissed) else ():
                            assert (one.measure, one.supporter_id, one.due_at) not in seen
                            seen.add((one.measure, one.supporter_id, one.due_at))
                    network = told(network, said)
                    next_look = next((one.due_at for one in said if isinstance(one, Remind)), None)
                    if next_look is None or next_look > now:
                        break
                else:
                    raise AssertionError("it looks for ever")
            case "move":
                network = at_level(network, LevelOfCare.IOP, day)
            case "end":
                network = told(network, asking.end_treatment(network, now, STANDARD, now))
            case _:
                network = answered(network, act, day)


def test_a_turn_missed_by_somebody_whose_id_has_a_bar_in_it_is_shown() -> None:
    """FA-M5: an id of a supporter comes from outside, and says nothing about its letters."""
    missed = MissedTurn(measure="BAS", supporter_id=SupporterId("aunt|2"), due_at=NOON)
    network = SupportNetwork(id=ANA).after(FamilyTurnsMissed(at=NOON, participant_id=ANA, missed=(missed,)))
    database = AsyncMock()
    database.get.return_value = {"state": network.model_dump(mode="json")}
    page = asyncio.run(due_of(database, ANA, STANDARD, NOON))

    assert [(row["measure"], row["supporter_id"]) for row in page["missed"]] == [("BAS", "aunt|2")]
