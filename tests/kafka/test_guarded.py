"""Each service is somebody to Kafka, and may do what it declares and nothing else."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError

from common.contracts import TOPICS
from common.kafka import Connection, NotLetIn, admin, connection
from common.service import Service
from common.topics import ensure_topics
from kafka.guarded import Guarded, guarded
from kafka.traffic import counted, listener_of, listening, speaking, until_counted
from services.common.counting import SERVICE
from throughline.embedded.processes import Child, port_of, reserve_port


@pytest_asyncio.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Guarded]:
    """A guarded Kafka whose topics its admin made with `throughline kafka setup`."""
    async with guarded(tmp_path_factory.mktemp("guarded")) as node:
        code, said, wrong = await _run("throughline", "kafka", "setup", env=node.env("admin"))
        assert (code, wrong) == (0, "")
        assert f"{len(TOPICS)} topics are there" in said
        yield node


async def _run(*argv: str, env: dict[str, str]) -> tuple[int | None, str, str]:
    """Run a program of this environment; its exit code and what it said, on both outputs."""
    program = Path(sys.executable).with_name(argv[0])
    process = await asyncio.create_subprocess_exec(
        program, *argv[1:], env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, wrong = await process.communicate()
    return process.returncode, said.decode(), wrong.decode()


async def test_what_one_service_says_another_counts_each_by_its_own_name(house: Guarded, mongo_uri: str) -> None:
    """Relay and listener through TLS, SCRAM and ACLs: all arrives once, in order."""
    listener = listener_of("intake")
    reach = connection(house.settings("skills"))
    async with (
        listening(mongo_uri, "guardedintake", listener, house.settings("intake")) as store,
        speaking(mongo_uri, reach, 10, replace(SERVICE, name="skills")) as speaker,
    ):
        await speaker.say(10)
        await speaker.until_sent()
        await until_counted(store, speaker)
        assert await counted(store, speaker) == speaker.everything


async def test_a_stream_of_somebody_else_cannot_be_written(house: Guarded) -> None:
    """Only its owner writes a stream: what stands there was said by who owns it."""
    producer = AIOKafkaProducer(**connection(house.settings("skills")), acks="all")
    async with producer:
        await producer.send_and_wait("skills.progress", b"mine")
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait("intake.episodes", b"not mine")
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait("family.engagement", b"nor this, though I hear it and may ask who says it")


async def test_nobody_reads_in_the_group_of_another_or_what_it_does_not_hear(house: Guarded) -> None:
    """In another's group one could take messages away from it; contacts are for nobody but who declares it."""
    reach = connection(house.settings("skills"))
    with pytest.raises(GroupAuthorizationFailedError):
        await _read("intake.episodes", reach, group="intake")
    with pytest.raises(TopicAuthorizationFailedError):
        await _read("intake.contacts", reach, group="skills")


async def _read(topic: str, reach: Connection, group: str) -> None:
    consumer = AIOKafkaConsumer(topic, **reach, group_id=group)
    try:
        await consumer.start()
        await asyncio.wait_for(consumer.getone(), 20)
    finally:
        await consumer.stop()


async def test_a_wrong_password_and_a_stranger_s_certificate_are_said_in_a_line(house: Guarded, tmp_path: Path) -> None:
    """The clients only say that they cannot bootstrap; we say who is not let in, and why."""
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("wrong")
    with pytest.raises(NotLetIn, match=r"does not let skills in: .*invalid credentials"):
        async with admin(connection(house.settings("skills", kafka_password_file=wrong))):
            pass
    with pytest.raises(NotLetIn, match=r"no trust in Kafka .*certificate"):
        async with admin(connection(house.settings("skills", kafka_ca=house.folder / "stranger.pem"))):
            pass


async def test_a_service_waits_while_its_password_is_wrong_and_works_when_it_is_right(
    house: Guarded, mongo_uri: str, tmp_path: Path
) -> None:
    """The real process: readable lines and no traceback, and ready with the right password."""
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("wrong")
    with reserve_port() as held:
        told = {"THROUGHLINE_MONGO": mongo_uri, "THROUGHLINE_PORT": str(port_of(held))}
        bad = {**told, "THROUGHLINE_KAFKA_PASSWORD_FILE": str(wrong)}
        skills = _process("wrong", house.env("skills", **bad), tmp_path, port_of(held))
        skills.start()
        async with asyncio.timeout(60):
            while len(lines := _lines(skills)) < 2:  # noqa: ASYNC110 - another process speaks
                await asyncio.sleep(0.2)
        assert skills.alive
        await skills.stop()
        assert {line["event"] for line in lines} == {"waiting for database and broker"}
        assert all("does not let skills in" in line["reason"] for line in lines)
        assert "Traceback" not in skills.log.read_text()
        good = _process("right", house.env("skills", **told), tmp_path, port_of(held))
        good.start()
        try:
            await good.until_ready()
        finally:
            await good.stop()


def _process(name: str, env: dict[str, str], folder: Path, port: int) -> Child:
    async def ready() -> bool:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == httpx.codes.OK

    return Child(name, [sys.executable, "-m", "skills"], folder, port, env, ready)


def _lines(child: Child) -> list[dict[str, str]]:
    return [json.loads(line) for line in child.log.read_text().splitlines() if line.startswith("{")]


async def test_a_service_without_the_right_to_make_topics_says_which_is_missing(house: Guarded) -> None:
    """It goes on when they are there, and waits with a readable reason when not."""
    await ensure_topics(Service("skills", {}), house.settings("skills"))
    with pytest.raises(NotLetIn, match=r"the topic nobody\.commands is not there, or not for us"):
        await ensure_topics(Service("nobody", {}), house.settings("skills"))
