"""`throughline mongo setup`: said twice it is the same, and what it cannot do is one line."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from common.contracts import SERVICES
from services.auth.guarded import Site, guarded, set_up
from throughline.doctor.login import Login
from throughline.doctor.read_databases import read_login


@pytest.fixture
def driver() -> None:
    """The command line has its own."""


async def setup(site: Site, env: dict[str, str]) -> tuple[int, str, str]:
    """What the command ends with and says, on both outputs."""
    command = [str(Path(sys.executable).with_name("throughline")), "mongo", "setup"]
    command += ["--passwords", f"{site.secrets}/{{user}}"]
    pipe = asyncio.subprocess.PIPE
    done = await asyncio.create_subprocess_exec(*command, env={**os.environ, **env}, stdout=pipe, stderr=pipe)
    out, err = await done.communicate()
    return done.returncode or 0, out.decode(), err.decode()


async def test_said_again_nothing_is_begun_anew(site: Site) -> None:
    """Already done is no error: users are renewed, the replica set stays."""
    code, out, err = await setup(site, site.environment("admin"))
    assert (code, err) == (0, "")
    assert out.splitlines()[:-1] == [f"renewed the user {name}" for name in SERVICES]


async def test_an_admin_with_the_wrong_password_is_told_in_one_line(site: Site) -> None:
    """Every end is an exit code and one readable line; no password is in it."""
    wrong = {**site.environment("admin"), "THROUGHLINE_MONGO_PASSWORD_FILE": str(site.secrets / "intake")}
    code, out, err = await setup(site, wrong)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "AuthenticationFailed" in err
    assert site.login("intake").password not in err


async def test_a_renewed_password_is_the_one_in_its_file(site: Site) -> None:
    """A password is changed by changing its file and setting up again; the old one lets nobody in."""
    file, old = site.secrets / "family", site.login("family")
    kept = file.read_text()
    file.write_text("another-one")
    await set_up(site)
    assert await read_login(site.login("family")) == ""
    assert await read_login(old) == "AuthenticationFailed"
    file.write_text(kept)
    await set_up(site)


async def test_what_was_begun_and_interrupted_is_finished(tmp_path: Path) -> None:
    """Whoever died between the replica set and its admin is followed by one who makes the admin."""
    async with guarded(tmp_path) as fresh:
        address = fresh.admin.addresses()[0]
        async with Login(fresh.uri).one(address, 60_000) as nobody:
            await nobody.admin.command("replSetInitiate", {"_id": "rs0", "members": [{"_id": 0, "host": address}]})
        said = await set_up(fresh)
        assert said[0] == "made the admin admin"
        assert await read_login(fresh.login("family")) == ""
