"""What a run says in the end: numbers first, then what does not hold."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from chaos.counts import Counts
from chaos.points import POINTS
from throughline.invariants import Finding


@dataclass
class Report:
    """One run in numbers. Seconds are real time."""

    seed: int
    mutant: str
    seconds: float = 0.0
    recovery_seconds: float = 0.0
    unavailable_seconds: float = 0.0
    days: int = 0
    acts: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    points: dict[str, dict[str, int]] = field(default_factory=dict)
    traffic: dict[str, int] = field(default_factory=dict)
    restarts: dict[str, int] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    expected_parked: int = 0
    expected_strays: int = 0
    checks: int = 0
    failed: list[Finding] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What broke outside of the stores: the drive, an answer, a point at which nobody died."""
    folder: str = ""

    @property
    def holds(self) -> bool:
        """Whether everything held."""
        return not self.failed and not self.wrong

    def judge(self, findings: Sequence[Finding]) -> None:
        """Take the findings in."""
        self.checks = len(findings)
        self.failed = [one for one in findings if not one.ok]

    def reached(self, counted: Counter[str], fired: Counter[tuple[str, str]]) -> None:
        """Take in how often each point was passed, and what happened there."""
        for point in POINTS:
            done = {action: times for (at, action), times in sorted(fired.items()) if at == point}
            self.points[point] = {"reached": counted[point], **done}

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {**asdict(self), "holds": self.holds}

    def lines(self) -> list[str]:
        """The same for people."""
        c, mutant = self.counts, f", mutant {self.mutant}" if self.mutant else ""
        return [
            f"seed {self.seed}{mutant}: {self.seconds:.0f} s, {self.days} days of the program, {_said(self.acts)}",
            f"faults              {sum(self.faults.values())}: {_said(self.faults)}",
            *(f"  {point:<28}{_said(done)}" for point, done in self.points.items()),
            f"restarts            {_said(self.restarts)}",
            f"messages            journalled {c.journalled}, {_said(self.traffic)}, applied {c.applied}",
            f"not to be used      {self.unavailable_seconds:.1f} s (a service not ready, or a request sent again)",
            f"recovery            {self.recovery_seconds:.1f} s from the last fault healed to everybody caught up",
            f"lost {c.lost}, doubled {c.doubled}, out of order {c.disordered}",
            f"parked              {c.parked} by all listeners, {self.expected_parked} different ones expected",
            f"quarantined         {c.strays}, expected {self.expected_strays}",
            *(f"BROKEN  {one.name}: {one.detail}" for one in self.failed),
            *(f"BROKEN  {line} ({times} times)" for line, times in Counter(self.wrong).items()),
            f"{self.checks - len(self.failed)} of {self.checks} checks hold",
            *([f"everything is kept in {self.folder}"] if self.folder else []),
        ]


def _said(numbers: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in numbers.items() if count) or "none"


def save(reports: Sequence[Report], file: Path) -> None:
    """Write all runs as JSON; raises OSError."""
    file.write_text(json.dumps([one.as_json() for one in reports], indent=2, default=str) + "\n")
