"""When something meets that meets again and again: RFC 5545, at its local hour also when clocks change."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr

from common.change import Invalid

LONGEST = timedelta(weeks=53)
"""ASSUMED: a plan is booked for a year at most; a cycle of two times 24 weeks fits (facts 3.2)."""
MOST_MEETINGS = 400
"""ASSUMED: more often than daily, nothing meets."""
PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "WKST"})
ONCE = "3000000"
"""An interval, in days, weeks or months, after which no date follows that the library knows: the first period alone."""
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY"})


def meetings(first_at: datetime, zone: str, rule: str, except_on: Collection[date]) -> list[datetime]:
    """The instants (UTC) at which it begins, in order, without the local dates excepted. Rules: SC-G1, SC-G2.

    Raises Invalid when zone or rule cannot be read, when the first meeting is not one by the rule, or when
    there would be too many.
    """
    local = first_at.astimezone(zone_named(zone)).replace(tzinfo=None)
    found = _by_rule(local, _parts(rule), zone) if rule else [local]
    if not found or found[0] != local:
        raise Invalid("first-meeting-off-rule", "the first meeting is not one by its own rule")
    if len(found) > MOST_MEETINGS:
        raise Invalid("too-many-meetings", f"a plan has at most {MOST_MEETINGS} meetings")
    left_out = set(except_on)
    return [_instant(one, zone) for one in found if one.date() not in left_out]


def zone_named(zone: str) -> ZoneInfo:
    """A time zone by its IANA name; raises Invalid for another."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, such as America
        raise Invalid("zone-unknown", "the time zone has an IANA name, for example America/New_York") from None


def _by_rule(local: datetime, parts: Mapping[str, str], zone: str) -> list[datetime]:
    """At most one more than is allowed; none where the first is not by the rule.

    The library goes on to the year 9999 while no day fits, whatever end it is given, so it is asked for the first
    day alone before: what fits once fits again within the 400 years after which the calendar begins anew.
    """
    end = min(_until(parts["UNTIL"], zone), local + LONGEST) if "UNTIL" in parts else local + LONGEST
    try:
        if next(iter(_library({**parts, "INTERVAL": ONCE}, local, end)), None) != local:
            return []
        recurring = _library(parts, local, end)
        many = min(int(parts.get("COUNT", MOST_MEETINGS + 1)), MOST_MEETINGS + 1)
        return list(islice(recurring, max(many, 0)))
    except (ValueError, TypeError):
        raise _unreadable() from None


def _library(parts: Mapping[str, str], local: datetime, end: datetime) -> Iterable[datetime]:
    kept = ";".join(f"{name}={value}" for name, value in parts.items() if name not in ("COUNT", "UNTIL"))
    return rrulestr(f"{kept};UNTIL={end:%Y%m%dT%H%M%S}", dtstart=local)


def _parts(rule: str) -> dict[str, str]:
    """The parts of a rule; a weekday is numbered only within a month. Source: RFC 5545, 3.3.10."""
    pairs = [part.partition("=") for part in rule.removeprefix("RRULE:").upper().split(";")]
    parts = {name: value for name, _, value in pairs}
    whole = len(parts) == len(pairs) and all(parts.values())
    if not whole or not parts.keys() <= PARTS or parts.get("FREQ") not in FREQUENCIES:
        raise _unreadable()
    if not 1 <= _number(parts.get("INTERVAL", "1")) <= 366 or _number(parts.get("COUNT", "1")) < 1:
        raise _unreadable()
    if parts["FREQ"] != "MONTHLY" and any(letter.isdigit() for letter in parts.get("BYDAY", "")):
        raise _unreadable()
    return parts


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _until(text: str, zone: str) -> datetime:
    """The end by the local clock; a date alone is all of that day. Source: RFC 5545, 3.3.10."""
    try:
        if len(text) == 8:
            return datetime.combine(datetime.strptime(text, "%Y%m%d").date(), time.max)  # noqa: DTZ007 - local
        if text.endswith("Z"):
            until = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return until.astimezone(zone_named(zone)).replace(tzinfo=None)
        return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - local
    except ValueError:
        raise _unreadable() from None


def _instant(local: datetime, zone: str) -> datetime:
    """An hour that clocks skip is read with the offset before the change, a doubled one is its first.

    Source: RFC 5545, 3.3.5.
    """
    return local.replace(tzinfo=zone_named(zone), fold=0).astimezone(UTC)


def _unreadable() -> Invalid:
    return Invalid("rule-unreadable", "send an RFC 5545 rule, daily, weekly or monthly: FREQ=WEEKLY;BYDAY=MO;COUNT=24")
