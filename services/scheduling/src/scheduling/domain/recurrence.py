"""When something meets that meets again and again: RFC 5545, at its local hour also when clocks change."""

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from common.change import Invalid

LONGEST = timedelta(weeks=53)
"""ASSUMED: a plan is booked for a year at most; a cycle of two times 24 weeks fits (facts 3.2)."""
PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "WKST"})
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY"})
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def meetings(first_at: datetime, zone: str, rule: str, except_on: Collection[date]) -> list[datetime]:
    """The instants (UTC) at which it begins, in order, without the local dates excepted. Rules: SC-G1, SC-G2.

    Raises Invalid when zone or rule cannot be read, or when the first meeting is not one by the rule.
    """
    local = first_at.astimezone(zone_named(zone)).replace(tzinfo=None)
    found = _by_rule(local, _parts(rule), zone) if rule else [local]
    if not found or found[0] != local:
        raise Invalid("first-meeting-off-rule", "the first meeting is not one by its own rule")
    left_out = set(except_on)
    return [_instant(one, zone) for one in found if one.date() not in left_out]


def zone_named(zone: str) -> ZoneInfo:
    """A time zone by its IANA name; raises Invalid for another."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, such as America
        raise Invalid("zone-unknown", "the time zone has an IANA name, for example America/New_York") from None


def _by_rule(local: datetime, parts: Mapping[str, str], zone: str) -> list[datetime]:
    """For a year at most, whatever the rule says; places are counted in the whole week or month."""
    end = min(_until(parts["UNTIL"], zone), local + LONGEST) if "UNTIL" in parts else local + LONGEST
    fits, places = _fitting(local, parts), _numbers(parts, "BYSETPOS", 366)
    around = (local + timedelta(days=n) for n in range(-31, LONGEST.days + 32))
    found: list[datetime] = []
    for period, days in groupby(around, lambda day: _period(day, parts)):
        if (period - _period(local, parts)) % int(parts.get("INTERVAL", "1")) == 0:
            those = [day for day in days if fits(day)]
            found += [day for n, day in enumerate(those) if not places or places & {n + 1, n - len(those)}]
    return [day for day in found if local <= day <= end][: int(parts.get("COUNT", len(found)))]


def _period(day: datetime, parts: Mapping[str, str]) -> int:
    """Which day, week or month it is, counted on."""
    match parts["FREQ"]:
        case "DAILY":
            return day.toordinal()
        case "WEEKLY":
            return (day.toordinal() - 1 - WEEKDAYS.index(parts.get("WKST", "MO"))) // 7
    return day.year * 12 + day.month


def _fitting(local: datetime, parts: Mapping[str, str]) -> Callable[[datetime], bool]:
    """Whether a day is one by the rule; where it names none, that of the first. Source: RFC 5545, 3.3.10."""
    months, days = _numbers(parts, "BYMONTH", 12), _numbers(parts, "BYMONTHDAY", 31)
    weekdays = set(parts["BYDAY"].split(",")) if "BYDAY" in parts else set()
    if not days | weekdays:
        days = {local.day} if parts["FREQ"] == "MONTHLY" else set()
        weekdays = {WEEKDAYS[local.weekday()]} if parts["FREQ"] == "WEEKLY" else set()

    def fits(day: datetime) -> bool:
        name, after = WEEKDAYS[day.weekday()], monthrange(day.year, day.month)[1] - day.day
        nth, last = (day.day + 6) // 7, after // 7 + 1
        return (
            (not months or day.month in months)
            and (not days or not days.isdisjoint({day.day, -after - 1}))
            and (not weekdays or not weekdays.isdisjoint({name, f"{nth}{name}", f"+{nth}{name}", f"-{last}{name}"}))
        )

    return fits


def _parts(rule: str) -> dict[str, str]:
    """The parts of a rule; a weekday is numbered only within a month. Source: RFC 5545, 3.3.10."""
    pairs = [part.partition("=") for part in rule.removeprefix("RRULE:").upper().split(";")]
    parts = {name: value for name, _, value in pairs}
    whole = len(parts) == len(pairs) and all(parts.values())
    if not whole or not parts.keys() <= PARTS or parts.get("FREQ") not in FREQUENCIES:
        raise _unreadable()
    if not 1 <= _number(parts.get("INTERVAL", "1")) <= 366 or _number(parts.get("COUNT", "1")) < 1:
        raise _unreadable()
    numbered = r"([+-]?[1-5])?" if parts["FREQ"] == "MONTHLY" else ""
    if not all(re.fullmatch(f"{numbered}({'|'.join(WEEKDAYS)})", day) for day in parts.get("BYDAY", "MO").split(",")):
        raise _unreadable()
    if parts.get("WKST", "MO") not in WEEKDAYS:
        raise _unreadable()
    return parts


def _numbers(parts: Mapping[str, str], name: str, most: int) -> set[int]:
    """What a part counts, -1 from the end; raises Invalid for what nobody counts."""
    found = parts[name].split(",") if name in parts else []
    if any(not 1 <= _number(one.lstrip("+-")) <= most or len(one.lstrip("+-")) < len(one) - 1 for one in found):
        raise _unreadable()
    return {int(one) for one in found}


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
