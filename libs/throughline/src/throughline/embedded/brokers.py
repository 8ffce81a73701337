"""Which broker: the embedded one, or Apache Kafka."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Literal

from throughline.embedded import kafka, servers
from throughline.embedded.processes import Child

Broker = Literal["embedded", "kafka"]

PARTITIONS: dict[Broker, int] = {"embedded": servers.PARTITIONS, "kafka": kafka.PARTITIONS}
"""Of each topic."""


def broker(kind: Broker, folder: Path) -> AbstractAsyncContextManager[str]:
    """An empty broker with every topic of the contracts; yields `host:port`. Raises `CannotRun`."""
    return kafka.kafka(folder) if kind == "kafka" else servers.broker(folder)


def broker_child(kind: Broker, folder: Path, port: int) -> Child:
    """The broker process, not yet started; ready once it has every topic. Raises `CannotRun`."""
    return kafka.topical_node(folder, port) if kind == "kafka" else servers.broker_child(folder, port)


def check(kind: Broker) -> None:
    """Raise `CannotRun` when this broker cannot run here; fetches what it needs."""
    if kind == "kafka":
        kafka.check()
