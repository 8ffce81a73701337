"""Brokers die while messages flow: what was acknowledged is there, nothing is applied twice, order holds."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from common.store import Store
from kafka.cluster import Cluster, cluster
from kafka.traffic import (
    STREAM,
    Speaker,
    counted,
    listener_of,
    listening,
    meanwhile,
    on_the_log,
    plain,
    settings_of,
    speaking,
    until_counted,
)
from throughline.embedded.kafka import kafka_child
from throughline.embedded.processes import port_of, reserve_port
from throughline.embedded.servers import bootstrap

PEOPLE, ROUNDS, PAUSE = 40, 100, 0.2
COPIES = {"partitions": 3, "replication": 3, "min_insync": 2}


@pytest_asyncio.fixture(scope="module")
async def three(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    """Three nodes, three copies, two of which must have a message."""
    async with cluster(tmp_path_factory.mktemp("cluster")) as nodes:
        yield nodes


async def judge(what: str, speaker: Speaker, listener: Store, kafka: str, kills: int) -> None:
    """Everything arrived once and in order; say the numbers."""
    await speaker.until_sent()
    await until_counted(listener, speaker)
    await asyncio.sleep(1.0)  # what is doubled comes later
    found, meant = await counted(listener, speaker), speaker.everything
    lost = sum(len(set(meant[who]) - set(found.get(who, ()))) for who in meant)
    doubled = sum(len(one) - len(set(one)) for one in found.values())
    messages, records = sum(speaker.said.values()), await on_the_log(plain(kafka), speaker)
    print(
        f"\n{what}: {messages} messages, {kills} kills, {records - messages} sent twice, "
        f"longest wait {speaker.longest_wait:.1f} s, lost {lost}, doubled {doubled}"
    )
    assert records >= messages
    assert (lost, doubled) == (0, 0)
    assert found == meant


async def test_the_leader_is_killed_twice_while_messages_flow(three: Cluster, mongo_uri: str) -> None:
    """Promises 1 to 3, with three copies: the death of a leader loses, doubles and reorders nothing."""
    service = listener_of()
    settings = settings_of(three.kafka, service, **COPIES)
    async with (
        listening(mongo_uri, service.name, service, settings) as listener,
        speaking(mongo_uri, plain(three.kafka), PEOPLE) as speaker,
    ):
        async with meanwhile(speaker.say(ROUNDS, PAUSE)):
            for _ in range(2):
                await asyncio.sleep(2)
                leader = (await three.partitions(STREAM))[0]["leader"]
                await three.kill(leader)
                await asyncio.sleep(3)
                await three.bring_back(leader)
                await three.until_in_sync(STREAM, 3)
        await judge("leader killed", speaker, listener, three.kafka, kills=2)


async def test_with_two_of_three_dead_nothing_is_acknowledged_and_nothing_lost(three: Cluster, mongo_uri: str) -> None:
    """min.insync.replicas: one copy is not enough; what is said waits, and goes on when a second is there."""
    service = listener_of()
    settings = settings_of(three.kafka, service, **COPIES)
    async with (
        listening(mongo_uri, service.name, service, settings) as listener,
        speaking(mongo_uri, plain(three.kafka), PEOPLE) as speaker,
    ):
        await speaker.say(5)
        await speaker.until_sent()
        await asyncio.gather(three.kill(2), three.kill(3))
        await speaker.say(5)
        waiting = await speaker.unsent()
        await asyncio.sleep(15)
        assert await speaker.unsent() == waiting > 0
        await three.bring_back(2)
        await judge("two of three dead", speaker, listener, three.kafka, kills=2)
        await three.bring_back(3)


async def test_a_broker_alone_that_is_killed_and_finds_its_log_lost_nothing(tmp_path: Path, mongo_uri: str) -> None:
    """A restart with the log kept is an outage, not a loss."""
    service = listener_of()
    with reserve_port() as held:
        node = kafka_child(tmp_path, port_of(held))
        nodes, kafka = Cluster({1: node}), bootstrap(node.port)
        try:
            await nodes.bring_back(1)
            async with (
                listening(mongo_uri, service.name, service, settings_of(kafka, service)) as listener,
                speaking(mongo_uri, plain(kafka), PEOPLE) as speaker,
            ):
                async with meanwhile(speaker.say(50, PAUSE)):
                    for _ in range(2):
                        await asyncio.sleep(2)
                        await nodes.kill(1)
                        await nodes.bring_back(1)
                await judge("broker restarted", speaker, listener, kafka, kills=2)
        finally:
            await node.stop()
            node.forget()
