"""What was measured, as one table and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass
class Row:
    """One line: a number per round in `unit`; `base` is the row it is compared with, by id."""

    section: str
    id: str
    title: str
    unit: str
    numbers: list[float] = field(default_factory=list)
    base: str = ""
    note: str = ""
    more: dict[str, float] = field(default_factory=dict)

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.numbers) if self.numbers else 0.0

    @property
    def spread(self) -> float:
        """Largest distance from the median, as a part of it."""
        return max(abs(n - self.middle) for n in self.numbers) / self.middle if self.middle else 0.0


@dataclass
class Bench:
    """What is asked for, and the rows so far."""

    console: Console
    wanted: Sequence[str] = ()
    size: int = 20_000
    participants: int = 2_000
    rounds: int = 3
    rows: list[Row] = field(default_factory=list)

    def wants(self, id: str) -> bool:
        """Whether this row was asked for."""
        return not self.wanted or any(id.startswith(some) for some in self.wanted)

    def say(self, line: str) -> None:
        """Progress, for whoever waits."""
        self.console.print(f"[dim]{line}[/dim]")

    def ratio(self, row: Row) -> float | None:
        """Median of the ratios to the base row, round by round: noise that hits both does not count."""
        base = next((other for other in self.rows if other.id == row.base), None)
        if base is None or not base.numbers or len(base.numbers) != len(row.numbers):
            return row.middle / base.middle if base and base.middle and row.numbers else None
        return median(one / other for one, other in zip(row.numbers, base.numbers, strict=True))

    def as_json(self) -> list[dict[str, Any]]:
        """Every row, with its rounds."""
        return [
            {**vars(row), "median": row.middle, "spread": row.spread, "ratio": self.ratio(row)} for row in self.rows
        ]


def show(bench: Bench, machine: str) -> None:
    """The one table."""
    table = Table(title="Throughline, side by side", caption=machine, title_justify="left")
    for column in ("row", "what", "ratio", "median", "±", "more"):
        table.add_column(column, justify="left" if column in ("row", "what", "more") else "right", overflow="fold")
    section = ""
    for row in bench.rows:
        if row.section != section:
            section = row.section
            table.add_section()
            table.add_row("", f"[bold]{section}[/bold]", "", "", "", "")
        ratio = bench.ratio(row)
        shown = "" if ratio is None else f"{ratio:.2f}"
        told = f"[dim]{row.middle:,.4g} {row.unit}[/dim]" if row.numbers else "-"
        more = ", ".join(filter(None, [row.note, *(f"{name} {value:,.0f}" for name, value in row.more.items())]))
        table.add_row(row.id, row.title, shown, told, f"{row.spread:.0%}" if row.numbers else "", more)
    bench.console.print(table)
