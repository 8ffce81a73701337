"""A house starts whole, and leaves nothing when it goes."""

import asyncio
import json
import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from pymongo import AsyncMongoClient

from throughline.embedded.brokers import PARTITIONS
from throughline.embedded.house import House
from throughline.embedded.preflight import CannotRun
from throughline.embedded.runs import running

from .observing import any_lives, listens, tiny

PAIR = ("intake", "skills")


async def seen_by(house: House, service: str, variable: str) -> str:
    """What a tiny service was given in its environment."""
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"{house.urls[service]}/{variable}")).text


async def test_an_empty_house_starts_and_leaves_nothing(root: Path) -> None:
    """No process, port, lock or folder is left."""
    async with House(root, services=()) as house:
        ports = json.loads((house.run_folder / "house.json").read_text())["ports"].values()
        assert all(listens(port) for port in ports)

    assert set(house.pids) == {"mongod", "broker"}
    assert not any_lives(house.pids.values())
    assert not any(listens(port) for port in ports)
    assert list(root.iterdir()) == []


async def test_two_houses_at_once_do_not_meet(root: Path) -> None:
    """Two runs at once both work, each with its own store."""
    async with House(root, services=()) as one, House(root, services=()) as two:
        async with (
            AsyncMongoClient[dict[str, object]](one.mongo) as ones,
            AsyncMongoClient[dict[str, object]](two.mongo) as twos,
        ):
            await ones.house.notes.insert_one({"_id": "one"})
            assert await twos.house.notes.count_documents({}) == 0
        assert set(running(root)) == {one.run_folder, two.run_folder}

    assert not any_lives([*one.pids.values(), *two.pids.values()])
    assert running(root) == []


async def test_whoever_makes_a_topic_first_makes_it_with_the_same_partitions(root: Path) -> None:
    """After its log was emptied the broker may be asked by a service first.

    Its groups never hear of partitions that come later (chaos, seed 16: two thirds of all messages were not read).
    """
    async with House(root, services=("intake",), command=tiny) as house:
        assert await seen_by(house, "intake", "THROUGHLINE_PARTITIONS") == str(PARTITIONS["embedded"])


async def test_services_are_told_where_everything_is(root: Path) -> None:
    """Services read their surroundings from the environment, and nothing of ours leaks in."""
    async with House(
        root, services=PAIR, command=tiny, stepped_clock=True, extra_env={"THROUGHLINE_SITE": "north"}
    ) as house:
        assert await seen_by(house, "skills", "THROUGHLINE_SERVICE") == "skills"
        assert await seen_by(house, "intake", "THROUGHLINE_KAFKA") == house.kafka
        assert await seen_by(house, "intake", "THROUGHLINE_MONGO") == house.mongo
        assert await seen_by(house, "intake", "THROUGHLINE_JWKS") == str(house.run_folder / "jwks.json")
        assert await seen_by(house, "intake", "THROUGHLINE_CLOCK_FILE") == str(house.run_folder / "clock")
        assert await seen_by(house, "intake", "THROUGHLINE_SITE") == "north"


async def test_no_clock_file_unless_asked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house on real time never reads a clock left over from another."""
    monkeypatch.setenv("THROUGHLINE_CLOCK_FILE", "/elsewhere")
    async with House(root, services=("intake",), command=tiny) as house:
        assert await seen_by(house, "intake", "THROUGHLINE_CLOCK_FILE") == ""


async def test_a_killed_service_comes_back_on_its_port(root: Path) -> None:
    """What is killed can be started again, where it was."""
    async with House(root, services=("intake",), command=tiny) as house:
        before = house.pids["intake"]
        await house.kill("intake", signal.SIGKILL)
        assert not any_lives([before])

        await house.restart("intake")

        assert house.pids["intake"] != before
        assert await seen_by(house, "intake", "THROUGHLINE_SERVICE") == "intake"
        noted = json.loads((house.run_folder / "house.json").read_text())
        assert noted["pids"] == house.pids


async def test_a_killed_mongod_finds_its_data_again(root: Path) -> None:
    """A journaled write outlives a kill."""
    async with House(root, services=()) as house, AsyncMongoClient[dict[str, object]](house.mongo) as client:
        await client.house.notes.insert_one({"_id": "one"})
        await house.kill("mongod")
        await house.restart("mongod")

        assert await client.house.notes.count_documents({}) == 1


async def test_a_killed_broker_has_its_topics_again(root: Path) -> None:
    """Reliability 7: a broker's restart loses everything, so topics are made first again."""
    async with House(root, services=()) as house:
        await house.kill("broker")
        await house.restart("broker")
        async with AIOKafkaProducer(bootstrap_servers=house.kafka) as producer:
            partitions = await producer.partitions_for("skills.progress")

    assert len(partitions) == 4


async def test_a_frozen_service_is_stopped_too(root: Path) -> None:
    """SIGSTOP does not keep a process alive."""
    async with House(root, services=("intake",), command=tiny) as house:
        await house.kill("intake", signal.SIGSTOP)

    assert not any_lives(house.pids.values())


async def test_a_service_that_cannot_start_says_why_in_one_line(root: Path) -> None:
    """The reason is on the screen, and its log is kept."""
    with pytest.raises(CannotRun) as stopped:
        async with House(root, services=PAIR, command=lambda name: [*tiny(name), "--broken"]) as house:
            raise AssertionError(house)

    assert "ended while starting: the settings are wrong" in stopped.value.line
    assert "\n" not in stopped.value.line
    (left,) = root.iterdir()
    assert {entry.suffix for entry in left.iterdir()} == {".log"}
    assert running(root) == []


async def test_a_fixed_port_is_used_or_refused(root: Path) -> None:
    """A port the user asked for is never silently another."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        other.listen()
        with pytest.raises(CannotRun, match=f"Port {port}, wanted for intake"):
            await House(root, services=("intake",), command=tiny, ports={"intake": port}).__aenter__()
    assert not root.exists()

    async with House(root, services=("intake",), command=tiny, ports={"intake": port}) as house:
        assert house.urls["intake"] == f"http://127.0.0.1:{port}"


async def test_a_kept_run_keeps_its_data_and_lets_go_of_the_rest(root: Path) -> None:
    """Kept is for reading afterwards, not for running on."""
    async with House(root, services=(), keep=True) as house:
        pass

    names = {entry.name for entry in house.run_folder.iterdir()}
    assert {"mongod", "mongod.log", "broker.log", "jwks.json"} <= names
    assert not [name for name in names if name.endswith((".pid", ".lock"))]
    assert not any_lives(house.pids.values())


async def test_peak_memory_is_known_after_the_house_is_closed(root: Path) -> None:
    """What the house cost can be told when it is over."""
    async with House(root, services=("intake",), command=tiny) as house:
        pass

    assert set(house.peak_memory()) == {"mongod", "broker", "intake"}
    assert all(peak > 1_000_000 for peak in house.peak_memory().values())


async def test_a_cancelled_start_leaves_nothing(root: Path) -> None:
    """Ctrl-C while the house starts is a Ctrl-C like any other."""
    house = House(root, services=("intake",), command=lambda _: [sys.executable, "-c", "import time; time.sleep(60)"])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3):
            await house.__aenter__()

    assert set(house.pids) == {"mongod", "broker", "intake"}
    assert not any_lives(house.pids.values())
    assert list(root.iterdir()) == []
