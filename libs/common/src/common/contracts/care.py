"""What intake says of what care rests on: consent, therapist, team, goals, safety plan, authorisations.

Words in people's own language may name people: they travel on the restricted stream, `intake.contacts`, alone.
"""

from datetime import date
from typing import ClassVar

from common.contracts.episodes import EpisodeEvent
from common.contracts.message import Contract, Identifying, Plain
from common.contracts.words import ParticipantId, ReleaseId, StaffId, SupporterId


class RestrictedEvent(Contract):
    """Said on the restricted stream, about one participant."""

    TOPIC: ClassVar[str] = "intake.contacts"

    participant_id: Plain[ParticipantId]


class AgeBasisRecorded(RestrictedEvent):
    """By which birth date, and the law of which state, it is judged who may consent; `recorded_by` None: a referral.

    `state` is a code of the table of ages, or empty for the program's own.
    """

    birth_date: Identifying[date]
    state: Plain[str] = ""
    recorded_by: Plain[StaffId | None] = None


class ReleaseExpired(EpisodeEvent):
    """The last day of a release is over; who read `expires_on` knew it already. Rule: IN-C3."""

    release_id: Plain[ReleaseId]
    supporter_id: Plain[SupporterId]


EVENTS: tuple[type[Contract], ...] = (AgeBasisRecorded, ReleaseExpired)
COMMANDS: tuple[type[Contract], ...] = ()
