"""Journals, inboxes, dead letters and timers: nothing lost, nothing held back, nothing out of order."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from throughline.invariants.shapes import SERVICES, STREAMS, Doc, Finding, House, judge

HEARS = {
    "intake": {"scheduling.rosters", "skills.progress", "family.engagement"},
    "scheduling": {"intake.episodes"},
    "skills": {"intake.episodes"},
    "family": {"intake.episodes", "notifications.deliveries"},
    "notifications": {"intake.episodes"},
    "operations": set(STREAMS) - {"intake.contacts"},
}
"""Service -> the streams it must hear; whatever else its inbox names is heard as well."""

OWN_STREAM = {owner: topic for topic, owner in STREAMS.items() if topic not in ("intake.contacts", "intake.reviews")}
"""Service -> the stream on which it also speaks of its plumbing."""


def gapless(house: House) -> Finding:
    """Every journal counts 1, 2, 3 … per topic and subject, and its counter says how far. Promise 2."""
    streams: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in house.rows:
        streams[row.service, f"{row.topic}|{row.subject}"].append(row.sequence)
    counters = {(service, doc["_id"]): doc["last"] for service in SERVICES for doc in house.docs(service, "sequences")}
    broken = [
        f"{service} {stream}: not 1 to {len(found)}"
        for (service, stream), found in streams.items()
        if found != list(range(1, len(found) + 1))
    ]
    broken += [
        f"{service} {stream}: counter and journal differ"
        for service, stream in sorted({*streams, *counters})
        if counters.get((service, stream), 0) != max(streams.get((service, stream), [0]))
    ]
    return judge("J1 sequences are gapless", len(house.rows), broken)


def all_sent(house: House) -> Finding:
    """Every journalled message left for the broker. Promise 1."""
    waiting = {id: service for service in SERVICES for entry in house.docs(service, "outbox") for id in entry["rows"]}
    broken = (f"{id} of {service} waits in the outbox" for id, service in waiting.items())
    return judge("J2 every message was sent", len(house.rows), broken)


def heard_by(house: House, service: str) -> set[str]:
    """The topics a service hears: by design, and by what its inbox names."""
    seen = {doc["_id"].split("|", 2)[1] for doc in house.docs(service, "positions")}
    return HEARS[service] | {f"{service}.commands"} | seen


def all_taken(house: House) -> Finding:
    """Every listener of a topic is exactly at its end: nothing missed, held back, or ahead of the journal.

    Promises 1 to 3.
    """
    ends: dict[str, tuple[str, int]] = {}
    for row in house.rows:
        ends[f"/throughline/{row.service}|{row.topic}|{row.subject}"] = (row.topic, row.sequence)
    taken, broken = 0, []
    for service in SERVICES:
        heard, positions = heard_by(house, service), _positions(house, service)
        for key, (topic, last) in ends.items():
            at = positions.get(key, {}).get("last", 0) if topic in heard else last
            taken += at if topic in heard else 0
            if at != last:
                broken.append(f"{service} is at {at} of {last} of {key}")
        broken += [f"{service} is ahead: {key}" for key in sorted(positions.keys() - ends.keys())]
        broken += [f"{service} holds back: {key}" for key, position in positions.items() if position["held"]]
        broken += [f"{service} holds back: {doc['_id']}" for doc in house.docs(service, "held")]
    return judge("J3 every message was taken by every listener", taken, broken)


def _positions(house: House, service: str) -> dict[str, Doc]:
    """The positions about messages of the house itself; strangers have no journal here."""
    ours = tuple(f"/throughline/{speaker}|" for speaker in SERVICES)
    return {doc["_id"]: doc for doc in house.docs(service, "positions") if doc["_id"].startswith(ours)}


def well_addressed(house: House) -> Finding:
    """Message ids are unique in the house, envelopes agree with the journal, streams have one speaker. Promise 2."""
    ids = Counter(row.id for row in house.rows)
    broken = [f"id {id} is there {times} times" for id, times in ids.items() if times > 1]
    for row in house.rows:
        written = {
            "ce_source": f"/throughline/{row.service}",
            "ce_subject": row.subject,
            "ce_sequence": str(row.sequence),
        }
        place = f"{row.topic}|{row.subject}|{row.sequence:012d}"
        if row.place != place or any(row.attributes.get(name) != value for name, value in written.items()):
            broken.append(f"{row}: envelope and journal differ")
        if STREAMS.get(row.topic, row.service) != row.service:
            broken.append(f"{row}: {row.topic} is not its stream")
    return judge("J5 ids are unique and envelopes true", len(house.rows), broken)


def parked_add_up(house: House) -> Finding:
    """Received = applied + parked + discarded; each parking, replay and discard was said. Promise 4."""
    received, broken = 0, []
    for service in SERVICES:
        received += sum(doc["last"] for doc in house.docs(service, "positions"))
        broken += list(_parked_wrong(house, service))
    return judge("P1 parked, applied and discarded add up", received, broken)


def _parked_wrong(house: House, service: str) -> Iterator[str]:
    parked, positions = house.docs(service, "parked"), house.docs(service, "positions")
    waiting = Counter(doc["position"] for doc in parked if doc["state"] == "parked")
    lasts = {doc["_id"]: doc["last"] for doc in positions}
    counts = {doc["_id"]: doc["parked"] for doc in positions}
    for key in sorted({*waiting, *counts}):
        if waiting[key] != counts.get(key, 0):
            yield f"{service} {key}: {waiting[key]} parked, position says {counts.get(key, 0)}"
    for doc in parked:
        if doc["sequence"] > lasts.get(doc["position"], 0):
            yield f"{service} {doc['_id']}: parked but never received"
    yield from _unsaid(house, service)


STATES = {
    "MessageParked": {"parked", "replayed", "discarded"},
    "MessageReplayed": {"replayed"},
    "MessageDiscarded": {"discarded"},
}
"""Fact -> the states of a parked message that it must have been said of."""


def _unsaid(house: House, service: str) -> Iterator[str]:
    """Where facts and parked messages differ. Of a message on its own stream a service says no `MessageParked`."""
    own = f"/throughline/{service}|{OWN_STREAM[service]}|"
    for type, states in STATES.items():
        told = Counter(row.data["message_id"] for row in house.rows if (row.service, row.type) == (service, type))
        there = Counter(
            doc["message_id"]
            for doc in house.docs(service, "parked")
            if doc["state"] in states and not (type == "MessageParked" and doc["position"].startswith(own))
        )
        for id in sorted((told - there) + (there - told)):
            yield f"{service} message {id}: {type} said {told[id]} times, found {there[id]}"


def timers_fired(house: House) -> Finding:
    """No timer is overdue, none failed. Promise 7."""
    timers = [(service, doc) for service in SERVICES for doc in house.docs(service, "timers")]
    broken = [f"{service} {doc['_id']}: failed" for service, doc in timers if "failed" in doc]
    broken += [
        f"{service} {doc['_id']}: overdue"
        for service, doc in timers
        if house.newest and "due_at" in doc and doc["due_at"] <= house.newest
    ]
    return judge("T1 no timer is overdue or failed", len(timers), broken)


def no_strays(house: House) -> Finding:
    """No record came that does not say what it is."""
    strays = [f"{service} {doc['_id']}" for service in SERVICES for doc in house.docs(service, "quarantine")]
    return judge("Q1 nothing is in quarantine", len(strays), strays)


CHECKS = (gapless, all_sent, all_taken, well_addressed, parked_add_up, timers_fired, no_strays)
