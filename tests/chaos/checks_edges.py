"""Where the house meets others: offsets at the broker, receipts of clients, deliveries to the outside, causes."""

import json
from collections import Counter

from chaos.hearing import CONTROL
from chaos.seen import Doc, Record, Seen
from common.contracts import SERVICES
from throughline.invariants.shapes import Finding, judge


def offsets_follow(seen: Seen) -> Finding:
    """A committed offset never runs ahead of the inbox. Promise 1."""
    counted, broken = 0, list[str]()
    for service in SERVICES:
        positions = {id: doc["last"] for id, doc in seen.by_id(service, "positions").items()}
        waiting = {doc["_id"] for doc in seen.docs(service, "held")}
        waiting |= {doc["_id"].rpartition("|")[0] for doc in seen.docs(service, "quarantine")}
        for record in seen.log:
            if record.offset < seen.committed.get((service, record.topic, record.partition), 0):
                counted += 1
                if not is_taken(record, positions, waiting):
                    broken.append(f"{service} committed {record.place} and never took it")
    return judge("C6 offsets never run ahead of the inbox", counted, broken)


def is_taken(record: Record, positions: dict[str, int], waiting: set[str]) -> bool:
    """Whether a listener that is at these positions has dealt with a record."""
    if record.type == CONTROL or record.place in waiting:
        return True
    behind = positions.get(record.position, 0)
    return record.addressed and (record.sequence <= behind or f"{record.position}|{record.sequence}" in waiting)


def receipts_are_kept(seen: Seen) -> Finding:
    """Every answered request has its stored answer, and said in the journal what its receipt says, once."""
    answers = {(s, _key(doc)) for s, doc in seen.every("answers")}
    acts = {(s, _key(doc)): doc["ids"] for s, doc in seen.every("chaos_acts")}
    caused: dict[tuple[str, str], Counter[str]] = {}
    for service, row in seen.every("journal"):
        caused.setdefault((service, _cause(row)), Counter())[row["type"]] += 1
    broken = []
    for one in seen.run.acknowledged:
        place = one.service, one.key
        said = Counter(one.receipt["said"])
        if place not in answers:
            broken.append(f"{one.service} kept no answer for {one.path} {one.key}")
        if [caused.get((one.service, id), Counter()) for id in acts.get(place, ())] != [said]:
            broken.append(f"{one.service} did not do once what it said of {one.path} {one.key}")
    return judge("C7a every receipt is true", len(seen.run.acknowledged), broken)


def receipts_agree(seen: Seen) -> Finding:
    """The same request is answered the same, however often it is sent."""
    told: dict[tuple[str, str], Doc] = {}
    broken = []
    for one in seen.run.acknowledged:
        receipt = {name: value for name, value in one.receipt.items() if name != "repeated"}
        if told.setdefault((one.service, one.key), receipt) != receipt:
            broken.append(f"{one.service} answers {one.path} {one.key} in two ways")
    return judge("C7b receipts of one request agree", len(seen.run.acknowledged), broken)


def delivered_once(seen: Seen) -> Finding:
    """The outside accepted each notice under one key, once as new, and the house knows it. Promise 6.

    A notice given up without knowing whether it had arrived may have arrived.
    """
    first = Counter(line["key"] for line in seen.gateway if line["first"])
    ours = {doc["_id"] for _, doc in seen.every("deliveries")}
    delivered, unsure = _told(seen, "NoticeDelivered.v1"), _told(seen, "NoticeUndeliverable.v1", unsure=True)
    broken = [f"accepted as new {times} times: {key}" for key, times in first.items() if times > 1]
    broken += [f"accepted, but no delivery of ours: {key}" for key in sorted(first.keys() - ours)]
    broken += [
        f"accepted, and told {delivered[key]} times: {key}"
        for key in sorted(first.keys() & ours)
        if delivered[key] != 1 and not (delivered[key] == 0 and unsure[key])
    ]
    broken += [f"told, and never accepted: {key}" for key in sorted(delivered.keys() - first.keys())]
    return judge("C8 the outside was told each notice once", len(first) + len(ours), broken)


def _told(seen: Seen, type: str, **said: object) -> Counter[str]:
    """How often a fact of this type says this, by notice."""
    bodies = [json.loads(row["data"]) for _, row in seen.every("journal") if row["type"] == type]
    return Counter(body["notice_id"] for body in bodies if said.items() <= body.items())


def everything_has_its_cause(seen: Seen) -> Finding:
    """What a service said goes back to a message it applied or parked, a request it granted or a timer it fired."""
    broken = []
    for service in SERVICES:
        known = {doc["message_id"] for doc in seen.docs(service, "parked")}
        for collection in ("chaos_ledger", "chaos_acts", "chaos_timers"):
            known |= {id for doc in seen.docs(service, collection) for id in doc["ids"]}
        broken += [
            f"{service} said {row['type']} {row['_id']} because of nothing"
            for row in seen.docs(service, "journal")
            if _cause(row) not in known
        ]
    return judge("C9 everything said has its cause", len(seen.every("journal")), broken)


def _key(doc: Doc) -> str:
    return str(doc["_id"]).rsplit("|", 1)[-1]


def _cause(row: Doc) -> str:
    return str(row["attributes"].get("ce_causationid", ""))


CHECKS = (offsets_follow, receipts_are_kept, receipts_agree, delivered_once, everything_has_its_cause)
