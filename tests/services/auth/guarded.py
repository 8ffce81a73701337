"""A mongod that asks everybody who they are, and how a site makes it ready."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from common.contracts import SERVICES
from throughline.doctor.login import Login
from throughline.doctor.users import make_ready
from throughline.embedded.processes import port_of, reserve_port
from throughline.embedded.servers import mongo_uri, mongod_child


@dataclass(frozen=True)
class Site:
    """A mongod with key file and authentication; `secrets` holds each user's password, a file each."""

    uri: str
    secrets: Path

    @property
    def admin(self) -> Login:
        """Who may make users."""
        return self.login("admin")

    def login(self, user: str) -> Login:
        """A user's way in."""
        return Login(self.uri, user, (self.secrets / user).read_text().strip())

    def environment(self, user: str) -> dict[str, str]:
        """What a service of this name is told of the database."""
        return {
            "THROUGHLINE_MONGO": self.uri,
            "THROUGHLINE_MONGO_USER": user,
            "THROUGHLINE_MONGO_PASSWORD_FILE": str(self.secrets / user),
        }


async def _answers() -> bool:
    return True


async def set_up(site: Site) -> list[str]:
    """What setting up says it did, with the passwords as they are now."""
    return await make_ready(site.admin, (), {name: site.login(name).password for name in SERVICES})


@asynccontextmanager
async def guarded(folder: Path) -> AsyncIterator[Site]:
    """A mongod with --auth and --keyFile and without any user, and a password for each it is to have."""
    (folder / "secrets").mkdir()
    for user in ("admin", *SERVICES):
        (folder / "secrets" / user).write_text(secrets.token_urlsafe(24) + "\n")
    key = folder / "key"
    key.write_text(secrets.token_hex(64))
    key.chmod(0o400)
    with reserve_port() as held:
        child = mongod_child(folder, port_of(held))
        child = replace(child, argv=[*child.argv, "--auth", "--keyFile", str(key)], answers=_answers)
        child.start()
        try:
            yield Site(mongo_uri(child.port), folder / "secrets")
        finally:
            await child.stop()
