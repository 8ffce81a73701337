"""A referral: received once, questioned by rules, decided by a person; until then they wait, and are spoken with."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from uuid import uuid5

from common.change import Aggregate, Ask, Forget, Invalid, NotFound, Outcome, Refused, Remind
from common.contracts import intake as said
from common.contracts import referrals as told
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.contracts.words import (
    Condition,
    LevelOfCare,
    NoticeId,
    ParticipantId,
    Priority,
    RecipientKind,
    ReferralId,
    Role,
    StaffId,
)
from intake.domain.admission import Admission
from intake.domain.duplicates import Identity
from intake.domain.moves import IDS
from intake.domain.waiting_list import RANK, Waiting

FIRST_CONTACT = "first-contact"
FIRST_CONTACT_LATE = "first-contact-late"


class ReferralStatus(StrEnum):
    """Where a referral is."""

    UNKNOWN = "unknown"
    WAITING = "waiting"
    WAITLISTED = "waitlisted"
    ACCEPTED = "accepted"
    DECLINED = "declined"


UNDECIDED = (ReferralStatus.WAITING, ReferralStatus.WAITLISTED)
"""Whoever is so stands on the waiting list."""


class Referral(Aggregate):
    """One request for care. It keeps no names; those travel on the contacts stream."""

    participant_id: ParticipantId = ParticipantId("")
    status: ReferralStatus = ReferralStatus.UNKNOWN
    from_source: str = ""
    received_at: datetime | None = None
    conditions: tuple[Condition, ...] = ()
    baseline: tuple[said.BaselineScore, ...] = ()
    questions: tuple[str, ...] = ()
    level_questions: tuple[said.LevelQuestion, ...] = ()
    requested_level: LevelOfCare | None = None
    priority: Priority = Priority.ROUTINE
    waitlisted_for: LevelOfCare | None = None
    contact_due_at: datetime | None = None
    contact_at: datetime | None = None
    contact_late: bool = False
    decided_by: StaffId = StaffId("")
    reason: str = ""

    def after(self, fact: Contract) -> Self:
        """The referral once `fact` is true."""
        known = self._known(fact)
        return self.model_copy(update=known) if known else self

    def _known(self, fact: Contract) -> dict[str, Any]:
        match fact:
            case said.ReferralReceived():
                return _received(fact)
            case said.ReferralAccepted(participant_id=who, decided_by=staff):
                return {"status": ReferralStatus.ACCEPTED, "participant_id": who, "decided_by": staff}
            case said.ReferralDeclined(decided_by=staff, reason=reason):
                return {"status": ReferralStatus.DECLINED, "decided_by": staff, "reason": reason}
            case told.ReferralWaitlisted(level=level):
                return {"status": ReferralStatus.WAITLISTED, "waitlisted_for": level}
            case told.ReferralPrioritised(priority=priority, contact_due_at=due):
                return {"priority": priority, "contact_due_at": due}
            case told.FirstContactMade(at=at, late=late):
                return {"contact_at": at, "contact_late": late}
            case told.FirstContactLate():
                return {"contact_late": True}
        return {}

    def receive(self, received: said.ReferralReceived, contact: said.ContactRecorded) -> list[Outcome]:
        """The same referral sent twice is one referral. Rules: IN-R1, IN-R12."""
        if self.status is not ReferralStatus.UNKNOWN:
            return []
        due = received.contact_due_at
        return [received, contact, *([Remind(FIRST_CONTACT, due)] if due else [])]

    def waiting(self) -> Waiting:
        """This referral as far as it decides about a place on the waiting list; raises ValueError unless received."""
        if self.received_at is None:
            raise ValueError("not received")
        ids, since = self._ids(), self.received_at
        return Waiting(**ids, priority=self.priority, since=since)

    def open_questions(self, level: LevelOfCare) -> tuple[str, ...]:
        """What is open for somebody who would be accepted at this level."""
        own = (one.question for one in self.level_questions if one.level is level)
        return tuple(dict.fromkeys((*self.questions, *own)))

    def accept(
        self, staff: StaffId, level: LevelOfCare, reason: str, identity: Identity, at: datetime
    ) -> list[Outcome]:
        """A person takes somebody in, as whom people said they are; open questions need a reason.

        Rules: IN-R2, IN-R6, IN-R9, IN-D3, IN-D4.
        """
        self._must_wait(ReferralStatus.ACCEPTED)
        identity.must_be_clear()
        if (asked := self.open_questions(level)) and not reason:
            raise Invalid("reason-missing", f"open questions need a reason: {', '.join(asked)}")
        ids = {**self._ids(), "participant_id": identity.participant_id}
        return [said.ReferralAccepted(at=at, **ids, decided_by=staff), Forget(FIRST_CONTACT)]

    def decline(self, staff: StaffId, reason: str, at: datetime) -> list[Outcome]:
        """A person declines, with a coded reason; said again with that reason, nothing. Rule: IN-R2."""
        if self.status is ReferralStatus.DECLINED and self.reason == reason:
            return []
        self._must_wait(ReferralStatus.DECLINED)
        if not reason:
            raise Invalid("reason-missing", "declining needs a coded reason")
        declined = said.ReferralDeclined(at=at, **self._ids(), decided_by=staff, reason=reason)
        return [declined, Forget(FIRST_CONTACT)]

    def waitlist(self, staff: StaffId, level: LevelOfCare, reason: str, at: datetime) -> list[Outcome]:
        """A person would take them in, later; said again of the same level, nothing. Rule: IN-R11."""
        self._must_wait(ReferralStatus.WAITLISTED)
        if self.waitlisted_for is level:
            return []
        if not reason:
            raise Invalid("reason-missing", "waiting needs a coded reason")
        return [told.ReferralWaitlisted(at=at, **self._ids(), level=level, decided_by=staff, reason=reason)]

    def prioritise(
        self, staff: StaffId, priority: Priority, reason: str, admission: Admission, at: datetime
    ) -> list[Outcome]:
        """A person says how urgent it is, with a reason; the first contact moves with it. Rules: IN-R10, IN-R12."""
        self._must_wait(ReferralStatus.ACCEPTED)
        if self.priority is priority:
            return []
        due = self._due_as(priority, admission, at)
        changed = told.ReferralPrioritised(
            at=at, **self._ids(), priority=priority, decided_by=staff, reason=reason, contact_due_at=due
        )
        waits = self.contact_at is None and not self.contact_late
        return [changed, *([Remind(FIRST_CONTACT, due)] if waits else [])]

    def note_contact(self, staff: StaffId, at: datetime) -> list[Outcome]:
        """Somebody spoke with them; the first time counts. Rule: IN-R12."""
        if self.status is ReferralStatus.UNKNOWN:
            raise NotFound("no-such-referral", "there is no referral with this id")
        if self.contact_at is not None:
            return []
        if self.received_at is not None and at < self.received_at:
            raise Invalid("before-the-referral", "a first contact follows the referral")
        late = self.contact_due_at is not None and at > self.contact_due_at
        return [told.FirstContactMade(at=at, **self._ids(), made_by=staff, late=late), Forget(FIRST_CONTACT)]

    def notice_late_contact(self, at: datetime) -> list[Outcome]:
        """Nobody has spoken with them in time: said once, while they wait. Rule: IN-R12."""
        due = self.contact_due_at
        if self.status not in UNDECIDED or self.contact_at is not None or self.contact_late or due is None:
            return []
        if at < due:
            return []
        return [told.FirstContactLate(at=at, **self._ids(), due_at=due), self._tell_clinicians(at)]

    def _tell_clinicians(self, at: datetime) -> Outcome:
        return Ask(
            SendNotice(
                at=at,
                participant_id=self.participant_id,
                notice_id=NoticeId(str(uuid5(IDS, f"{FIRST_CONTACT_LATE}|{self.id}"))),
                recipient_kind=RecipientKind.STAFF,
                recipient_id=Role.CLINICIAN,
                template=FIRST_CONTACT_LATE,
            )
        )

    def _due_as(self, priority: Priority, admission: Admission, at: datetime) -> datetime:
        hours = timedelta(hours=admission.first_contact_hours[priority])
        since, due = self.received_at or at, self.contact_due_at
        if due is None:
            return at + hours
        return min(due, at + hours) if RANK[priority] < RANK[self.priority] else max(due, since + hours)

    def _ids(self) -> dict[str, Any]:
        return {"participant_id": self.participant_id, "referral_id": ReferralId(self.id)}

    def _must_wait(self, wanted: ReferralStatus) -> None:
        if self.status is ReferralStatus.UNKNOWN:
            raise NotFound("no-such-referral", "there is no referral with this id")
        if self.status not in UNDECIDED:
            raise Refused("already-decided", f"this referral is {self.status}, not waiting to be {wanted}")


def _received(fact: said.ReferralReceived) -> dict[str, Any]:
    same = ("participant_id", "from_source", "conditions", "baseline", "questions", "level_questions")
    more = ("requested_level", "priority", "contact_due_at")
    told_as_it_is = {name: getattr(fact, name) for name in (*same, *more)}
    return {**told_as_it_is, "status": ReferralStatus.WAITING, "received_at": fact.at}
