"""The connection map: how the participant sees the people around them. Theirs alone; it is never said to anybody.

What stands here is kept in family's own store and travels in no message: no fact is made of it.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from common.contracts.words import SupporterId

FARTHEST, CLOSEST = 0, 10
"""ASSUMED: closeness is the participant's own rating from 0 to 10."""


class ConnectionRole(StrEnum):
    """Where a connection comes from. Source: facts 1.1 A3."""

    COWORKER = "COWORKER"
    FRIEND = "FRIEND"
    NEIGHBOUR = "NEIGHBOUR"
    FAMILY = "FAMILY"
    PARTNER = "PARTNER"
    THERAPIST = "THERAPIST"
    PEER = "PEER"
    OTHER = "OTHER"


class Safe(StrEnum):
    """How safe this person feels. Source: facts 1.1 A22."""

    YES = "yes"
    UNSURE = "unsure"
    NO = "no"


class Intent(StrEnum):
    """What the participant means to do about a connection. Source: facts 1.1 A22."""

    KEEP = "KEEP"
    GROW = "GROW"
    BOUNDARY = "BOUNDARY"
    END = "END"


class Change(StrEnum):
    """What the participant would like to change. Source: facts 1.1 A3; the words ASSUMED."""

    CLOSER = "closer"
    AS_IT_IS = "as-it-is"
    FARTHER = "farther"


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Skill = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z_]{1,39}$")]


class Connection(BaseModel):
    """One person on the map; `words` are the participant's own, `skills` what may help with it (A22, A41).

    `supporter_id` says who it is, where it is one of the supporters the participant named.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: Words
    role: ConnectionRole
    closeness: int = Field(ge=FARTHEST, le=CLOSEST)
    wanted: Change = Change.AS_IT_IS
    safe: Safe
    intent: Intent
    skills: tuple[Skill, ...] = Field(default=(), max_length=10)
    supporter_id: SupporterId | None = None


def wants_distance(connection: Connection) -> bool:
    """Whether nothing should reach this person: not safe, or on the way out. Rule: FA-N7."""
    return connection.safe is Safe.NO or connection.intent is Intent.END
