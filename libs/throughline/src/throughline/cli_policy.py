"""`throughline policy`: is a policy file fit for use, and why does the policy say what it says of somebody."""

import asyncio
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import typer
from rich.console import Console

from common.contracts.words import Role
from throughline.cli_house import open_api
from throughline.cohort.api import Json, Staff
from throughline.embedded.preflight import CannotRun
from throughline.policy_tables import told

ROOT = Path(".run")
READER = Staff("policy-reader", (Role.CLINICIAN,))
BAD_INPUT = 2

app = typer.Typer(no_args_is_help=True, help="The transition policy: check a file, explain an answer.")


@app.command()
def check(file: Path) -> None:
    """Say of a policy file its version and content hash, or what is wrong, a line for each mistake."""
    reader = _reader()
    try:
        policy = reader.policy_in(file)
    except reader.PolicyInvalid as invalid:
        for line in invalid.lines:
            typer.echo(line, err=True)
        raise typer.Exit(BAD_INPUT) from None
    typer.echo(f"{file}: policy {policy.version}, content {policy.id.partition('+')[2]}, known as {policy.id}")


def _reader() -> Any:
    """Intake's own reader of policy files, as it is installed here; raises `CannotRun` where it is not."""
    try:
        return import_module("intake.doors.policy_file")
    except ModuleNotFoundError as missing:
        raise CannotRun(f"intake is not installed here (no module {missing.name}): run uv sync") from None


@app.command()
def explain(
    participant: str,
    as_json: Annotated[bool, typer.Option("--json", help="the whole explanation, for programs")] = False,
) -> None:
    """Say what the policy answers about a participant now, and every rule, value, limit and event behind it."""
    explanation = asyncio.run(_explanation(participant))
    if as_json:
        json.dump(explanation, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return
    console = Console()
    for part in told(explanation):
        console.print(part)


async def _explanation(participant: str) -> Json:
    try:
        async with open_api(ROOT) as api:
            path = f"/v1/participants/{quote(participant, safe='')}/explanation"
            found: Json = await api.get("intake", path, READER)
    except httpx.TransportError as error:
        raise CannotRun(f"intake does not answer ({type(error).__name__})") from None
    return found
