"""What is wrong with a real deployment is said, and nothing else."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from pymongo import AsyncMongoClient

from throughline.doctor.brokers import judge_brokers
from throughline.doctor.checkup import Deployment, examine
from throughline.doctor.findings import Finding, Verdict
from throughline.doctor.read_brokers import read_brokers
from throughline.embedded.house import House
from throughline.embedded.processes import Child, port_of, reserve_port
from throughline.embedded.servers import mongo_uri, mongod_child


def wrongs(findings: list[Finding]) -> list[tuple[str, str]]:
    """Where something needs mending, and what."""
    return [(finding.where, finding.what) for finding in findings if finding.verdict is Verdict.WRONG]


def with_settings(deployment: Deployment, **told: object) -> Deployment:
    """The same, told otherwise."""
    return replace(deployment, settings=deployment.settings.model_copy(update=told))


async def doctor(folder: Path, *words: str) -> tuple[int, str, str]:
    """What `throughline doctor` ends with and says, on both outputs."""
    command = [str(Path(sys.executable).with_name("throughline")), "doctor", *words]
    pipe = asyncio.subprocess.PIPE
    env = {**os.environ, "COLUMNS": "200"}
    done = await asyncio.create_subprocess_exec(*command, cwd=folder, env=env, stdout=pipe, stderr=pipe)
    out, err = await done.communicate()
    return done.returncode or 0, out.decode(), err.decode()


async def test_a_house_that_runs_is_well(house: House) -> None:
    """The command finds it by itself, says its limits as notes, and ends with 0."""
    code, out, err = await doctor(house.root.parent)
    assert (code, err) == (0, ""), out
    assert "all well" in out and "the embedded broker: one, in memory" in out


async def test_a_house_that_is_not_there_cannot_be_asked(tmp_path: Path) -> None:
    """One readable line, and exit 2."""
    code, out, err = await doctor(tmp_path)
    assert (code, out, len(err.splitlines())) == (2, "", 1)


async def test_an_address_that_is_none_is_a_bad_argument(house: House) -> None:
    """One readable line, and exit 2."""
    code, out, err = await doctor(house.root.parent, "--service", "intake")
    assert (code, out, len(err.splitlines())) == (2, "", 1)


async def test_a_topic_that_is_missing_is_named(deployment: Deployment) -> None:
    """Nothing can be said on it."""
    specs = [*deployment.topics, replace(deployment.topics[0], name="nobody.said")]
    found = await read_brokers(deployment.settings, specs, list(deployment.services.values()))
    assert wrongs(judge_brokers(found, [spec.name for spec in specs])) == [
        ("topic nobody.said", "is missing, or not for us to see")
    ]


async def test_other_partitions_than_declared_are_named(deployment: Deployment) -> None:
    """A subject's messages would go two ways."""
    found = wrongs(await examine(with_settings(deployment, partitions=12)))
    assert found == [(f"topic {spec.name}", "partitions: 12 meant, 4 found") for spec in deployment.topics]


async def test_a_broker_that_is_away_is_one_line(deployment: Deployment) -> None:
    """And all else is looked at."""
    with reserve_port() as nobody:
        there = f"127.0.0.1:{port_of(nobody)}"
        found = wrongs(await examine(with_settings(deployment, kafka=there)))
    assert [(where, there in what) for where, what in found] == [("broker", True)]


async def test_an_index_that_is_missing_or_strange_is_named(deployment: Deployment) -> None:
    """Missing is wrong, strange is a note."""
    async with AsyncMongoClient[dict[str, object]](deployment.settings.mongo) as client:
        timers = client.family.timers
        await timers.drop_index("due_at_1")
        await timers.create_index("by_hand")
        found = await examine(deployment)
        await timers.drop_index("by_hand_1")
        await timers.create_index("due_at")
    assert wrongs(found) == [("database family", "index due_at_1 of timers is missing")]
    assert "index by_hand_1 of timers is declared nowhere" in {finding.what for finding in found}
    assert wrongs(await examine(deployment)) == []


async def test_what_waits_too_long_is_named(deployment: Deployment) -> None:
    """An entry nobody sends, and a message nobody looks at."""
    async with AsyncMongoClient[dict[str, object]](deployment.settings.mongo) as client:
        await client.family.outbox.insert_one({"_id": f"{1:020d}-x", "shard": 0, "rows": []})
        await client.family.parked.insert_one({"_id": "x", "state": "parked"})
        found = await examine(deployment)
        await client.family.outbox.delete_many({})
        await client.family.parked.delete_many({})
    assert [where for where, what in wrongs(found) if "1 entries unsent" in what] == ["database family"]
    assert "1 messages parked" in {finding.what for finding in found}


async def test_a_service_that_died_is_named(house: House, deployment: Deployment) -> None:
    """With where it was looked for; the command ends with 1."""
    await house.kill("skills")
    code, out, _ = await doctor(house.root.parent)
    assert code == 1 and "1 to mend" in out
    assert [where for where, _ in wrongs(await examine(deployment))] == ["skills"]
    await house.restart("skills")
    assert wrongs(await examine(deployment)) == []


@asynccontextmanager
async def another_mongod(folder: Path, *, alone: bool) -> AsyncIterator[Child]:
    """A mongod that nobody has initiated."""
    with reserve_port() as held:
        child = mongod_child(folder, port_of(held))
        if alone:
            where = child.argv.index("--replSet")
            child.argv[where : where + 2] = []

        async def answers() -> bool:
            return True

        child.answers = answers
        child.start()
        try:
            await child.until_ready()
            yield child
        finally:
            await child.stop()


async def test_a_mongod_that_stands_alone_is_named(tmp_path: Path, deployment: Deployment) -> None:
    """It answers, and has no transactions."""
    async with another_mongod(tmp_path, alone=True) as child:
        found = wrongs(await examine(with_settings(deployment, mongo=mongo_uri(child.port))))
    assert (f"mongod 127.0.0.1:{child.port}", "stands alone and knows no transactions") in found


async def test_a_mongod_without_a_primary_is_named(tmp_path: Path, deployment: Deployment) -> None:
    """Before it was initiated, and after its primary stepped down."""
    async with another_mongod(tmp_path, alone=False) as child:
        there = with_settings(deployment, mongo=mongo_uri(child.port))
        member = f"mongod 127.0.0.1:{child.port}"
        assert (member, "waits for its replica set to be initiated") in wrongs(await examine(there))
        child.answers = mongod_child(tmp_path, child.port).answers
        await child.until_ready()
        async with AsyncMongoClient[dict[str, object]](mongo_uri(child.port)) as client:
            await client.admin.command({"replSetStepDown": 60, "force": True})
        assert ("database", "the replica set has no primary") in wrongs(await examine(there))
