"""Which measures are due, kept by a durable timer."""

from datetime import timedelta
from pathlib import Path

from common.contracts.intake import EpisodeClosed
from common.contracts.moves import DischargeVoided
from common.contracts.words import Disposition, EpisodeId, LevelOfCare, Role, StaffId
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


async def test_a_discharge_stills_the_timer_and_a_voided_one_sets_it_again(
    store: Store, caller: Caller, tmp_path: Path
) -> None:
    """SK-M23, SK-C22, repeated: nothing is due, missed or to be taught, until it turns out that treatment went on."""
    clock, face = stopped_clock(tmp_path, NOON)
    episode, by, end = EpisodeId("e-1"), StaffId("s-1"), NOON + timedelta(hours=1)
    how = {"from_level": LevelOfCare.PHP, "disposition": Disposition.COMPLETED, "decided_by": by}
    over = EpisodeClosed(at=end, participant_id=P, episode_id=episode, **how)
    never = DischargeVoided(
        at=NOON.replace(day=20),
        participant_id=P,
        episode_id=episode,
        level=LevelOfCare.PHP,
        level_since=NOON,
        ended_at=end,
        primary_therapist=by,
        voided_by=by,
        reason="entered-in-error",
    )
    await hear(store, opened(), moved(), over, over)
    fired = await fire_timers_until(store, clock, face, NOON.replace(day=20))
    due = (await caller.get("/participants/p-1/measures/due")).json()
    lessons = (await caller.get("/participants/p-1/coverage", Role.CLINICIAN)).json()
    before = await said(store, P)
    await hear(store, never, never, first=5)
    await fire_timers_until(store, clock, face, NOON.replace(day=21))

    assert (fired, due) == (0, {"level": "CLOSED", "coming": [], "missed": {}})
    assert (lessons["missing"], lessons["next"]) == ([], [])
    assert set((await said(store, P))[len(before) :]) == {"MeasurePlanSet", "MeasuresMissed"}
    assert (await caller.get("/participants/p-1/coverage", Role.CLINICIAN)).json()["next"]
