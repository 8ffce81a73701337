"""`throughline curriculum`: is a curriculum file fit for use."""

from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from common.program_file import Unfit
from throughline.embedded.preflight import CannotRun

BAD_INPUT = 2

app = typer.Typer(no_args_is_help=True, help="What the program teaches: check a file.")


@app.callback()
def curriculum() -> None:
    """What the program teaches."""


@app.command()
def check(file: Path) -> None:
    """Say of a curriculum file its version and what is in it, or what is wrong, a line for each mistake."""
    reader = _reader()
    try:
        found = reader.syllabus_in(file)
    except Unfit as unfit:
        for line in unfit.lines:
            typer.echo(line, err=True)
        raise typer.Exit(BAD_INPUT) from None
    cycles = ", ".join(f"{name} ({cycle.weeks} weeks)" for name, cycle in found.cycles.items())
    lessons, skills = len(found.module_of), len(found.skills)
    typer.echo(f"{file}: curriculum {found.version}, {lessons} lessons, {skills} skills; cycles {cycles}")


def _reader() -> Any:
    """Skills' own reader of curriculum files, as it is installed here; raises `CannotRun` where it is not."""
    try:
        return import_module("skills.doors.curriculum_file")
    except ModuleNotFoundError as missing:
        raise CannotRun(f"skills is not installed here (no module {missing.name}): run uv sync") from None
