"""What waits, and whether it should: outbox, parked messages, quarantine, leases, requests to send again."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from chaos.checks_streams import EMPTY, NOTHING, PLUMBING, ledger
from chaos.hearing import heard
from chaos.seen import Seen
from common.contracts import SERVICES
from throughline.invariants.shapes import Finding, judge

LONGEST_LEASE = timedelta(minutes=2)
"""More than this from now, a lease keeps the living out. ASSUMED: twice the longest wait of a delivery."""


def all_sent(seen: Seen) -> Finding:
    """Nothing is left to be sent: every outbox is empty. Promise 1."""
    journalled = len(seen.every("journal"))
    return judge("C4 every outbox is empty", journalled, (f"{s}: {doc['_id']}" for s, doc in seen.every("outbox")))


def parked_as_expected(seen: Seen) -> Finding:
    """Parked is exactly what was sent to be parked, and what came behind it. Promise 4."""
    expected, broken, found = seen.run.expected_parked, [], set()
    parked = seen.every("parked")
    for service, doc in sorted(parked, key=lambda one: (one[0], one[1]["position"], one[1]["sequence"])):
        follows = any(
            other["position"] == doc["position"] and other["sequence"] < doc["sequence"]
            for listener, other in parked
            if listener == service and other["message_id"] in expected
        )
        found.add(doc["message_id"])
        if doc["message_id"] not in expected and not follows:
            broken.append(f"{service} parked {doc['_id']} ({doc['reason']}), which is right")
    broken += [f"nobody parked {id}" for id in sorted(expected - found)]
    return judge("C5a parked is what should be", len(parked) + len(expected), broken)


def nothing_past_a_parked_one(seen: Seen) -> Finding:
    """Behind a parked message nothing of its position is applied until somebody dealt with it. Promises 3 and 4."""
    counted, broken = 0, []
    for service, doc in seen.every("parked"):
        if doc["state"] != "parked":
            continue
        counted += 1
        applied = ledger(seen, service).get(doc["position"], EMPTY)["applied"]
        rows = seen.journal.get(doc["position"], {})
        past = [n for n in applied if n > doc["sequence"] and rows.get(n, NOTHING).get("type") not in PLUMBING]
        broken += [f"{service} applied {doc['position']}#{n} past #{doc['sequence']}" for n in past]
    return judge("C5b nothing passed a parked message", counted, broken)


def received_adds_up(seen: Seen) -> Finding:
    """Received = applied + parked + discarded, per position; types nobody handles only move it on. Promise 4."""
    counted, broken = 0, []
    types = {(one.position, one.sequence): one.type for one in seen.log}
    types |= {(p, n): row["type"] for p, rows in seen.journal.items() for n, row in rows.items()}
    for service in SERVICES:
        unapplied, applied = seen.unapplied(service), ledger(seen, service)
        for position, doc in seen.by_id(service, "positions").items():
            known = heard().get((service, position.split("|", 2)[1]), frozenset())
            meant = {n for n in range(1, doc["last"] + 1) if types.get((position, n)) in known}
            settled = Counter({*applied.get(position, EMPTY)["applied"]}) + Counter(unapplied.get(position, ()))
            counted += doc["last"]
            broken += [f"{service} dropped {position}#{n}" for n in sorted(meant - set(settled))]
            broken += [f"{service} {position}#{n}: applied and parked" for n, times in settled.items() if times > 1]
            broken += [f"{service} {position}#{n}: never received" for n in settled if n > doc["last"]]
    return judge("C5c received is applied, parked or discarded", counted, broken)


def quarantined_as_expected(seen: Seen) -> Finding:
    """In quarantine is exactly what was sent to be there. Promise 4."""
    found, expected = len(seen.every("quarantine")), seen.run.expected_quarantined
    broken = [] if found == expected else [f"{found} records, sent were {expected}"]
    return judge("C5d quarantined is what should be", max(found, expected), broken)


def no_lease_blocks(seen: Seen) -> Finding:
    """No lease or claim lasts so long that nobody could take over from the dead."""
    latest = datetime.now(UTC) + LONGEST_LEASE
    claims = [(s, doc, doc.get("until")) for s, doc in seen.every("leases")]
    claims += [(s, doc, doc["next_try_at"]) for s, doc in seen.every("deliveries") if doc["state"] == "due"]
    broken = [f"{s} {doc['_id']}: until {until.isoformat()}" for s, doc, until in claims if until and until > latest]
    return judge("C10 no lease blocks", len(claims), broken)


def repaired_only_what_broke(seen: Seen) -> Finding:
    """Nobody had to ask for a message again where neither the wire nor the broker lost one.

    Asking repairs what a bug loses as well as what a broker forgets: this is where the bug shows.
    """
    asked = [(s, row) for s, row in seen.every("journal") if row["type"] == "ResendRange.v1"]
    lost = () if seen.lost_on_purpose else asked
    wrong = (f"{s} asked {row['topic']} for {row['subject']}, which nothing had lost" for s, row in lost)
    remark = f"{len(asked)} times asked, and something was lost" if seen.lost_on_purpose else ""
    return judge("C11 only what was lost was asked for", len(seen.every("journal")), wrong, remark)


CHECKS = (
    all_sent,
    parked_as_expected,
    nothing_past_a_parked_one,
    received_adds_up,
    quarantined_as_expected,
    no_lease_blocks,
    repaired_only_what_broke,
)
