"""Makes a MongoDB ready for the house: its replica set, and a user for each service that can open nothing else."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.errors import OperationFailure, PyMongoError

from throughline.doctor.login import Client, Login, named
from throughline.embedded.preflight import CannotRun

ELECTION_SECONDS = 60.0
"""ASSUMED: an election takes about 12 s; slow disks and start orders fit in the rest."""
START_MS = 60_000
"""ASSUMED: start order does not matter, and a mongod that replays its journal takes its time."""
POLL_SECONDS = 0.2
BAD_PASSWORD, ALREADY_INITIALIZED = 18, 23
"""Source: MongoDB, error codes."""


def roles_of(service: str) -> list[dict[str, str]]:
    """What a service's user may: read and write its own database. Ending its own sessions needs no role."""
    return [{"role": "readWrite", "db": service}]


async def make_ready(login: Login, members: Sequence[str], passwords: Mapping[str, str]) -> list[str]:
    """Initiate the replica set if it is not, and make or renew each service's user; returns a line for each thing done.

    Said twice, it is the same. Raises `CannotRun` with one line where the database does not let it be done.
    """
    try:
        done = await _initiate(login, members or login.addresses())
        await _until_primary(login)
        done += await _make_admin(login)
        return [*done, *await _make_users(login, passwords)]
    except PyMongoError as error:
        raise CannotRun(f"the database at {login.uri} does not let {login.user} do that ({named(error)})") from None


async def _initiate(login: Login, members: Sequence[str]) -> list[str]:
    """Give mongod its replica set; as nobody, where it has no user at all yet."""
    first = login.addresses()[0]
    async with Login(login.uri).one(first, START_MS) as nobody:
        hello = await nobody.admin.command("hello")
        if hello.get("setName"):
            return []
        if hello.get("isWritablePrimary"):
            raise CannotRun(f"mongod at {first} was started without --replSet; it can have no transactions")
    config = {"_id": login.replica_set() or "rs0", "members": _numbered(members)}
    async with login.one(first) as admin:
        try:
            await admin.admin.command("replSetInitiate", config)
        except OperationFailure as refused:
            if refused.code == ALREADY_INITIALIZED:
                return []
            if refused.code != BAD_PASSWORD:
                raise
            async with Login(login.uri).one(first) as nobody:
                await nobody.admin.command("replSetInitiate", config)
    return [f"initiated the replica set {config['_id']}"]


def _numbered(members: Sequence[str]) -> list[dict[str, Any]]:
    return [{"_id": number, "host": host} for number, host in enumerate(members)]


async def _make_admin(login: Login) -> list[str]:
    """A mongod without any user lets somebody on its own machine make the first. Source: MongoDB, localhost exception.

    Raises what our own login was refused with where there are users already.
    """
    first = login.addresses()[0]
    try:
        async with login.one(first) as admin:
            await admin.admin.command("usersInfo")
            return []
    except OperationFailure as refused:
        if refused.code != BAD_PASSWORD:
            raise
        wrong = refused
    async with Login(login.uri).one(first) as nobody:
        try:
            roles = [{"role": "root", "db": "admin"}]
            await nobody.admin.command("createUser", login.user, pwd=login.password, roles=roles)
        except OperationFailure:
            raise wrong from None
    return [f"made the admin {login.user}"]


async def _until_primary(login: Login) -> None:
    async with Login(login.uri).one(login.addresses()[0]) as nobody:
        await _until(nobody)


async def _until(client: Client) -> None:
    """Wait until this one takes writes, or another does; raises `CannotRun`."""
    for _ in range(int(ELECTION_SECONDS / POLL_SECONDS)):
        hello = await client.admin.command("hello")
        if hello.get("isWritablePrimary") or hello.get("primary", hello.get("me")) != hello.get("me"):
            return
        await asyncio.sleep(POLL_SECONDS)
    raise CannotRun(f"the replica set has no primary after {ELECTION_SECONDS:.0f} s")


async def _make_users(login: Login, passwords: Mapping[str, str]) -> list[str]:
    done = []
    async with login.whole() as admin:
        known = {user["user"] for user in (await admin.admin.command("usersInfo"))["users"]}
        for name, password in passwords.items():
            command = "updateUser" if name in known else "createUser"
            await admin.admin.command(command, name, pwd=password, roles=roles_of(name))
            done.append(f"{'renewed' if name in known else 'made'} the user {name}")
    return done
