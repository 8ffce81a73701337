"""Whom the participant keeps at a distance: the end of a relation, and holding somebody back for now."""

from datetime import datetime

from common.contracts.message import Contract
from common.contracts.network import RelationEnded, SupporterHeldBack, SupporterLetIn
from common.contracts.words import ParticipantId, SupporterId
from family.domain.connections import Connection, wants_distance
from family.domain.meetings import after, withdraw_invitations
from family.domain.network import SupportNetwork


def end_relation(network: SupportNetwork, who: SupporterId, at: datetime) -> list[Contract]:
    """They have no more to do with each other; said twice, it ends once. Rule: FA-N4. Raises NotFound."""
    if who in network.ended:
        return []
    network.must_know(who)
    return _and_what_follows(
        network, RelationEnded(at=at, participant_id=ParticipantId(network.id), supporter_id=who), at
    )


def hold_back(network: SupportNetwork, who: SupporterId, at: datetime) -> list[Contract]:
    """Nothing reaches this person for now, whatever was released. Rule: FA-N5. Raises NotFound."""
    if who in network.held_back or who in network.ended:
        return []
    network.must_know(who)
    return _and_what_follows(
        network, SupporterHeldBack(at=at, participant_id=ParticipantId(network.id), supporter_id=who), at
    )


def let_in(network: SupportNetwork, who: SupporterId, at: datetime) -> list[Contract]:
    """Releases hold again as they stand; nobody is asked again to what they were taken out of. Rule: FA-N5."""
    if who not in network.held_back or who in network.ended:
        return []
    return [SupporterLetIn(at=at, participant_id=ParticipantId(network.id), supporter_id=who)]


def put_on_map(network: SupportNetwork, connection: Connection, at: datetime) -> list[Contract]:
    """What follows for others, and is said: whoever is not safe is held back, as for any other reason. Rule: FA-N7.

    A kinder word later lets nobody in by itself. Raises NotFound for a supporter who was not named.
    """
    who = connection.supporter_id
    if who is None or who in network.ended:
        return []
    network.must_know(who)
    return hold_back(network, who, at) if wants_distance(connection) else []


def _and_what_follows(network: SupportNetwork, fact: Contract, at: datetime) -> list[Contract]:
    return [fact, *withdraw_invitations(after(network, [fact]), at, at)]
