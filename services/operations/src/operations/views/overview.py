"""The numbers and lists on the operators' console, read together."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from common.contracts.words import LevelOfCare
from common.mongo import Database
from operations.domain.journey import LINE
from operations.domain.transitions import STATES, STUCK_AFTER_MINUTES, stuck_before
from operations.views import pages
from operations.views.rows import DeadLetter, EventRow, JourneyRow, Row, TransitionRow

JOURNEYS, TRANSITIONS, LETTERS, EVENTS = 60, 40, 400, 40
"""Rows shown on one page of the console; the API pages through all of them."""


class Stopped(Row):
    """One subject that stands still at one listener: the message that is wrong, and how many wait behind it."""

    first: DeadLetter
    behind: int


class Overview(Row):
    """Everything the console shows at one instant `now` of the domain clock."""

    now: datetime
    stuck_before: datetime
    participants: int
    levels: dict[str, int]
    """Participants by level of care, in the order of the line."""
    outside: int
    """Participants without a level yet."""
    on_the_line: int
    """Participants at a level of the program itself."""
    states: dict[str, int]
    """Transitions by state, in the order they are walked through; those with none are left out."""
    sent: int
    suppressed: int
    acknowledged: int
    dead_letters: int
    stuck: int
    events: int
    journeys: tuple[JourneyRow, ...]
    under_way: tuple[TransitionRow, ...]
    stopped: tuple[Stopped, ...]
    latest: tuple[EventRow, ...]


async def overview(database: Database, now: datetime) -> Overview:
    """Read everything the console shows."""
    levels, notices = await _participants(database)
    under_way = await pages.open_transitions(database, TRANSITIONS)
    return Overview(
        now=now,
        stuck_before=stuck_before(now, STUCK_AFTER_MINUTES),
        participants=sum(levels.values()),
        levels={level.value: levels[level.value] for level in LevelOfCare if levels[level.value] or level in LINE},
        outside=levels[""],
        on_the_line=sum(levels[level.value] for level in LINE),
        states=await _states(database),
        sent=notices["sent"],
        suppressed=notices["suppressed"],
        acknowledged=notices["acknowledged"],
        dead_letters=await database.count("deadletters", {"state": "open"}),
        stuck=await database.count("transitions", pages.stuck(now, STUCK_AFTER_MINUTES)),
        events=await database.count("events", {}),
        journeys=tuple(await pages.latest_journeys(database, JOURNEYS)),
        under_way=tuple(under_way),
        stopped=stopped(await pages.dead_letters(database, LETTERS)),
        latest=tuple(await pages.latest_events(database, EVENTS)),
    )


def stopped(letters: Iterable[DeadLetter]) -> tuple[Stopped, ...]:
    """Dead letters by what stands still; `letters` come sorted by listener, stream, subject, sequence. Rule: OP-6."""
    whole = [list(some) for _, some in groupby(letters, lambda one: (one.listener, one.source, one.topic, one.about))]
    return tuple(Stopped(first=some[0], behind=len(some) - 1) for some in whole)


async def _participants(database: Database) -> tuple[Counter[str], Counter[str]]:
    count = {
        "_id": "$level",
        "n": {"$sum": 1},
        "sent": {"$sum": "$counters.NoticeSent"},
        "suppressed": {"$sum": "$counters.NoticeSuppressed"},
        "acknowledged": {"$sum": "$counters.NoticeAcknowledged"},
    }
    levels: Counter[str] = Counter()
    notices: Counter[str] = Counter()
    for row in await database.aggregate("journeys", [{"$group": count}]):
        levels[row["_id"] or ""] += row["n"]
        notices.update({name: row[name] for name in ("sent", "suppressed", "acknowledged")})
    return levels, notices


async def _states(database: Database) -> dict[str, int]:
    placed = {"$gte": [{"$ifNull": ["$placed_at", None]}, "$state_since"]}
    waits_no_more = {"$and": [{"$eq": ["$state", "held"]}, placed]}
    shown = {"$cond": [waits_no_more, "approved", "$state"]}
    rows = await database.aggregate("transitions", [{"$group": {"_id": shown, "n": {"$sum": 1}}}])
    counted = {row["_id"]: row["n"] for row in rows}
    return {state: counted[state] for state in STATES if state in counted}
