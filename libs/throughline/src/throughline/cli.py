"""The command line: the demonstration, a house to work with, and what operators ask of it."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from typer.exceptions import TyperException

from common.contracts.words import Role
from throughline import cli_curriculum, cli_doctor, cli_house, cli_kafka, cli_letters, cli_mongo, cli_policy
from throughline.cohort.api import Problem
from throughline.embedded.brokers import Broker
from throughline.embedded.preflight import CannotRun

ROOT = Path(".run")
"""Where run folders are, seen from where the command is given."""

BAD_INPUT, DIFFERED, INTERRUPTED = 2, 1, 130
"""Exit codes: what was asked cannot be done; a case or an invariant did not hold; Ctrl-C (POSIX shells)."""

BrokerOption = Annotated[Broker, typer.Option(help="the embedded broker, or Apache Kafka as a Java process")]

app = typer.Typer(
    help="Throughline: the connection that runs through every level of care.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
letters = typer.Typer(invoke_without_command=True)
app.add_typer(letters, name="dead-letters")
app.command()(cli_doctor.doctor)
app.add_typer(cli_curriculum.app, name="curriculum")
app.add_typer(cli_curriculum.diary, name="diary")
app.add_typer(cli_curriculum.library, name="library")
app.add_typer(cli_kafka.app, name="kafka")
app.add_typer(cli_mongo.app, name="mongo")
app.add_typer(cli_policy.app, name="policy")


@app.command()
def demo(
    referrals: Annotated[Path | None, typer.Option(help="file or folder of FHIR R4 referrals")] = None,
    summary: Annotated[Path | None, typer.Option(help="write the summary here, as JSON")] = None,
    participants: Annotated[int, typer.Option(min=1, max=200, help="people admitted at most")] = 42,
    seed: Annotated[int, typer.Option(help="chooses everything that is left to chance")] = 7,
    broker: BrokerOption = "embedded",
    against: Annotated[Path | None, typer.Option(help="folder that tells of a house made for this, to drive")] = None,
    keep_open: Annotated[bool, typer.Option("--keep-open", help="leave the house open until Ctrl-C")] = False,
) -> None:
    """Drive a cohort through every level of care, on real processes."""
    from throughline.cohort.demo import Demo, write_summary
    from throughline.cohort.show import Show

    if summary and not summary.absolute().parent.is_dir():
        raise CannotRun(f"{summary}: there is no such folder to write the summary into")
    with Show(Console()) as show:
        one = Demo(ROOT, referrals, participants, seed, show, broker=broker, against=against, keep_open=keep_open)
        result = asyncio.run(one.run())
    show.summary(result)
    if summary:
        write_summary(result, summary)
    raise typer.Exit(0 if result.ok else DIFFERED)


@app.command()
def up(broker: BrokerOption = "embedded") -> None:
    """Start the house on real time and keep it up until Ctrl-C."""
    asyncio.run(cli_house.stay_up(ROOT, broker, Console()))


@app.command()
def token(
    role: Annotated[list[Role] | None, typer.Option(help="say it again for more roles")] = None,
    subject: Annotated[str, typer.Option(help="staff id")] = "staff-1",
    participant: Annotated[str, typer.Option(help="a participant's id, for their own doors; no role")] = "",
    supporter: Annotated[str, typer.Option(help="a supporter's id, for their own doors; no role")] = "",
) -> None:
    """A token for the running house: of staff with roles, of one participant, or of one supporter."""
    if bool(role) + bool(participant) + bool(supporter) != 1:
        raise typer.BadParameter("name roles for a member of staff, or a participant, or a supporter")
    if role:
        typer.echo(cli_house.token(ROOT, subject, role))
        return
    own = cli_house.own_token(ROOT, participant) if participant else cli_house.supporter_token(ROOT, supporter)
    typer.echo(own)


@app.command()
def status() -> None:
    """How far every service of the running house is with what is said."""
    Console().print(asyncio.run(cli_house.status(ROOT)))


@app.command()
def journey(participant: str) -> None:
    """One participant's way through the program."""
    Console().print(asyncio.run(cli_house.journey(ROOT, participant)))


@app.command()
def events(limit: Annotated[int, typer.Option(min=1, max=500)] = 50) -> None:
    """The newest entries of the event log of the house."""
    Console().print(asyncio.run(cli_house.events(ROOT, limit)))


@letters.callback()
def dead_letters(context: typer.Context) -> None:
    """Every message that waits for an operator, and why."""
    if context.invoked_subcommand is None:
        Console().print(asyncio.run(cli_letters.listed(ROOT)))


@letters.command()
def replay(
    listener: Annotated[str | None, typer.Option(help="the service that parked")] = None,
    source: Annotated[str | None, typer.Option(help="who said it, for example /throughline/intake")] = None,
    topic: Annotated[str | None, typer.Option(help="the stream")] = None,
    subject: Annotated[str | None, typer.Option(help="whom or what it is about")] = None,
    reason: Annotated[str | None, typer.Option(help="the code it was parked with")] = None,
    type: Annotated[str | None, typer.Option(help="the message type, for example HoldPlace.v1")] = None,
    per_second: Annotated[float, typer.Option(min=0.01, max=100, help="subjects asked a second")] = 5.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would become of each, change nothing")] = False,
) -> None:
    """Try what waits again, subject after subject, each in order; all of it, or what matches."""
    which = {"listener": listener, "source": source, "topic": topic, "about": subject}
    wanted = {**which, "reason": reason, "message_type": type, "per_second": per_second, "dry_run": dry_run}
    said = {name: value for name, value in wanted.items() if value is not None}
    try:
        all_through = asyncio.run(cli_letters.replay(ROOT, said, Console()))
    except KeyboardInterrupt:
        typer.echo("no longer followed; the run itself goes on", err=True)
        raise typer.Exit(DIFFERED) from None
    raise typer.Exit(0 if all_through else DIFFERED)


@letters.command()
def cancel(run: str) -> None:
    """Let a replay ask for nothing more; what was asked already still happens."""
    asyncio.run(cli_letters.cancel(ROOT, run))
    typer.echo("no further subject is asked")


@letters.command()
def discard(
    listener: str,
    source: str,
    topic: str,
    subject: str,
    message_id: str,
    reason: Annotated[str, typer.Option(help="a code such as superseded")],
) -> None:
    """Give one parked message up, with a coded reason."""
    where = {"service": listener, "source": source, "topic": topic, "about": subject}
    asyncio.run(cli_letters.discard(ROOT, {**where, "message_id": message_id, "reason": reason}))
    typer.echo("asked")


def main() -> None:
    """The entry point: every end is an exit code and, where something is wrong, one readable line."""
    sys.exit(_run())


def _run() -> int:
    from throughline.cohort.pace import Stalled

    try:
        code = app(standalone_mode=False)
    except CannotRun as cannot:
        return _say(cannot.line, BAD_INPUT)
    except TyperException as wrong:
        told = getattr(wrong, "format_message", wrong.__str__)()
        return _say(f"{told} See throughline --help.", BAD_INPUT)
    except Problem as problem:
        return _say(f"the house says no: {problem.detail} ({problem.code})", BAD_INPUT)
    except Stalled as stalled:
        return _say(str(stalled), DIFFERED)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    if code == INTERRUPTED:
        return _say("Stopped; nothing is left running.", INTERRUPTED)
    return code if isinstance(code, int) else 0


def _say(line: str, code: int) -> int:
    print(" ".join(line.split()), file=sys.stderr)
    return code
