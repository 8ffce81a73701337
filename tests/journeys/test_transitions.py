"""Does it hang together? Transitions through all six processes, also when some of them die on the way."""

from datetime import time
from signal import SIGKILL, SIGTERM

import pytest

from common.contracts import SERVICES
from journeys.conftest import FAMILY, Program
from throughline.invariants import check


async def test_a_step_down_waits_for_midnight_and_moves_everything_at_once(program: Program) -> None:
    """The transition is the heart: level, place, group seat, curriculum and family move together."""
    pid = await program.admit("PHP")
    await program.propose(pid, "IOP")
    await program.pace.caught_up()
    before = await program.episode(pid)
    assert (before["level"], before["transition"]["phase"]) == ("PHP", "ready")
    assert pid in (await program.board("PHP"))["occupied"]

    program.pace.move(1, time(0, 1))
    await program.pace.caught_up()
    after = await program.episode(pid)
    assert (after["level"], after["transition"]) == ("IOP", None)
    assert pid not in (await program.board("PHP"))["occupied"]
    assert pid in (await program.board("IOP"))["occupied"]
    assert pid in (await program.board("IOP"))["groups"][0]["members"]
    assert before["primary_therapist"] == after["primary_therapist"]


async def test_a_release_revoked_before_the_notice_silences_it(program: Program) -> None:
    """Family hears only what an active release allows, checked when sending."""
    pid = await program.admit("PHP")
    aunt = (await program.act("family", f"/participants/{pid}/supporters", {"relationship": "aunt"}, FAMILY))["extra"]
    friend = (await program.act("family", f"/participants/{pid}/supporters", {"relationship": "friend"}, FAMILY))[
        "extra"
    ]
    release = {"supporter_id": aunt["supporter_id"], "scopes": ["TRANSITION_PLAN"]}
    granted = await program.act("intake", f"/participants/{pid}/releases", release)
    await program.pace.caught_up()
    await program.propose(pid, "RESIDENTIAL")
    await program.pace.caught_up()
    revoke = f"/participants/{pid}/releases/{granted['extra']['release_id']}/revoke"
    await program.act("intake", revoke, {})
    await program.pace.caught_up()
    program.pace.move(2, time(12))
    await program.pace.caught_up()

    inbox = await program.look("notifications", f"/participants/{pid}/notices")
    to_supporters = {n["template"]: n["stage"] for n in inbox if n["recipient_kind"] == "SUPPORTER"}
    told = await program.look("family", f"/participants/{pid}/told")
    after = {(t["supporter_id"], t["outcome"]) for t in told if t["about"] != "meeting-invited"}
    assert to_supporters.pop("meeting-invited") == "sent", "while they allowed it"
    assert to_supporters
    assert set(to_supporters.values()) == {"suppressed"}
    assert after == {(aunt["supporter_id"], "kept-silent"), (friend["supporter_id"], "kept-silent")}


@pytest.mark.parametrize("victim", SERVICES)
async def test_a_service_killed_in_the_middle_costs_nothing(program: Program, victim: str) -> None:
    """Promise 8: a kill loses nothing and doubles nothing; the transition completes once."""
    pid = await program.admit("PHP")
    await program.propose(pid, "RESIDENTIAL")
    await program.house.kill(victim, SIGKILL)
    await program.house.restart(victim)
    await program.pace.caught_up()
    assert (await program.episode(pid))["level"] == "RESIDENTIAL"
    assert pid in (await program.board("RESIDENTIAL"))["occupied"]


async def test_mongod_killed_and_restarted_costs_nothing(program: Program) -> None:
    """An outage waits in place, it never parks."""
    pid = await program.admit("PHP")
    await program.propose(pid, "RESIDENTIAL")
    await program.house.kill("mongod", SIGKILL)
    await program.house.restart("mongod")
    streams = await program.pace.caught_up()
    assert (await program.episode(pid))["level"] == "RESIDENTIAL"
    assert streams.parked == 0


async def test_a_graceful_restart_of_everything_costs_nothing(program: Program) -> None:
    """Promise 8: SIGTERM drains."""
    pid = await program.admit("PHP")
    await program.propose(pid, "RESIDENTIAL")
    for name in SERVICES:
        await program.house.kill(name, SIGTERM)
        await program.house.restart(name)
    await program.pace.caught_up()
    assert (await program.episode(pid))["level"] == "RESIDENTIAL"


async def test_after_all_of_it_every_invariant_holds(program: Program) -> None:
    """The independent check finds nothing lost, doubled or half-moved."""
    await program.pace.caught_up()
    findings = await check(program.house.mongo)
    assert [f"{f.name}: {f.detail}" for f in findings if not f.ok] == []
    assert sum(f.counted for f in findings) > 0
