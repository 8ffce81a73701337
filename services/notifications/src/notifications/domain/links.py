"""Links in nudges: good once, for a while, and saying nothing."""

from datetime import datetime

from common.change import NotFound, Outcome
from common.contracts.paging import LinkFollowed
from notifications.domain.recipient import Recipient


def follow(reader: Recipient, nudge_id: str, expires_at: datetime, at: datetime) -> list[Outcome]:
    """The link of a nudge is followed, once; raises NotFound for one that is spent or too old. Rule: NO-T2."""
    if nudge_id in reader.followed or at >= expires_at:
        raise not_good()
    return [LinkFollowed(at=at, **reader.about(), nudge_id=nudge_id)]


def not_good() -> NotFound:
    """What is said of a link that is spent, too old, or was never there: nobody learns which. Rule: NO-T3."""
    return NotFound("link-not-good", "this link is not good, or not any more; sign in as usual")
