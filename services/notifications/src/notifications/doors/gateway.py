"""How a notice leaves the house: posted to an HTTP gateway, with the notice's id as idempotency key."""

from dataclasses import dataclass
from datetime import datetime

import httpx

from common.change import Effects
from common.clock import Clock
from common.contracts.words import NoticeId, ParticipantId
from common.mongo import Database
from common.outbound import Away, Declined, Parcel
from notifications import handlers
from notifications.views import notices

LATER = frozenset({408, 409, 425, 429})
"""Refusals that pass: timeout, same key still under way, too early, too many.

Source: RFC 9110 15.5, RFC 8470, RFC 6585; for 409 the draft of the HTTP Idempotency-Key header, 2.7.
"""

SURELY_NOT = frozenset({425, 429, 503})
"""Answers after which the gateway certainly does not have it."""

NOT_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True)
class Gateway:
    """Posts to one URL, each time asking first whether the notice still may leave."""

    url: str
    database: Database
    clock: Clock
    http: httpx.AsyncClient

    async def send(self, parcel: Parcel) -> None:
        """Returns once the gateway accepted. Raises Declined or Away. Rules: NO-D3, NO-D5, NO-D6."""
        may_not = notices.why_not_outside(self.database, parcel.about, NoticeId(parcel.key), self.clock.now())
        if reason := await may_not:
            raise Declined(reason)
        headers = {"Idempotency-Key": parcel.key, "Content-Type": "application/json"}
        try:
            answer = await self.http.post(self.url, content=parcel.body, headers=headers)
        except NOT_REACHED as error:
            raise Away(type(error).__name__, unsure=False) from None
        judge(answer.status_code)


def judge(status: int) -> None:
    """What the gateway's answer means: nothing for accepted, else raises Declined or Away. Rule: NO-D5."""
    if 200 <= status < 300:
        return
    if 400 <= status < 500 and status not in LATER:
        raise Declined(f"refused-{status}")
    raise Away(f"status-{status}", unsure=status not in SURELY_NOT)


def settle(parcel: Parcel, reason: str, at: datetime) -> Effects:
    """What the end of a delivery means here."""
    who, notice_id = ParticipantId(parcel.about), NoticeId(parcel.key)
    return handlers.settle_outside(who, notice_id, reason, parcel.unsure, at)
