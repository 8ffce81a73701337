"""Where the tests' broker and database come from: `make test`, or `make test BROKER=kafka`."""

import asyncio
import gc
import os
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Literal, get_args

from docker.errors import DockerException, ImageNotFound  # type: ignore[import-untyped]
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient

from throughline.embedded import brokers, kafka
from throughline.embedded import servers as wheels
from throughline.embedded.brokers import Broker
from throughline.embedded.processes import LOOPBACK, POLL_SECONDS, START_SECONDS, port_of, reserve_port

Source = Literal["wheels", "process", "containers"]

TOLD: Mapping[Source, str] = {
    "wheels": "embedded broker and mongod, from their wheels",
    "process": "Apache Kafka as a Java process and mongod from its wheel, for no Docker engine has their images",
    "containers": "Apache Kafka and MongoDB in containers; journeys have Kafka as a Java process",
}

KAFKA_IMAGE, MONGO_IMAGE = f"apache/kafka:{kafka.version()}", "mongo:7.0"


def broker_in(environment: Mapping[str, str]) -> Broker:
    """The broker that `THROUGHLINE_TEST_BROKER` names; raises ValueError for one there is not."""
    named = environment.get("THROUGHLINE_TEST_BROKER") or "embedded"
    for broker in get_args(Broker):
        if broker == named:
            return broker  # type: ignore[no-any-return]
    raise ValueError(f"BROKER is {' or '.join(get_args(Broker))}, not {named}")


def source_of(broker: Broker, *, engine: bool) -> Source:
    """Where servers come from; `engine` says whether a Docker engine has their images."""
    if broker == "embedded":
        return "wheels"
    return "containers" if engine else "process"


def engine_has(*images: str) -> bool:
    """Whether a Docker engine answers and has these images; it fetches those it has not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # docker's client leaves a socket open where nobody answers
        try:
            return _has(images)
        except DockerException:
            return False
        finally:
            gc.collect()


def _has(images: Sequence[str]) -> bool:
    known = DockerClient().client.images
    for image in images:
        try:
            known.get(image)
        except ImageNotFound:
            known.pull(image)
    return True


BROKER = broker_in(os.environ)
SOURCE = source_of(BROKER, engine=BROKER == "kafka" and engine_has(KAFKA_IMAGE, MONGO_IMAGE))


def broker(source: Source, folder: Path) -> AbstractAsyncContextManager[str]:
    """An empty broker with every topic of the contracts; yields `host:port`."""
    if source == "containers":
        return kafka_in_a_container()
    return brokers.broker("embedded" if source == "wheels" else "kafka", folder)


def mongod(source: Source, folder: Path) -> AbstractAsyncContextManager[str]:
    """A one-node replica set; yields its connection string."""
    return mongod_in_a_container() if source == "containers" else wheels.mongod(folder)


@asynccontextmanager
async def kafka_in_a_container() -> AsyncIterator[str]:
    """The same Kafka with the same settings, on the same loopback as the process would be."""
    with reserve_port() as held, reserve_port() as controller:
        port = port_of(held)
        told = kafka.settings_of(port, port_of(controller))
        env = {f"KAFKA_{name.upper().replace('.', '_')}": value for name, value in told.items()}
        with DockerContainer(KAFKA_IMAGE, env={**env, "CLUSTER_ID": kafka.CLUSTER}, network_mode="host"):
            await until(lambda: wheels.has_topics(wheels.bootstrap(port), kafka.PARTITIONS))
            yield wheels.bootstrap(port)


@asynccontextmanager
async def mongod_in_a_container() -> AsyncIterator[str]:
    """The same replica set with the same parameters."""
    with reserve_port() as held:
        port = port_of(held)
        argv = ["--replSet", wheels.REPLICA_SET, "--port", str(port), "--bind_ip", LOOPBACK]
        for name, value in wheels.MONGOD_SETTINGS.items():
            argv += ["--setParameter", f"{name}={value}"]
        with DockerContainer(MONGO_IMAGE, command=" ".join(argv), network_mode="host"):
            await until(lambda: wheels.is_primary(port))
            yield wheels.mongo_uri(port)


async def until(ready: Callable[[], Awaitable[bool]]) -> None:
    """Ask until it is so. Raises TimeoutError."""
    async with asyncio.timeout(START_SECONDS):
        while not await ready():  # noqa: ASYNC110 - another process gets ready
            await asyncio.sleep(POLL_SECONDS)
