"""What an operator does once at a real Kafka: make the topics, and say what each service may."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from throughline.embedded.preflight import CannotRun

DIFFERS = 1
"""The exit code where a topic is not as it is meant to be."""

app = typer.Typer(no_args_is_help=True, help="A real Kafka, for its operators.")


@app.command()
def setup() -> None:
    """Make the topics that are missing at THROUGHLINE_KAFKA, and say which differ from what the code declares."""
    from pydantic import ValidationError

    from common.contracts import TOPICS
    from common.settings import Settings, wrong_lines
    from throughline.kafka_operator import set_up

    try:
        made, differences = asyncio.run(set_up(Settings(service="operator")))
    except ValidationError as wrong:
        raise CannotRun("; ".join(wrong_lines(wrong))) from None
    for topic in made:
        typer.echo(f"made {topic}")
    typer.echo(f"{len(TOPICS)} topics are there")
    for line in differences:
        typer.echo(line, err=True)
    raise typer.Exit(DIFFERS if differences else 0)


@app.command()
def acls(
    bootstrap_server: Annotated[str, typer.Option(help="host:port that Kafka's tools speak to")],
    command_config: Annotated[Path | None, typer.Option(help="properties by which they are let in")] = None,
    passwords: Annotated[str, typer.Option(help="file with a user's password, {user} in its name")] = "",
) -> None:
    """Print the bash lines with which Kafka's own tools make the services' users and say what each may."""
    from throughline.doctor.declared import declared_services
    from throughline.kafka_operator import lines

    told = ["--bootstrap-server", bootstrap_server]
    told += ["--command-config", str(command_config)] if command_config else []
    typer.echo("set -euo pipefail")
    for line in lines(list(declared_services().values()), told, passwords):
        typer.echo(line)
