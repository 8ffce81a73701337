"""What notifications hears, one line a message."""

from collections.abc import Mapping

from common.contracts.intake import ReleaseGranted, ReleaseRevoked
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.service import Hear
from notifications import handlers

HEARS: Mapping[type[Contract], Hear] = {
    SendNotice: handlers.tell,
    ReleaseGranted: handlers.heed_grant,
    ReleaseRevoked: handlers.heed_revocation,
}
