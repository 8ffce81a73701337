"""Topics are made as the code declares them, and what differs is said and left alone."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from structlog.testing import capture_logs

from common.kafka import admin, connection
from common.metrics import TOPIC_DIFFERS
from common.service import Service
from common.settings import Settings
from common.topics import RETENTION_MS, declared, differing, ensure_topics
from throughline.embedded.kafka import kafka_child
from throughline.embedded.processes import port_of, reserve_port
from throughline.embedded.servers import bootstrap

SKILLS = Service("skills", {})


@pytest_asyncio.fixture(scope="module")
async def kafka(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A Kafka without topics."""
    folder: Path = tmp_path_factory.mktemp("declared")
    with reserve_port() as held:
        node = kafka_child(folder, port_of(held))
        try:
            node.start()
            await node.until_ready()
            yield bootstrap(node.port)
        finally:
            await node.stop()
            node.forget()


async def test_topics_are_made_as_declared_and_what_is_changed_later_is_reported(kafka: str) -> None:
    """Partitions, retention, policy and copies are in code; drift is a log line and a metric, never a change."""
    settings = Settings(service="skills", kafka=kafka, partitions=7, min_insync=1)
    specs = declared((*SKILLS.topics_said, SKILLS.command_topic), settings)
    await ensure_topics(SKILLS, settings)
    async with admin(connection(settings)) as client:
        assert await differing(client, specs) == {"skills.commands": {}, "skills.progress": {}}
        shorter = {"retention.ms": "1000", "cleanup.policy": "compact", "min.insync.replicas": "1"}
        await client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, "skills.progress", shorter)])
        async with asyncio.timeout(20):
            while len((await differing(client, specs))["skills.progress"]) < 2:  # noqa: ASYNC110 - the broker gets there
                await asyncio.sleep(0.1)
        with capture_logs() as logs:
            await ensure_topics(SKILLS, settings.model_copy(update={"partitions": 8}))
        found = {line["topic"]: line["differences"] for line in logs if line["event"] == "topic differs"}
        assert found["skills.commands"] == {"partitions": "8 meant, 7 found"}
        assert found["skills.progress"] == {
            "partitions": "8 meant, 7 found",
            "retention.ms": f"{RETENTION_MS} meant, 1000 found",
            "cleanup.policy": "delete meant, compact found",
        }
        assert TOPIC_DIFFERS.labels("skills.progress")._value.get() == 1
        assert (await differing(client, specs))["skills.progress"].keys() == {"retention.ms", "cleanup.policy"}
