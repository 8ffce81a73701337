"""`throughline doctor`: what is wrong with a deployment, a readable line each, and what to do."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from common.contracts import SERVICES
from common.settings import Settings, wrong_lines
from throughline.cli_house import running_house, table_of
from throughline.doctor.findings import Finding, Verdict, something_is_wrong
from throughline.embedded.brokers import PARTITIONS
from throughline.embedded.preflight import CannotRun

ROOT = Path(".run")
WRONG = 1
"""Exit code: something needs mending."""
COLOURS = {Verdict.WELL: "green", Verdict.NOTE: "yellow", Verdict.WRONG: "red"}


def doctor(
    service: Annotated[list[str] | None, typer.Option(help="name=http://host:port, for each service to ask")] = None,
    passwords: Annotated[
        str, typer.Option(help="where each service's database password is, as in secrets/mongo-{user}: try them all")
    ] = "",
    brief: Annotated[bool, typer.Option("--brief", help="leave out what is well")] = False,
) -> None:
    """Look at brokers, databases, clocks and services, and say what is wrong and what to do."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    found = asyncio.run(_examine(_addresses(service or ()), passwords))
    Console().print(_table([finding for finding in found if not (brief and finding.verdict is Verdict.WELL)]))
    raise typer.Exit(WRONG if something_is_wrong(found) else 0)


async def _examine(urls: Mapping[str, str], passwords: str) -> list[Finding]:
    from throughline.doctor.checkup import Deployment, examine
    from throughline.doctor.declared import declared_services
    from throughline.doctor.login import Login, file_of, password_in

    settings, of_the_house = _settings()
    users = {name: Login(settings.mongo, name, password_in(file_of(passwords, name))) for name in SERVICES if passwords}
    return await examine(Deployment(settings, declared_services(), users, {**of_the_house, **urls}))


def _settings() -> tuple[Settings, dict[str, str]]:
    """What the environment says; where it names neither broker nor database, the house that runs here."""
    try:
        settings = Settings(service="doctor")
    except ValidationError as wrong:
        raise CannotRun("; ".join(wrong_lines(wrong))) from None
    if {"kafka", "mongo"} & settings.model_fields_set:
        return settings, {}
    house = running_house(ROOT)
    kind = house.get("broker", "embedded")
    there = {"kafka": house["kafka"], "mongo": house["mongo"], "partitions": PARTITIONS[kind]}
    return settings.model_copy(update={**there, "embedded_broker": kind == "embedded"}), house["urls"]


def _addresses(named: Sequence[str]) -> dict[str, str]:
    """Service -> address, as given; raises `CannotRun` for what is neither."""
    found = {}
    for one in named:
        name, _, url = one.partition("=")
        if name not in SERVICES or not url.startswith(("http://", "https://")):
            raise CannotRun(f"--service {one}: say it as intake=http://host:8000, one of {', '.join(SERVICES)}")
        found[name] = url
    return found


def _table(findings: Sequence[Finding]) -> Table:
    table = table_of("", "where", "what is so", "what to do")
    wrongs = sum(finding.verdict is Verdict.WRONG for finding in findings)
    table.title = f"{wrongs} to mend" if wrongs else "all well"
    for finding in sorted(findings, key=lambda one: list(Verdict)[::-1].index(one.verdict)):
        verdict = Text(finding.verdict, style=COLOURS[finding.verdict])
        table.add_row(verdict, Text(finding.where), Text(finding.what), Text(finding.do))
    return table
