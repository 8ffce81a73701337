"""`throughline mongo`: what an admin does once at a site's database, and may do again."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from common.contracts import SERVICES

app = typer.Typer(no_args_is_help=True)


@app.callback()
def operators() -> None:
    """A site's MongoDB, for its operators."""


@app.command()
def setup(
    mongo: Annotated[str, typer.Option(envvar="THROUGHLINE_MONGO", help="connection string, without secrets")],
    admin: Annotated[str, typer.Option(envvar="THROUGHLINE_MONGO_USER", help="who may make users")],
    admin_password: Annotated[
        Path, typer.Option(envvar="THROUGHLINE_MONGO_PASSWORD_FILE", help="file with its password")
    ],
    passwords: Annotated[str, typer.Option(help="file with a service's password, {user} in its name")],
    member: Annotated[
        list[str] | None, typer.Option(help="host:port of a member, as the services reach it; else those in --mongo")
    ] = None,
) -> None:
    """Initiate the replica set if it is not, and give each service a user that opens its own database and no other."""
    from throughline.doctor.login import Login, file_of, password_in
    from throughline.doctor.users import make_ready

    secrets = {name: password_in(file_of(passwords, name)) for name in SERVICES}
    login = Login(mongo, admin, password_in(admin_password))
    for line in asyncio.run(make_ready(login, member or (), secrets)):
        typer.echo(line)
    typer.echo(f"the database is ready for {len(secrets)} services")
