"""One recipient of notices: how they may be reached, and what is on its way to them outside the inbox."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from common.change import Aggregate
from common.contracts.message import Contract
from common.contracts.notices import (
    ChannelAllowedAgain,
    ChannelStopped,
    ContactAgreed,
    NudgeDelivered,
    NudgedNotice,
    NudgeDropped,
    NudgeHeld,
    NudgeSent,
    NudgeUndeliverable,
    RecipientHeardAgain,
    RecipientSilenced,
    RecipientUnreachable,
)
from common.contracts.paging import LinkFollowed
from common.contracts.words import NoticeId, RecipientKind
from notifications.domain.contact import Channel, Contact, contact_of

REMEMBERED = 200
"""Notices of which we know that a nudge was decided; the same offer comes again within seconds. ASSUMED."""
COUNTED = 50
"""Nudges remembered for the caps; no program sends more a week. ASSUMED."""


class Waiting(BaseModel):
    """A notice in the inbox whose nudge has not left yet."""

    model_config = ConfigDict(frozen=True)

    notice: NudgedNotice
    since: datetime
    until: datetime
    expires_at: datetime


class Underway(BaseModel):
    """A nudge that a channel's provider has not accepted or refused yet."""

    model_config = ConfigDict(frozen=True)

    nudge_id: str
    channel: Channel
    text: str
    language: str
    critical: bool
    notices: tuple[NudgedNotice, ...]
    since: datetime


class Recipient(Aggregate):
    """One recipient (`id` is kind and id, as `SUPPORTER:s-aunt`)."""

    contact: Contact | None = None
    stopped: frozenset[Channel] = frozenset()
    silenced: str = ""
    waiting: tuple[Waiting, ...] = ()
    underway: dict[str, Underway] = Field(default_factory=dict)
    decided: tuple[NoticeId, ...] = ()
    sounded_at: tuple[datetime, ...] = ()
    failures: int = 0
    unreachable: bool = False
    followed: tuple[str, ...] = ()

    def after(self, fact: Contract) -> Self:
        """The state once `fact` is true."""
        match fact:
            case ContactAgreed():
                return self.model_copy(update={"contact": contact_of(fact), "failures": 0, "unreachable": False})
            case ChannelStopped():
                return self.model_copy(update={"stopped": self.stopped | {Channel(fact.channel)}})
            case ChannelAllowedAgain():
                return self.model_copy(update={"stopped": self.stopped - {Channel(fact.channel)}})
            case RecipientSilenced():
                return self.model_copy(update={"silenced": fact.reason})
            case RecipientHeardAgain():
                return self.model_copy(update={"silenced": ""})
            case RecipientUnreachable():
                return self.model_copy(update={"unreachable": True})
            case LinkFollowed():
                return self.model_copy(update={"followed": (*self.followed, fact.nudge_id)[-REMEMBERED:]})
            case _:
                return self._nudged(fact)

    def _nudged(self, fact: Contract) -> Self:
        match fact:
            case NudgeHeld():
                held = Waiting(notice=fact.notice, since=fact.at, until=fact.until, expires_at=fact.expires_at)
                return self._decided(fact.notice).model_copy(update={"waiting": (*self.waiting, held)})
            case NudgeDropped():
                return self._without(fact.notice)._decided(fact.notice)
            case NudgeSent():
                return self._sent(fact)
            case NudgeDelivered():
                gone = {id: one for id, one in self.underway.items() if id != fact.nudge_id}
                return self.model_copy(update={"underway": gone, "failures": 0, "unreachable": False})
            case NudgeUndeliverable():
                gone = {id: one for id, one in self.underway.items() if id != fact.nudge_id}
                return self.model_copy(update={"underway": gone, "failures": self.failures + is_failure(fact.reason)})
        return self

    @property
    def kind(self) -> RecipientKind:
        """What kind of recipient this is."""
        return RecipientKind(self.id.partition(":")[0])

    def about(self) -> dict[str, Any]:
        """What every fact about one recipient says."""
        return {"recipient_kind": self.kind, "recipient_id": self.id.partition(":")[2]}

    def _sent(self, fact: NudgeSent) -> Self:
        me: Self = self
        for notice in fact.notices:
            me = me._without(notice)._decided(notice)
        one = Underway.model_validate({**fact.model_dump(), "since": fact.at})
        counted = () if fact.critical else (fact.at,)
        sounded = (*self.sounded_at, *counted)[-COUNTED:]
        return me.model_copy(update={"underway": {**me.underway, fact.nudge_id: one}, "sounded_at": sounded})

    def _without(self, notice: NudgedNotice) -> Self:
        return self.model_copy(update={"waiting": tuple(one for one in self.waiting if one.notice != notice)})

    def _decided(self, notice: NudgedNotice) -> Self:
        if notice.notice_id in self.decided:
            return self
        return self.model_copy(update={"decided": (*self.decided, notice.notice_id)[-REMEMBERED:]})


def is_failure(reason: str) -> bool:
    """Whether this reason says that the recipient could not be reached, not that they may not be. Rule: NO-N8."""
    return reason in ("provider-away", "no-address") or reason.startswith("refused-")


def key_of(kind: RecipientKind, id: str) -> str:
    """The id of a recipient's aggregate."""
    return f"{kind}:{id}"
