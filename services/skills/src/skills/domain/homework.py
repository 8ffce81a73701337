"""Homework: practice agreed until a day, and gone through; not yet done is said without blame."""

from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from common.change import Invalid, NotFound
from common.contracts.curriculum import HomeworkGiven, HomeworkOutcome, HomeworkReviewed
from common.contracts.lessons import HomeworkReported
from common.contracts.message import Contract
from common.contracts.words import ParticipantId, StaffId
from skills.domain.diary import HIGHEST_CODE
from skills.domain.syllabus import Syllabus

KEEP_DAYS = 120
"""Days of homework kept, counted back from when the newest was given. ASSUMED; the journal keeps all."""


class Assignment(BaseModel):
    """Practice of one skill until a day; not reviewed as long as there is no outcome."""

    model_config = ConfigDict(frozen=True)

    skill: str
    due_on: date
    outcome: HomeworkOutcome | None = None
    code: int | None = None
    reported: HomeworkOutcome | None = None
    """How it went by the participant's own word."""
    reported_code: int | None = None


def homework_id_of(skill: str, due_on: date) -> str:
    """The id of homework: one skill and one day, one homework."""
    return f"{skill}.{due_on}"


class Homework(BaseModel):
    """What was agreed, by id."""

    model_config = ConfigDict(frozen=True)

    agreed: dict[str, Assignment] = {}

    def give(
        self, syllabus: Syllabus, participant_id: ParticipantId, skill: str, due_on: date, by: StaffId, at: datetime
    ) -> list[Contract]:
        """Agreed once; raises Invalid `skill-unknown`. Rule: SK-C17."""
        if skill not in syllabus.skills:
            raise Invalid("skill-unknown", "the program's curriculum has no skill of this code")
        id = homework_id_of(skill, due_on)
        if id in self.agreed:
            return []
        return [
            HomeworkGiven(at=at, participant_id=participant_id, homework_id=id, skill=skill, due_on=due_on, given_by=by)
        ]

    def review(
        self,
        participant_id: ParticipantId,
        homework_id: str,
        outcome: HomeworkOutcome,
        code: int | None,
        by: StaffId,
        at: datetime,
    ) -> list[Contract]:
        """Gone through; the same again says nothing, other content replaces. Raises NotFound, Invalid. Rule: SK-C17."""
        held = self.agreed.get(homework_id)
        if held is None:
            raise NotFound("homework-unknown", "this participant has no homework of this id")
        _check(code)
        if (held.outcome, held.code) == (outcome, code):
            return []
        return [
            HomeworkReviewed(
                at=at,
                participant_id=participant_id,
                homework_id=homework_id,
                skill=held.skill,
                outcome=outcome,
                code=code,
                reviewed_by=by,
            )
        ]

    def report(
        self, participant_id: ParticipantId, homework_id: str, outcome: HomeworkOutcome, code: int | None, at: datetime
    ) -> list[Contract]:
        """The participant says how it went; it is still gone through. Raises NotFound, Invalid. Rule: SK-O4."""
        held = self.agreed.get(homework_id)
        if held is None:
            raise NotFound("homework-unknown", "this participant has no homework of this id")
        _check(code)
        if (held.reported, held.reported_code) == (outcome, code):
            return []
        about = {"homework_id": homework_id, "skill": held.skill, "outcome": outcome, "code": code}
        return [HomeworkReported(at=at, participant_id=participant_id, **about)]

    def after(self, fact: Contract) -> "Homework":
        """The homework once `fact` is true."""
        match fact:
            case HomeworkGiven():
                oldest = fact.at.date() - timedelta(days=KEEP_DAYS)
                others = {id: one for id, one in self.agreed.items() if one.due_on > oldest}
                return Homework(agreed={**others, fact.homework_id: Assignment(skill=fact.skill, due_on=fact.due_on)})
            case HomeworkReviewed():
                held = self.agreed[fact.homework_id]
                reviewed = held.model_copy(update={"outcome": fact.outcome, "code": fact.code})
                return Homework(agreed={**self.agreed, fact.homework_id: reviewed})
            case HomeworkReported():
                told = {"reported": fact.outcome, "reported_code": fact.code}
                reported = self.agreed[fact.homework_id].model_copy(update=told)
                return Homework(agreed={**self.agreed, fact.homework_id: reported})
        return self


def _check(code: int | None) -> None:
    if code is not None and not 0 <= code <= HIGHEST_CODE:
        raise Invalid("skill-code-out-of-range", f"a skill code is one of 0 to {HIGHEST_CODE}")
