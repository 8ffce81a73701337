"""What a supporter says by themselves: only while the participant lets them know of it, checked every time."""

from collections.abc import Collection
from datetime import datetime

from common.change import NotEntitled
from common.contracts.message import Contract
from common.contracts.supporting import SupporterAimsSet
from common.contracts.words import ParticipantId, ReleaseScope, StaffId, SupporterId, TransitionId
from family.domain import engaging, home, talks
from family.domain.learning import TOGETHER
from family.domain.meetings import TAKING_PART
from family.domain.network import SupportNetwork
from family.domain.permission import permission
from family.domain.program import Program

ANY = tuple(ReleaseScope)
"""Whatever is released, its standing says that the participant is here. ASSUMED; what it covers is asked apart."""


def must_be_open(
    network: SupportNetwork, who: SupporterId, at: datetime, wanted: Collection[ReleaseScope] = ANY
) -> list[Contract]:
    """Raise NotEntitled for whoever may not hear of it now: the same for a stranger as for every reason. Rule: FA-W2.

    An unknown participant, one who named somebody else, a release that ended, distance: one answer.
    """
    if isinstance(permission(network, who, wanted, at), str):
        raise NotEntitled("not-open", "there is nothing here for you now")
    return []


def set_aims(
    network: SupportNetwork, who: SupporterId, goals: tuple[str, ...], program: Program, at: datetime
) -> list[Contract]:
    """What they want to work on themselves; the same again is nothing new. Rule: FA-W3. Raises Invalid."""
    must_be_open(network, who, at)
    engaging.must_be("goal", goals, program.goals)
    if network.engagement.of(who).aims == goals:
        return []
    return [SupporterAimsSet(at=at, participant_id=ParticipantId(network.id), supporter_id=who, goals=goals)]


def log_practice(
    network: SupportNetwork,
    who: SupporterId,
    id: str,
    helped: bool | None,
    shared: bool,
    program: Program,
    at: datetime,
) -> list[Contract]:
    """It was practised, as they say, while they may hear of the skill. Rules: FA-E4, FA-W3. Raises NotFound."""
    must_be_open(network, who, at)
    said = home.log_practice(network, id, who, helped, shared, at)
    must_be_open(network, who, at, program.scopes_for(network.engagement.practices[id].skill))
    return said


def agree(network: SupportNetwork, who: SupporterId, version: int, at: datetime) -> list[Contract]:
    """They agree to the home agreement by themselves. Rules: FA-E7, FA-W3. Raises Refused or NotFound."""
    must_be_open(network, who, at, TOGETHER)
    return home.agree_to_agreement(network, version, who, StaffId(who), at)


def decline(network: SupportNetwork, who: SupporterId, id: TransitionId, at: datetime) -> list[Contract]:
    """They would rather not come to a talk. Rules: FA-T13, FA-W3. Raises NotFound."""
    must_be_open(network, who, at, TAKING_PART)
    return talks.decline(network, id, who, at)
