"""What comes in on the wire is not always right: repeated, dropped, poisoned, strange."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaProducer
from pymongo import AsyncMongoClient

from common.contracts.scheduling import HoldPlace
from common.contracts.words import LevelOfCare, ParticipantId, TransitionId
from common.envelope import attributes_of, instant
from journeys.conftest import OPERATOR, Program


async def publish(program: Program, topic: str, key: str, value: bytes, headers: dict[str, str]) -> None:
    """Put one record on the broker, as anybody could."""
    async with AIOKafkaProducer(bootstrap_servers=program.house.kafka) as producer:
        raw = [(name, text.encode()) for name, text in headers.items()]
        await producer.send_and_wait(topic, value, key=key.encode(), headers=raw)


def hold(program: Program, participant: str, level: str) -> HoldPlace:
    """A command nobody asked for."""
    return HoldPlace(
        at=program.pace.now,
        transition_id=TransitionId(f"t-{participant}"),
        participant_id=ParticipantId(participant),
        level=LevelOfCare(level),
    )


def headers_of(data: HoldPlace, sequence: int, source: str) -> dict[str, str]:
    """The attributes of a record from a stranger that speaks well."""
    return attributes_of(
        data,
        ce_id=f"{source}-{sequence}",
        ce_source=source,
        ce_subject=data.subject(),
        ce_sequence=str(sequence),
        ce_time=instant(data.at),
    )


async def eventually(question: Any, answer: Any) -> None:
    """Wait until a question has this answer; fails after ten seconds."""
    last = None
    for _ in range(200):
        last = await question()
        if last == answer:
            return
        await asyncio.sleep(0.05)
    assert last == answer


async def test_a_record_repeated_on_the_wire_is_taken_once(program: Program) -> None:
    """Promise 2"""
    data = hold(program, "twice", "PHP")
    for _ in range(3):
        await publish(
            program, "scheduling.commands", data.subject(), data.model_dump_json().encode(), headers_of(data, 1, "/x/a")
        )

    async def held() -> int:
        return sum(h["participant_id"] == "twice" for h in (await program.board("PHP"))["held"])

    await eventually(held, 1)
    await asyncio.sleep(0.3)
    assert await held() == 1


async def test_a_poisoned_message_parks_its_subject_until_an_operator_decides(program: Program) -> None:
    """Promise 4: parked with a reason, others flow, the operator gives it up, what waited is applied."""
    good = hold(program, "behind", "IOP")
    source = "/x/b"
    await publish(program, "scheduling.commands", good.subject(), b'{"at": 1}', headers_of(good, 1, source))
    await publish(
        program, "scheduling.commands", good.subject(), good.model_dump_json().encode(), headers_of(good, 2, source)
    )

    async def parked() -> list[str]:
        rows = await program.look("scheduling", "/parked", OPERATOR)
        return [row["reason"] for row in rows if row["source"] == source]

    await eventually(parked, ["unreadable-body", "behind-parked"])
    assert await program.episode(await program.admit("IOP")) is not None

    about = {"service": "scheduling", "source": source, "topic": "scheduling.commands", "about": good.subject()}
    await program.act(
        "operations", "/parked/discard", {**about, "message_id": f"{source}-1", "reason": "made-by-a-test"}, OPERATOR
    )
    await program.act("operations", "/parked/replay", about, OPERATOR)
    await eventually(parked, [])

    async def waits() -> bool:
        return any(h["participant_id"] == "behind" for h in (await program.board("IOP"))["held"])

    await eventually(waits, True)


async def test_a_record_that_says_nothing_about_itself_is_kept_aside(program: Program) -> None:
    """Nothing is dropped: quarantined whole, and the stream goes on."""
    before = (await program.look("intake", "/streams", OPERATOR))["quarantined"]
    await publish(program, "intake.commands", "k", b"\xff\xfe", {"ce_id": "", "x": "y"})

    async def quarantined() -> int:
        return int((await program.look("intake", "/streams", OPERATOR))["quarantined"]) - int(before)

    await eventually(quarantined, 1)
    assert (await program.episode(await program.admit("PHP")))["level"] == "PHP"


async def test_a_record_lost_on_the_wire_is_asked_for_again(program: Program) -> None:
    """Promise 3: a gap is held, its owner sends the missing range again, and nobody notices but the log."""
    pid = await program.admit("PHP")
    await program.house.kill("family")
    await program.act("intake", f"/participants/{pid}/releases", {"supporter_id": "s", "scopes": ["SCHEDULE"]})
    async with AsyncMongoClient[dict[str, Any]](program.house.mongo) as client:
        position = f"/throughline/intake|intake.episodes|{pid}"
        lost = await client["family"]["positions"].find_one_and_update({"_id": position}, {"$inc": {"last": -2}})
    assert lost is not None
    await program.house.restart("family")
    await program.act("intake", f"/participants/{pid}/releases", {"supporter_id": "t", "scopes": ["SCHEDULE"]})

    async def caught_up() -> bool:
        async with AsyncMongoClient[dict[str, Any]](program.house.mongo) as client:
            row = await client["family"]["positions"].find_one({"_id": position})
            end = await client["intake"]["sequences"].find_one({"_id": f"intake.episodes|{pid}"})
        return bool(row and end and row["last"] == end["last"] and row["held"] == 0)

    await eventually(caught_up, True)
