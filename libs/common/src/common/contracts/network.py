"""What family says of the people who matter, and of the work with them (`family.engagement`).

How safe a connection feels is said nowhere: the connection map stays in family's own store.
"""

from common.contracts.family import EngagementEvent
from common.contracts.message import Contract, Plain
from common.contracts.notifications import DeliveryEvent
from common.contracts.words import SupporterId, TransitionId


class SupporterEvent(EngagementEvent):
    """About one person whom the participant named."""

    supporter_id: Plain[SupporterId]


class RelationEnded(SupporterEvent):
    """The participant ends this relation: from now on this person hears nothing and is asked to nothing."""


class SupporterHeldBack(SupporterEvent):
    """The participant wants no contact with this person for now, for reasons of their own; nothing reaches them."""


class SupporterLetIn(SupporterEvent):
    """The participant holds this person back no longer; their releases, as they stand, hold again."""


class MeetingInvitationWithdrawn(SupporterEvent):
    """This person takes no part in the transition meeting after all.

    `reason` is `release-revoked`, `release-expired`, `scope-not-released`, `held-back`, `relation-ended`
    or `declined`, by themselves.
    """

    transition_id: Plain[TransitionId]
    reason: Plain[str]


class DistanceHeeded(DeliveryEvent):
    """Notifications knows whether the participant keeps this person away; family is its system of record."""

    supporter_id: Plain[SupporterId]
    away: Plain[bool]


EVENTS: tuple[type[Contract], ...] = (
    RelationEnded,
    SupporterHeldBack,
    SupporterLetIn,
    MeetingInvitationWithdrawn,
    DistanceHeeded,
)
COMMANDS: tuple[type[Contract], ...] = ()
