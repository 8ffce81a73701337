"""The record: everything skills knows about one participant, put together from its subjects."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Self

from common.change import Aggregate
from common.contracts.curriculum import LessonMissed, LessonRepeated
from common.contracts.intake import EpisodeOpened
from common.contracts.message import Contract
from common.contracts.skills import CarryCurriculum, UndoCarryCurriculum
from common.contracts.words import FlagId, LevelOfCare, ParticipantId, SkillModule, StaffId
from skills.domain.alliance import Alliance
from skills.domain.answers import Answers, Filled, administration_of, causes_of_answers
from skills.domain.coverage import SAME_SITTING, Coverage
from skills.domain.curriculum import Curriculum, Manner
from skills.domain.diary import Card, Diary
from skills.domain.dit import DitCourse
from skills.domain.dit_work import DitWork
from skills.domain.forms import Forms
from skills.domain.measures import Administration, Measures, baseline_of
from skills.domain.risk import (
    Cause,
    Risk,
    Screen,
    Target,
    causes_of_card,
    causes_of_measure,
    causes_of_screen,
    causes_of_target,
)
from skills.domain.schedule import Plan
from skills.domain.syllabus import Syllabus
from skills.domain.watch import Watch

IN_GROUP = Manner()


class SkillsRecord(Aggregate):
    """One participant's therapeutic work and progress; its id is the participant's."""

    curriculum: Curriculum = Curriculum()
    coverage: Coverage = Coverage()
    diary: Diary = Diary()
    measures: Measures = Measures()
    answers: Answers = Answers()
    plan: Plan = Plan()
    alliance: Alliance = Alliance()
    risk: Risk = Risk()
    watch: Watch = Watch()
    dit: DitCourse = DitCourse()
    dit_work: DitWork = DitWork()

    @property
    def _participant(self) -> ParticipantId:
        return ParticipantId(self.id)

    @property
    def _here(self) -> dict[str, Any]:
        """Whose it is, and at which level."""
        return {"participant_id": self._participant, "level": self.curriculum.place.level}

    def enrol(self, syllabus: Syllabus, level: LevelOfCare, at: datetime) -> list[Contract]:
        """The first level with skills groups enrols. Rules: SK-C2, SK-C10."""
        return self.curriculum.enrol(syllabus, self._participant, level, at)

    def choose_cycle(self, syllabus: Syllabus, cycle: str, by: StaffId, at: datetime) -> list[Contract]:
        """A person puts the participant onto a cycle. Rule: SK-C10."""
        return self.curriculum.choose_cycle(syllabus, self._participant, cycle, by, at)

    def teach(
        self, syllabus: Syllabus, module: SkillModule, lesson: str, at: datetime, manner: Manner = IN_GROUP
    ) -> list[Contract]:
        """A lesson reached the participant, or did again; raises Invalid `lesson-unknown`.

        Rules: SK-C3, SK-C4, SK-C11.
        """
        syllabus.check(module, lesson)
        if (first := self.curriculum.taught.get(lesson)) is None:
            return self.curriculum.teach(syllabus, self._participant, lesson, at, manner)
        if self.coverage.heard_of(lesson, at) or abs(at - first) < SAME_SITTING:
            return []
        how = {**manner._asdict(), **self.curriculum.moved_by(syllabus, lesson, at, manner)}
        return [LessonRepeated(at=at, module=module, lesson=lesson, **self._here, **how)]

    def miss_lesson(self, syllabus: Syllabus, module: SkillModule, lesson: str, at: datetime) -> list[Contract]:
        """A lesson was given without the participant; raises Invalid `lesson-unknown`. Rule: SK-C12."""
        syllabus.check(module, lesson)
        if self.coverage.heard_of(lesson, at) or self.coverage.missed_at(lesson, at):
            return []
        moved = self.curriculum.moved_by(syllabus, lesson, at, IN_GROUP)
        return [LessonMissed(at=at, module=module, lesson=lesson, **self._here, **moved)]

    def carry_curriculum(self, syllabus: Syllabus, asked: CarryCurriculum) -> list[Contract]:
        """Position, lessons and DIT index go to the next level. Rules: SK-C5, SK-C7, SK-C10, SK-T3."""
        return self.curriculum.carry(syllabus, asked, self.dit.session_index)

    def undo_carry(self, asked: UndoCarryCurriculum) -> list[Contract]:
        """The position stands again as before the carry. Rules: SK-C6, SK-C7."""
        return self.curriculum.undo_carry(asked)

    def submit_card(
        self, card: Card, now: datetime, filled_at: datetime | None = None, zone: tzinfo = UTC
    ) -> list[Contract]:
        """A day's card, and the flags it raises, also where it does not stand. Rules: SK-D1 to SK-D5, SK-R1, SK-R2.

        Rules of what comes late, and of a suicidal act: SK-D10, SK-D13, SK-D15.
        """
        said = self.diary.submit(self._participant, card, now, filled_at)
        diary = self.diary
        for fact in said:
            diary = diary.after(fact)
        stands = diary.of(card.day)
        telling = card if stands is None or stands.suicidal_act is None else stands
        act = self.risk.act_of_card(self._participant, telling, filled_at or now, zone)
        return self._at_once([*said, *act], causes_of_card(card), now)

    def record_measure(self, measure: Administration, now: datetime, forms: Forms) -> list[Contract]:
        """An administration, and the flag its risk item raises. Rules: SK-M1 to SK-M3, SK-R3."""
        said = self.measures.record(self._participant, measure, forms)
        return said + self._endorsed(causes_of_measure(measure), measure.administered_at, now, forms)

    def take_answers(self, filled: Filled, now: datetime, forms: Forms) -> list[Contract]:
        """A form as it was filled in, its score, and the flags its risk items raise. Rules: SK-M6 to SK-M9, SK-R10."""
        said = self.answers.take(self._participant, filled, forms)
        measured = administration_of(said)
        more = self.measures.record(self._participant, measured, forms) if measured else []
        causes = causes_of_answers(filled, forms) if said else []
        return [*said, *more, *self._endorsed(causes, filled.administered_at, now, forms)]

    def record_baseline(self, opened: EpisodeOpened, forms: Forms) -> list[Contract]:
        """The measures that came with the referral. Rule: SK-M4."""
        scores = [baseline_of(self._participant, score) for score in dict.fromkeys(opened.baseline)]
        return [fact for score in scores for fact in self.measures.record(self._participant, score, forms)]

    def void_measure(self, measure_id: str, by: StaffId, now: datetime) -> list[Contract]:
        """An administration does not count after all. Rule: SK-M5."""
        if measure_id in self.measures.recorded:
            return self.measures.void(self._participant, measure_id, by, now)
        return self.answers.void(self._participant, measure_id, by, now)

    def record_screen(self, screen: Screen, by: StaffId, now: datetime) -> list[Contract]:
        """A suicide screen, and the flag its result raises. Rules: SK-R4, SK-R9."""
        return self._at_once(self.risk.screen(self._participant, screen, by), causes_of_screen(screen), now)

    def record_target(self, target: Target, now: datetime) -> list[Contract]:
        """A target behaviour, and the flag it raises. Rules: SK-T1, SK-R5."""
        return self._at_once(self.risk.target(self._participant, target), causes_of_target(target), now)

    def raise_flag(self, cause: Cause, now: datetime, review_on: date | None) -> list[Contract]:
        """A person raises a flag. Rule: SK-R8."""
        return self.risk.raise_flag(self._participant, cause, now, review_on)

    def clear_flag(self, flag_id: FlagId, by: StaffId, now: datetime) -> list[Contract]:
        """An entitled person clears a flag. Rule: SK-R7."""
        return self.risk.clear(self._participant, flag_id, by, now)

    def hold_dit_session(self, at: datetime) -> list[Contract]:
        """A DIT session was held. Rules: SK-T2, SK-T3."""
        return self.dit.hold(self._participant, at)

    def after(self, fact: Contract) -> Self:
        """The record once `fact` is true."""
        return self.model_copy(
            update={
                "curriculum": self.curriculum.after(fact),
                "coverage": self.coverage.after(fact),
                "diary": self.diary.after(fact),
                "measures": self.measures.after(fact),
                "answers": self.answers.after(fact),
                "plan": self.plan.after(fact),
                "alliance": self.alliance.after(fact),
                "risk": self.risk.after(fact),
                "watch": self.watch.after(fact),
                "dit": self.dit.after(fact),
                "dit_work": self.dit_work.after(fact),
            }
        )

    def _endorsed(self, causes: list[Cause], at: datetime, now: datetime, forms: Forms) -> list[Contract]:
        """Items that speak of danger raise flags; those of long ago are put before a person. Rule: SK-R20."""
        if now - at <= timedelta(days=forms.risk_current_days):
            return self._at_once([], causes, now)
        return [one for cause in causes for one in self.risk.look_back(self._participant, cause, at, now)]

    def _at_once(self, said: list[Contract], causes: Iterable[Cause], now: datetime) -> list[Contract]:
        """A fact goes out together with the flags it causes."""
        return [*said, *self.risk.raise_for(self._participant, causes, now)]
