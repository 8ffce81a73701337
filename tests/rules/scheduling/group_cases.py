"""A weekly skills group as rules are tried on it: its plan, who joins, what was said."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from common.contracts.groups import GroupKind, GroupPlanned
from common.contracts.message import Contract
from common.contracts.words import GroupId, ParticipantId, SessionId, StaffId
from scheduling.domain.group import Group
from scheduling.domain.plans import MINDFULNESS_WEEKS, STANDARD_CYCLE

MONDAY = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("America/New_York"))
BEFORE = MONDAY - timedelta(days=14)
AMBER, LEADER, CO_LEADER = GroupId("amber"), StaffId("s-lead"), StaffId("s-co")
ANNA, BEN, CARA = ParticipantId("anna"), ParticipantId("ben"), ParticipantId("cara")


def plan(at: datetime = BEFORE, **more: Any) -> GroupPlanned:
    """A weekly skills group of two hours through the standard cycle, planned two weeks ahead."""
    usual: dict[str, Any] = {
        "kind": GroupKind.SKILLS,
        "first_at": MONDAY,
        "zone": "America/New_York",
        "rule": "FREQ=WEEKLY;COUNT=24",
        "minutes": 120,
        "room": "r1",
        "leader": LEADER,
        "co_leader": CO_LEADER,
        "at_least": 0,
        "at_most": 2,
        "cycle_weeks": STANDARD_CYCLE,
        "open_weeks": MINDFULNESS_WEEKS,
        "planned_by": StaffId("s1"),
    }
    return GroupPlanned(at=at, group_id=AMBER, **usual | more)


def after(group: Group, facts: Iterable[Contract]) -> Group:
    """The group once all facts are true."""
    for fact in facts:
        group = group.after(fact)
    return group


def planned(**more: Any) -> Group:
    """The group as it was planned."""
    return after(Group(id=AMBER), Group(id=AMBER).arrange(plan(**more), 0, BEFORE))


def joined(group: Group, who: ParticipantId, at: datetime, aside: int = 0, by: StaffId | None = None) -> Group:
    """The group once somebody asked to join."""
    return after(group, group.join(who, aside, by, at))


def session(week: int) -> SessionId:
    """The id of the meeting so many weeks after the first; after the first week New York is on summer time."""
    day = MONDAY + timedelta(weeks=week)
    return SessionId(f"amber.{day:%Y%m%d}T{'1500' if week == 0 else '1400'}Z")


def names(facts: Iterable[Contract]) -> list[str]:
    """What was said, in short."""
    return [type(fact).__name__ for fact in facts]
