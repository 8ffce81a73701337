"""Apache Kafka beside the other embedded servers: real, and it leaves nothing behind. Runs with BROKER=kafka."""

import signal
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from throughline.embedded.house import House
from throughline.embedded.kafka import kafka

from .observing import any_lives, listens, program_pids

TOPIC = "intake.episodes"


async def heard(bootstrap: str) -> list[bytes | None]:
    """The values that are on the topic now."""
    async with AIOKafkaConsumer(TOPIC, bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        return [record.value for some in (await consumer.getmany(timeout_ms=3000)).values() for record in some]


async def say(bootstrap: str, value: bytes) -> None:
    """Put one record there, as the services do."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True) as producer:
        await producer.send_and_wait(TOPIC, value, key=b"p-1")


async def test_kafka_leaves_its_log_and_nothing_else(root: Path) -> None:
    """A stopped Kafka is gone: no process, port or data."""
    async with kafka(root) as bootstrap:
        port = int(bootstrap.split(":")[1])
        await say(bootstrap, b"{}")
        assert await heard(bootstrap) == [b"{}"]
        assert program_pids(str(root))

    assert not listens(port)
    assert not program_pids(str(root))
    assert [entry.name for entry in root.iterdir()] == ["broker.log"]


async def test_a_killed_kafka_has_its_log_again_unless_it_is_emptied(root: Path) -> None:
    """What was acknowledged outlives a kill; an emptied one has its topics and no record."""
    async with House(root, broker="kafka", services=()) as house:
        await say(house.kafka, b"{}")
        await house.kill("broker", signal.SIGKILL)
        await house.restart("broker")
        assert await heard(house.kafka) == [b"{}"]

        await house.kill("broker", signal.SIGKILL)
        house.empty_broker()
        await house.restart("broker")
        assert await heard(house.kafka) == []

    assert not any_lives(house.pids.values())
    assert list(root.iterdir()) == []
