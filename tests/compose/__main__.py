"""`make compose-test`: the site of docker-compose.yml as real containers, killed while a cohort lives in it."""

import argparse
import itertools
import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compose import images, rights, site
from compose.engine import NoEngine, engine
from compose.watch import Watch

VICTIMS = ("kafka", "mongo", "intake")
"""Killed in this order, again and again while the cohort lives; each at least once."""

PAUSE_SECONDS = 20.0
UP_SECONDS, BACK_SECONDS = 900.0, 180.0
"""ASSUMED: the first start makes users and topics, one JVM for each line; a killed server replays its log."""

LOST = ("J2", "J3", "J6")
DOUBLED = ("J4a", "J4b", "J4c")
"""Invariants of the stores that a lost or a doubled message breaks (libs/throughline, invariants)."""


@dataclass
class Run:
    """What was done and what was seen; times in seconds."""

    made_of: str = ""
    up: float = 0.0
    kills: list[tuple[str, float]] = field(default_factory=list)
    """Who was killed, and after how long all six services were ready again."""
    unready: float = 0.0
    breaches: list[str] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)

    @property
    def wrong(self) -> list[str]:
        """Everything that is not as it should be."""
        broken = {n: w for n, w in self.summary.get("invariants", {}).items() if w != "ok"}
        wrong = [*self.breaches, *(f"{name}: {what}" for name, what in broken.items())]
        wrong += [] if self.summary.get("invariants") else ["the demonstration did not come to its end"]
        wrong += [f"{name} was never killed" for name in VICTIMS if name not in dict(self.kills)]
        return wrong

    def told(self) -> str:
        """The numbers in a few lines."""
        invariants = self.summary.get("invariants", {})
        held = sum(what == "ok" for what in invariants.values())
        kills = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.kills)
        counts = {"lost": LOST, "doubled": DOUBLED}
        fates = {fate: _told(invariants, names) for fate, names in counts.items()}
        return (
            f"made of          {self.made_of}\n"
            f"up after         {self.up:.0f} s\n"
            f"messages         {self.summary.get('messages', {}).get('published', 0)}\n"
            f"kills            {len(self.kills)}: {kills}\n"
            f"not all ready    {self.unready:.1f} s\n"
            f"lost             {fates['lost']}\n"
            f"doubled          {fates['doubled']}\n"
            f"invariants       {held} of {len(invariants)} hold"
        )


def _told(invariants: dict[str, str], names: tuple[str, ...]) -> str:
    seen = {name: what for name, what in invariants.items() if name.split()[0] in names}
    return "0" if len(seen) == len(names) and set(seen.values()) == {"ok"} else json.dumps(seen)


def main() -> int:
    """Validate, and where an engine is, prove; returns the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--participants", type=int, default=42)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(f"docker-compose.yml and compose.demo.yml are valid for {site.valid()}", flush=True)
    try:
        with engine() as which:
            print(which, flush=True)
            run = prove(asked.participants)
    except (NoEngine, images.NoImages) as cannot:
        print(f"\n!!! NOT PROVEN HERE: the site was not started, only its files were read: {cannot}\n", file=sys.stderr)
        return 0
    print(run.told())
    if asked.json:
        asked.json.write_text(json.dumps({**run.summary, "kills": run.kills, "unready_seconds": run.unready}, indent=2))
    print("\n".join(f"WRONG: {line}" for line in run.wrong) or "all well")
    return 1 if run.wrong else 0


def prove(participants: int) -> Run:
    """Bring the site up, drive the cohort, kill, check, and take it down with its volumes."""
    run = Run(made_of=images.ready())
    began = time.monotonic()
    try:
        site.compose("up", "--build", "-d")
        with Watch() as watch:
            if not watch.until_ready(UP_SECONDS):
                run.breaches.append(f"not ready: {watch.not_ready}\n{site.logs()}")
                return run
            run.up = time.monotonic() - began
            _live(run, watch, participants)
        run.breaches += rights.breaches()
    except subprocess.CalledProcessError as failed:
        run.breaches.append(f"{failed} {failed.output}")
    finally:
        site.compose("--profile", "demo", "down", "-v", "--remove-orphans")
    return run


def _live(run: Run, watch: Watch, participants: int) -> None:
    """A cohort goes through the program while one container after the other is killed."""
    demo = site.start_demo(participants)
    reading = threading.Thread(target=_echo, args=(demo,), daemon=True)
    reading.start()
    before = watch.unready_seconds
    for victim in itertools.cycle(VICTIMS):
        if _ends(demo, PAUSE_SECONDS):
            break
        killed = time.monotonic()
        started = site.kill(victim)
        if not (site.until_healthy_again(victim, started, BACK_SECONDS) and watch.until_ready(BACK_SECONDS)):
            run.breaches.append(f"{BACK_SECONDS:.0f} s after {victim} was killed not ready: {watch.not_ready}")
            demo.terminate()
            break
        run.kills.append((victim, time.monotonic() - killed))
        print(f"killed {victim}: all ready again after {run.kills[-1][1]:.1f} s", flush=True)
    demo.wait()
    reading.join()
    run.unready = watch.unready_seconds - before
    if site.SUMMARY.exists():
        run.summary = site.summary()


def _ends(demo: "subprocess.Popen[str]", seconds: float) -> bool:
    try:
        demo.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _echo(demo: "subprocess.Popen[str]") -> None:
    for line in demo.stdout or ():
        print(f"  {line.rstrip()}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
