"""Memory of service processes that have nothing to do."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack

import httpx
import psutil

from benchmarks.measuring import Servers
from benchmarks.place import fresh_database
from benchmarks.rows import Bench, Row
from common.contracts import SERVICES
from throughline.embedded import tokens
from throughline.embedded.processes import LOOPBACK, Child, port_of, reserve_port

SECTION = "memory of an idle service process (resident; target 90 MiB at most)"
SETTLE_SECONDS = 5.0


async def measure(bench: Bench, servers: Servers) -> None:
    """All six at once, as they are started by the house; looked at once a round."""
    if not bench.wants("memory"):
        return
    rows = {name: Row(SECTION, f"memory-{name}", f"python -m {name}", "MiB") for name in SERVICES}
    bench.rows += rows.values()
    keys = str(tokens.create_key(servers.folder))
    async with AsyncExitStack() as stack:
        kafka = await stack.enter_async_context(servers.broker())
        await stack.enter_async_context(fresh_database(servers.mongo))
        children = {name: _service(name, kafka, servers, keys, stack) for name in SERVICES}
        for child in children.values():
            stack.push_async_callback(child.stop)
            child.start()
        for child in children.values():
            await child.until_ready()
        for _ in range(bench.rounds):
            await asyncio.sleep(SETTLE_SECONDS)
            for name, child in children.items():
                rows[name].numbers.append(psutil.Process(child.pid).memory_info().rss / 2**20)


def _service(name: str, kafka: str, servers: Servers, keys: str, stack: AsyncExitStack) -> Child:
    port = port_of(stack.enter_context(reserve_port()))
    told = {
        "SERVICE": name,
        "HOST": LOOPBACK,
        "PORT": str(port),
        "KAFKA": kafka,
        "MONGO": servers.mongo,
        "EMBEDDED_BROKER": str(servers.kind == "embedded").lower(),
        "JWKS": keys,
    }
    env = {**os.environ, **{f"THROUGHLINE_{key}": value for key, value in told.items()}}

    async def ready() -> bool:
        async with httpx.AsyncClient() as http:
            return (await http.get(f"http://{LOOPBACK}:{port}/readyz")).is_success

    return Child(name, [sys.executable, "-m", name], servers.folder, port, env, ready)
