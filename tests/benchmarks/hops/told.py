"""What every hop's process is told by its environment, and how it is told to stop."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any

KAFKA, MONGO = os.environ.get("BENCH_KAFKA", ""), os.environ.get("BENCH_MONGO", "")
OPTION = os.environ.get("BENCH_OPTION", "")
BATCH = 2000
"""Messages at once for every way that may choose: the larger, the more changes of one participant are one write."""
EMBEDDED = os.environ.get("BENCH_EMBEDDED", "yes") == "yes"
SESSION_MS, HEARTBEAT_MS = 3000 if EMBEDDED else 6000, 500
"""The embedded broker lets a group wait half a session at every join: short sessions for everybody.

Apache Kafka grants none shorter than 6 s.
"""


def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run until SIGTERM."""

    async def main() -> None:
        task = asyncio.create_task(work)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            pass

    asyncio.run(main())
