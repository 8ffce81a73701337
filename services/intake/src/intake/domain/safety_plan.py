"""The safety plan: written with the participant, one version in force, every version kept in the journal."""

from datetime import datetime
from typing import Self

from common.change import Aggregate, Invalid, Outcome
from common.contracts import care
from common.contracts.care import SafetyPlanText
from common.contracts.message import Contract
from common.contracts.words import ParticipantId, StaffId

SECTIONS = ("warning_signs", "coping", "professionals", "means_safety")
"""Without these it is no safety plan; whom to be with and whom to ask may be nobody (facts 1.1 A2). ASSUMED."""


class SafetyPlan(Aggregate):
    """The safety plan of one participant (`id`) as it stands; version 0 says that there is none."""

    version: int = 0
    plan: SafetyPlanText = SafetyPlanText()
    written_by: StaffId = StaffId("")
    written_at: datetime | None = None

    def after(self, fact: Contract) -> Self:
        """The plan once `fact` is true."""
        if isinstance(fact, care.SafetyPlanWritten):
            now = {"version": fact.version, "plan": fact.plan, "written_by": fact.written_by, "written_at": fact.at}
            return self.model_copy(update=now)
        return self

    def write(self, plan: SafetyPlanText, together: bool, by: StaffId, at: datetime) -> list[Outcome]:
        """Another version, written together and whole; the same words again are nothing new. Rules: IN-G4, IN-G5."""
        if not together:
            raise Invalid("not-together", "a safety plan is written with the participant")
        lacking = [section for section in SECTIONS if not any(line.strip() for line in getattr(plan, section))]
        if lacking:
            raise Invalid("plan-incomplete", f"the plan lacks: {', '.join(lacking)}")
        if self.version and plan == self.plan:
            return []
        who, version = ParticipantId(self.id), self.version + 1
        return [
            care.SafetyPlanWritten(at=at, participant_id=who, version=version, plan=plan, written_by=by),
            care.SafetyPlanUpdated(at=at, participant_id=who, version=version, written_by=by),
        ]
