"""Whether one supporter may hear of something, by what the participant allows and keeps at a distance."""

from collections.abc import Collection
from datetime import datetime

from common.contracts.words import ReleaseScope, SupporterId
from family.domain.network import SupportNetwork
from family.domain.releases import Allowed, released, why_silent

HELD_BACK = "held-back"
RELATION_ENDED = "relation-ended"


def permission(
    network: SupportNetwork, who: SupporterId, wanted: Collection[ReleaseScope], at: datetime
) -> Allowed | str:
    """The scope and the release by which somebody may hear at `at`, or why not, as a code.

    An ended relation and a wish for distance come before any release. Rules: FA-R3, FA-R4, FA-S2.
    """
    if who in network.ended:
        return RELATION_ENDED
    if who in network.held_back:
        return HELD_BACK
    releases = network.releases.values()
    return released(releases, who, wanted, at) or why_silent(releases, who, wanted, at)
