"""Who is on call, what is to be paged to them, and what was heard about risk."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from common.change import Record
from common.contracts.coaching import OnCallSet
from common.contracts.message import Contract
from common.contracts.notices import LadderClimbed
from common.contracts.paging import RiskStreamEvent, RiskStreamHeard, RiskStreamLate
from common.contracts.skills import RiskFlagCleared, RiskFlagRaised
from common.contracts.words import FlagId, ParticipantId, StaffId
from common.mongo import Database, IndexModel, UpdateOne
from notifications.domain.policy import Policy
from notifications.domain.watch import HOUSE, STREAM

SHIFTS, PAGES, HEARING, FLAGS = "shifts", "pages", "hearing", "risk_flags"
WAITS: Mapping[str, Mapping[str, Any]] = {PAGES: {"done": False}}
AT_ONCE = 100
"""Rows taken per look. ASSUMED."""
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    SHIFTS: [IndexModel([("starts_at", 1)])],
    PAGES: [IndexModel([("done", 1)]), IndexModel([("matter", 1)])],
    FLAGS: [IndexModel([("settled", 1), ("heard_at", 1)]), IndexModel([("participant_id", 1)])],
    HEARING: [],
}


class OldFlag(NamedTuple):
    """A flag of a while ago: the matter it belongs to, whom it is about, and whether somebody was told."""

    flag_id: FlagId
    matter: str
    who: ParticipantId
    told: bool


def shift(said: OnCallSet) -> Record:
    """The write that keeps a shift of the roster; one without anybody is taken away. Rule: NO-L6."""
    kept = {"staff": said.staff, "starts_at": said.starts_at, "ends_at": said.ends_at}
    return Record(SHIFTS, said.shift_id, {"$set": kept})


async def on_call_at(database: Database, instant: datetime) -> StaffId | None:
    """Who is on call; of two, who began last, as scheduling counts it. Rules: NO-L6, SC-K6."""
    query = {"starts_at": {"$lte": instant}, "ends_at": {"$gt": instant}, "staff": {"$ne": None}}
    found = await database.find(SHIFTS, query, sort=[("starts_at", -1), ("staff", -1)], limit=1)
    return StaffId(found[0]["staff"]) if found else None


def paging(policy: Policy) -> Mapping[type[Contract], Callable[[Any], Iterable[Record]]]:
    """What each fact asks to be paged to who is on call. Rules: NO-L6, NO-K1."""

    def of_ladder(fact: LadderClimbed) -> Iterable[Record]:
        if policy.on_call in fact.to:
            told = {"template": fact.template, "participant_id": fact.participant_id}
            yield _page(fact.ladder_id, fact.step, told)

    def of_stream(fact: RiskStreamEvent) -> Iterable[Record]:
        template = "risk-stream-late" if isinstance(fact, RiskStreamLate) else "risk-stream-heard"
        yield _page(f"{STREAM}-{fact.incident}", 0, {"template": template, "participant_id": HOUSE})

    return {LadderClimbed: of_ladder, RiskStreamLate: of_stream, RiskStreamHeard: of_stream}


def _page(matter: str, step: int, told: Mapping[str, str]) -> Record:
    """One page a matter, step and text; `done` says that somebody has it, or that nobody was there."""
    asked = {**told, "matter": matter, "step": step, "done": False}
    return Record(PAGES, f"{matter}~{told['template']}~{step}", {"$setOnInsert": asked})


def paged(id: str, staff: StaffId | None, at: datetime) -> Record:
    """The write that says to whom a page went, and when."""
    return Record(PAGES, id, {"$set": {"done": True, "staff": staff, "paged_at": at}})


async def to_page(database: Database) -> list[dict[str, Any]]:
    """The pages that are due."""
    return await database.find(PAGES, {"done": False}, limit=AT_ONCE)


def flag_raised(said: RiskFlagRaised) -> Record:
    """The write that remembers a flag until somebody was told of it, by the database's clock. Rule: NO-K2."""
    kept = {"participant_id": said.participant_id, "raised_at": said.at, "matter": said.matter or said.flag_id}
    return Record(FLAGS, said.flag_id, {"$set": kept, "$currentDate": {"heard_at": True}})


def flag_settled(flag_id: FlagId) -> Record:
    """The write that says that somebody was told of a flag, or cleared it."""
    return Record(FLAGS, flag_id, {"$set": {"settled": True}})


def flag_cleared(said: RiskFlagCleared) -> Record:
    """Who clears a flag knows of it."""
    return flag_settled(said.flag_id)


async def old_flags(database: Database, policy: Policy) -> list[OldFlag]:
    """Flags heard of for too long; whether somebody was told to look at that participant since. Rule: NO-K2."""
    before = await database.now() - policy.risk_patience
    rows = await database.find(FLAGS, {"settled": None, "heard_at": {"$lt": before}}, limit=AT_ONCE)
    found = []
    for row in rows:
        about = {"participant_id": row["participant_id"], "template": "risk-flag-raised"}
        told = await database.count("notices", {**about, "sent_at": {"$gte": row["raised_at"]}})
        id, who = FlagId(row["_id"]), ParticipantId(row["participant_id"])
        found.append(OldFlag(id, row.get("matter", id), who, told > 0))
    return found


async def note_hearing(database: Database, topic: str, until: Mapping[int, float]) -> None:
    """Keep how far this instance heard each of its partitions."""
    writes = [
        UpdateOne(
            {"_id": f"{topic}|{partition}"},
            {"$max": {"until": datetime.fromtimestamp(at, UTC)}, "$set": {"topic": topic}},
            upsert=True,
        )
        for partition, at in until.items()
    ]
    await database.write(HEARING, writes)


async def heard_until(database: Database, topic: str) -> datetime | None:
    """Until when all of a stream was heard, by whichever instance; None where nothing ever was."""
    rows = await database.find(HEARING, {"topic": topic}, sort=[("until", 1)])
    return rows[0]["until"] if rows else None
