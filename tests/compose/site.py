"""The site as an operator handles it: `docker-compose` and `docker`, and a kill that no engine is asked for."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
DEMO = ("--env-file", "deploy/demo.env")
OUT = PROJECT / ".run" / "compose" / "out"
SUMMARY = OUT / "summary.json"
POLL_SECONDS = 0.5


def command() -> list[str]:
    """Compose v2 where it is a plugin of docker, else docker-compose."""
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    if plugin.returncode == 0:
        return ["docker", "compose"]
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    raise FileNotFoundError("neither `docker compose` nor docker-compose is installed")


def environment() -> dict[str, str]:
    """Ours, without the path on which docker-compose would find this package in place of its own `compose`."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def compose(*argv: str) -> str:
    """Run one compose command on the demonstration's house and return what it said; raises CalledProcessError."""
    done = subprocess.run(
        [*command(), *DEMO, *argv],
        cwd=PROJECT,
        env=environment(),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, argv, done.stdout[-4000:])
    return done.stdout


def valid() -> str:
    """Let compose read every file with every profile; returns which compose it was. Raises CalledProcessError."""
    subprocess.run([PROJECT / "deploy/make-secrets"], check=True, stdout=subprocess.DEVNULL)
    compose("--profile", "demo", "--profile", "observability", "config", "-q")
    site = {**environment(), "THROUGHLINE_ISSUER": "https://login.example.org/realms/staff"}
    subprocess.run(
        [*command(), "-f", "docker-compose.yml", "config", "-q"], cwd=PROJECT, env=site, check=True, capture_output=True
    )
    return " ".join(command())


def start_demo(participants: int) -> "subprocess.Popen[str]":
    """Drive the cohort in a container, beside us; its lines can be read, its summary is at SUMMARY."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    OUT.chmod(0o777)
    argv = ["run", "--rm", "-T", "-v", f"{OUT}:/out", "demo"]
    return subprocess.Popen(
        [*command(), *DEMO, *argv, "--summary", "/out/summary.json", "--participants", str(participants)],
        cwd=PROJECT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def summary() -> dict[str, Any]:
    """What the demonstration found; raises FileNotFoundError when it did not come to an end."""
    found: dict[str, Any] = json.loads(SUMMARY.read_text())
    return found


def state(service: str) -> dict[str, Any]:
    """What the engine knows of a service's container."""
    container = compose("ps", "-q", service).split()[-1]
    found: list[dict[str, Any]] = json.loads(subprocess.check_output(["docker", "inspect", container]))
    return found[0]


def kill(service: str) -> str:
    """SIGKILL its first process, as a crash would: who asks the engine to kill tells it not to start it again.

    Returns when that container had been started, as the engine writes it.
    """
    before = state(service)["State"]
    os.kill(before["Pid"], signal.SIGKILL)
    return str(before["StartedAt"])


def until_healthy_again(service: str, started: str, patience: float) -> bool:
    """Wait until a container has another start than that and is healthy; returns whether it was within `patience`."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        now = state(service)["State"]
        if now["StartedAt"] != started and now["Health"]["Status"] == "healthy":
            return True
        time.sleep(POLL_SECONDS)
    return False


def logs() -> str:
    """The last words of every container."""
    return compose("logs", "--no-color", "--tail", "40")
