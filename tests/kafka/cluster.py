"""Several real Kafka nodes as processes of this machine, to be killed and brought back."""

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from throughline.embedded.kafka import Node, kafka_child
from throughline.embedded.processes import LOOPBACK, all_ready, port_of, reserve_port
from throughline.embedded.servers import bootstrap

REPLICATED = {
    "broker.heartbeat.interval.ms": "2000",
    "broker.session.timeout.ms": "9000",
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
}
"""As a site has it: three copies, two of which must have a message, and Kafka's own patience with a silent broker."""


@dataclass(frozen=True)
class Cluster:
    """Its nodes by id."""

    nodes: Mapping[int, Node]

    @property
    def kafka(self) -> str:
        """Where clients find it: every node."""
        return ",".join(bootstrap(node.port) for node in self.nodes.values())

    async def kill(self, id: int) -> None:
        """End a node as a power cut of its process would."""
        self.nodes[id].send(signal.SIGKILL)
        await self.nodes[id].gone()

    async def bring_back(self, id: int) -> None:
        """Start a killed node on the log it has."""
        self.nodes[id].start()
        await self.nodes[id].until_ready()

    async def partitions(self, topic: str) -> dict[int, dict[str, Any]]:
        """What a living node says of each partition: its leader and who is in sync."""
        living = ",".join(bootstrap(node.port) for node in self.nodes.values() if node.alive)
        client = AIOKafkaAdminClient(bootstrap_servers=living)
        try:
            await client.start()
            (told,) = await client.describe_topics([topic])
            return {one["partition"]: one for one in told["partitions"]}
        finally:
            await client.close()

    async def until_in_sync(self, topic: str, copies: int) -> None:
        """Wait until every partition has this many copies in sync."""
        async with asyncio.timeout(60):
            while not await self._in_sync(topic, copies):  # noqa: ASYNC110 - other processes get there
                await asyncio.sleep(0.2)

    async def _in_sync(self, topic: str, copies: int) -> bool:
        try:
            return all(len(one["isr"]) >= copies for one in (await self.partitions(topic)).values())
        except KafkaError:
            return False


@asynccontextmanager
async def cluster(folder: Path, nodes: int = 3) -> AsyncIterator[Cluster]:
    """Nodes that are brokers and controllers, each topic with three copies of which two must have a message."""
    with ExitStack() as held:
        ports, controllers = ([port_of(held.enter_context(reserve_port())) for _ in range(nodes)] for _ in range(2))
        voters = ",".join(f"{id}@{LOOPBACK}:{port}" for id, port in enumerate(controllers, 1))
        made = {
            id: kafka_child(folder, ports[id - 1], node_id=id, controller_port=port, voters=voters, settings=REPLICATED)
            for id, port in enumerate(controllers, 1)
        }
        try:
            for node in made.values():
                node.start()
            await all_ready(list(made.values()))
            yield Cluster(made)
        finally:
            await asyncio.gather(*(node.stop() for node in made.values()))
            for node in made.values():
                node.forget()
