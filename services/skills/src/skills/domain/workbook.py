"""The workbook: what one participant practises between sessions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from common.change import Aggregate
from common.contracts.care import GoalOutcome
from common.contracts.curriculum import HomeworkOutcome
from common.contracts.growth import AheadOutcome
from common.contracts.message import Contract
from common.contracts.words import GoalId, ParticipantId, StaffId, SupporterId
from skills.domain.ahead import Ahead, Thing
from skills.domain.beliefs import Beliefs
from skills.domain.card_book import CardBook, Sheet
from skills.domain.expression import Expression, Tried
from skills.domain.homework import Homework
from skills.domain.practice import Practice, Use
from skills.domain.program import Program
from skills.domain.rehearsal import Rated, Rehearsal, Rehearsals
from skills.domain.syllabus import Syllabus
from skills.domain.values import Values


class Workbook(Aggregate):
    """Practice, homework, diary cards by template, values, and what is worked through; its id is the participant's.

    Apart from the record, which is read far more often.
    """

    practice: Practice = Practice()
    homework: Homework = Homework()
    diary: CardBook = CardBook()
    rehearsals: Rehearsals = Rehearsals()
    values: Values = Values()
    ahead: Ahead = Ahead()
    expression: Expression = Expression()
    beliefs: Beliefs = Beliefs()

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

    def report_homework(
        self, homework_id: str, outcome: HomeworkOutcome, code: int | None, at: datetime
    ) -> list[Contract]:
        """How it went by the participant's own word. Rule: SK-O4."""
        return self.homework.report(self._participant, homework_id, outcome, code, at)

    def fill_card(self, program: Program, sheet: Sheet, zone: ZoneInfo, at: datetime) -> list[Contract]:
        """A day's card by its template; raises Invalid. Rules: SK-D8 to SK-D12."""
        template = program.templates.version(sheet.template)
        template.check(sheet.ratings, sheet.skills, program.syllabus.skills)
        return self.diary.fill(template, self._participant, sheet, zone, at)

    def review_card(self, day: date, revision: int, by: StaffId, at: datetime) -> list[Contract]:
        """A card was gone through. Rule: SK-D11."""
        return self.diary.review(self._participant, day, revision, by, at)

    def rehearse(self, syllabus: Syllabus, rehearsal_id: str, new: Rehearsal) -> list[Contract]:
        """Skills were worked through; raises Invalid. Rules: SK-C18, SK-G2."""
        self.values.check(new.value_ids)
        return self.rehearsals.rehearse(syllabus, self._participant, rehearsal_id, new)

    def rate_rehearsal(self, rehearsal_id: str, rated: Rated, by: StaffId, at: datetime) -> list[Contract]:
        """How it went. Rule: SK-C18."""
        return self.rehearsals.rate(self._participant, rehearsal_id, rated, by, at)

    def name_value(self, value_id: str, goal_ids: tuple[GoalId, ...], at: datetime) -> list[Contract]:
        """Something matters to the participant. Rule: SK-G1."""
        return self.values.name(self._participant, value_id, goal_ids, at)

    def set_value_aside(self, value_id: str, at: datetime) -> list[Contract]:
        """It is no value of theirs any more. Rule: SK-G1."""
        return self.values.set_aside(self._participant, value_id, at)

    def look_forward(self, ahead_id: str, thing: Thing, at: datetime) -> list[Contract]:
        """Something to look forward to; raises Invalid `value-unknown`. Rule: SK-G3."""
        self.values.check([thing.value_id] if thing.value_id else [])
        return self.ahead.look_forward(self._participant, ahead_id, thing, at)

    def settle_ahead(self, ahead_id: str, outcome: AheadOutcome, at: datetime) -> list[Contract]:
        """What became of it. Rule: SK-G3."""
        return self.ahead.settle(self._participant, ahead_id, outcome, at)

    def set_expression(self, expression_id: str, supporter_id: SupporterId | None, at: datetime) -> list[Contract]:
        """A goal of expression. Rule: SK-G4."""
        return self.expression.set_goal(self._participant, expression_id, supporter_id, at)

    def practise_expression(self, expression_id: str, tried: Tried) -> list[Contract]:
        """It was said, or tried. Rule: SK-G4."""
        return self.expression.practise(self._participant, expression_id, tried)

    def end_expression(self, expression_id: str, outcome: GoalOutcome, at: datetime) -> list[Contract]:
        """It is not worked on any more. Rule: SK-G4."""
        return self.expression.end(self._participant, expression_id, outcome, at)

    def name_belief(self, belief_id: str, conviction: int | None, at: datetime) -> list[Contract]:
        """A belief that does not help. Rule: SK-G5."""
        return self.beliefs.name(self._participant, belief_id, conviction, at)

    def find_alternative(
        self, syllabus: Syllabus, belief_id: str, alternative_id: str, skills: tuple[str, ...], at: datetime
    ) -> list[Contract]:
        """Another way to see it. Rule: SK-G5."""
        return self.beliefs.find_alternative(syllabus, self._participant, belief_id, alternative_id, skills, at)

    def rate_belief(self, belief_id: str, conviction: int, at: datetime) -> list[Contract]:
        """How much it is believed. Rule: SK-G5."""
        return self.beliefs.rate(self._participant, belief_id, conviction, at)

    def after(self, fact: Contract) -> Self:
        """The workbook once `fact` is true."""
        return self.model_copy(
            update={
                "practice": self.practice.after(fact),
                "homework": self.homework.after(fact),
                "diary": self.diary.after(fact),
                "rehearsals": self.rehearsals.after(fact),
                "values": self.values.after(fact),
                "ahead": self.ahead.after(fact),
                "expression": self.expression.after(fact),
                "beliefs": self.beliefs.after(fact),
            }
        )
