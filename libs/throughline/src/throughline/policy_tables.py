"""An explanation of the policy's answer as a person reads it in a terminal."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from throughline.cli_house import table_of
from throughline.cohort.api import Json

PARTS = {
    "emergency": "Emergency",
    "step-up": "Triggers of a step up (any)",
    "gate": "Gates of a step down (all)",
    "progress": "Progress (enough)",
}
TASKS = {"reviews": "To review", "collect": "To collect"}
WARNINGS = ("emergency", "step-up")
"""Parts in which MET is bad news."""
GOOD, BAD, OPEN = "green", "red", "yellow"


def told(explanation: Json) -> Iterator[RenderableType]:
    """The answer, where the participant stands, what is missing, every rule, and the events behind them."""
    yield Text(explanation["says"], style="bold")
    yield _standing(explanation)
    yield from _opinions(explanation["opinions"])
    for name, title in TASKS.items():
        if explanation[name]:
            yield _tasks(title, explanation[name])
    for part, title in PARTS.items():
        rules = [rule for rule in explanation["rules"] if rule["part"] == part]
        if rules:
            yield _rules(title, rules)
    if any(rule["events"] for rule in explanation["rules"]):
        yield _events(explanation["rules"])


def _standing(explanation: Json) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, value in _facts(explanation):
        table.add_row(name, value)
    return table


def _facts(explanation: Json) -> Iterator[tuple[str, str]]:
    since = f" since {_when(explanation['level_since'])}" if explanation["level_since"] else ""
    yield "participant", explanation["participant_id"]
    yield "looked at", _when(explanation["at"])
    yield "level", f"{explanation['level'] or 'none'}{since}"
    yield "answer", explanation["answer"]
    if explanation["met_since"]:
        yield "met since", _when(explanation["met_since"])
    for wait, until in explanation["waits_until"].items():
        yield f"waits ({wait})", f"until {_when(until)}"
    if explanation["on_leave"]:
        yield "on leave", "no step down is proposed"
    if explanation["open_transition"]:
        yield "open transition", explanation["open_transition"]
    if explanation["watch_until"]:
        yield "watch until", _when(explanation["watch_until"])
    yield "policy", explanation["policy"]
    yield "evidence hash", explanation["evidence_hash"]
    yield "content hash", explanation["content_hash"]


def _opinions(opinions: list[Json]) -> Iterator[RenderableType]:
    """The banner of what asks for more, and every opinion that counts."""
    if any(one["asks_for_more"] for one in opinions):
        yield Text("An outside opinion asks for more: a signature needs a reason.", style=f"bold {BAD}")
    if opinions:
        table = table_of("by", "with", "asks for", "sum", "formed")
        table.title = "Opinions on the level of care"
        for one in opinions:
            row = (one["rater"], one["tool"], one["level"], str(one["composite"] or ""), _when(one["at"]))
            table.add_row(*row, style=BAD if one["asks_for_more"] else None)
        yield table


def _tasks(title: str, tasks: list[Json]) -> Table:
    table = table_of("what", "for")
    table.title = title
    for task in tasks:
        table.add_row(task["what"], ", ".join(task["rules"]))
    return table


def _rules(title: str, rules: list[Json]) -> Table:
    table = table_of("rule", "asks", "result", "value", "limit", "rests on")
    table.title = title
    for rule in rules:
        result = Text(rule["result"], style=_colour(rule))
        table.add_row(rule["rule"], rule["asks"], result, rule["value"], rule["limit"], _rests_on(rule))
    return table


def _colour(rule: Json) -> str:
    if rule["result"] not in ("MET", "NOT_MET"):
        return OPEN
    return GOOD if (rule["result"] == "MET") != (rule["part"] in WARNINGS) else BAD


def _rests_on(rule: Json) -> str:
    missing = f"missing: {rule['missing']}" if rule["missing"] else ""
    days = sorted(_when(event["at"])[:10] for event in rule["events"])
    number = "1 event" if len(days) == 1 else f"{len(days)} events"
    span = days[0] if days and days[0] == days[-1] else f"{days[0]} to {days[-1]}" if days else ""
    return "; ".join(part for part in (missing, f"{number}, {span}" if days else "") if part)


def _events(rules: list[Json]) -> Table:
    table = table_of("when", "what", "event", "rules")
    table.title = "Events"
    used: dict[str, list[str]] = {}
    known: dict[str, Mapping[str, str]] = {}
    for rule in rules:
        for event in rule["events"]:
            used.setdefault(event["event_id"], []).append(rule["rule"])
            known[event["event_id"]] = event
    for event in sorted(known.values(), key=lambda event: (event["at"], event["event_id"])):
        table.add_row(_when(event["at"]), event["kind"], event["event_id"], ", ".join(used[event["event_id"]]))
    return table


def _when(instant: str) -> str:
    return f"{datetime.fromisoformat(instant):%Y-%m-%d %H:%M} UTC"
