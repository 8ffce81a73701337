"""What the doctor says of rights at a real Kafka that asks everybody who they are; collected for BROKER=kafka."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from common.contracts import TOPICS
from common.kafka import admin, connection
from common.settings import Settings
from common.topics import create, declared
from kafka.guarded import Guarded, guarded
from throughline.doctor.brokers import judge_brokers
from throughline.doctor.checkup import Deployment
from throughline.doctor.declared import declared_services
from throughline.doctor.findings import Verdict
from throughline.doctor.read_brokers import read_brokers


@pytest_asyncio.fixture(scope="module")
async def node(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Guarded]:
    """With every topic as declared."""
    async with guarded(tmp_path_factory.mktemp("rights")) as node:
        settings = node.settings("admin")
        async with admin(connection(settings)) as client:
            await create(client, declared(TOPICS, settings))
        yield node


async def wrongs(settings: Settings, claims: str = "") -> list[str]:
    """What needs mending at the broker, in the eyes of a user; `claims`: the service whose rights it would need."""
    services = declared_services()
    if claims:
        services = {"x": replace(services[claims], name=settings.kafka_user)}
    specs = Deployment(settings, services).topics
    found = judge_brokers(await read_brokers(settings, specs, list(services.values())), [spec.name for spec in specs])
    return [f"{one.where}: {one.what}" for one in found if one.verdict is Verdict.WRONG]


@pytest.mark.parametrize("user", ["admin", "intake", "skills"])
async def test_who_has_its_rights_is_well(node: Guarded, user: str) -> None:
    """An admin sees all, a service what is its own; neither reads nor writes anything by being asked."""
    assert await wrongs(node.settings(user)) == []


async def test_a_right_that_is_missing_is_named(node: Guarded) -> None:
    """Skills may not hear what family hears."""
    found = await wrongs(node.settings("skills"), claims="family")
    assert "principal skills: may not Read topic notifications.deliveries" in found


async def test_other_than_declared_is_named(node: Guarded) -> None:
    """What was changed by hand, or declared otherwise."""
    found = await wrongs(node.settings("admin", partitions=6))
    assert found == [f"topic {name}: partitions: 6 meant, 12 found" for name in sorted(TOPICS)]


async def test_a_wrong_password_is_one_line(node: Guarded) -> None:
    """In the broker's own words."""
    mistaken = {**node.login("skills"), "kafka_password_file": node.folder / "intake.txt"}
    (line,) = await wrongs(Settings(service="skills", **mistaken))
    assert "does not let skills in" in line
