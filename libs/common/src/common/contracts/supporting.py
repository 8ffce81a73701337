"""What family says of supporters who speak for themselves (`family.engagement`)."""

from common.contracts.message import Clinical, Contract
from common.contracts.network import SupporterEvent


class SupporterAimsSet(SupporterEvent):
    """What a supporter wants to work on themselves, as codes of the family program; said anew, it replaces it.

    Their plan stays as it was agreed with the clinician, who reads this beside it.
    """

    goals: Clinical[tuple[str, ...]]


EVENTS: tuple[type[Contract], ...] = (SupporterAimsSet,)
COMMANDS: tuple[type[Contract], ...] = ()
