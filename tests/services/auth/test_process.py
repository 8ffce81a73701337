"""A real service process as its user: what it says with the wrong password, and that nothing is lost by it."""

import asyncio
import json
import os
import sys
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from common.envelope import attributes_of, instant
from services.auth.guarded import Site
from services.auth.test_users import admission
from services.one_service import NOON
from throughline.embedded.processes import Child, port_of, reserve_port


@pytest.fixture
def driver() -> None:
    """The process has its own."""


async def publish(kafka: str, participant: str) -> None:
    """Say on the stream that somebody was admitted."""
    data = admission(participant)
    attributes = attributes_of(
        data,
        ce_id=uuid4().hex,
        ce_source="/throughline/intake",
        ce_subject=participant,
        ce_sequence="1",
        ce_time=instant(NOON),
    )
    headers = [(name, value.encode()) for name, value in attributes.items()]
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        body = data.model_dump_json().encode()
        await producer.send_and_wait(data.TOPIC, body, key=participant.encode(), headers=headers)


def skills(site: Site, kafka: str, folder: Path, port: int) -> Child:
    """The service, as a site runs it."""
    told = {
        **site.environment("skills"),
        "THROUGHLINE_KAFKA": kafka,
        "THROUGHLINE_EMBEDDED_BROKER": "true",
        "THROUGHLINE_PORT": str(port),
    }

    async def answers() -> bool:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(f"http://127.0.0.1:{port}/readyz")).is_success

    return Child("skills", [sys.executable, "-m", "skills"], folder, port, {**os.environ, **told}, answers)


async def waits(child: Child) -> list[str]:
    """The lines it has said once it says that it waits."""
    async with asyncio.timeout(60):
        while "waiting for database and broker" not in child.log.read_text():  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return child.log.read_text().splitlines()


async def heard(site: Site, participant: str) -> int:
    """How often the measure they came with was recorded."""
    async with site.login("skills").whole() as client:
        return await client.skills.journal.count_documents({"subject": participant, "type": "MeasureRecorded.v1"})


async def test_with_the_wrong_password_it_says_so_and_waits_and_loses_nothing(
    site: Site, kafka: str, tmp_path: Path
) -> None:
    """A readable line for each try, no traceback, no password; what was said meanwhile is heard once it may come in."""
    participant, password = uuid4().hex, site.login("skills").password
    async with site.admin.whole() as admin:
        await admin.admin.command("updateUser", "skills", pwd="changed")
        with reserve_port() as held:
            child = skills(site, kafka, tmp_path, port_of(held))
            child.start()
            try:
                lines = await waits(child)
                assert child.alive and all(isinstance(json.loads(line), dict) for line in lines)
                assert not any("Traceback" in line or password in line for line in lines)
                await publish(kafka, participant)
                await admin.admin.command("updateUser", "skills", pwd=password)
                await child.until_ready()
                async with asyncio.timeout(60):
                    while not await heard(site, participant):  # noqa: ASYNC110
                        await asyncio.sleep(0.1)
                assert await heard(site, participant) == 1
            finally:
                await child.stop()
