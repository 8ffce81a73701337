"""What scheduling says of community: events, group norms, welcomes and buddies and access needs."""

from enum import StrEnum
from typing import ClassVar

from common.contracts.groups import GroupEvent
from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.scheduling import RosterEvent
from common.contracts.words import GroupId, LevelOfCare, ParticipantId, StaffId


class GatheringKind(StrEnum):
    """What people come together for beside groups and sessions. Source: facts 1.1 A7; the list ASSUMED."""

    MEAL = "MEAL"
    OUTING = "OUTING"
    CELEBRATION = "CELEBRATION"
    CREATIVE = "CREATIVE"
    WELCOME = "WELCOME"
    GOODBYE = "GOODBYE"
    SERVICE = "SERVICE"
    OTHER = "OTHER"


class AccessNeed(StrEnum):
    """What somebody needs so that they can take part. Source: facts 1.1 A24; the list ASSUMED."""

    INTERPRETER = "interpreter"
    SIGN_LANGUAGE = "sign-language"
    CAPTIONS = "captions"
    LARGE_PRINT = "large-print"
    STEP_FREE = "step-free"
    QUIET_ROOM = "quiet-room"
    REMOTE = "remote"


class GatheringEvent(Contract):
    """About one community event."""

    TOPIC: ClassVar[str] = "scheduling.rosters"

    gathering_id: Plain[str]

    def subject(self) -> str:
        """The event itself."""
        return f"gathering:{self.gathering_id}"


class GatheringPlanned(GatheringEvent):
    """What it is, when and where, who hosts it, and for which levels; none: for everybody, alumni too."""

    kind: Plain[GatheringKind]
    levels: Plain[tuple[LevelOfCare, ...]] = ()
    starts_at: Plain[Instant]
    minutes: Plain[int]
    room: Plain[str] = ""
    hosts: Plain[tuple[StaffId, ...]] = ()
    offers: Plain[tuple[AccessNeed, ...]] = ()
    """What it has for those who need it."""
    planned_by: Plain[StaffId]


class GatheringCancelled(GatheringEvent):
    """It does not take place; `reason` is a code."""

    reason: Plain[str]
    cancelled_by: Plain[StaffId]


class GatheringJoined(RosterEvent):
    """Somebody wants to come. Not to come is never a miss."""

    gathering_id: Plain[str]


class GatheringLeft(RosterEvent):
    """Somebody does not come after all."""

    gathering_id: Plain[str]


class NormsSet(GroupEvent):
    """What the members of a group promise each other, as the program wrote it; another wording, another version."""

    version: Plain[int]
    norms: Plain[tuple[str, ...]]
    set_by: Plain[StaffId]


class NormsAccepted(RosterEvent):
    """Somebody accepts the norms of a group as they stand in this version."""

    group_id: Plain[GroupId]
    version: Plain[int]
    recorded_by: Plain[StaffId]


class WelcomeAsked(RosterEvent):
    """Somebody is to be welcomed by those who lead their groups; `because` is a code."""

    because: Clinical[str]


class WelcomeGiven(RosterEvent):
    """A leader welcomed somebody in a group; the buddy, where there is one, agreed, and so did they."""

    group_id: Plain[GroupId]
    buddy: Plain[ParticipantId | None] = None
    welcomed_by: Plain[StaffId]


class BuddyEnded(RosterEvent):
    """Two are no buddies any more in a group."""

    group_id: Plain[GroupId]
    buddy: Plain[ParticipantId]
    ended_by: Plain[StaffId]


class AccessNeedsNoted(RosterEvent):
    """What somebody needs so that they can take part; it replaces what was noted. `language` is a BCP 47 code."""

    needs: Clinical[tuple[AccessNeed, ...]]
    language: Clinical[str] = ""
    noted_by: Plain[StaffId]


EVENTS: tuple[type[Contract], ...] = (
    GatheringPlanned,
    GatheringCancelled,
    GatheringJoined,
    GatheringLeft,
    NormsSet,
    NormsAccepted,
    WelcomeAsked,
    WelcomeGiven,
    BuddyEnded,
    AccessNeedsNoted,
)
COMMANDS: tuple[type[Contract], ...] = ()
