"""What is said to whom about one participant, and what the participant allows."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from common.change import Aggregate
from common.contracts.intake import ReleaseGranted, ReleaseRevoked
from common.contracts.message import Contract
from common.contracts.network import DistanceHeeded, RelationEnded, SupporterHeldBack, SupporterLetIn
from common.contracts.notifications import (
    NoticeAcknowledged,
    NoticeDelivered,
    NoticeEvent,
    NoticeQueued,
    NoticeSent,
    NoticeSuppressed,
    NoticeUndeliverable,
    ReleaseHeeded,
)
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, ReleaseId, ReleaseScope
from notifications.domain.releases import Release


class Stage(StrEnum):
    """How far a notice is."""

    WAITING = "waiting"
    SENT = "sent"
    SUPPRESSED = "suppressed"
    ACKNOWLEDGED = "acknowledged"


class Outside(StrEnum):
    """What became of a notice outside the house, beside the inbox."""

    UNDELIVERABLE = "undeliverable"
    DELIVERED = "delivered"


class Notice(BaseModel):
    """One thing to say to one recipient.

    `settled_at` is when it was sent or suppressed, `release_id` the release it was sent under, for a supporter.
    """

    model_config = ConfigDict(frozen=True)

    notice_id: NoticeId
    recipient_kind: RecipientKind
    recipient_id: str
    template: str
    scope: ReleaseScope | None = None
    follows: NoticeId | None = None
    due_at: datetime | None = None
    stage: Stage = Stage.WAITING
    settled_at: datetime | None = None
    release_id: ReleaseId | None = None
    outside: Outside | None = None


class Correspondence(Aggregate):
    """Everything said about one participant (`id`), by notice, and the releases it rests on."""

    releases: dict[ReleaseId, Release] = Field(default_factory=dict)
    notices: dict[NoticeId, Notice] = Field(default_factory=dict)
    away: frozenset[str] = frozenset()
    """Supporters whom the participant keeps away; nothing reaches them, whatever was released."""

    def after(self, fact: Contract) -> Self:
        """The state once `fact` is true."""
        match fact:
            case ReleaseHeeded():
                release = Release.model_validate(fact, from_attributes=True)
                return self.model_copy(update={"releases": {**self.releases, fact.release_id: release}})
            case DistanceHeeded():
                one = frozenset({fact.supporter_id})
                return self.model_copy(update={"away": self.away | one if fact.away else self.away - one})
            case NoticeQueued():
                return self._with(Notice.model_validate(fact, from_attributes=True))
            case NoticeSent():
                return self._settled(fact, Stage.SENT, fact.release_id)
            case NoticeSuppressed():
                return self._settled(fact, Stage.SUPPRESSED)
            case NoticeAcknowledged():
                return self._with(self._now(fact, stage=Stage.ACKNOWLEDGED))
            case NoticeDelivered():
                return self._with(self._now(fact, outside=Outside.DELIVERED))
            case NoticeUndeliverable():
                return self._with(self._now(fact, outside=Outside.UNDELIVERABLE))
        return self

    def heed_grant(self, granted: ReleaseGranted) -> list[Contract]:
        """Know a release as it was granted; one already taken back stays so. Rule: NO-R1."""
        known = self.releases.get(granted.release_id)
        active = known.active if known else True
        return self._heed(Release.model_validate({**granted.model_dump(), "active": active}), granted.at)

    def heed_revocation(self, revoked: ReleaseRevoked) -> list[Contract]:
        """From now on it holds no more, even where we never knew it. Rule: NO-R1."""
        unknown = Release(release_id=revoked.release_id, supporter_id=revoked.supporter_id, scopes=(), active=False)
        known = self.releases.get(revoked.release_id, unknown)
        return self._heed(known.model_copy(update={"active": False}), revoked.at)

    def heed_distance(self, said: RelationEnded | SupporterHeldBack | SupporterLetIn) -> list[Contract]:
        """Whom the participant keeps away from now on, or lets in again. Rule: NO-R3."""
        away = not isinstance(said, SupporterLetIn)
        if (said.supporter_id in self.away) is away:
            return []
        who = ParticipantId(self.id)
        return [DistanceHeeded(at=said.at, participant_id=who, supporter_id=said.supporter_id, away=away)]

    def waiting(self) -> Iterator[Notice]:
        """The notices not yet decided."""
        return (notice for notice in self.notices.values() if notice.stage is Stage.WAITING)

    def next_due(self) -> datetime | None:
        """When the first waiting notice falls due."""
        return min((notice.due_at for notice in self.waiting() if notice.due_at), default=None)

    def was_sent(self, notice_id: NoticeId | None) -> bool:
        """Whether the recipient of this notice got it."""
        known = self.notices.get(notice_id) if notice_id else None
        return known is not None and known.stage in (Stage.SENT, Stage.ACKNOWLEDGED)

    def about(self, notice: Notice) -> dict[str, Any]:
        """What every fact about one notice says."""
        return {
            "participant_id": ParticipantId(self.id),
            "notice_id": notice.notice_id,
            "recipient_kind": notice.recipient_kind,
            "recipient_id": notice.recipient_id,
            "template": notice.template,
        }

    def _heed(self, release: Release, at: datetime) -> list[Contract]:
        if self.releases.get(release.release_id) == release:
            return []
        return [ReleaseHeeded(at=at, participant_id=ParticipantId(self.id), **dict(release))]

    def _settled(self, fact: NoticeEvent, stage: Stage, release_id: ReleaseId | None = None) -> Self:
        known = self.notices.get(fact.notice_id) or Notice.model_validate(fact, from_attributes=True)
        return self._with(known.model_copy(update={"stage": stage, "settled_at": fact.at, "release_id": release_id}))

    def _now(self, fact: NoticeEvent, **is_so: Any) -> Notice:
        return self.notices[fact.notice_id].model_copy(update=is_so)

    def _with(self, notice: Notice) -> Self:
        return self.model_copy(update={"notices": {**self.notices, notice.notice_id: notice}})
