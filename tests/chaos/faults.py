"""What can go wrong, each fault once: it does its harm, heals itself, and says what it did."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from chaos.points import POINTS
from chaos.stage import DidNotHappen, Stage
from chaos.waiting import until
from throughline.embedded.brokers import Broker

SESSION_SECONDS = 3.0
"""After which the broker takes a silent consumer for dead. Source: common.listen; chaos.service, for Kafka."""
KNOWN_SECONDS = 12.0
"""After the broker was emptied until every listener, also one that was frozen meanwhile, has looked at its end."""
FIRE_SECONDS = 6.0
"""How long an order at a failpoint waits for somebody to pass before another service is chosen."""


@dataclass(frozen=True)
class Fault:
    """One kind of fault. `group` is what it lays hands on: of each group, one at a time; `weight` says how often."""

    kind: str
    group: str
    weight: int
    happen: Callable[[Stage], Awaitable[str]]


async def kill_service(stage: Stage) -> str:
    """kill -9 of a service in the midst of whatever it does."""
    name = stage.a_service()
    await stage.house.kill(name)
    return f"{name}{await stage.back(name)}"


async def end_service(stage: Stage) -> str:
    """SIGTERM: a service is told to go, as in a rolling update."""
    name = stage.a_service()
    await stage.house.kill(name, signal.SIGTERM)
    await asyncio.sleep(0.5)
    return f"{name}{await stage.back(name)}"


async def freeze_service(stage: Stage) -> str:
    """SIGSTOP for longer than its session at the broker lasts; then it wakes and thinks no time has passed."""
    name = stage.a_service()
    return f"{name} {await _frozen(stage, name, SESSION_SECONDS + stage.chance.uniform(1.0, 2.5)):.1f} s"


async def _frozen(stage: Stage, name: str, seconds: float) -> float:
    await stage.house.kill(name, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        await stage.house.kill(name, signal.SIGCONT)
    return seconds


async def kill_mongod(stage: Stage) -> str:
    """kill -9 of the database; its journal brings it back."""
    await stage.house.kill("mongod")
    return f"mongod{await stage.back('mongod')}"


async def freeze_mongod(stage: Stage) -> str:
    """The database does not answer, and then it does."""
    return f"mongod {await _frozen(stage, 'mongod', 2.0):.1f} s"


async def lock_mongod(stage: Stage) -> str:
    """The store can be read, not written."""
    async with AsyncMongoClient[dict[str, Any]](
        stage.house.mongo, directConnection=True, serverSelectionTimeoutMS=3000, socketTimeoutMS=8000
    ) as client:
        try:
            await client.admin.command({"fsync": 1, "lock": True})
        except PyMongoError as error:
            raise DidNotHappen(f"not locked: {type(error).__name__}") from None
        await asyncio.sleep(2.0)
        try:
            await client.admin.command("fsyncUnlock")
        except PyMongoError as error:
            return f"locked, not unlocked: {type(error).__name__}"
    return "mongod 2.0 s read-only"


async def freeze_broker(stage: Stage) -> str:
    """The broker does not answer, and then it does."""
    return f"broker {await _frozen(stage, 'broker', 3.0):.1f} s"


async def empty_broker(stage: Stage) -> str:
    """The broker dies and comes back with nothing: no records, no groups, no offsets."""
    if not await stage.poison.confirmed():
        raise DidNotHappen("poison is still under way")
    stage.broker_restarts += 1
    await stage.keeper.forget("broker")
    await stage.house.kill("broker")
    stage.house.empty_broker()
    stage.keeper.watch(["broker"])
    back = await stage.back("broker")
    stage.emptied_at = monotonic()
    return f"broker, everything forgotten{back}"


async def kill_broker(stage: Stage) -> str:
    """kill -9 of a broker that keeps its log; it comes back with all of it."""
    await stage.house.kill("broker")
    return f"broker{await stage.back('broker')}"


async def second_instance(stage: Stage) -> str:
    """One more instance comes, works along, and goes again, one way or the other."""
    return await _second(stage, {})


async def skewed_instance(stage: Stage) -> str:
    """The same, with a wall clock that is wrong by minutes."""
    return await _second(stage, {"THROUGHLINE_CHAOS_SKEW": str(stage.chance.choice((-300, -45, 45, 300)))})


async def _second(stage: Stage, env: dict[str, str]) -> str:
    service = stage.a_service()
    name = next(f"{service}-{n}" for n in range(2, 9) if f"{service}-{n}" not in stage.extra)
    stage.extra.add(name)
    hard = stage.chance.random() < 0.5
    try:
        await stage.house.add(name, env)
        await asyncio.sleep(stage.chance.uniform(3.0, 6.0))
        if hard:
            await stage.house.kill(name)
    finally:
        await stage.house.remove(name)
        stage.extra.discard(name)
    skew = f", clock {env['THROUGHLINE_CHAOS_SKEW']} s" if env else ""
    return f"{name} came and {'was killed' if hard else 'left'}{skew}"


async def poison(stage: Stage) -> str:
    """Somebody publishes what nobody should; not into a log so new that its readers do not know of it yet.

    What stands there before their old places they pass over, and learn of by the tails; strangers tell none.
    """
    await asyncio.sleep(max(0.0, stage.emptied_at + KNOWN_SECONDS - monotonic()))
    return await stage.poison.inject()


async def jump_clock(stage: Stage) -> str:
    """The domain clock is suddenly later."""
    minutes = stage.chance.randint(10, 55)
    stage.jump(minutes)
    return f"{minutes} minutes ahead"


async def gateway_away(stage: Stage) -> str:
    """The world outside answers 503."""
    seconds = stage.chance.uniform(2.0, 5.0)
    await stage.gateway(seconds)
    await asyncio.sleep(seconds)
    return f"gateway 503 for {seconds:.1f} s"


async def kill_gateway(stage: Stage) -> str:
    """The world outside dies."""
    await stage.house.kill("gateway")
    return f"gateway{await stage.back('gateway')}"


def lying_wire(kind: str, share: float) -> Fault:
    """For some seconds the relay's batches do not arrive as they were sent."""

    async def happen(stage: Stage) -> str:
        seconds = stage.chance.uniform(2.5, 4.0)
        stage.wire(**{kind: share})
        try:
            await asyncio.sleep(seconds)
        finally:
            stage.wire()
        return f"{share:.0%} of the batches for {seconds:.1f} s"

    return Fault(f"wire-{kind}", "wire", 2, happen)


def failpoint(point: str, order: str, weight: int) -> Fault:
    """Somebody dies, freezes or dawdles exactly there."""

    async def happen(stage: Stage) -> str:
        name = stage.a_service_reaching(point)
        stage.orders.arm(name, point, order)
        fired = await until(lambda: not stage.orders.waits(name, point), FIRE_SECONDS)
        if not fired and stage.orders.withdraw(name, point):
            raise DidNotHappen(f"{name} did not pass")
        if order == "stop":
            try:
                await asyncio.sleep(SESSION_SECONDS + 2.0)
            finally:
                await stage.house.kill(name, signal.SIGCONT)
        await asyncio.sleep(0.2)
        return f"{name} at {point}{await stage.back(name)}"

    return Fault(f"{order.split()[0]} at {point}", point, weight, happen)


def all_faults(broker: Broker = "embedded") -> list[Fault]:
    """Every kind of fault there is with this broker; the embedded one cannot die without forgetting everything."""
    only_kafka = [Fault("kill broker", "broker", 1, kill_broker)] if broker == "kafka" else []
    return [
        *only_kafka,
        Fault("kill service", "kill", 2, kill_service),
        Fault("end service", "end", 1, end_service),
        Fault("freeze service", "freeze", 2, freeze_service),
        Fault("kill mongod", "mongod", 1, kill_mongod),
        Fault("freeze mongod", "mongod", 1, freeze_mongod),
        Fault("lock mongod", "mongod", 1, lock_mongod),
        Fault("freeze broker", "broker", 1, freeze_broker),
        Fault("empty broker", "broker", 1, empty_broker),
        Fault("second instance", "instance", 1, second_instance),
        Fault("skewed instance", "instance", 1, skewed_instance),
        Fault("poison", "broker", 3, poison),
        Fault("jump clock", "clock", 1, jump_clock),
        lying_wire("drop", 0.3),
        lying_wire("duplicate", 0.4),
        lying_wire("reorder", 0.6),
        Fault("gateway away", "gateway", 1, gateway_away),
        Fault("kill gateway", "gateway", 1, kill_gateway),
        *(failpoint(point, "kill", 1) for point in POINTS),
        *(failpoint(point, "stop", 1) for point in ("store.in-transaction", "relay.in-mark", "listener.before-desk")),
        *(failpoint(point, "slow 0.8", 1) for point in ("store.in-transaction", "relay.before-publish")),
    ]
