"""One process of the house: started without a shell, stopped with grace, and never left behind."""

import asyncio
import ctypes
import os
import signal
import socket
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psutil

from throughline.embedded.preflight import CannotRun

LOOPBACK = "127.0.0.1"

START_SECONDS = 60.0
"""ASSUMED: six services that start together on two slow cores need less."""

GRACE_SECONDS = 10.0
"""How long a process may drain after SIGTERM. Source: the house, promise 8."""

POLL_SECONDS = 0.05

PR_SET_PDEATHSIG = 1
"""Source: prctl(2), linux/prctl.h."""


def reserve_port(wanted: int = 0) -> socket.socket:
    """A loopback port (any free one for 0) that nobody else is given while the socket stays open.

    The socket is bound but never listens, so the process it is for, which sets SO_REUSEADDR as
    servers do, can still listen there; the kernel hands the port to no one else. Raises `OSError`.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((LOOPBACK, wanted))
    except OSError:
        held.close()
        raise
    return held


def port_of(held: socket.socket) -> int:
    """The number of a reserved port."""
    return int(held.getsockname()[1])


def pid_file(folder: Path, name: str) -> Path:
    """Where the process `name` of a run is noted: pid, start (unix seconds) and program, a line each."""
    return folder / f"{name}.pid"


class Process(Protocol):
    """What a child is held by, as `subprocess.Popen` has it."""

    @property
    def pid(self) -> int: ...  # noqa: D102
    def poll(self) -> int | None: ...  # noqa: D102
    def send_signal(self, sig: int, /) -> None: ...  # noqa: D102
    def kill(self) -> None: ...  # noqa: D102
    def wait(self) -> int: ...  # noqa: D102


@dataclass
class Child:
    """A process of ours on one loopback port; `answers` says whether it serves."""

    name: str
    argv: list[str]
    folder: Path
    port: int
    env: Mapping[str, str]
    answers: Callable[[], Awaitable[bool]]
    peak_bytes: int = 0
    _process: Process | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """The pid of the last start; raises `RuntimeError` before the first."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it in a session of its own (Ctrl-C is for us alone); the kernel kills it when we die.

        Call it from the main thread: the kernel takes the end of the calling thread for our death.
        """
        self._process = self._spawn()
        started = psutil.Process(self.pid).create_time()
        pid_file(self.folder, self.name).write_text(f"{self.pid}\n{started}\n{self.argv[0]}\n")

    def _spawn(self) -> Process:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.env),
                start_new_session=True,
                preexec_fn=_dying_with(os.getpid()),
            )

    async def until_ready(self) -> None:
        """Wait until it listens and answers.

        Raises `CannotRun` with its last words when it ends first or takes more than `START_SECONDS`.
        """
        try:
            async with asyncio.timeout(START_SECONDS):
                while not (self._listens() and await self.answers()):
                    if not self.alive:
                        raise CannotRun(f"{self.name} ended while starting: {self._last_words()}")
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            line = f"{self.name} was not ready after {START_SECONDS:.0f} s: {self._last_words()}"
            raise CannotRun(line) from None
        self.sample()

    def send(self, sig: int) -> None:
        """Send it a signal, if it still runs."""
        self.sample()
        if self._process is not None:
            self._process.send_signal(sig)

    async def gone(self) -> None:
        """Wait until it has ended."""
        while self.alive:
            await asyncio.sleep(POLL_SECONDS)

    async def stop(self) -> None:
        """SIGTERM, `GRACE_SECONDS` to drain, then SIGKILL; stopped twice, it is stopped once."""
        try:
            self.send(signal.SIGTERM)
            self.send(signal.SIGCONT)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.gone(), GRACE_SECONDS)
        finally:
            if self._process is not None:
                self._process.kill()
                self._process.wait()
            pid_file(self.folder, self.name).unlink(missing_ok=True)

    def sample(self) -> None:
        """Note the most memory it has held so far, in bytes (VmHWM, proc_pid_status(5))."""
        if not self.alive:
            return
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                self.peak_bytes = max(self.peak_bytes, int(line.split()[1]) * 1024)

    def _listens(self) -> bool:
        try:
            sockets = psutil.Process(self.pid).net_connections(kind="tcp4")
        except psutil.Error:
            return False
        return any(s.status == psutil.CONN_LISTEN and s.laddr.port == self.port for s in sockets)

    def _last_words(self) -> str:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return f"{' | '.join(lines[-3:])[-300:] or 'it said nothing'} (log: {self.log})"


async def all_ready(children: list[Child]) -> None:
    """Wait until every child is ready; raises the first `CannotRun`."""
    waits = [asyncio.create_task(child.until_ready()) for child in children]
    try:
        await asyncio.gather(*waits)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


def _dying_with(parent: int) -> Callable[[], None]:
    libc = ctypes.CDLL(None)

    def bind_to_parent() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return bind_to_parent
