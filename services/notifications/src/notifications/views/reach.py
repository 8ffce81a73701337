"""Reaching people outside: what is to be delivered, where to, and whether it still may."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from common.change import Record
from common.contracts.message import Contract
from common.contracts.notices import NudgeSent
from common.contracts.notifications import NoticeSent
from common.contracts.words import ParticipantId
from common.fold import collection_of
from common.mongo import Database, IndexModel
from common.outbound import entrust
from notifications.domain import ladder, leaving, nudging
from notifications.domain.contact import Channel
from notifications.domain.correspondence import Correspondence
from notifications.domain.ladder import Ladder, ladder_of
from notifications.domain.policy import Policy
from notifications.domain.recipient import Recipient, key_of
from notifications.views.texts import nudge_of, outside

ADDRESSES = "addresses"
"""Phone numbers, mail addresses and URLs, by recipient: here and nowhere else. Rule: NO-C5."""
OFFER = "offer"
"""What is delivered to ourselves: a notice that stands in an inbox is put before its recipient's nudges."""

INDEXES: Mapping[str, Sequence[IndexModel]] = {ADDRESSES: [IndexModel([("sms", 1)])]}


def put_before(fact: NoticeSent) -> Record:
    """The notice is offered to what decides about its nudge, after this transaction and surely. Rule: NO-N1."""
    about = {"participant_id": fact.participant_id, "notice_id": fact.notice_id}
    body = {"channel": OFFER, "notice": about, "template": fact.template, "at": fact.at.isoformat()}
    return entrust(f"{OFFER}~{fact.notice_id}", key_of(fact.recipient_kind, fact.recipient_id), json.dumps(body))


def sending_nudges(policy: Policy) -> Mapping[type[Contract], Callable[[Any], Iterable[Record]]]:
    """A nudge that is sent is delivered: ids and words, never an address. Rules: NO-D2, NO-C5."""

    def send(fact: NudgeSent) -> Iterable[Record]:
        body = {
            "channel": fact.channel,
            "to": {"kind": fact.recipient_kind.value, "id": fact.recipient_id},
            "subject": outside("subject", fact.language),
            "text": nudge_of(fact, policy),
            "link": policy.link,
        }
        words = json.dumps(body, ensure_ascii=False)
        return (entrust(fact.nudge_id, key_of(fact.recipient_kind, fact.recipient_id), words),)

    return {NudgeSent: send}


def addresses(key: str, by_channel: Mapping[Channel, str]) -> Record:
    """The write that keeps where a recipient is reached; a channel without an address loses the one it had."""
    return Record(ADDRESSES, key, {"$set": {channel.value: by_channel.get(channel, "") for channel in Channel}})


async def address_of(database: Database, key: str, channel: Channel) -> str:
    """Where a recipient is reached by this channel, or nothing."""
    found = await database.get(ADDRESSES, key)
    return found.get(channel.value, "") if found else ""


async def who_has(database: Database, channel: Channel, address: str) -> list[str]:
    """The recipients who are reached at this address."""
    return [doc["_id"] for doc in await database.find(ADDRESSES, {channel.value: address})] if address else []


async def recipient(database: Database, key: str) -> Recipient:
    """One recipient as they stand now."""
    found = await database.get(collection_of(Recipient), key)
    return Recipient.model_validate(found["state"]) if found else Recipient(id=key)


async def why_not_nudge(database: Database, key: str, nudge_id: str, now: datetime, policy: Policy) -> str:
    """Why a nudge may not leave as things stand now, or nothing. Rules: NO-D3, NO-N9, NO-N10."""
    reader = await recipient(database, key)
    nudge = reader.underway.get(nudge_id)
    whose = sorted({notice.participant_id for notice in nudge.notices}) if nudge else []
    found = await database.find(collection_of(Correspondence), {"_id": {"$in": whose}})
    mails = {ParticipantId(doc["_id"]): Correspondence.model_validate(doc["state"]) for doc in found}
    about = [notice.notice_id for notice in nudge.notices] if nudge else []
    climbed = await database.find(collection_of(Ladder), {"_id": {"$in": [ladder_of(id) for id in about]}})
    answered = ladder.answered((Ladder.model_validate(doc["state"]) for doc in climbed), about)
    return leaving.why_not(reader, mails, nudge_id, now, policy, answered)


async def must_wait(database: Database, key: str, nudge_id: str, now: datetime, policy: Policy) -> bool:
    """Whether it is quiet where they are, and the nudge is not one that may break that. Rule: NO-N3."""
    reader = await recipient(database, key)
    nudge = reader.underway.get(nudge_id)
    return nudge is not None and not nudge.critical and nudging.quiet_now(reader, now, policy)


def shown(reader: Recipient) -> dict[str, Any]:
    """How one recipient may be reached, without addresses."""
    return {
        "contact": reader.contact.model_dump(mode="json") if reader.contact else None,
        "stopped": sorted(reader.stopped),
        "silenced": bool(reader.silenced),
        "unreachable": reader.unreachable,
    }


def with_what_waits(reader: Recipient) -> dict[str, Any]:
    """The same, and the nudges that are to leave: for staff, as they name who a notice is about."""
    waiting = [one.model_dump(mode="json") for one in reader.waiting]
    return {**shown(reader), "waiting": waiting, "underway": sorted(reader.underway)}
