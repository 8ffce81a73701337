"""What the doctor says of who may open what."""

import pytest

from common.clock import Clock
from common.contracts import SERVICES
from common.mongo import Database
from common.settings import Settings
from common.store import Store
from services.auth.guarded import Site
from throughline.doctor.access import judge_access
from throughline.doctor.checkup import Deployment, examine
from throughline.doctor.declared import declared_services
from throughline.doctor.findings import Verdict
from throughline.doctor.read_databases import read_access


@pytest.fixture
def driver() -> None:
    """The command line has its own."""


def seen_by(site: Site, user: str) -> Deployment:
    """The site, looked at as this user, and with every service's password; its broker is not there."""
    told: dict[str, object] = {"mongo": site.uri, "kafka": "127.0.0.1:1"}
    if user:
        told |= {"mongo_user": user, "mongo_password_file": site.secrets / user}
    users = {name: site.login(name) for name in SERVICES}
    return Deployment(Settings(service="doctor").model_copy(update=told), declared_services(), users)


async def wrongs(site: Site, user: str) -> list[tuple[str, str]]:
    """What needs mending in the databases."""
    found = await examine(seen_by(site, user))
    return [(one.where, one.what) for one in found if one.verdict is Verdict.WRONG and one.where != "broker"]


async def test_a_site_that_is_set_up_is_well_in_everyones_eyes(site: Site) -> None:
    """The admin's and a service's, each with every password tried."""
    for name, service in declared_services().items():
        login = site.login(name)
        database = Database(site.uri, name, login=(login.user, login.password))
        await Store(service, database, Clock(), "test").prepare()
        await database.delete("outbox", {})  # no relay works off what other tests on this site said
        await database.close()
    assert await wrongs(site, "admin") == []
    assert await wrongs(site, "intake") == []


async def test_somebody_without_a_name_is_told_to_have_one(site: Site) -> None:
    """One line, not one for each database."""
    assert await wrongs(site, "") == [("database", "asks who we are, and we have no name")]


async def test_a_user_that_may_open_anothers_database_is_named(site: Site) -> None:
    """Each service owns its database; seen by trying, not by what roles are called."""
    async with site.admin.whole() as admin:
        stray = {"role": "read", "db": "skills"}
        await admin.admin.command("grantRolesToUser", "intake", roles=[stray])
        found = judge_access(await read_access(site.login("intake"), SERVICES), SERVICES)
        await admin.admin.command("revokeRolesFromUser", "intake", roles=[stray])
    assert [(one.verdict, one.what) for one in found] == [(Verdict.WRONG, "may open the database of skills")]


async def test_a_wrong_password_is_named_and_not_shown(site: Site) -> None:
    """The database's own word for it."""
    stranger = Settings(service="doctor").model_copy(
        update={
            "mongo": site.uri,
            "kafka": "127.0.0.1:1",
            "mongo_user": "intake",
            "mongo_password_file": site.secrets / "skills",
        }
    )
    found = await examine(Deployment(stranger, declared_services()))
    (line,) = [one.what for one in found if one.verdict is Verdict.WRONG and one.where == "database"]
    assert line == "does not let intake in (AuthenticationFailed)"
