"""Every message that was said was applied by everybody who hears it: once, in order, and as it was said."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from chaos.hearing import heard
from chaos.seen import Doc, Seen
from common.contracts import SERVICES
from throughline.invariants.shapes import Finding, judge

PLUMBING = frozenset({"ResendRange.v1", "ReplayParked.v1", "DiscardParked.v1"})
"""Orders about messages: they may pass what waits for an operator."""


def nothing_lost(seen: Seen) -> Finding:
    """Every fact was applied by each service that handles its type, unless it parked it. Promises 1 to 4."""
    wanted, broken = 0, []
    for service, position, rows in _heard(seen):
        applied = set(ledger(seen, service).get(position, EMPTY)["applied"])
        parked = seen.unapplied(service).get(position, set())
        due = {n for n, row in rows.items() if row["type"] in heard()[service, row["topic"]]} - parked
        wanted += len(due)
        broken += [f"{service} lost {rows[n]['type']} {position}#{n}" for n in sorted(due - applied)]
    return judge("C1a nothing was lost", wanted, broken)


def nothing_twice(seen: Seen) -> Finding:
    """No message was applied twice by anybody, whatever the wire repeated. Promise 2."""
    return _once(seen, "chaos_ledger", "C1b no message was applied twice")


def no_act_twice(seen: Seen) -> Finding:
    """No request happened twice, however often it was sent with its Idempotency-Key."""
    return _once(seen, "chaos_acts", "C1c no act happened twice")


def no_timer_twice(seen: Seen) -> Finding:
    """No setting of a timer fired twice. Promise 7."""
    return _once(seen, "chaos_timers", "C1d no timer fired twice")


def in_order(seen: Seen) -> Finding:
    """Per source, topic and subject, messages were applied in the order of their sequence. Promise 3.

    Orders of the plumbing pass what is parked, so a position that had some is looked at without them.
    """
    counted, broken = 0, []
    for service in SERVICES:
        for position, doc in ledger(seen, service).items():
            rows = seen.journal.get(position, {})
            applied = [n for n in doc["applied"] if rows.get(n, NOTHING).get("type") not in PLUMBING]
            counted += len(applied)
            broken += [
                f"{service} applied {position}#{later} after #{earlier}"
                for earlier, later in pairwise(applied)
                if later < earlier
            ]
    return judge("C1e messages were applied in order", counted, broken)


def as_it_was_said(seen: Seen) -> Finding:
    """What was applied is what the journal says at that place: nothing was heard that was never committed."""
    counted, broken = 0, []
    for service in SERVICES:
        for position, doc in ledger(seen, service).items():
            rows = seen.journal.get(position)
            if rows is None and not _of_the_house(position):
                continue
            counted += len(doc["ids"])
            broken += [
                f"{service} applied {id} at {position}#{n}, which nobody said"
                for n, id in zip(doc["applied"], doc["ids"], strict=True)
                if (rows or {}).get(n, NOTHING).get("attributes", NOTHING).get("ce_id") != id
            ]
    return judge("C1f what was applied was said", counted, broken)


def everybody_is_at_the_end(seen: Seen) -> Finding:
    """Every listener is where the speaker's counter is, and holds nothing back. Promises 1 to 3."""
    counted, broken = 0, []
    for speaker, counter in seen.every("sequences"):
        position = f"/throughline/{speaker}|{counter['_id']}"
        for service, topic in heard():
            if topic == counter["_id"].split("|", 1)[0]:
                at = seen.by_id(service, "positions").get(position, NOTHING).get("last", 0)
                counted += 1
                broken += [f"{service} is at {at} of {counter['last']} of {position}"] if at != counter["last"] else []
    broken += [f"{service} holds {doc['_id']}" for service, doc in seen.every("held")]
    broken += [f"{service} waits at {doc['_id']}" for service, doc in seen.every("positions") if doc["held"]]
    return judge("C2 everybody is at the end of what was said", counted, broken)


EMPTY: Doc = {"applied": [], "ids": []}
NOTHING: Doc = {}


def ledger(seen: Seen, service: str) -> dict[str, Doc]:
    """What a service applied, by position."""
    return seen.by_id(service, "chaos_ledger")


def _heard(seen: Seen) -> Iterator[tuple[str, str, dict[int, Doc]]]:
    """Each position of the house's own streams with each service that reads it, and what was said there."""
    for position, rows in seen.journal.items():
        topic = position.split("|", 2)[1]
        for service, read in heard():
            if read == topic:
                yield service, position, rows


def _once(seen: Seen, collection: str, name: str) -> Finding:
    """Nothing stands twice in one document of the witness; an act or a timer has a document of its own."""
    counted, broken = 0, []
    for service, doc in seen.every(collection):
        places = [f"#{n}" for n in doc["applied"]] if collection == "chaos_ledger" else [""] * len(doc["ids"])
        counted += len(places)
        broken += [f"{service} {doc['_id']}{one}: {n} times" for one, n in Counter(places).items() if n > 1]
    return judge(name, counted, broken)


def _of_the_house(position: str) -> bool:
    return position.startswith(tuple(f"/throughline/{service}|" for service in SERVICES))


CHECKS = (
    nothing_lost,
    nothing_twice,
    no_act_twice,
    no_timer_twice,
    in_order,
    as_it_was_said,
    everybody_is_at_the_end,
)
