"""Levels of care: folded anew from the journal, one at a time, each beginning where the one before ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from throughline.invariants.shapes import Finding, House, Row, judge, moment

PROGRAM_ZONE = ZoneInfo("America/New_York")
"""Where the program's dates begin."""

ENTRIES = frozenset({"ADMISSION", "READMISSION"})
AT_MIDNIGHT = frozenset({"STEP_DOWN", "COMPLETION"})
"""Changes that take effect as a local date begins, so that no date has two billable levels. Source: facts 9.9."""

MOVES = ("EpisodeOpened", "LevelOfCareChanged", "EpisodeClosed", "DischargeVoided", "LeaveStarted", "LeaveReturned")
FACTS = (*MOVES, "LevelOfCareCorrected", "PrimaryTherapistChanged")


@dataclass(frozen=True, slots=True)
class Care:
    """Where one participant stands, by the journal alone."""

    episode_id: str | None = None
    status: str = "none"
    level: str | None = None
    since: datetime | None = None
    therapist: str = ""


def after(care: Care, row: Row) -> Care:
    """Where they stand once this was said."""
    data = row.data
    match row.type:
        case "EpisodeOpened":
            return Care(data["episode_id"], "open", therapist=data["primary_therapist"])
        case "LevelOfCareChanged":
            return replace(care, status="open", level=data["to_level"], since=moment(data["at"]))
        case "EpisodeClosed":
            return replace(care, status="closed", level="CLOSED", since=moment(data["at"]))
        case "DischargeVoided":
            return replace(care, status="open", level=data["level"], since=moment(data["level_since"]))
        case "LevelOfCareCorrected" if data["current"]:
            return replace(care, since=moment(data["at"]))
        case "PrimaryTherapistChanged":
            return replace(care, therapist=data["to_staff"])
        case "LeaveStarted" | "LeaveReturned":
            return replace(care, status="on-leave" if row.type == "LeaveStarted" else "open")
    return care


def care_of(rows: Iterable[Row]) -> Care:
    """Fold one participant's facts, in order."""
    care = Care()
    for row in rows:
        care = after(care, row)
    return care


def cares(house: House) -> dict[str, Care]:
    """Where every participant stands."""
    return {who: care_of(rows) for who, rows in house.about("intake.episodes", *FACTS).items()}


def in_care(care: Care) -> bool:
    """Whether a level of care is active."""
    return care.status in ("open", "on-leave") and care.level is not None


def levels_rebuilt(house: House) -> Finding:
    """Episode, status, level, since when and therapist are what the journal says. Promise 1."""
    told, stored = cares(house), {id: _stored(state) for id, state in house.states("intake", "episode").items()}
    broken = [f"episode of {who}" for who in sorted({*told, *stored}) if told.get(who) != stored.get(who)]
    return judge("S1a episodes equal their journal", len(told), broken)


def _stored(state: Mapping[str, Any]) -> Care:
    since = state["level_since"]
    return Care(
        episode_id=state["episode_id"],
        status=state["status"],
        level=state["level"],
        since=moment(since) if since else None,
        therapist=state["primary_therapist"],
    )


def one_level_at_a_time(house: House) -> Finding:
    """Every level begins where the one before ended: entries from outside care, moves from the active level."""
    counted, broken = 0, []
    for rows in house.about("intake.episodes", *FACTS).values():
        care = Care()
        for row in rows:
            counted += row.type in MOVES
            if not _follows(care, row):
                broken.append(f"{row} does not follow {care.level or care.status}")
            care = after(care, row)
    return judge("S1b one level of care at a time", counted, broken)


def _follows(care: Care, row: Row) -> bool:
    from_level = row.data.get("from_level")
    match row.type:
        case "EpisodeOpened":
            return care.status in ("none", "closed")
        case "LevelOfCareChanged" if row.data["kind"] in ENTRIES:
            return from_level is None and care.status in ("open", "closed") and not in_care(care)
        case "LevelOfCareChanged" | "EpisodeClosed":
            return in_care(care) and from_level == care.level and row.data.get("to_level") != care.level
        case "DischargeVoided":
            return care.status == "closed"
        case "LeaveStarted":
            return in_care(care) and care.status == "open"
        case "LeaveReturned":
            return care.status == "on-leave"
    return True


def one_billable_level_a_day(house: House) -> Finding:
    """Steps down and completions take effect exactly as a local date begins."""
    said = house.said("intake.episodes", "LevelOfCareChanged")
    changes = [row for row in said if row.data["kind"] in AT_MIDNIGHT and not row.data.get("undoes")]
    broken = [str(row) for row in changes if moment(row.data["at"]).astimezone(PROGRAM_ZONE).time() != time.min]
    return judge("S1c one billable level per local date", len(changes), broken)


CHECKS = (levels_rebuilt, one_level_at_a_time, one_billable_level_a_day)
