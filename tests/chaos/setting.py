"""A house whose services run with a witness, failpoints and a lying wire, and the world outside of it."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from chaos import wire
from chaos.nursery import WarmChild, nursery
from chaos.points import Orders
from throughline.embedded.brokers import Broker
from throughline.embedded.house import House
from throughline.embedded.processes import LOOPBACK, Child, port_of, reserve_port

TESTS = Path(__file__).parents[1]
GATEWAY = "gateway"


def chaos_folder(house: House) -> Path:
    """Where orders and counts of a run lie."""
    return house.run_folder / "chaos"


def gateway_log(house: House) -> Path:
    """What the world outside accepted."""
    return house.run_folder / "gateway.jsonl"


@asynccontextmanager
async def chaos_house(root: Path, broker: Broker, seed: int, mutant: str) -> AsyncIterator[tuple[House, int]]:
    """A house under `root`, kept on disk at its end, with a gateway outside; yields it and the gateway's port."""
    nursery()
    with reserve_port() as held:
        port = port_of(held)
        env = {
            "THROUGHLINE_GATEWAY": f"http://{LOOPBACK}:{port}/",
            "THROUGHLINE_MUTANT": mutant,
            "PYTHONPATH": os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])]),
        }

        def command(instance: str) -> list[str]:
            return [sys.executable, "-m", "chaos.service", instance, str(_prepared(house, seed))]

        house = House(
            root,
            broker=broker,
            stepped_clock=True,
            keep=True,
            extra_env=env,
            command=command,
            service_child=WarmChild,
        )
        async with house:
            await house.attach(_gateway(house, port))
            yield house, port


def _prepared(house: House, seed: int) -> Path:
    """The chaos folder, with an honest wire; services need it before they start."""
    folder = chaos_folder(house)
    if not folder.exists():
        Orders.prepare(folder)
        wire.order(folder, seed)
    return folder


def _gateway(house: House, port: int) -> Child:
    argv = [sys.executable, "-m", "chaos.gateway", "--port", str(port), "--file", str(gateway_log(house))]
    env = {**os.environ, "PYTHONPATH": str(TESTS)}
    return Child(GATEWAY, argv, house.run_folder, port, env, lambda: _answers(port))


async def _answers(port: int) -> bool:
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
            return (await client.post(f"http://{LOOPBACK}:{port}/_fail", json={"seconds": 0})).is_success
    except httpx.TransportError:
        return False
