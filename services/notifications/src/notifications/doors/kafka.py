"""What notifications hears, one line a message."""

from collections.abc import Mapping

from common.contracts.alumni import AlumnusLeft
from common.contracts.coaching import OnCallSet
from common.contracts.intake import ReleaseGranted, ReleaseRevoked
from common.contracts.message import Contract
from common.contracts.network import RelationEnded, SupporterHeldBack, SupporterLetIn
from common.contracts.notifications import SendNotice
from common.contracts.skills import RiskFlagCleared, RiskFlagRaised
from common.service import Hear
from notifications import handlers
from notifications.domain.policy import Policy
from notifications.views import paging

HEARS: Mapping[type[Contract], Hear] = {
    SendNotice: handlers.tell,
    ReleaseGranted: handlers.heed_grant,
    ReleaseRevoked: handlers.heed_revocation,
    RelationEnded: handlers.heed_distance,
    SupporterHeldBack: handlers.heed_distance,
    SupporterLetIn: handlers.heed_distance,
    AlumnusLeft: handlers.make_no_sound,
}


def hears(policy: Policy, *, ladders: bool) -> Mapping[type[Contract], Hear]:
    """The same, where what must be answered climbs its ladder. Rules: NO-L1, NO-L6, NO-L8, NO-K2."""
    if not ladders:
        return HEARS
    return {
        **HEARS,
        SendNotice: lambda message: handlers.tell_and_climb(message, policy),
        OnCallSet: lambda message: (paging.shift(message.data),),
        RiskFlagRaised: lambda message: (paging.flag_raised(message.data),),
        RiskFlagCleared: lambda message: (paging.flag_cleared(message.data), *handlers.take_cleared(message)),
    }
