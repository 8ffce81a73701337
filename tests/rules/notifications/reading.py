"""Words for the tests of nudges: one recipient, what is offered to them, and the time that passes."""

from datetime import datetime, timedelta
from typing import Any

from common.change import Forget, Outcome, Remind
from common.contracts.message import Contract
from common.contracts.notices import NudgedNotice, NudgeSent
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, StaffId
from notifications.app import STANDARD
from notifications.domain import agreeing, leaving, nudging
from notifications.domain.contact import Channel, Contact
from notifications.domain.nudging import NUDGE, Offer
from notifications.domain.policy import Policy
from notifications.domain.recipient import Recipient, key_of

from .story import ANA, NOON

EVA = StaffId("staff-eva")
MINUTE = timedelta(minutes=1)
BY_TEXT = Contact(channels=(Channel.SMS,), may_text=True, zone="UTC")
BY_ALL = Contact(channels=(Channel.SMS, Channel.EMAIL, Channel.WEBHOOK), may_text=True, zone="UTC")


class Reader:
    """What happens to one recipient, one thing after the other."""

    def __init__(
        self,
        contact: Contact | None = BY_TEXT,
        kind: RecipientKind = RecipientKind.SUPPORTER,
        policy: Policy = STANDARD,
        now: datetime = NOON,
    ) -> None:
        self.now, self.policy = now, policy
        self.state = Recipient(id=key_of(kind, "r-1"))
        self.said: list[Contract] = []
        self.timers: dict[str, Remind] = {}
        if contact:
            self.apply(agreeing.agree(self.state, contact, policy, EVA, now))

    def apply(self, outcomes: list[Outcome]) -> list[Any]:
        """Let a decision happen; returns the facts."""
        facts: list[Contract] = []
        for outcome in outcomes:
            match outcome:
                case Remind():
                    self.timers[outcome.name] = outcome
                case Forget():
                    self.timers.pop(outcome.name, None)
                case Contract():
                    self.state = self.state.after(outcome)
                    facts.append(outcome)
        self.said += facts
        return facts

    def offer(self, notice: str, template: str = "transition-planned", who: ParticipantId = ANA) -> list[Any]:
        """A notice stands in the inbox."""
        about = NudgedNotice(participant_id=who, notice_id=NoticeId(notice))
        offered = Offer(notice=about, template=template, at=self.now)
        return self.apply(nudging.offer(self.state, offered, self.now, self.policy))

    def until(self, then: datetime) -> list[Any]:
        """Time passes; what falls due meanwhile happens."""
        facts: list[Any] = []
        while (timer := self.timers.get(NUDGE)) and timer.due_at <= then:
            del self.timers[NUDGE]
            self.now = max(self.now, timer.due_at)
            facts += self.apply(nudging.nudge_due(self.state, self.now, self.policy))
        self.now = then
        return facts

    def wait(self, span: timedelta) -> list[Any]:
        """So much time passes."""
        return self.until(self.now + span)

    def accept(self) -> list[Any]:
        """The providers take all that is underway."""
        facts: list[Any] = []
        for nudge in list(self.state.underway):
            facts += self.apply(leaving.accept(self.state, nudge, self.now, self.policy))
        return facts

    def fail(self, nudge: str, reason: str = "refused-422") -> list[Any]:
        """A provider does not take it."""
        return self.apply(leaving.give_up(self.state, nudge, reason, False, self.now, self.policy))

    def sent(self) -> list[NudgeSent]:
        """Every nudge so far."""
        return [fact for fact in self.said if isinstance(fact, NudgeSent)]


def kinds(facts: list[Any]) -> list[str]:
    """What was said, briefly."""
    return [getattr(fact, "reason", "") or type(fact).__name__ for fact in facts]
