"""Lost tails: who speaks says now and then how far it is with whom, and who heard less asks for the rest."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from pydantic import ValidationError

from common.change import Ask
from common.contracts.plumbing import ResendRange, StreamTails
from common.desk import Desk
from common.envelope import Unaddressed, attributes_of, instant
from common.logs import log
from common.mongo import Database, UpdateOne, Write
from common.publisher import Lane, Publisher
from common.service import command_topic_of
from common.shards import Shards
from common.units import Act

TAILS = StreamTails.type_name()
TICK_SECONDS = 5.0
"""Between two tellings, and how old the end of a stream is when it is told: older than any open transaction."""
HEARTBEAT_TICKS = 3
"""Every so many ticks each partition hears from us, so that a broker that forgot is noticed while nothing moves."""
SUBJECTS = 500
"""Subjects in one record."""
PAGE = 20_000
"""Subjects told in one tick."""
ASKED_AT_ONCE = 500
"""Ranges asked for in one transaction."""


async def tell_tails(database: Database, shards: Shards, source: str, publisher: Publisher) -> None:
    """Say on each partition how far we are, for ever, and notice a broker that forgot."""
    await _remember(database, publisher)
    tick = 0
    while True:
        await asyncio.sleep(TICK_SECONDS)
        tick += 1
        if publisher.forgot:
            log().error("the broker lost what it had acknowledged; every listener is told how far it should be")
            publisher.forgot = False
            await shards.recall()
        await _note(database, publisher)
        until = shards.now - timedelta(seconds=TICK_SECONDS)
        await _tell(database, shards, source, publisher, until)
        if tick % HEARTBEAT_TICKS == 0:
            await _remember(database, publisher)
            for lane in list(publisher.acknowledged):
                await _say(publisher, source, lane, {}, until)


async def _tell(database: Database, shards: Shards, source: str, publisher: Publisher, until: datetime) -> None:
    ours = dict(shards.told)
    since = min((one.until for one in ours.values()), default=until)
    moved = await database.find(
        "sequences",
        {"changed_at": {"$gte": since, "$lt": until}, "shard": {"$in": list(ours)}},
        sort=[("changed_at", 1)],
        limit=PAGE,
    )
    for lane, some in (await publisher.lanes(moved)).items():
        for first in range(0, len(some), SUBJECTS):
            ends = {one["subject"]: one["last"] for one in some[first : first + SUBJECTS]}
            await _say(publisher, source, lane, ends, until)
    page = len(moved) == PAGE
    await shards.note_told(ours, moved[-1]["changed_at"] if page else until, page=page)


async def _say(publisher: Publisher, source: str, lane: Lane, ends: dict[str, int], at: datetime) -> None:
    tails = StreamTails(at=at, about=lane[0], ends=ends)
    attributes = attributes_of(
        tails, ce_id=str(uuid4()), ce_source=source, ce_subject=tails.about, ce_time=instant(tails.at)
    )
    await publisher.send(lane, [{"subject": tails.about, "attributes": attributes, "data": tails.model_dump_json()}])


async def _remember(database: Database, publisher: Publisher) -> None:
    """Read which offsets the broker gave before we were restarted, or to another instance, which may be gone.

    A partition on which it spoke would else fall silent, which to a listener is as if all of us were away.
    """
    for lease in await database.find("leases", {"kind": "acknowledged"}):
        publisher.acknowledged.setdefault((lease["topic"], lease["partition"]), lease["offset"])


async def _note(database: Database, publisher: Publisher) -> None:
    """Keep the offsets the broker gave us, for after a restart."""
    writes: list[Write] = [
        UpdateOne(
            {"_id": f"acknowledged-{topic}-{partition}"},
            {"$set": {"kind": "acknowledged", "topic": topic, "partition": partition, "offset": offset}},
            upsert=True,
        )
        for (topic, partition), offset in publisher.acknowledged.items()
    ]
    await database.write("leases", writes)


def tails_in(topic: str, attributes: Mapping[str, str], value: bytes | None) -> dict[str, int] | None:
    """The ends a record tells, by inbox position; None where it is not about tails.

    Raises Unaddressed where it says that it is, and cannot be read.
    """
    if attributes.get("ce_type") != TAILS:
        return None
    try:
        tails, source = StreamTails.model_validate_json(value or b""), attributes["ce_source"]
    except (ValidationError, KeyError):
        raise Unaddressed("unreadable StreamTails") from None
    return {f"{source}|{topic}|{subject}": last for subject, last in tails.ends.items()}


async def ask_for_lost_tails(desk: Desk, ends: dict[str, int]) -> None:
    """Ask the owners of these positions for what we have not heard."""
    found = await desk.store.database.find("positions", {"_id": {"$in": list(ends)}})
    heard = {position["_id"]: position["last"] for position in found}
    behind = [key for key, last in ends.items() if heard.get(key, 0) < last]
    now, asks = desk.clock.now(), []
    for key in behind:
        source, topic, subject = key.split("|", 2)
        if to := command_topic_of(source):
            missing = ResendRange(at=now, about=subject, topic=topic, first=heard.get(key, 0) + 1, last=ends[key])
            asks.append(Ask(missing, to))
    for first in range(0, len(asks), ASKED_AT_ONCE):
        log().warning("the end of a stream is missing, asked again", subjects=len(asks))
        await desk.take([Act(str(uuid4()), now, asks[first : first + ASKED_AT_ONCE])])
