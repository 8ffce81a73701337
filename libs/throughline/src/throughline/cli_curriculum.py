"""`throughline curriculum`, `throughline diary` and `throughline library`: is a program's file fit for use."""

from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from common.program_file import Unfit
from throughline.embedded.preflight import CannotRun

BAD_INPUT = 2

app = typer.Typer(no_args_is_help=True, help="What the program teaches: check a file.")
diary = typer.Typer(no_args_is_help=True, help="What a diary card asks: check a file.")
library = typer.Typer(no_args_is_help=True, help="What therapists explain and ask: check a file.")


@app.callback()
def curriculum() -> None:
    """What the program teaches."""


@app.command()
def check(file: Path) -> None:
    """Say of a curriculum file its version and what is in it, or what is wrong, a line for each mistake."""
    found = _read("syllabus_in", file)
    cycles = ", ".join(f"{name} ({cycle.weeks} weeks)" for name, cycle in found.cycles.items())
    lessons, skills = len(found.module_of), len(found.skills)
    typer.echo(f"{file}: curriculum {found.version}, {lessons} lessons, {skills} skills; cycles {cycles}")


@diary.callback()
def cards() -> None:
    """What a diary card asks."""


@diary.command("check")
def check_diary(file: Path) -> None:
    """Say of a diary file its versions and what each asks, or what is wrong, a line for each mistake."""
    found = _read("templates_in", file)
    each = ", ".join(f"{name} ({len(one.fields_)} fields)" for name, one in found.templates.items())
    typer.echo(f"{file}: diary card, current {found.current}; versions {each}")


@library.callback()
def books() -> None:
    """What therapists explain and ask."""


@library.command("check")
def check_library(file: Path) -> None:
    """Say of a library file its version and what is in it, or what is wrong, a line for each mistake."""
    found = _read("library_in", file)
    about = ", ".join(sorted({one.about for one in found.prompts.values()}))
    topics, prompts = len(found.psychoeducation), len(found.prompts)
    typer.echo(f"{file}: library {found.version}, {topics} topics, {prompts} questions about {about}")


def _read(what: str, file: Path) -> Any:
    """What skills' own reader, as it is installed here, makes of a file; each mistake is a line, and the end is 2."""
    try:
        return getattr(_readers(), what)(file)
    except Unfit as unfit:
        for line in unfit.lines:
            typer.echo(line, err=True)
        raise typer.Exit(BAD_INPUT) from None


def _readers() -> Any:
    try:
        return import_module("skills.doors.program_files")
    except ModuleNotFoundError as missing:
        raise CannotRun(f"skills is not installed here (no module {missing.name}): run uv sync") from None
