"""A Docker engine to try the site on: the one that answers, or one of our own in `.run/compose`, stopped at the end."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOM = Path(".run/compose").absolute()
SOCKET = f"unix://{ROOM}/docker.sock"
DRIVERS = ("overlay2", "vfs")
"""Tried in this order; vfs works where no overlay can be mounted, and copies everything."""

START_SECONDS = 60.0
STOP_SECONDS = 60.0


class NoEngine(Exception):
    """No Docker engine answers, and none can be started; the text is one line."""


@contextmanager
def engine() -> Iterator[str]:
    """Set DOCKER_HOST for everything we run; yields a line that says which engine it is. Raises NoEngine."""
    if shutil.which("docker") is None:
        raise NoEngine("there is no docker here: apt-get install docker.io docker-compose")
    if answers():
        yield "the Docker engine that was there"
        return
    if os.geteuid() or shutil.which("dockerd") is None:
        raise NoEngine("no Docker engine answers, and only root with a dockerd can start one")
    ROOM.mkdir(parents=True, exist_ok=True)
    os.environ["DOCKER_HOST"] = SOCKET
    process, driver = _start()
    try:
        yield f"a Docker engine of our own ({driver}) in {ROOM}"
    finally:
        _stop(process)


def answers() -> bool:
    """Whether an engine answers at DOCKER_HOST."""
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


def _start() -> tuple["subprocess.Popen[bytes]", str]:
    for driver in DRIVERS:
        process = _dockerd(driver)
        end = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < end:
            if answers():
                return process, driver
            time.sleep(0.5)
        _stop(process)
    last = (ROOM / "dockerd.log").read_text(errors="replace").strip().splitlines()[-1:]
    raise NoEngine(f"dockerd does not start here: {''.join(last)[:300]}")


def _dockerd(driver: str) -> "subprocess.Popen[bytes]":
    (ROOM / "docker.pid").unlink(missing_ok=True)
    places = ["--data-root", ROOM / "data", "--exec-root", ROOM / "exec", "--pidfile", ROOM / "docker.pid"]
    with (ROOM / "dockerd.log").open("wb") as said:
        return subprocess.Popen(
            ["dockerd", *map(str, places), "-H", SOCKET, "--storage-driver", driver],
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """SIGTERM, which stops its containers and its containerd as well."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
