"""Places and seats: nobody twice, never more than there are, none leaked, none without."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from throughline.invariants.levels import cares, in_care
from throughline.invariants.shapes import Finding, House, Row, judge
from throughline.invariants.transitions import ending, stories

Claim = Mapping[str, Any]
Limit = tuple[datetime, int | None]
"""From when so many places or seats: None for no limit."""


def claims(house: House, *stages: str) -> Iterator[tuple[str, Claim]]:
    """Every claim on a place at one of these stages, with the level it is about."""
    for level, board in house.states("scheduling", "levelboard").items():
        for claim in board["claims"].values():
            if claim["stage"] in stages:
                yield level, claim


def nobody_twice(house: House) -> Finding:
    """Nobody has two places on one board, nobody occupies places on two."""
    taken = Counter((level, claim["participant_id"]) for level, claim in claims(house, "HELD", "OCCUPIED"))
    occupied = Counter(claim["participant_id"] for _, claim in claims(house, "OCCUPIED"))
    broken = [f"{who} twice at {level}" for (level, who), n in taken.items() if n > 1]
    broken += [f"{who} occupies {n} places" for who, n in occupied.items() if n > 1]
    return judge("S4a nobody has a place twice", taken.total(), broken)


def never_more_than_there_are(house: House) -> Finding:
    """Never more taken than places, or seats of a group; after a set-up with fewer, nobody new comes in over it.

    A hold that waits for somebody to leave takes nothing yet.
    """
    limits, counted, broken = _limits(house), 0, []
    held_at = {
        (row.data["level"], row.data["transition_id"]): row.recorded_at
        for row in house.said("scheduling.rosters", "PlaceHeld")
    }
    taken: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for level, claim in claims(house, "HELD", "OCCUPIED"):
        counted += 1
        if claim["stage"] == "HELD" and claim.get("ahead"):
            continue
        for part in ("", claim["group_id"]) if claim["group_id"] else ("",):
            taken[level, part].append(held_at[level, claim["transition_id"]])
    for (level, part), since in taken.items():
        if _too_many(since, limits.get((level, part), NOTHING)):
            broken.append(f"{level} {part}: {len(since)} are too many".replace(" :", ":"))
    return judge("S4b never more than there are", counted, broken)


NOTHING: Sequence[Limit] = ((datetime.max.replace(tzinfo=UTC), 0),)
"""What there is before anything was set up."""


def _limits(house: House) -> dict[tuple[str, str], list[Limit]]:
    """Places by (level, ""), seats by (level, group), as they were set up, oldest first."""
    limits: dict[tuple[str, str], list[Limit]] = {}
    for row in house.said("scheduling.rosters", "LevelSetUp"):
        level = row.data["level"]
        now = {(level, group["group_id"]): group["seats"] for group in row.data.get("groups", ())}
        now[level, ""] = row.data.get("places")
        for key in {*now, *(known for known in limits if known[0] == level)}:
            limits.setdefault(key, []).append((row.recorded_at, now.get(key, 0)))
    return limits


def _too_many(held_at: Sequence[datetime], limits: Sequence[Limit]) -> bool:
    """Whether more are in than fit now, or ever fitted, or somebody came after it was made smaller."""
    made_at, now = limits[-1]
    if now is None or len(held_at) <= now:
        return False
    earlier = [limit for _, limit in limits]
    never_fitted = None not in earlier and len(held_at) > max(limit for limit in earlier if limit is not None)
    return never_fitted or any(at > made_at for at in held_at)


def everybody_has_their_place(house: House) -> Finding:
    """Who is in care occupies a place at exactly their level; who is not, occupies none."""
    wanted = {(care.level, who) for who, care in cares(house).items() if in_care(care)}
    there = {(level, claim["participant_id"]) for level, claim in claims(house, "OCCUPIED")}
    broken = [f"{who} is at {level} without a place" for level, who in sorted(wanted - there, key=str)]
    broken += [f"{who} has a place at {level} and is not there" for level, who in sorted(there - wanted, key=str)]
    return judge("S4c everybody in care has their place", len(wanted), broken)


def every_claim_has_a_transition(house: House) -> Finding:
    """Who holds a place or waits for one does so for a transition that is open and leads there."""
    open_to = {id: _destination(story) for id, story in stories(house).items() if not ending(story)}
    pending = list(claims(house, "HELD", "WAITING"))
    broken = [
        f"{claim['stage']} at {level} by {claim['transition_id']}"
        for level, claim in pending
        if open_to.get(claim["transition_id"]) != (level, claim["participant_id"])
    ]
    return judge("S4d every hold has an open transition", len(pending), broken)


def _destination(story: Sequence[Row]) -> tuple[str, str]:
    return story[0].data["to_level"], story[0].subject


CHECKS = (nobody_twice, never_more_than_there_are, everybody_has_their_place, every_claim_has_a_transition)
