"""A referral, whatever people and timers do in whatever order: what must hold all the same."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from common.change import Forget, Refused, Remind
from common.contracts.intake import ContactRecorded, ReferralReceived
from common.contracts.message import Contract
from common.contracts.words import LevelOfCare, ParticipantId, Priority, ReferralId, StaffId
from intake.domain.duplicates import Identity
from intake.domain.referral import UNDECIDED, Referral, ReferralStatus
from rules.intake.episode_cases import NOON, PROCESS

A, WHO = StaffId("a"), ParticipantId("p")
ITSELF, PERHAPS = Identity(WHO), Identity(WHO, (ParticipantId("q"),))
LEVELS = st.sampled_from([LevelOfCare.PHP, LevelOfCare.IOP])
CONTACT = ContactRecorded(at=NOON, participant_id=WHO, given_name="G", family_name="F")


class Days(RuleBasedStateMachine):
    """People act, time passes, and the timer that is set fires when it is due; each act is said twice."""

    referral: Referral
    said: Counter[str]

    @initialize(priority=st.sampled_from(Priority), asked=st.booleans())
    def received(self, priority: Priority, asked: bool) -> None:
        """A referral comes in."""
        self.now, self.due, self.said = NOON, dict[str, datetime](), Counter()
        self.referral = Referral(id="r")
        due = NOON + timedelta(hours=PROCESS.admission.first_contact_hours[priority])
        fact = ReferralReceived(
            at=NOON,
            participant_id=WHO,
            referral_id=ReferralId("r"),
            from_source="manual",
            priority=priority,
            questions=("IN-R4: age-unknown",) if asked else (),
            contact_due_at=due,
        )
        self.act(lambda: self.referral.receive(fact, CONTACT))

    def act(self, decide: Callable[[], list[Any]]) -> None:
        """Take a decision, and once more: the second time nothing is said, or it is refused."""
        before = self.referral.status
        try:
            self.take(decide())
        except Refused:
            assert self.referral.status is before
            return
        try:
            assert [one for one in decide() if isinstance(one, Contract)] == []
        except Refused as refused:
            assert refused.code == "already-decided"

    def take(self, outcomes: list[Any]) -> None:
        """Let the outcomes happen, as the store does."""
        for outcome in outcomes:
            if isinstance(outcome, Remind):
                self.due[outcome.name] = outcome.due_at
            elif isinstance(outcome, Forget):
                self.due.pop(outcome.name, None)
            elif isinstance(outcome, Contract):
                self.said[type(outcome).__name__] += 1
                self.referral = self.referral.after(outcome)

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        """The timer fires, if it is due by then."""
        self.now += timedelta(hours=hours)
        if (due := self.due.get("first-contact")) and due <= self.now:
            del self.due["first-contact"]
            self.act(lambda: self.referral.notice_late_contact(self.now))

    @rule()
    def an_old_timer_fires(self) -> None:
        """Late news of a timer that was replaced."""
        self.act(lambda: self.referral.notice_late_contact(self.now))

    @rule(priority=st.sampled_from(Priority))
    def somebody_finds_it_more_or_less_urgent(self, priority: Priority) -> None:
        """IN-R10"""
        self.act(lambda: self.referral.prioritise(A, priority, "why", PROCESS.admission, self.now))

    @rule()
    def somebody_speaks_with_them(self) -> None:
        """IN-R12"""
        self.act(lambda: self.referral.note_contact(A, self.now))

    @rule(level=LEVELS, reason=st.sampled_from(["", "no-place"]))
    def they_shall_wait(self, level: LevelOfCare, reason: str) -> None:
        """IN-R11"""
        self.act(lambda: self.referral.waitlist(A, level, reason, self.now))

    @rule(level=LEVELS, reason=st.sampled_from(["", "looked-at"]), who=st.sampled_from([ITSELF, PERHAPS]))
    def they_are_taken_in(self, level: LevelOfCare, reason: str, who: Identity) -> None:
        """IN-R2, IN-R6, IN-D3"""
        before = self.referral
        self.act(lambda: self.referral.accept(A, level, reason, who, self.now))
        if before.status in UNDECIDED and self.referral.status is ReferralStatus.ACCEPTED:
            assert not who.perhaps
            assert reason or not before.questions

    @rule(reason=st.sampled_from(["", "not-here"]))
    def they_are_declined(self, reason: str) -> None:
        """IN-R2"""
        self.act(lambda: self.referral.decline(A, reason, self.now))

    @invariant()
    def what_happens_once_is_said_once(self) -> None:
        """IN-R1, IN-R2, IN-R12"""
        assert self.said["ReferralReceived"] == 1
        assert self.said["ReferralAccepted"] + self.said["ReferralDeclined"] <= 1
        assert max(self.said["FirstContactMade"], self.said["FirstContactLate"]) <= 1

    @invariant()
    def nobody_who_waits_unspoken_to_is_forgotten(self) -> None:
        """IN-R12: while somebody waits, they were spoken with, or it was told, or a timer will tell."""
        if self.referral.status in UNDECIDED and self.referral.contact_at is None:
            assert self.referral.contact_late or self.due.get("first-contact") == self.referral.contact_due_at
        else:
            assert "first-contact" not in self.due


TestReferral = Days.TestCase
TestReferral.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
