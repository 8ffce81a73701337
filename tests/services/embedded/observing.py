"""What can be seen from outside of a process, a port and a folder."""

import socket
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

TINY_SERVICE = Path(__file__).with_name("tiny_service.py")


def tiny(service: str) -> list[str]:
    """The command that runs a tiny service under any name."""
    return [sys.executable, str(TINY_SERVICE)]


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not yet collected does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def any_lives(pids: Iterable[int]) -> bool:
    """Whether one of these processes still runs."""
    return any(lives(pid) for pid in pids)


def listens(port: int) -> bool:
    """Whether somebody takes connections on a loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def eventually(true: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether something becomes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return False


def program_pids(word: str) -> list[int]:
    """The pids of processes whose command line contains a word."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if any(word in part for part in process.info["cmdline"] or []):
            found.append(process.pid)
    return found
