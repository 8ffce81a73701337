"""What one sees during a run and after it: lines as they happen, where everybody is, and the summary."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from common.contracts.words import LevelOfCare
from throughline.cohort.judging import Verdict
from throughline.cohort.summary import Summary

LINE = (
    LevelOfCare.RESIDENTIAL,
    LevelOfCare.PHP,
    LevelOfCare.IOP,
    LevelOfCare.OUTPATIENT_BOOSTER,
    LevelOfCare.ALUMNI,
    LevelOfCare.CLOSED,
)
EVERY_DAYS = 7
"""Without a terminal, where everybody is is told once a week of the run."""


class Show:
    """Prints to a console: redrawn in place on a terminal, plain lines anywhere else. A context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, refresh_per_second=8, transient=True) if console.is_terminal else None
        self._told = -1

    def __enter__(self) -> "Show":
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def line(self, text: str, style: str = "") -> None:
        """Say one thing; it stays."""
        self._console.print(Text(text, style=style), soft_wrap=True)

    def story(self, day: date, text: str) -> None:
        """One line of the story."""
        self.line(f"{day:%a %d %b}  {text}", style="cyan")

    def where(self, day: date, index: int, levels: Counter[str], published: int) -> None:
        """Where everybody is today."""
        if self._live:
            self._live.update(_where_table(day, levels, published))
        elif index % EVERY_DAYS == 0 and index != self._told:
            self._told = index
            people = ", ".join(f"{name.lower()} {count}" for name, count in _ordered(levels))
            self.line(f"{day}  {people or 'nobody yet'}; {published} messages")

    def summary(self, summary: Summary) -> None:
        """The table at the end."""
        if self._console.is_terminal:
            self._console.print(_numbers(summary))
            self._console.print(_cases(summary.cases))
        else:
            self._plainly(summary)
        broken = {name: found for name, found in summary.invariants.items() if found != "ok"}
        for name, found in broken.items():
            self.line(f"broken: {name}: {found}", style="red")
        held = len(summary.invariants) - len(broken)
        self.line(f"{held} of {len(summary.invariants)} invariants hold", style="red" if broken else "green")
        took = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in summary.seconds.items())
        memory = ", ".join(f"{name} {mib}" for name, mib in summary.peak_memory_mib.items())
        self.line(f"{summary.days} days in {took}." + (f" Peak memory in MiB: {memory}" if memory else ""))

    def _plainly(self, summary: Summary) -> None:
        for name, counts in _groups(summary):
            self.line(f"{name:<20}{_told(counts)}")
        for verdict in summary.cases:
            self.line(f"case {verdict.name:<20}{verdict.participant:<10}{_result(verdict):<4}{verdict.observed}")


def _ordered(levels: Counter[str]) -> list[tuple[str, int]]:
    return [(str(name), levels[name]) for name in ("waiting", *LINE) if levels[name]]


def _where_table(day: date, levels: Counter[str], published: int) -> Table:
    table = Table(title=f"{day:%A, %d %B %Y}", title_justify="left")
    for name in ("waiting", *LINE):
        table.add_column(str(name).lower().replace("_", " "), justify="right")
    table.add_column("messages", justify="right")
    table.add_row(*(str(levels[name]) for name in ("waiting", *LINE)), str(published))
    return table


def _numbers(summary: Summary) -> Table:
    table = Table(title="What came of it", title_justify="left", show_header=False)
    for name, counts in _groups(summary):
        table.add_row(name, _told(counts))
    return table


def _groups(summary: Summary) -> Iterable[tuple[str, Mapping[str, int]]]:
    return (
        ("referrals", summary.referrals),
        ("episodes by level", summary.episodes_by_level),
        ("transitions", summary.transitions),
        ("families", summary.families),
        ("notices", summary.notices),
        ("messages", summary.messages),
    )


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{what.replace('_', ' ').lower()} {count}" for what, count in counts.items())


def _result(verdict: Verdict) -> str:
    if not verdict.played:
        return "-"
    return "ok" if verdict.ok else verdict.differs


def _cases(cases: Iterable[Verdict]) -> Table:
    table = Table(title="Cases", title_justify="left")
    for column in ("case", "who", "what it is about", "observed", "result"):
        table.add_column(column, overflow="fold")
    for verdict in cases:
        table.add_row(
            verdict.name,
            verdict.participant,
            verdict.expected,
            verdict.observed,
            Text(_result(verdict), style="red" if verdict.differs else "green"),
        )
    return table
