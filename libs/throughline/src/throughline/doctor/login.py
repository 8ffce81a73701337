"""Ways into mongod: as whom, to the whole replica set or to one of its addresses."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import InvalidURI, OperationFailure, PyMongoError
from pymongo.uri_parser import parse_uri

from throughline.embedded.preflight import CannotRun

Client = AsyncMongoClient[dict[str, Any]]

PATIENCE_MS = 3000
"""ASSUMED: who does not answer within this is away; a person waits for the answer."""
AUTH_SOURCE = "admin"
"""Where all users are kept."""


@dataclass(frozen=True)
class Login:
    """A connection string without secrets, and who comes in; nobody, for an empty user."""

    uri: str
    user: str = ""
    password: str = field(default="", repr=False)

    def whole(self) -> Client:
        """The replica set, wherever its primary is."""
        return AsyncMongoClient(self.uri, tz_aware=True, **_patience(), **self._who())

    def one(self, address: str, patience_ms: int = PATIENCE_MS) -> Client:
        """The mongod at one address, whatever it thinks of its replica set; waited for so long."""
        transport = {name: value for name, value in _parsed(self.uri)["options"].items() if name.startswith("tls")}
        return AsyncMongoClient(
            address, directConnection=True, tz_aware=True, **_patience(patience_ms), **transport, **self._who()
        )

    def addresses(self) -> list[str]:
        """Each `host:port` the connection string names; raises `CannotRun` where it cannot be read."""
        return [f"{host}:{port or 27017}" for host, port in _parsed(self.uri)["nodelist"]]

    def replica_set(self) -> str:
        """The name asked for, or nothing."""
        return str(_parsed(self.uri)["options"].get("replicaSet", ""))

    def _who(self) -> dict[str, Any]:
        if not self.user:
            return {}
        return {"username": self.user, "password": self.password, "authSource": AUTH_SOURCE}


def _patience(wait_ms: int = PATIENCE_MS) -> dict[str, Any]:
    return {"serverSelectionTimeoutMS": wait_ms, "connectTimeoutMS": PATIENCE_MS, "socketTimeoutMS": 2 * PATIENCE_MS}


def _parsed(uri: str) -> dict[str, Any]:
    try:
        return dict(parse_uri(uri))
    except (InvalidURI, PyMongoError, ValueError) as wrong:
        raise CannotRun(f"THROUGHLINE_MONGO is no connection string of MongoDB: {wrong}") from None


def named(error: PyMongoError) -> str:
    """What the database calls this problem, or what kind of problem it is; never what was asked."""
    if isinstance(error, OperationFailure) and error.details and "codeName" in error.details:
        return str(error.details["codeName"])
    return type(error).__name__


def password_in(file: Path) -> str:
    """The password a file holds, without the end of its line; raises `CannotRun` where there is none."""
    try:
        password = file.read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise CannotRun(f"{file}: this password file cannot be read") from None
    if not password:
        raise CannotRun(f"{file}: this password file is empty")
    return password


def file_of(pattern: str, user: str) -> Path:
    """Where a user's password is; `{user}` in the pattern stands for its name. Raises `CannotRun` without it."""
    if "{user}" not in pattern:
        raise CannotRun(f"{pattern}: say where a user's password is with {{user}} in it, as in secrets/mongo-{{user}}")
    return Path(pattern.replace("{user}", user))
