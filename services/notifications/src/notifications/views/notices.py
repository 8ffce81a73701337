"""Notices: how far each is, who reads what, and what leaves for a gateway."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from prometheus_client import Gauge

from common.change import Invalid, Record
from common.contracts.message import Contract
from common.contracts.notifications import (
    NoticeAcknowledged,
    NoticeDelivered,
    NoticeEvent,
    NoticeQueued,
    NoticeSent,
    NoticeSuppressed,
    NoticeUndeliverable,
)
from common.contracts.words import NoticeId, RecipientKind
from common.desk import Desk
from common.fold import collection_of
from common.mongo import Database, IndexModel
from common.outbound import entrust
from common.plain import meant
from notifications.domain import outside
from notifications.domain.correspondence import Correspondence, Outside, Stage
from notifications.domain.recipient import Recipient, key_of
from notifications.views.texts import text_of

ROWS = "notices"
MOVED_AT = "moved_at"
"""When a notice last changed for its recipient, in real time by the database's clock; see `live`."""
NOT_SHOWN = ("_id", MOVED_AT)


def _key(fact: NoticeEvent) -> str:
    return f"{fact.participant_id}|{fact.notice_id}"


def _row(fact: NoticeEvent, stage: Stage, **more: Any) -> tuple[Record]:
    shown = {
        "participant_id": fact.participant_id,
        "notice_id": fact.notice_id,
        "recipient_kind": fact.recipient_kind.value,
        "recipient_id": fact.recipient_id,
        "template": fact.template,
        "stage": stage.value,
        **more,
    }
    return (Record("notices", _key(fact), {"$set": shown}),)


def _moved(rows: Iterable[Record]) -> Iterable[Record]:
    return tuple(replace(row, update={**row.update, "$currentDate": {MOVED_AT: True}}) for row in rows)


def show_queued(fact: NoticeQueued) -> Iterable[Record]:
    """It waits."""
    return _row(fact, Stage.WAITING, due_at=fact.due_at)


def show_sent(fact: NoticeSent) -> Iterable[Record]:
    """It stands in the inbox."""
    return _moved(_row(fact, Stage.SENT, sent_at=fact.at, channel=fact.channel, release_id=fact.release_id))


def show_suppressed(fact: NoticeSuppressed) -> Iterable[Record]:
    """It was not said, and why."""
    return _row(fact, Stage.SUPPRESSED, suppressed_at=fact.at, reason=fact.reason)


def show_acknowledged(fact: NoticeAcknowledged) -> Iterable[Record]:
    """It was seen."""
    return _moved(_row(fact, Stage.ACKNOWLEDGED, acknowledged_at=fact.at))


def show_delivered(fact: NoticeDelivered) -> Iterable[Record]:
    """It left the house as well; whatever was thought before, that is so."""
    shown = {"outside": Outside.DELIVERED.value, "delivered_at": fact.at, "delivered_by": fact.channel}
    return (Record("notices", _key(fact), {"$set": shown, "$unset": {"undeliverable_because": "", "unsure": ""}}),)


def show_undeliverable(fact: NoticeUndeliverable) -> Iterable[Record]:
    """It stays in the inbox only, and why."""
    shown = {"outside": Outside.UNDELIVERABLE.value, "undeliverable_because": fact.reason, "unsure": fact.unsure}
    return (Record("notices", _key(fact), {"$set": shown}),)


def show_and_post(fact: NoticeSent) -> Iterable[Record]:
    """It stands in the inbox, and leaves for the gateway: ids and text, never a name. Rules: NO-D1, NO-D2."""
    to = {"kind": fact.recipient_kind.value, "id": fact.recipient_id}
    body = json.dumps({"to": to, "text": text_of(fact.template, fact.participant_id)}, ensure_ascii=False)
    return (*show_sent(fact), entrust(fact.notice_id, fact.participant_id, body))


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    NoticeQueued: show_queued,
    NoticeSent: show_sent,
    NoticeSuppressed: show_suppressed,
    NoticeAcknowledged: show_acknowledged,
    NoticeDelivered: show_delivered,
    NoticeUndeliverable: show_undeliverable,
}
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    "notices": [
        IndexModel([("recipient_kind", 1), ("recipient_id", 1), ("sent_at", -1), ("_id", -1)]),
        IndexModel([("participant_id", 1)]),
        IndexModel([("stage", 1)]),
        IndexModel([("outside", 1)], sparse=True),
    ],
}


NOTICES = Gauge("throughline_notices", f"Notices by state ({', '.join(Stage)}); from the database", ["state"])
OUTSIDE = Gauge(
    "throughline_notices_outside",
    f"Notices by what became of them outside the house ({', '.join(Outside)}); from the database",
    ["state"],
)


async def measure(desk: Desk) -> None:
    """Count the notices by how far they are, inside and outside the house."""
    for stage in Stage:
        NOTICES.labels(stage).set(await desk.store.database.count("notices", {"stage": stage.value}))
    for outside_ in Outside:
        OUTSIDE.labels(outside_).set(await desk.store.database.count("notices", {"outside": outside_.value}))


async def inbox(
    database: Database, kind: RecipientKind, recipient_id: str, now: datetime, before: str, limit: int
) -> dict[str, Any]:
    """A page of what was sent to one recipient, with its text, newest first.

    A supporter sees a notice only while the release it was sent under stands. Rule: NO-S5.
    """
    query: dict[str, Any] = {
        "recipient_kind": kind.value,
        "recipient_id": recipient_id,
        "stage": {"$in": [Stage.SENT.value, Stage.ACKNOWLEDGED.value]},
    }
    query |= _older_than(before) if before else {}
    rows = await database.find("notices", query, sort=[("sent_at", -1), ("_id", -1)], limit=limit)
    items = list((await worded(database, kind, rows, now)).values())
    last = f"{rows[-1]['sent_at'].isoformat()}|{rows[-1]['_id']}" if len(rows) == limit else None
    return {"items": items, "next": last}


async def worded(
    database: Database, kind: RecipientKind, rows: Sequence[dict[str, Any]], now: datetime
) -> dict[str, dict[str, Any]]:
    """The rows their recipients may read now, by id and in order, each with its text in their language.

    For a supporter with what 42 CFR 2.32 asks for, as `part2`. Rules: NO-S5, NO-S6.
    """
    mails = await _mails(database, rows) if kind is RecipientKind.SUPPORTER else {}
    shown = [row for row in rows if not mails or not _why_not(mails, row, now)]
    readers = {row["recipient_id"] for row in shown}
    spoken = {reader: await _language_of(database, key_of(kind, reader)) for reader in readers}
    return {row["_id"]: _read(row, spoken[row["recipient_id"]], mails) for row in shown}


async def notices_of(database: Database, participant_id: str) -> list[dict[str, Any]]:
    """Every notice about one participant and how far it is, in no order of importance."""
    rows = await database.find("notices", {"participant_id": participant_id}, sort=[("_id", 1)])
    return [_shown(row) for row in rows]


async def why_not_outside(database: Database, participant_id: str, notice_id: NoticeId, now: datetime) -> str:
    """Why a notice that was sent may not leave the house as the releases stand now, or nothing. Rule: NO-D3."""
    found = await database.find(collection_of(Correspondence), {"_id": participant_id})
    return outside.why_not(Correspondence.model_validate(found[0]["state"]), notice_id, now)


async def _language_of(database: Database, key: str) -> str:
    found = await database.get(collection_of(Recipient), key)
    contact = Recipient.model_validate(found["state"]).contact if found else None
    return contact.language if contact else "en"


async def _mails(database: Database, rows: Sequence[dict[str, Any]]) -> dict[str, Correspondence]:
    whose = sorted({row["participant_id"] for row in rows})
    found = await database.find(collection_of(Correspondence), {"_id": {"$in": whose}})
    return {doc["_id"]: Correspondence.model_validate(doc["state"]) for doc in found}


def _why_not(mails: Mapping[str, Correspondence], row: dict[str, Any], now: datetime) -> str:
    return outside.why_not(mails[row["participant_id"]], row["notice_id"], now)


def _read(row: dict[str, Any], language: str, mails: Mapping[str, Correspondence]) -> dict[str, Any]:
    read = {**_shown(row), "text": text_of(row["template"], row["participant_id"], language)}
    mail = mails.get(row["participant_id"])
    release = mail.releases.get(row["release_id"]) if mail else None
    part2 = release.part2(language) if release else None
    return {**read, "part2": part2.model_dump(mode="json")} if part2 else read


def _older_than(cursor: str) -> dict[str, Any]:
    instant, _, id = cursor.partition("|")
    try:
        sent_at = meant(datetime.fromisoformat(instant))
    except ValueError:
        raise Invalid("cursor-unreadable", "`before` is the `next` of an earlier page") from None
    return {"$or": [{"sent_at": {"$lt": sent_at}}, {"sent_at": sent_at, "_id": {"$lt": id}}]}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in NOT_SHOWN}
