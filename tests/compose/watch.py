"""Watches the doors of the six services from outside: when all are ready, and for how long one was not."""

import threading
import time
import urllib.error
import urllib.request
from types import TracebackType
from typing import Self

from common.contracts import SERVICES

PORTS = {service: 8001 + number for number, service in enumerate(SERVICES)}
POLL_SECONDS = 0.2


class Watch:
    """Asks every service's `/readyz` again and again, in a thread; a context manager."""

    def __init__(self) -> None:
        self.unready_seconds = 0.0
        self.not_ready: tuple[str, ...] = tuple(PORTS)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    def until_ready(self, patience: float) -> bool:
        """Wait until all are ready at once; returns whether they were, within `patience` seconds."""
        end = time.monotonic() + patience
        while self.not_ready and time.monotonic() < end:
            time.sleep(POLL_SECONDS)
        return not self.not_ready

    def _look(self) -> None:
        before = time.monotonic()
        while not self._end.wait(POLL_SECONDS):
            self.not_ready = tuple(name for name, port in PORTS.items() if not _ready(port))
            now = time.monotonic()
            self.unready_seconds += now - before if self.not_ready else 0.0
            before = now


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
