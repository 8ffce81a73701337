"""Services from one warm process: it has imported everything once and forks, so that what dies is soon back.

Each service is a process of its own all the same, with its own signals, sockets, log and end.
`python -m chaos.nursery FD` serves orders on a socket: a JSON line {name, folder, env, log} is answered with a pid.
"""

import atexit
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chaos import service
from common.contracts import SERVICES
from throughline.embedded.processes import PR_SET_PDEATHSIG, Child

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Born:
    """A process that is not our child, held by a file descriptor, so that its pid cannot become another's."""

    pid: int
    fd: int

    def poll(self) -> int | None:
        """None while it runs."""
        return 0 if select.select([self.fd], [], [], 0)[0] else None

    def send_signal(self, sig: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            signal.pidfd_send_signal(self.fd, sig)

    def kill(self) -> None:
        """kill -9, if it still runs."""
        self.send_signal(signal.SIGKILL)

    def wait(self) -> int:
        """Block until it has ended."""
        select.select([self.fd], [], [])
        return 0


class Nursery:
    """The warm process, as seen from the harness; it ends with us, and everything it bore with it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])}
        argv = [sys.executable, "-m", "chaos.nursery", str(theirs.fileno())]
        self._process = subprocess.Popen(argv, pass_fds=[theirs.fileno()], env=env, start_new_session=True)
        theirs.close()
        self._orders = ours.makefile("rw")

    def bear(self, child: Child) -> Born:
        """Start the service a child's `argv` names: [..., instance, folder]."""
        name, folder = child.argv[-2:]
        order = {"name": name, "folder": folder, "env": dict(child.env), "log": str(child.log)}
        self._orders.write(f"{json.dumps(order)}\n")
        self._orders.flush()
        pid = int(self._orders.readline())
        return Born(pid, os.pidfd_open(pid))

    def close(self) -> None:
        """End the warm process."""
        self._process.kill()
        self._process.wait()


@cache
def nursery() -> Nursery:
    """The one of this harness, warmed up when it is first asked for."""
    warm = Nursery()
    atexit.register(warm.close)
    return warm


@dataclass
class WarmChild(Child):
    """A service started by the nursery."""

    def _spawn(self) -> Born:
        return nursery().bear(self)


def _serve(orders: socket.socket) -> None:
    for name in SERVICES:
        importlib.import_module(f"{name}.app")
    importlib.import_module("chaos.ledger")
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with orders, orders.makefile("rw") as lines:
        for line in lines:
            if (pid := os.fork()) == 0:
                orders.close()
                _become(json.loads(line))
            lines.write(f"{pid}\n")
            lines.flush()


def _become(order: dict[str, str]) -> None:
    """Be the service from now on, and nothing else."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _end_with_parent()
    os.setsid()
    log, nothing = (
        os.open(order["log"], os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o644),
        os.open(os.devnull, os.O_RDONLY),
    )
    for fd, at in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(fd, at)
    os.closerange(3, 1024)
    os.environ.clear()
    os.environ.update(order["env"])  # type: ignore[arg-type]
    try:
        service.main(order["name"], Path(order["folder"]))
    except BaseException as end:
        sys.stdout.flush()
        sys.excepthook(type(end), end, end.__traceback__)
        os._exit(1)
    os._exit(0)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    _end_with_parent()
    _serve(socket.socket(fileno=int(sys.argv[1])))
