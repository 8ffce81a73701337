"""Reports: what waits to be read, and the words, which stand here and nowhere else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from common.change import NotFound, Record
from common.contracts.message import Contract
from common.contracts.reports import ReportMatched, ReportReceived, ReportSettled, ReportTaken, ReportUnread
from common.mongo import Database, IndexModel

WORDS = "report_words"
"""What was said, who said it and about whom, in their words; never part of a message. Rule: FA-I2."""


def keep_words(report_id: str, whom: str, who: str, words: str) -> Record:
    """The words of a report, kept beside it."""
    return Record(WORDS, report_id, {"$set": {"whom": whom, "who": who, "words": words}})


def show_received(fact: ReportReceived) -> Iterable[Record]:
    """It waits to be read."""
    row = {
        "report_id": fact.report_id,
        "participant_id": fact.participant_id,
        "supporter_id": fact.supporter_id,
        "danger": fact.danger.value,
        "told_at": fact.at,
        "received_by": fact.received_by,
        "open": True,
        "times_unread": 0,
    }
    return (Record("reports", fact.report_id, {"$set": row}),)


def show_matched(fact: ReportMatched) -> Iterable[Record]:
    """Somebody knows whom it is about."""
    row = {"participant_id": fact.participant_id, "matched_by": fact.matched_by}
    return (Record("reports", fact.report_id, {"$set": row}),)


def show_taken(fact: ReportTaken) -> Iterable[Record]:
    """Somebody has it."""
    return (Record("reports", fact.report_id, {"$set": {"taken_by": fact.taken_by, "taken_at": fact.at}}),)


def show_settled(fact: ReportSettled) -> Iterable[Record]:
    """It waits no more."""
    row = {"outcome": fact.outcome.value, "settled_by": fact.settled_by, "settled_at": fact.at, "open": False}
    return (Record("reports", fact.report_id, {"$set": row}),)


def show_unread(fact: ReportUnread) -> Iterable[Record]:
    """Nobody has read it for so long."""
    return (Record("reports", fact.report_id, {"$set": {"times_unread": fact.times}}),)


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    ReportReceived: show_received,
    ReportMatched: show_matched,
    ReportTaken: show_taken,
    ReportSettled: show_settled,
    ReportUnread: show_unread,
}
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    "reports": [IndexModel([("open", 1), ("told_at", -1), ("_id", -1)]), IndexModel([("participant_id", 1)])],
    WORDS: (),
}


async def reports_of(
    database: Database, *, open_only: bool, participant_id: str | None, before: str | None, limit: int
) -> dict[str, Any]:
    """Reports without their words, newest first; `next` goes into `before` for the page after."""
    query: dict[str, Any] = {"open": True} if open_only else {}
    if participant_id is not None:
        query["participant_id"] = participant_id
    last = await database.get("reports", before) if before else None
    if last:
        earlier = [{"told_at": {"$lt": last["told_at"]}}, {"told_at": last["told_at"], "_id": {"$lt": before}}]
        query["$or"] = earlier
    rows = await database.find("reports", query, sort=[("told_at", -1), ("_id", -1)], limit=limit + 1)
    shown = [{key: value for key, value in row.items() if key != "_id"} for row in rows[:limit]]
    return {"items": shown, "next": rows[limit - 1]["_id"] if len(rows) > limit else None}


async def report_of(database: Database, report_id: str) -> dict[str, Any]:
    """One report with its words; raises NotFound `no-such-report`."""
    row, words = await database.get("reports", report_id), await database.get(WORDS, report_id)
    if row is None:
        raise NotFound("no-such-report", "there is no report of this id")
    return {key: value for key, value in {**(words or {}), **row}.items() if key != "_id"}
