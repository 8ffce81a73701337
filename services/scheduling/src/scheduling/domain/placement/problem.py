"""The question of placement: who moves, and which groups there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from common.contracts.groups import GroupKind
from common.contracts.words import GroupId, LevelOfCare, ParticipantId, StaffId
from scheduling.domain.hours import monday_of

QUARTER = 15
"""Minutes in which hours are compared."""
AT_MOST_OVER = 180
"""ASSUMED: so many minutes a week over what is needed are one IOP session; more would be treatment nobody ordered."""
SESSIONS_AT_MOST = 12
"""ASSUMED: a peer with whom one sat so often counts as much as any other; four weeks of an IOP's three sessions."""
SKILLS: str = GroupKind.SKILLS
"""The kind of a skills group, of which everybody needs one: a place comes with a seat (SC-P2)."""
ONE_ONLY: frozenset[str] = frozenset({SKILLS})
"""ASSUMED: kinds of which nobody sits in two, for two skills groups would teach two modules at once."""


class Aim(StrEnum):
    """What placement goes for, the first first: more of one outweighs any number of the next. Order: ASSUMED.

    Kinds of group that are needed (a place comes with a seat, SC-P2); quarter-hours towards the hours needed; people
    who keep their therapist; sessions sat together with peers who are kept; and no quarter-hour more than needed.
    """

    KINDS = "kinds"
    HOURS = "hours"
    THERAPISTS = "therapists"
    PEERS = "peers"
    CLOSENESS = "closeness"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A weekly time, in the program's local time: `weekday` 1 is Monday; minutes from midnight, `ends` excluded."""

    weekday: int
    starts: int
    ends: int

    @property
    def minutes(self) -> int:
        """How long it is."""
        return self.ends - self.starts

    def clashes(self, other: "Meeting") -> bool:
        """Whether nobody can be at both. Rule: SC-L3."""
        return self.weekday == other.weekday and self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True, slots=True)
class Group:
    """A group one may join: `joins_in` are the Mondays of the weeks in which it takes somebody new."""

    id: GroupId
    levels: frozenset[LevelOfCare]
    kind: str
    meets: tuple[Meeting, ...]
    seats: int
    led_by: frozenset[StaffId] = frozenset()
    roster: frozenset[ParticipantId] = frozenset()
    open_entry: bool = False
    joins_in: tuple[date, ...] = ()
    permitted: frozenset[ParticipantId] = frozenset()
    """Whom the leader lets in mid-module. Source: facts 3.2."""

    @property
    def minutes(self) -> int:
        """Minutes a week."""
        return sum(meeting.minutes for meeting in self.meets)

    def clashes(self, meetings: Iterable[Meeting]) -> bool:
        """Whether one of these weekly times is in the way."""
        return any(mine.clashes(other) for other in meetings for mine in self.meets)


@dataclass(frozen=True, slots=True)
class Mover:
    """Somebody whose level changes on `starts_on`, which placement never moves; times are weekly, in minutes."""

    id: ParticipantId
    level: LevelOfCare
    starts_on: date
    minutes_needed: int
    minutes_at_most: int
    therapist: StaffId | None = None
    kinds: frozenset[str] = frozenset({SKILLS})
    """Kinds of group of which they need one."""
    separated_from: frozenset[ParticipantId] = frozenset()
    busy: tuple[Meeting, ...] = ()
    sat_with: Mapping[ParticipantId, int] = field(default_factory=dict)
    """Sessions that both attended, by the other's id; zero is not listed."""

    @property
    def week(self) -> date:
        """The Monday of their first week."""
        return monday_of(self.starts_on)


@dataclass(frozen=True)
class Problem:
    """Everything placement goes by; movers and groups by id, so that the same question has the same answer.

    A mover who stands in a roster has a seat there already and may stay.
    """

    movers: tuple[Mover, ...]
    groups: tuple[Group, ...]
    sessions_at_most: int = SESSIONS_AT_MOST
    one_only: frozenset[str] = ONE_ONLY

    @classmethod
    def of(cls, movers: Iterable[Mover], groups: Iterable[Group]) -> "Problem":
        """The question, whatever the order it was asked in."""
        return cls(tuple(sorted(movers, key=lambda m: m.id)), tuple(sorted(groups, key=lambda g: g.id)))

    @cached_property
    def moving(self) -> frozenset[ParticipantId]:
        """Everybody who moves: they are where they are placed, whatever roster they stand in now."""
        return frozenset(mover.id for mover in self.movers)

    @cached_property
    def sitting(self) -> Mapping[GroupId, frozenset[ParticipantId]]:
        """Who stays in each group whatever is decided here."""
        return {group.id: group.roster - self.moving for group in self.groups}

    def free(self, group: Group) -> int:
        """Seats for those who move."""
        return max(0, group.seats - len(self.sitting[group.id]))


Choice = Mapping[ParticipantId, frozenset[GroupId]]
"""An answer: the groups of each mover."""
