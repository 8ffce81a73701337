"""`python -m chaos.mutants`: every guard taken away once, and the checks must see it; without that, they must not."""

import argparse
import asyncio
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

import chaos.run
import chaos.workload
from chaos.aims import AIMS, LOSING, Aim, faults_of
from chaos.faults import Fault
from chaos.mutations import MUTATIONS
from chaos.patching import replace
from chaos.report import Report
from chaos.run import Plan, run

SEED = 7
CONTROL_SECONDS = 45.0
"""How long things go wrong in a run without mutation, from its beginning."""
PEOPLE = 6
CATCH_UP_SECONDS, END_SECONDS = 30.0, 45.0
"""A house that lost something for good never comes to rest: how long that is waited for."""


@dataclass(frozen=True)
class Aimed(Plan):
    """A run with the faults of an aim and no others."""

    kinds: tuple[str, ...] = ()

    def faults(self) -> list[Fault]:
        """Only those."""
        return faults_of(self.kinds)


@dataclass(frozen=True)
class Trial:
    """One run of this table: a mutation, or none, and what its run said."""

    name: str
    report: Report
    aim: Aim | None

    @property
    def codes(self) -> list[str]:
        """The checks that did not hold."""
        return [finding.name.split()[0] for finding in self.report.failed]

    @property
    def good(self) -> bool:
        """A mutation was seen by a check that should see it; a run without one was clean."""
        if self.aim is None:
            return self.report.holds
        return any(code in self.aim.caught_by for code in self.codes)


def control(root: Path, name: str, kinds: Sequence[str]) -> Trial:
    """All these faults, and nothing broken."""
    plan = Aimed(root, SEED, CONTROL_SECONDS, PEOPLE, quiet=True, kinds=tuple(kinds))
    return Trial(name, asyncio.run(run(plan)), None)


def mutant(root: Path, aim: Aim) -> Trial:
    """One guard less, and the faults that open its window."""
    plan = Aimed(root, SEED, aim.seconds, PEOPLE, mutant=aim.mutation, quiet=True, kinds=aim.faults)
    report = asyncio.run(run(plan))
    if report.folder:
        shutil.rmtree(report.folder, ignore_errors=True)
    return Trial(aim.mutation, report, aim)


def line(trial: Trial) -> tuple[str, str, str, str]:
    """A row of the table: name, verdict, the checks that failed or, where that is wrong, all that is known, seconds."""
    verdicts = ("clean", "[red]broken[/]") if trial.aim is None else ("killed", "[red]survived[/]")
    shown = " ".join(trial.codes)
    if not trial.good:
        broken = [f"{one.name}: {one.detail}" for one in trial.report.failed] + trial.report.wrong
        shown = "; ".join([*broken[:3], *filter(None, [trial.report.folder])])
    return trial.name, verdicts[not trial.good], shown, f"{trial.report.seconds:.0f} s"


def main() -> int:
    """Control runs first, then every mutation; 1 if a control is not clean or a mutation survives."""
    parser = argparse.ArgumentParser(prog="chaos.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="mutations, separated by commas")
    parser.add_argument("--root", type=Path, default=Path(".run"))
    parser.add_argument("--no-control", action="store_true")
    said = parser.parse_args()
    wanted = set(filter(None, said.only.split(",")))
    if unknown := sorted(wanted - MUTATIONS.keys()):
        parser.error(f"no such mutation: {', '.join(unknown)}; there are {', '.join(MUTATIONS)}")
    aims = [aim for aim in AIMS if not wanted or aim.mutation in wanted]
    trials: list[Trial] = []
    kinds = list(dict.fromkeys(kind for aim in aims for kind in aim.faults))
    if not said.no_control:
        for name, some in (("control", set(kinds) - {*LOSING}), ("control, lossy", set(kinds) & {*LOSING})):
            if some:
                trials.append(told(control(said.root, name, sorted(some))))
    replace(chaos.run, "END_SECONDS", END_SECONDS)
    replace(chaos.workload, "CATCH_UP_PATIENCE", CATCH_UP_SECONDS)
    for aim in aims:
        trials.append(told(mutant(said.root, aim)))
    table = Table("run", "verdict", "by", "took")
    for trial in trials:
        table.add_row(*line(trial))
    Console(width=120).print(table)
    return 0 if all(trial.good for trial in trials) else 1


def told(trial: Trial) -> Trial:
    """Say at once how a run went."""
    print("  ".join(line(trial)), flush=True)
    return trial


if __name__ == "__main__":
    sys.exit(main())
