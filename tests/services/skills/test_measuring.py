"""Which measures are due, kept by a durable timer."""

from pathlib import Path

from common.contracts.words import LevelOfCare
from common.store import Store
from services.one_service import NOON, Caller, fire_timers_until, hear, said, stopped_clock
from services.skills.test_messages import P, moved, opened
from skills.domain.schedule import SCREEN


async def test_a_missed_measure_is_said_once_when_its_time_has_come(
    store: Store, caller: Caller, tmp_path: Path
) -> None:
    """SK-M17, repeated and after a wait: the timer lives in the store, and the view shows what comes next."""
    clock, face = stopped_clock(tmp_path, NOON)
    await hear(store, opened(), moved())
    before = await said(store, P)
    for day in (1, 1, 2, 3):
        await fire_timers_until(store, clock, face, NOON.replace(day=2 + day))
    due = (await caller.get("/participants/p-1/measures/due")).json()

    assert (await said(store, P))[len(before) :] == ["MeasuresMissed", "MeasuresMissed"]
    assert due["missed"].keys() == {SCREEN, "GAD7", "WSAS", "UCLA3"}
    assert due["coming"][0]["measure"]


async def test_nothing_is_due_after_the_end(store: Store, tmp_path: Path) -> None:
    """SK-M17: the timer goes with the level."""
    clock, face = stopped_clock(tmp_path, NOON)
    await hear(store, opened(), moved(), moved(LevelOfCare.CLOSED))
    assert await fire_timers_until(store, clock, face, NOON.replace(month=12)) == 0
    assert "MeasuresMissed" not in await said(store, P)
