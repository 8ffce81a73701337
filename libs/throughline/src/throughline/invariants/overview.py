"""Operations saw everything once: its log, its counts and its journeys are those of the house."""

from collections import Counter, defaultdict

from throughline.invariants.levels import cares
from throughline.invariants.shapes import STREAMS, Finding, House, Row, judge

RESTRICTED = "intake.contacts"


def _to_be_seen(house: House) -> list[Row]:
    """Every event operations hears and could take."""
    parked = house.waiting_at("operations")
    return [row for row in house.rows if row.topic in STREAMS and row.topic != RESTRICTED and row.id not in parked]


def one_event_each(house: House) -> Finding:
    """The log has one event per journalled message of every stream, and none of the restricted one. Promise 2."""
    wanted = {(row.topic, row.id) for row in _to_be_seen(house)}
    there = {(event["topic"], event["_id"]) for event in house.docs("operations", "events")}
    broken = [f"{topic}: {id} is missing" for topic, id in sorted(wanted - there)]
    broken += [f"{topic}: {id} does not belong" for topic, id in sorted(there - wanted)]
    return judge("O1 operations has one event each", len(wanted), broken)


def counted_once(house: House) -> Finding:
    """Each journey's counters, which only ever go up by one, equal the journal. Promise 2."""
    wanted: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _to_be_seen(house):
        if who := row.data.get("participant_id"):
            wanted[who][row.type] += 1
    there: dict[str, Counter[str]] = {
        doc["_id"]: Counter(doc.get("counters", {})) for doc in house.docs("operations", "journeys")
    }
    broken = [f"journey of {who}" for who in sorted({*wanted, *there}) if wanted.get(who) != there.get(who)]
    return judge("O2 operations counted each once", sum(c.total() for c in wanted.values()), broken)


def levels_are_believed(house: House) -> Finding:
    """Operations and scheduling have everybody where intake has them. Promise 2."""
    said = {who: care.level for who, care in cares(house).items() if care.level}
    journeys = {doc["_id"]: doc.get("level") for doc in house.docs("operations", "journeys")}
    whereabouts = {doc["_id"]: doc.get("level") for doc in house.docs("scheduling", "whereabouts")}
    broken = [f"operations: {who}" for who, level in said.items() if journeys.get(who) != level]
    broken += [
        f"scheduling: {who}"
        for who, level in said.items()
        if whereabouts.get(who, "nowhere") != (None if level == "CLOSED" else level)
    ]
    return judge("O3 levels are believed everywhere", len(said), broken)


CHECKS = (one_event_each, counted_once, levels_are_believed)
