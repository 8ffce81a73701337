"""A program that opens a house, says so, and waits: for tests that end it from outside."""

import asyncio
import signal
import sys
from pathlib import Path

from throughline.embedded.house import House


async def main(root: Path, tiny_service: str) -> None:
    """Hold a house with one tiny service open."""
    async with House(root, services=("intake",), command=lambda _: [sys.executable, tiny_service]) as house:
        print(house.run_folder, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs, tests among them, ignore it
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
