"""Every check of the chaos harness holds for a right run and fails for a broken one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

import servers
from chaos.checks import CHECKS, examine
from chaos.hearing import heard, listeners
from chaos.seen import Seen, read_committed, read_log
from services.chaos.drafts import Break, Draft
from services.chaos.ways import WAYS
from throughline.invariants import Finding

CASES = [(code, way) for code, ways in WAYS.items() for way in ways]
ELSEWHERE = {"C8"}
"""What leaves the house is broken in a file of its own."""


def finding_of(seen: Seen, code: str) -> Finding:
    """What one check says."""
    return next(one for one in examine(seen) if one.name.startswith(f"{code} "))


def test_a_right_run_passes_every_check(right: Seen) -> None:
    """The checks agree with what the services really do."""
    assert [one for one in examine(right) if not one.ok] == []


def test_every_check_had_something_to_look_at(right: Seen) -> None:
    """A check that looked at nothing proves nothing."""
    assert [one.name for one in examine(right) if not one.counted] == []


@pytest.mark.parametrize(("code", "way"), CASES, ids=[f"{code}-{way.__name__[1:]}" for code, way in CASES])
def test_a_broken_run_is_found_out(draft: Draft, code: str, way: Break) -> None:
    """The check says so, and names an offender."""
    way(draft)
    found = finding_of(draft.seen(), code)

    assert not found.ok
    assert "cannot be checked" not in found.detail


def test_every_check_can_fail(right: Seen) -> None:
    """There is a way to break what each check watches."""
    assert {one.name.split()[0] for one in examine(right)} == {*WAYS, *ELSEWHERE}
    assert len(CHECKS) == len(WAYS) + len(ELSEWHERE)


def test_a_document_nobody_can_read_breaks_its_check(draft: Draft) -> None:
    """A bug in the stores must not look like a pass, and must not end the other checks."""
    draft.docs("skills", "chaos_acts").append({"_id": "torn"})
    found = examine(draft.seen())

    assert "cannot be checked" in next(one.detail for one in found if one.name == "no_act_twice")
    assert len(found) == len(CHECKS)


def test_asking_again_is_right_where_something_was_lost(draft: Draft) -> None:
    """A wire that dropped messages is repaired by asking; the finding says how often."""
    asked, *_ = WAYS["C11"]
    asked(draft)
    draft.lost_on_purpose = True

    assert finding_of(draft.seen(), "C11").detail == "1 times asked, and something was lost"


def test_what_follows_a_poison_may_be_parked(draft: Draft) -> None:
    """Followers are parked for order's sake; only what began it must have been expected."""
    first = draft.docs("notifications", "parked")[0]
    draft.docs("notifications", "parked").append(
        {**first, "_id": "follower", "message_id": "follower", "sequence": first["sequence"] + 1}
    )

    assert finding_of(draft.seen(), "C5a").ok


def test_everybody_who_reads_a_stream_is_known() -> None:
    """Who hears what comes from the published description, commands included."""
    assert listeners("intake.episodes") == ("scheduling", "skills", "family", "notifications", "operations")
    assert "HoldPlace.v1" in heard()["scheduling", "scheduling.commands"]
    assert listeners("intake.contacts") == ()


@pytest_asyncio.fixture
async def quiet(tmp_path: Path) -> AsyncIterator[str]:
    """A broker of its own: while another test's service is a member of its group, nobody may commit from outside."""
    async with servers.broker(servers.SOURCE, tmp_path) as bootstrap:
        yield bootstrap


@pytest_asyncio.fixture
async def offset(quiet: str) -> AsyncIterator[int]:
    """Two records on one partition, of which the group of skills committed one; the offset of the first."""
    place = TopicPartition("skills.commands", 0)
    async with AIOKafkaProducer(bootstrap_servers=quiet) as producer:
        headers = [("ce_id", b"1"), ("ce_source", b"/strangers/x"), ("ce_type", b"A.v1"), ("ce_subject", b"s")]
        headers += [("ce_sequence", b"7"), ("ce_time", b"2026-06-01T00:00:00Z")]
        first = await producer.send_and_wait(place.topic, b"{}", partition=0, headers=headers)
        await producer.send_and_wait(place.topic, None, b"k", partition=0, headers=[("ce_subject", b"\xff")])
    async with AIOKafkaConsumer(bootstrap_servers=quiet, group_id="skills", enable_auto_commit=False) as consumer:
        consumer.assign([place])
        await consumer.commit({place: first.offset + 1})
    yield first.offset


async def test_log_and_offsets_are_read_from_the_broker(quiet: str, offset: int) -> None:
    """C6 looks at the real log, whatever lies in it, and at what a real group committed."""
    log = [one for one in await read_log(quiet) if one.topic == "skills.commands" and one.offset >= offset]

    assert [(one.position, one.sequence, one.addressed) for one in log] == [
        ("/strangers/x|skills.commands|s", 7, True),
        ("|skills.commands|\\xff", 0, False),
    ]
    assert (await read_committed(quiet))["skills", "skills.commands", 0] == offset + 1


def test_an_offset_behind_a_held_message_is_right(draft: Draft) -> None:
    """What waits for its predecessors is safe in the store."""
    run_ahead, *_ = WAYS["C6"]
    run_ahead(draft)
    draft.docs("intake", "held").append({"_id": f"{draft.log[-1].position}|{draft.log[-1].sequence}"})

    assert finding_of(draft.seen(), "C6").ok


def test_a_stranger_is_nobody_we_know(right: Seen) -> None:
    """Positions of strangers have no journal to be compared with."""
    stranger = {"_id": "/strangers/x|skills.commands|s", "applied": [1], "ids": ["x"]}
    stores = {**right.stores, "skills": {**right.stores["skills"], "chaos_ledger": [stranger]}}

    assert "/strangers" not in finding_of(replace(right, stores=stores), "C1f").detail
