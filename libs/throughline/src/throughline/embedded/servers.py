"""A real mongod and a Kafka-protocol broker, from wheels, on loopback."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from pymongo import AsyncMongoClient
from pymongo.errors import ConnectionFailure

from common.contracts import TOPICS
from common.topics import TopicSpec, create
from throughline.embedded import preflight
from throughline.embedded.processes import LOOPBACK, Child, port_of, reserve_port

REPLICA_SET = "rs0"

PARTITIONS = 4
"""What the embedded broker gives any topic. Source: reliability 7, point 3."""

MONGOD_SETTINGS = {
    "transactionLifetimeLimitSeconds": "5",
    "shutdownTimeoutMillisForSignaledShutdown": "100",
    "diagnosticDataCollectionEnabled": "false",
}
"""A killed client's transaction ends after 5 s. Source: reliability 4.2.

ASSUMED: the other two, so that it stops soon and writes little.
"""

CACHE_GB = 0.25
"""ASSUMED: the least WiredTiger takes, so that a laptop has room for the services."""

OPLOG_MB = 256
"""ASSUMED: hours of a demo; the default is 5 % of the free disk."""


@asynccontextmanager
async def mongod(folder: Path, cache_gb: float = CACHE_GB) -> AsyncIterator[str]:
    """A one-node replica set with its data in `folder`, and so many GiB in memory; yields its connection string.

    Raises `CannotRun` when it does not start. Its data is removed at the end; its log stays.
    """
    with reserve_port() as held:
        child = mongod_child(folder, port_of(held), cache_gb)
        try:
            child.start()
            await child.until_ready()
            yield mongo_uri(child.port)
        finally:
            await child.stop()
            shutil.rmtree(data_folder(folder), ignore_errors=True)


@asynccontextmanager
async def broker(folder: Path) -> AsyncIterator[str]:
    """An empty broker with every topic of the contracts; yields `host:port`.

    Raises `CannotRun` when it does not start. It keeps everything in memory; its log stays in `folder`.
    """
    with reserve_port() as held:
        child = broker_child(folder, port_of(held))
        try:
            child.start()
            await child.until_ready()
            yield bootstrap(child.port)
        finally:
            await child.stop()


def mongo_uri(port: int) -> str:
    """The connection string of our mongod: majority, journaled writes. Source: reliability 4.2."""
    return f"mongodb://{LOOPBACK}:{port}/?replicaSet={REPLICA_SET}&w=majority&journal=true"


def bootstrap(port: int) -> str:
    """The `host:port` by which Kafka clients find our broker."""
    return f"{LOOPBACK}:{port}"


def data_folder(folder: Path) -> Path:
    """Where mongod keeps its data in a run folder."""
    return folder / "mongod"


def mongod_child(folder: Path, port: int, cache_gb: float = CACHE_GB) -> Child:
    """The mongod process, not yet started; ready once it is primary of its replica set."""
    data = data_folder(folder)
    data.mkdir(parents=True, exist_ok=True)
    argv = [str(preflight.mongod_binary()), "--dbpath", str(data), "--port", str(port), "--bind_ip", LOOPBACK]
    argv += ["--replSet", REPLICA_SET, "--oplogSize", str(OPLOG_MB), "--wiredTigerCacheSizeGB", str(cache_gb)]
    argv += ["--nounixsocket", "--quiet"]
    for name, value in MONGOD_SETTINGS.items():
        argv += ["--setParameter", f"{name}={value}"]
    return Child("mongod", argv, folder, port, os.environ, lambda: is_primary(port))


async def is_primary(port: int) -> bool:
    """Whether mongod takes writes; gives it its replica set when it has none."""
    member = {"_id": 0, "host": f"{LOOPBACK}:{port}"}
    try:
        async with AsyncMongoClient[dict[str, object]](
            LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=1000
        ) as client:
            hello = await client.admin.command("hello")
            if "setName" not in hello and not hello.get("isWritablePrimary"):
                await client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
            return bool(hello.get("isWritablePrimary"))
    except ConnectionFailure:
        return False


def broker_child(folder: Path, port: int) -> Child:
    """The broker process, not yet started; ready once it has every topic."""
    folder.mkdir(parents=True, exist_ok=True)
    address = f"tcp://{LOOPBACK}:{port}"
    argv = [str(preflight.broker_binary()), "broker", "--silent", "--storage-engine", "memory://tansu/"]
    argv += ["--listener-url", address, "--advertised-listener-url", address]
    env = {**os.environ, "NO_COLOR": "1", "RUST_LOG": "warn"}
    env.pop("OTEL_EXPORTER_OTLP_ENDPOINT", None)
    return Child("broker", argv, folder, port, env, lambda: has_topics(bootstrap(port), PARTITIONS))


async def has_topics(kafka: str, partitions: int) -> bool:
    """Whether the broker answers and has every topic; makes those it has not, as the services declare them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    try:
        await admin.start()
        await create(admin, [TopicSpec(topic, partitions, replication=1) for topic in TOPICS])
    except KafkaError:
        return False
    finally:
        await admin.close()
    return True
