"""The embedded servers are real, and leave nothing behind."""

from collections import Counter
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import AsyncMongoClient

from common.contracts import TOPICS
from throughline.embedded.servers import broker, mongod

from .observing import listens, program_pids


async def test_mongod_takes_a_transaction(root: Path) -> None:
    """State, journal and inbox commit together: that needs a replica set with a primary."""
    async with mongod(root) as uri, AsyncMongoClient[dict[str, object]](uri) as client:
        notes = client.house.notes
        async with client.start_session() as session, await session.start_transaction():
            await notes.insert_one({"_id": "one"}, session=session)
            await notes.insert_one({"_id": "two"}, session=session)

        assert await notes.count_documents({}) == 2


async def test_a_transaction_that_is_given_up_leaves_nothing(root: Path) -> None:
    """Nothing of an aborted transaction is seen."""
    async with mongod(root) as uri, AsyncMongoClient[dict[str, object]](uri) as client:
        async with client.start_session() as session:
            await session.start_transaction()
            await client.house.notes.insert_one({"_id": "one"}, session=session)
            await session.abort_transaction()

        assert await client.house.notes.count_documents({}) == 0


async def test_a_killed_clients_transaction_ends_after_five_seconds(root: Path) -> None:
    """Reliability 4.2: a lock held by a dead client must not outlive a recovery."""
    async with mongod(root) as uri, AsyncMongoClient[dict[str, object]](uri) as client:
        limit = await client.admin.command("getParameter", 1, transactionLifetimeLimitSeconds=1)

        assert limit["transactionLifetimeLimitSeconds"] == 5


async def test_mongod_leaves_no_process_port_or_data(root: Path) -> None:
    """A stopped mongod is gone."""
    async with mongod(root) as uri:
        port = int(uri.split(":")[2].split("/")[0])
        assert listens(port)
        assert program_pids(str(root))

    assert not listens(port)
    assert not program_pids(str(root))
    assert [entry.name for entry in root.iterdir()] == ["mongod.log"]


async def test_the_broker_gives_back_what_it_took(root: Path) -> None:
    """A record goes in and comes out with its key, value and headers."""
    async with broker(root) as kafka:
        async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
            await producer.send_and_wait("intake.episodes", b"{}", key=b"p-1", headers=[("ce_id", b"m-1")])
        async with AIOKafkaConsumer(
            "intake.episodes", bootstrap_servers=kafka, auto_offset_reset="earliest"
        ) as consumer:
            record = await consumer.getone()

    assert (record.key, record.value, record.headers) == (b"p-1", b"{}", (("ce_id", b"m-1"),))


async def test_every_topic_of_the_contracts_has_four_partitions(root: Path) -> None:
    """Reliability 7, point 3: topics are made first, with 4 partitions."""
    async with broker(root) as kafka:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
        await admin.start()
        found = set(await admin.list_topics())
        partitions = Counter(
            {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics(list(found))}
        )
        await admin.close()

    assert partitions == dict.fromkeys(TOPICS, 4)


async def test_the_broker_leaves_no_process_or_port(root: Path) -> None:
    """A stopped broker is gone."""
    async with broker(root) as kafka:
        port = int(kafka.split(":")[1])
        assert listens(port)
        assert program_pids(kafka)

    assert not listens(port)
    assert not program_pids(kafka)
