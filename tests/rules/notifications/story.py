"""Words for the tests of notifications: one participant, one supporter, and what happens to them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from common.change import TimerFired
from common.contracts.intake import ReleaseGranted, ReleaseRevoked
from common.contracts.message import Contract, Message
from common.contracts.notifications import SendNotice
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, ReleaseId, ReleaseScope, SupporterId
from common.fold import Cause, Fold, Loaded, timer_id
from notifications.app import service
from notifications.domain.correspondence import Correspondence
from notifications.domain.sending import SEND

ANA = ParticipantId("p-ana")
AUNT = SupporterId("s-aunt")
FRIEND = SupporterId("s-friend")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAN = ReleaseScope.TRANSITION_PLAN
SERVICE = service()
"""Without ladders: they have stories of their own."""


def granted(
    *scopes: ReleaseScope, release: str = "r-1", to: SupporterId = AUNT, expires_on: date | None = None
) -> ReleaseGranted:
    """Ana lets somebody hear, her aunt of the plan where nothing else is said."""
    return ReleaseGranted(
        at=NOON,
        participant_id=ANA,
        release_id=ReleaseId(release),
        supporter_id=to,
        scopes=scopes or (PLAN,),
        expires_on=expires_on,
    )


def revoked(release: str = "r-1") -> ReleaseRevoked:
    """Ana takes it back."""
    return ReleaseRevoked(at=NOON, participant_id=ANA, release_id=ReleaseId(release), supporter_id=AUNT)


def to_aunt(
    notice: str = "n-1",
    *,
    template: str = "transition-planned",
    scope: ReleaseScope | None = PLAN,
    at: datetime = NOON,
    due_at: datetime | None = None,
    follows: str | None = None,
) -> SendNotice:
    """Somebody asks to tell the aunt."""
    return SendNotice(
        at=at,
        participant_id=ANA,
        notice_id=NoticeId(notice),
        recipient_kind=RecipientKind.SUPPORTER,
        recipient_id=AUNT,
        template=template,
        scope=scope,
        due_at=due_at,
        follows=NoticeId(follows) if follows else None,
    )


def to_staff(notice: str = "n-staff", template: str = "risk-flag-raised") -> SendNotice:
    """Somebody asks to tell Ana's therapist."""
    return SendNotice(
        at=NOON,
        participant_id=ANA,
        notice_id=NoticeId(notice),
        recipient_kind=RecipientKind.STAFF,
        recipient_id="staff-eva",
        template=template,
    )


class Story:
    """What happens to Ana's correspondence, one thing after the other, through handlers and domain."""

    def __init__(self) -> None:
        self.fold = Fold(SERVICE, {(Correspondence, ANA): Loaded(Correspondence(id=ANA), 0)})
        self.said: list[Contract] = []
        self._causes = 0
        self.now = NOON

    @property
    def mail(self) -> Correspondence:
        """How it stands."""
        state = self.fold.states[Correspondence, ANA].state
        assert isinstance(state, Correspondence)
        return state

    @property
    def timer(self) -> dict[str, Any] | None:
        """The timer that waits."""
        return self.fold.timers.get(timer_id(Correspondence, ANA, SEND))

    def hear(self, data: Contract) -> list[Contract]:
        """A message comes in; returns what is said."""
        message = Message(
            id="m",
            source="/throughline/intake",
            topic=data.TOPIC,
            subject=ANA,
            sequence=1,
            time=data.at,
            recorded_at=data.at,
            heard_at=max(self.now, data.at),
            correlation_id="c",
            causation_id="",
            site="test",
            data=data,
        )
        return self._apply(SERVICE.effects_of(message))

    def fire(self) -> list[Contract]:
        """The timer that waits, if any, falls due; returns what is said."""
        doc = self.timer
        if doc is None:
            return []
        self.fold.timers[doc["_id"]] = None
        self.now = max(self.now, doc["due_at"])
        fired = TimerFired(
            doc["aggregate"], doc["aggregate_id"], doc["name"], doc["due_at"], doc["due_at"], doc["data"]
        )
        return self._apply(SERVICE.timers[fired.name](fired))

    def _apply(self, effects: Any) -> list[Contract]:
        self._causes += 1
        said = self.fold.apply(tuple(effects), Cause(once=str(self._causes), id="m", correlation_id="c", time=NOON))
        self.said += said
        return said


def after(*happened: Contract) -> Story:
    """The story so far."""
    story = Story()
    for data in happened:
        story.hear(data)
    return story
