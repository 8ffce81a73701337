"""What an operator does once at a real Kafka: make the topics, and say what each service may."""

import asyncio
import importlib
import shlex
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from common.contracts import SERVICES, TOPICS
from common.grants import Grant, grants
from common.kafka import admin, connection
from common.service import Service
from common.settings import Settings, wrong_lines
from common.topics import create, declared, differing
from throughline.embedded.preflight import CannotRun

DIFFERS = 1
"""The exit code where a topic is not as it is meant to be."""

app = typer.Typer(no_args_is_help=True, help="A real Kafka, for its operators.")


@app.command()
def setup() -> None:
    """Make the topics that are missing at THROUGHLINE_KAFKA, and say which differ from what the code declares."""
    try:
        settings = Settings(service="operator")
        made, found = asyncio.run(_set_up(settings))
    except ValidationError as wrong:
        raise CannotRun("; ".join(wrong_lines(wrong))) from None
    except KafkaError as refused:
        raise CannotRun(f"Kafka at {settings.kafka}: {refused}") from None
    for topic in made:
        typer.echo(f"made {topic}")
    differences = [f"{topic}: {name}: {what}" for topic, some in found.items() for name, what in some.items()]
    for line in differences:
        typer.echo(line, err=True)
    typer.echo(f"{len(TOPICS)} topics are there")
    raise typer.Exit(DIFFERS if differences else 0)


async def _set_up(settings: Settings) -> tuple[list[str], dict[str, dict[str, str]]]:
    specs = declared(TOPICS, settings)
    async with admin(connection(settings)) as client:
        made = await create(client, specs)
        return made, await differing(client, [spec for spec in specs if spec.name not in made])


@app.command()
def acls(
    bootstrap_server: Annotated[str, typer.Option(help="host:port that Kafka's tools speak to")],
    command_config: Annotated[Path | None, typer.Option(help="properties by which they are let in")] = None,
    passwords: Annotated[str, typer.Option(help="file with a user's password, {user} in its name")] = "",
) -> None:
    """Print the bash lines with which Kafka's own tools make the services' users and say what each may."""
    told = ["--bootstrap-server", bootstrap_server]
    told += ["--command-config", str(command_config)] if command_config else []
    typer.echo("set -euo pipefail")
    for line in lines(house(), told, passwords):
        typer.echo(line)


def lines(services: Sequence[Service], told: Sequence[str], passwords: str) -> Iterable[str]:
    """A line for each user, if its password is in a file, and for each operation it may do; no password is in them."""
    for service in services if passwords else ():
        secret = f"<(printf 'SCRAM-SHA-512=password=%s' \"$(<{shlex.quote(passwords.format(user=service.name))})\")"
        user = ["--alter", "--entity-type", "users", "--entity-name", service.name, "--add-config-file"]
        yield f"{shlex.join(['kafka-configs.sh', *told, *user])} {secret}"
    for (principal, operation), some in groupby(grants(services), lambda grant: (grant.principal, grant.operation)):
        who = ["--add", "--allow-principal", f"User:{principal}", "--operation", operation]
        yield shlex.join(["kafka-acls.sh", *told, *who, *_resources(some)])


def _resources(some: Iterable[Grant]) -> Iterable[str]:
    return (word for grant in some for word in (f"--{grant.kind}", grant.name))


def house() -> list[Service]:
    """What every service declares. They are found by name, as they are run by name; raises CannotRun."""
    try:
        return [_declared(name) for name in SERVICES]
    except ModuleNotFoundError as missing:
        raise CannotRun(f"the service {missing.name} is not installed here") from None


def _declared(name: str) -> Service:
    app: Any = importlib.import_module(f"{name}.app")
    if hasattr(app, "SERVICE"):
        there: Service = app.SERVICE
        return there
    made: Service = app.service(app.rules_of(importlib.import_module(f"{name}.settings").Settings()))
    return made
