"""A referral: received once, questioned by rules, decided by a person."""

from datetime import date, datetime
from enum import StrEnum
from typing import Self

from common.change import Aggregate, Invalid, NotFound, Outcome, Refused
from common.contracts import intake as said
from common.contracts.message import Contract
from common.contracts.words import Condition, ParticipantId, ReferralId, StaffId


class ReferralStatus(StrEnum):
    """Where a referral is."""

    UNKNOWN = "unknown"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Referral(Aggregate):
    """One request for care. It keeps no names; those travel on the contacts stream."""

    participant_id: ParticipantId = ParticipantId("")
    status: ReferralStatus = ReferralStatus.UNKNOWN
    from_source: str = ""
    received_at: datetime | None = None
    conditions: tuple[Condition, ...] = ()
    baseline: tuple[said.BaselineScore, ...] = ()
    questions: tuple[str, ...] = ()
    decided_by: StaffId = StaffId("")
    reason: str = ""

    def after(self, fact: Contract) -> Self:
        """The referral once `fact` is true."""
        match fact:
            case said.ReferralReceived():
                return self.model_copy(
                    update={
                        "participant_id": fact.participant_id,
                        "status": ReferralStatus.WAITING,
                        "from_source": fact.from_source,
                        "received_at": fact.at,
                        "conditions": fact.conditions,
                        "baseline": fact.baseline,
                        "questions": fact.questions,
                    }
                )
            case said.ReferralAccepted(decided_by=staff):
                return self.model_copy(update={"status": ReferralStatus.ACCEPTED, "decided_by": staff})
            case said.ReferralDeclined(decided_by=staff, reason=reason):
                return self.model_copy(
                    update={"status": ReferralStatus.DECLINED, "decided_by": staff, "reason": reason}
                )
        return self

    def receive(self, received: said.ReferralReceived, contact: said.ContactRecorded) -> list[Outcome]:
        """The same referral sent twice is one referral. Rule: IN-R1."""
        return [] if self.status is not ReferralStatus.UNKNOWN else [received, contact]

    def accept(self, staff: StaffId, reason: str, at: datetime) -> list[Outcome]:
        """A person takes the participant in; open questions need a reason. Rules: IN-R2, IN-R6."""
        self._must_wait(ReferralStatus.ACCEPTED)
        if self.questions and not reason:
            raise Invalid("reason-missing", f"open questions need a reason: {', '.join(self.questions)}")
        return [
            said.ReferralAccepted(
                at=at, participant_id=self.participant_id, referral_id=ReferralId(self.id), decided_by=staff
            )
        ]

    def decline(self, staff: StaffId, reason: str, at: datetime) -> list[Outcome]:
        """A person declines, with a coded reason. Rule: IN-R2."""
        self._must_wait(ReferralStatus.DECLINED)
        if not reason:
            raise Invalid("reason-missing", "declining needs a coded reason")
        return [
            said.ReferralDeclined(
                at=at,
                participant_id=self.participant_id,
                referral_id=ReferralId(self.id),
                decided_by=staff,
                reason=reason,
            )
        ]

    def _must_wait(self, wanted: ReferralStatus) -> None:
        if self.status is ReferralStatus.UNKNOWN:
            raise NotFound("no-such-referral", "there is no referral with this id")
        if self.status is not ReferralStatus.WAITING:
            raise Refused("already-decided", f"this referral is {self.status}, not waiting to be {wanted}")


def eligibility_questions(
    *, deceased: bool, birth_date: date | None, mental_health_reason: bool | None, today: date, youngest_age: int
) -> tuple[str, ...]:
    """What a person must look at before deciding; unknown is a question, never a pass. Rules: IN-R3, IN-R4, IN-R5."""
    questions = []
    if deceased:
        questions.append("IN-R3: recorded-as-deceased")
    if birth_date is None:
        questions.append("IN-R4: age-unknown")
    elif _age(birth_date, today) < youngest_age:
        questions.append("IN-R4: too-young")
    if mental_health_reason is not True:
        unknown = mental_health_reason is None
        questions.append("IN-R5: reason-unknown" if unknown else "IN-R5: no-mental-health-reason")
    return tuple(questions)


def _age(birth_date: date, today: date) -> int:
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
