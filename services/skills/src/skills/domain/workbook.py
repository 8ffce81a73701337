"""The workbook: what one participant practises between sessions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from common.change import Aggregate
from common.contracts.curriculum import HomeworkOutcome
from common.contracts.message import Contract
from common.contracts.words import ParticipantId, StaffId
from skills.domain.card_book import CardBook, Sheet
from skills.domain.homework import Homework
from skills.domain.practice import Practice, Use
from skills.domain.program import Program
from skills.domain.rehearsal import Rated, Rehearsal, Rehearsals
from skills.domain.syllabus import Syllabus


class Workbook(Aggregate):
    """Practice, homework and diary cards by template; its id is the participant's.

    Apart from the record, which is read far more often.
    """

    practice: Practice = Practice()
    homework: Homework = Homework()
    diary: CardBook = CardBook()
    rehearsals: Rehearsals = Rehearsals()

    @property
    def _participant(self) -> ParticipantId:
        return ParticipantId(self.id)

    def practise(self, syllabus: Syllabus, some: Sequence[Use], at: datetime) -> list[Contract]:
        """Skills were practised. Rule: SK-C15."""
        for one in some:
            one.check(syllabus)
        return self.practice.practise(self._participant, some, at)

    def give_homework(self, syllabus: Syllabus, skill: str, due_on: date, by: StaffId, at: datetime) -> list[Contract]:
        """Practice is agreed. Rule: SK-C17."""
        return self.homework.give(syllabus, self._participant, skill, due_on, by, at)

    def review_homework(
        self, homework_id: str, outcome: HomeworkOutcome, code: int | None, by: StaffId, at: datetime
    ) -> list[Contract]:
        """Homework was gone through. Rule: SK-C17."""
        return self.homework.review(self._participant, homework_id, outcome, code, by, at)

    def fill_card(self, program: Program, sheet: Sheet, zone: ZoneInfo, at: datetime) -> list[Contract]:
        """A day's card by its template; raises Invalid. Rules: SK-D8 to SK-D12."""
        template = program.templates.version(sheet.template)
        template.check(sheet.ratings, sheet.skills, program.syllabus.skills)
        return self.diary.fill(template, self._participant, sheet, zone, at)

    def review_card(self, day: date, revision: int, by: StaffId, at: datetime) -> list[Contract]:
        """A card was gone through. Rule: SK-D11."""
        return self.diary.review(self._participant, day, revision, by, at)

    def rehearse(self, syllabus: Syllabus, rehearsal_id: str, new: Rehearsal) -> list[Contract]:
        """Skills were worked through. Rule: SK-C18."""
        return self.rehearsals.rehearse(syllabus, self._participant, rehearsal_id, new)

    def rate_rehearsal(self, rehearsal_id: str, rated: Rated, by: StaffId, at: datetime) -> list[Contract]:
        """How it went. Rule: SK-C18."""
        return self.rehearsals.rate(self._participant, rehearsal_id, rated, by, at)

    def after(self, fact: Contract) -> Self:
        """The workbook once `fact` is true."""
        return self.model_copy(
            update={
                "practice": self.practice.after(fact),
                "homework": self.homework.after(fact),
                "diary": self.diary.after(fact),
                "rehearsals": self.rehearsals.after(fact),
            }
        )
