"""The story of one participant, a line per event, in plain words."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from throughline.cohort.judging import Row
from throughline.cohort.pace import ZONE

LEVELS: Mapping[str, str] = {
    "RESIDENTIAL": "the residence",
    "PHP": "the day program",
    "IOP": "intensive outpatient",
    "OUTPATIENT_BOOSTER": "the booster group",
    "ALUMNI": "the alumni community",
}
ROLES: Mapping[str, str] = {"clinician": "the primary therapist", "medical": "a medical provider"}

ENDS: Mapping[str, str] = {
    "TransitionRefused": "A clinician says: not yet. Nothing changes.",
    "TransitionStale": "The evidence has changed; this proposal cannot be signed any more.",
    "TransitionExpired": "Nobody signed in time; the proposal has expired.",
    "TransitionCompensated": "Everything arranged is given back. The level never changed.",
}


def sentence(row: Row) -> str:
    """One event in a sentence; empty for one that is no part of the story."""
    kind = str(row["type"]).split(".")[0]
    tell = TELLS.get(kind)
    return tell(row["plain"]) if tell else ENDS.get(kind, "")


def told(timeline: Iterable[Row], known: set[str]) -> list[tuple[date, str]]:
    """What is new in a journey, as (local date, sentence); `known` holds the ids already told, and grows."""
    new = [row for row in timeline if row["id"] not in known]
    known.update(row["id"] for row in new)
    return [(_local_day(row), sentence(row)) for row in sorted(new, key=_place) if sentence(row) and not _weekly(row)]


def _weekly(row: Row) -> bool:
    """Whether Saturday's line tells it, for all of the week together."""
    return bool(row["plain"].get("template") == "family-skill")


def _place(row: Row) -> tuple[str, int]:
    """Where an event stands in the story: at one instant, what leads to something comes before it."""
    kinds = list(TELLS)
    kind = str(row["type"]).split(".")[0]
    return row["recorded_at"], kinds.index(kind) if kind in kinds else len(kinds)


def _local_day(row: Row) -> date:
    return datetime.fromisoformat(row["time"]).astimezone(ZONE).date()


def _level(code: str | None) -> str:
    return LEVELS.get(code or "", str(code or "nowhere").lower())


def _referred(plain: Row) -> str:
    return "Somebody asks for care for them; the referral is here."


def _opened(plain: Row) -> str:
    return f"They are taken in. {plain['primary_therapist']} will be their therapist."


def _proposed(plain: Row) -> str:
    to_level, signatures = _level(plain["to_level"]), plain["signatures_needed"]
    people = "one person must" if signatures == 1 else f"{signatures} people must"
    if str(plain["proposed_by"]).startswith("policy "):
        return f"The evidence has held for a day: the policy proposes {to_level}; {people} sign."
    if plain["kind"] in ("ADMISSION", "READMISSION"):
        return f"{to_level.capitalize()} is where they will begin."
    return f"Their therapist proposes {to_level}; {people} sign."


def _signed(plain: Row) -> str:
    return f"Signed by {ROLES.get(plain['role'], plain['role'])}."


def _approved(plain: Row) -> str:
    return f"The way to {_level(plain['to_level'])} is agreed; now everything is made ready."


def _held(plain: Row) -> str:
    return f"There is no place in {_level(plain['to_level'])} yet: they stay where they are, and wait."


def _place_held(plain: Row) -> str:
    seat = f", with a seat in the group {plain['group_id']}" if plain.get("group_id") else ""
    return f"A place in {_level(plain['level'])} is kept for them{seat}."


def _meeting(plain: Row) -> str:
    return "The family is asked to the meeting before the change."


def _carried(plain: Row) -> str:
    return f"Their place in the skills course comes along: {plain['lessons_taught']} lessons learned so far."


def _changed(plain: Row) -> str:
    if plain.get("from_level") is None:
        return f"First day in {_level(plain['to_level'])}. {plain['primary_therapist']} is their therapist."
    moved = f"{_level(plain['from_level'])} to {_level(plain['to_level'])}"
    return f"They move from {moved}. {plain['primary_therapist']} stays their therapist."


def _sent(plain: Row) -> str:
    if plain["recipient_kind"] != "SUPPORTER":
        return ""
    what = {
        "transition-planned": "what is planned",
        "transition-happened": "that they have moved",
        "family-skill": "that there is something to learn together",
        "meeting-invited": "of the talk about it",
    }
    return f"Their family is told {what.get(plain['template'], 'that plans have changed')}, as they allowed."


def _silent(plain: Row) -> str:
    return "Somebody close is not told: the participant has not allowed it."


TELLS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "ReferralReceived": _referred,
    "EpisodeOpened": _opened,
    "TransitionProposed": _proposed,
    "TransitionSigned": _signed,
    "TransitionApproved": _approved,
    "TransitionHeld": _held,
    "PlaceHeld": _place_held,
    "TransitionMeetingArranged": _meeting,
    "CurriculumCarried": _carried,
    "LevelOfCareChanged": _changed,
    "NoticeSent": _sent,
    "SupporterKeptSilent": _silent,
}
"""Event -> who tells it."""
