"""What opens the window of each mutation, and which checks must see what comes in by it."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from aiokafka import AIOKafkaProducer

from chaos.faults import FIRE_SECONDS, Fault, all_faults, failpoint
from chaos.poison import STRANGER
from chaos.stage import Stage
from chaos.waiting import until

APART_SECONDS = 10.0


@dataclass(frozen=True)
class Aim:
    """One mutation: the kinds of faults that open its window, and the codes of checks, one of which must fail."""

    mutation: str
    faults: tuple[str, ...]
    caught_by: tuple[str, ...]
    seconds: float = 18.0
    """How long things go wrong, from the beginning of the run."""


STATES = ("R1", "R2", "R3", "R4", "R5", "R6", "S1a")
"""The checks that a state is what its journal says."""
AIMS: Sequence[Aim] = (
    Aim("skip-inbox", ("kill at listener.after-transaction", "wire-duplicate"), ("C1b",)),
    Aim("inbox-outside", ("kill at store.after-commit",), ("C1b",)),
    Aim("offsets-first", ("kill at store.before-transaction", "kill at store.in-transaction"), ("C6", "C11")),
    Aim("send-before-commit", ("kill in an act",), ("C1f",), seconds=35.0),
    Aim("mark-first", ("kill at relay.before-publish",), ("C11",)),
    Aim("no-takeover", ("second instance",), ("C4", "C2"), seconds=35.0),
    Aim("drop-version-check", ("beside each other",), STATES, seconds=35.0),
    Aim("park-outage", ("kill mongod",), ("C5a",)),
    Aim("skip-poison", ("poison",), ("C5a", "C5c")),
    Aim("apply-past-parked", ("good behind bad",), ("C5b",)),
    Aim("forget-gap", ("wire-reorder",), ("C1a",)),
    Aim("no-tails", ("wire-drop",), ("C1a", "C2")),
    Aim("no-resend", ("wire-drop",), ("C1a", "C2")),
    Aim("timer-twice", ("beside each other",), ("C1d",), seconds=45.0),
    Aim("answer-not-stored", ("kill at http.after-commit",), ("C1c", "C7a")),
    Aim("delivery-key-fresh", ("kill at outbound.after-accept",), ("C8",)),
)
"""There is no mutation without fence: an outbox entry has an id of its own and is used once, so a relay that wakes up
late takes off only what it sent itself; leases say who goes first and guard nothing. That nobody takes them over does.
"""

LOSING = ("wire-drop", "wire-reorder")
"""After these somebody must ask for messages again, and the check that nobody needs to is blind."""


def faults_of(kinds: Sequence[str]) -> list[Fault]:
    """The faults of these kinds; raises KeyError for one there is not."""
    known = {fault.kind: fault for fault in (*all_faults(), *OWN)}
    return [known[kind] for kind in dict.fromkeys(kinds)]


async def good_behind_bad(stage: Stage) -> str:
    """A stranger says something nobody can read, and then, about the same, what everybody can."""
    about = str(UUID(int=stage.chance.getrandbits(128)))
    act = {"at": "2026-06-01T00:00:00Z", "by": "stranger", "about": about, "act": "looked", "service": "intake"}
    async with AIOKafkaProducer(bootstrap_servers=stage.house.kafka, request_timeout_ms=5000) as producer:
        for sequence, body in enumerate(("{", json.dumps(act), json.dumps(act)), 1):
            id = f"{about}-{sequence}"
            attributes = {
                "ce_id": id,
                "ce_source": STRANGER,
                "ce_type": "OperatorActed.v1",
                "ce_subject": about,
                "ce_sequence": str(sequence),
                "ce_time": datetime.now(UTC).isoformat(),
            }
            headers = [(name, value.encode()) for name, value in attributes.items()]
            await producer.send_and_wait("operations.acts", body.encode(), about.encode(), headers=headers)
    stage.poison.expected.parked.add(f"{about}-1")
    stage.poison.unconfirmed.add(("operations", "parked", f"{about}-1"))
    return f"about {about}"


async def beside_each_other(stage: Stage) -> str:
    """A second intake, which has most timers, works along; the first finds due ones and dawdles until both had them."""
    point = "timers.found-due"
    name, other = "intake", f"intake-{len(stage.extra) + 2}"
    stage.extra.add(other)
    try:
        await stage.house.add(other)
        end = asyncio.get_running_loop().time() + APART_SECONDS
        while asyncio.get_running_loop().time() < end:
            stage.orders.arm(name, point, "slow 0.5")
            await until(lambda: not stage.orders.waits(name, point), patience=1.0)
            stage.orders.withdraw(name, point)
    finally:
        await stage.house.remove(other)
        stage.extra.discard(other)
    return f"{name} and {other}"


async def kill_in_an_act(stage: Stage) -> str:
    """Somebody dies while it does what a person asked, before that is committed: it was never said."""
    point = "store.in-act"
    name = stage.a_service_reaching("http.after-commit") or "intake"
    stage.orders.arm(name, point, "kill")
    if not await until(lambda: not stage.orders.waits(name, point), FIRE_SECONDS):
        stage.orders.withdraw(name, point)
        return f"{name} did nothing"
    return f"{name}{await stage.back(name)}"


OWN = (
    Fault("kill in an act", "store.in-act", 1, kill_in_an_act),
    Fault("good behind bad", "broker", 1, good_behind_bad),
    Fault("beside each other", "instance", 1, beside_each_other),
    failpoint("timers.found-due", "slow 0.5", 1),
)
