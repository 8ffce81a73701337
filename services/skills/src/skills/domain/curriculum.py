"""Where a participant stands in a cycle of the curriculum, which lessons were taught, and carrying that along."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from common.change import Invalid
from common.contracts.curriculum import CycleChosen, LessonMissed, LessonRepeated
from common.contracts.lessons import LessonTakenBack
from common.contracts.message import Contract, Instant
from common.contracts.skills import (
    CarryCurriculum,
    CurriculumCarried,
    CurriculumCarryUndone,
    CurriculumEnrolled,
    CurriculumNotCarried,
    SkillTaught,
    UndoCarryCurriculum,
)
from common.contracts.words import ExposureSource, LevelOfCare, ParticipantId, StaffId, TransitionId
from skills.domain.syllabus import Slot, Syllabus


class Manner(NamedTuple):
    """How a lesson reached somebody."""

    source: ExposureSource = ExposureSource.GROUP
    make_up: bool = False


class CarryOutcome(StrEnum):
    """What became of a carry."""

    CARRIED = "carried"
    NOT_CARRIED = "not-carried"
    UNDONE = "undone"


class Step(NamedTuple):
    """Where somebody stood before the lesson that moved them last, and since when."""

    stood_at: int
    as_of: Instant | None


class Place(BaseModel):
    """Where in which cycle, at which level; `as_of` is when the last lesson that moved it was taught.

    `next` is the lesson that comes next: where the program's file has changed since, it counts, not the index.
    `cycle` is empty for the program's first one; `chosen` says that a person put the participant onto it.
    """

    model_config = ConfigDict(frozen=True)

    level: LevelOfCare | None = None
    index: int = 0
    as_of: Instant | None = None
    cycle: str = ""
    next: str = ""
    chosen: bool = False
    back: Step | None = None

    def slot(self, syllabus: Syllabus) -> tuple[int, Slot]:
        """The index and the slot of the lesson that comes next, in the cycle as it is today. Rule: SK-C9."""
        slots = syllabus.slots(self.cycle)
        index = self.index % len(slots)
        if self.next and slots[index].lesson != self.next:
            index = next((i for i, slot in enumerate(slots) if slot.lesson == self.next), index)
        return index, slots[index]

    def past(self, syllabus: Syllabus, lesson: str, at: datetime) -> tuple[int, str] | None:
        """Index and lesson that come next once `lesson` was taught `at`; None where it moves nothing. Rule: SK-C4."""
        slots, (index, _) = syllabus.slots(self.cycle), self.slot(syllabus)
        ahead = [i for i in range(index, len(slots)) if slots[i].lesson == lesson]
        if not ahead or (self.as_of is not None and at < self.as_of):
            return None
        behind = (ahead[0] + 1) % len(slots)
        return behind, slots[behind].lesson

    def on(self, syllabus: Syllabus, cycle: str, taught: Collection[str]) -> tuple[int, Slot]:
        """Where the participant stands on another cycle: before the same lesson, else before the first not taught.

        Rule: SK-C10.
        """
        here, slots = self.slot(syllabus), syllabus.slots(cycle)
        if syllabus.cycle(cycle) == syllabus.cycle(self.cycle):
            return here
        wanted = here[1].lesson
        same = next((i for i, slot in enumerate(slots) if slot.lesson == wanted), None)
        open_one = next((i for i, slot in enumerate(slots) if slot.lesson not in taught), 0)
        index = open_one if same is None else same
        return index, slots[index]


class Carry(BaseModel):
    """A carry asked for, what became of it, and where the participant stood before."""

    model_config = ConfigDict(frozen=True)

    outcome: CarryOutcome
    before: Place = Place()


class Curriculum(BaseModel):
    """One participant's curriculum. Not enrolled until the place has a level."""

    model_config = ConfigDict(frozen=True)

    place: Place = Place()
    taught: dict[str, Instant] = {}
    carries: dict[TransitionId, Carry] = {}

    def enrol(
        self, syllabus: Syllabus, participant_id: ParticipantId, level: LevelOfCare, at: datetime
    ) -> list[Contract]:
        """The first level with skills groups enrols; later ones do not. Rules: SK-C2, SK-C10."""
        if self.place.level is not None or level not in syllabus.levels:
            return []
        cycle = self._cycle_at(syllabus, level)
        index, slot = self.place.on(syllabus, cycle, self.taught)
        return [
            CurriculumEnrolled(
                at=at,
                participant_id=participant_id,
                level=level,
                module=slot.module,
                lesson_index=index,
                cycle=cycle,
                next_lesson=slot.lesson,
            )
        ]

    def choose_cycle(
        self, syllabus: Syllabus, participant_id: ParticipantId, cycle: str, by: StaffId, at: datetime
    ) -> list[Contract]:
        """A person puts the participant onto a cycle, whatever the level; raises Invalid `cycle-unknown`.

        Rule: SK-C10.
        """
        if cycle not in syllabus.cycles:
            raise Invalid("cycle-unknown", "the program's curriculum has no cycle of this name")
        if self.place.chosen and self.place.cycle == cycle:
            return []
        index, slot = self.place.on(syllabus, cycle, self.taught)
        return [
            CycleChosen(
                at=at,
                participant_id=participant_id,
                cycle=cycle,
                module=slot.module,
                lesson_index=index,
                next_lesson=slot.lesson,
                chosen_by=by,
            )
        ]

    def teach(
        self, syllabus: Syllabus, participant_id: ParticipantId, lesson: str, at: datetime, manner: Manner
    ) -> list[Contract]:
        """The first time a lesson reaches somebody; said twice, taught once. Rules: SK-C3, SK-C4."""
        if lesson in self.taught:
            return []
        return [
            SkillTaught(
                at=at,
                participant_id=participant_id,
                module=syllabus.module_of[lesson],
                lesson=lesson,
                level=self.place.level,
                **manner._asdict(),
                **self.moved_by(syllabus, lesson, at, manner),
            )
        ]

    def moved_by(self, syllabus: Syllabus, lesson: str, at: datetime, manner: Manner) -> dict[str, Any]:
        """What a fact says of the place once a lesson was given `at`: only the group's own moves it. Rule: SK-C4."""
        with_the_group = manner == Manner()
        index, following = (with_the_group and self.place.past(syllabus, lesson, at)) or (None, "")
        return {"lesson_index": index, "next_lesson": following}

    def carry(self, syllabus: Syllabus, asked: CarryCurriculum, dit_sessions: int) -> list[Contract]:
        """Position, lessons and DIT index go along, once; forbidden where already undone.

        Rules: SK-C5, SK-C7, SK-C10.
        """
        if asked.transition_id in self.carries:
            return []
        if self.place.level is None:
            return [
                CurriculumNotCarried(
                    at=asked.at,
                    participant_id=asked.participant_id,
                    transition_id=asked.transition_id,
                    reason="not-enrolled",
                )
            ]
        cycle = self._cycle_at(syllabus, asked.to_level)
        index, slot = self.place.on(syllabus, cycle, self.taught)
        return [
            CurriculumCarried(
                at=asked.at,
                participant_id=asked.participant_id,
                transition_id=asked.transition_id,
                to_level=asked.to_level,
                module=slot.module,
                lesson_index=index,
                lessons_taught=len(self.taught),
                dit_session_index=dit_sessions,
                cycle=cycle,
                next_lesson=slot.lesson,
            )
        ]

    def undo_carry(self, asked: UndoCarryCurriculum) -> list[Contract]:
        """Put back once; asked before the carry, it forbids it. Rules: SK-C6, SK-C7."""
        carry = self.carries.get(asked.transition_id)
        if carry is not None and carry.outcome is CarryOutcome.UNDONE:
            return []
        return [
            CurriculumCarryUndone(at=asked.at, participant_id=asked.participant_id, transition_id=asked.transition_id)
        ]

    def after(self, fact: Contract) -> "Curriculum":
        """The curriculum once `fact` is true."""
        match fact:
            case CurriculumEnrolled():
                return self._stand(fact, level=fact.level)
            case CycleChosen():
                return self._stand(fact, chosen=True)
            case SkillTaught():
                return self.model_copy(update={"taught": {**self.taught, fact.lesson: fact.at}})._moved(fact)
            case LessonRepeated() | LessonMissed():
                return self._moved(fact)
            case LessonTakenBack():
                return self._without(fact)
            case CurriculumCarried():
                carry = Carry(outcome=CarryOutcome.CARRIED, before=self.place)
                return self._stand(fact, level=fact.to_level)._with_carry(fact.transition_id, carry)
            case CurriculumNotCarried():
                return self._with_carry(fact.transition_id, Carry(outcome=CarryOutcome.NOT_CARRIED))
            case CurriculumCarryUndone():
                back = self._before(fact.transition_id)
                return self._at(back)._with_carry(fact.transition_id, Carry(outcome=CarryOutcome.UNDONE))
        return self

    def _cycle_at(self, syllabus: Syllabus, level: LevelOfCare) -> str:
        """The cycle chosen for this participant, else the level's; the one they are on where the level has none."""
        return syllabus.cycle(self.place.cycle if self.place.chosen else syllabus.levels.get(level, self.place.cycle))

    def _moved(self, fact: SkillTaught | LessonRepeated | LessonMissed) -> "Curriculum":
        if fact.lesson_index is None:
            return self
        here = self.place
        moved = {"index": fact.lesson_index, "next": fact.next_lesson, "as_of": fact.at}
        return self._at(here.model_copy(update={**moved, "back": Step(here.index, here.as_of)}))

    def stood_before(self, at: datetime) -> Step | None:
        """Where the participant stood before a lesson at `at`, where no lesson since has moved them. Rule: SK-C21."""
        return self.place.back if self.place.as_of == at else None

    def _without(self, fact: LessonTakenBack) -> "Curriculum":
        taught = {lesson: at for lesson, at in self.taught.items() if lesson != fact.lesson}
        if fact.taught_at is not None:
            taught[fact.lesson] = fact.taught_at
        place = self.place
        if fact.lesson_index is not None and place.back is not None:
            at = {"index": fact.lesson_index, "next": fact.next_lesson, "as_of": place.back.as_of, "back": None}
            place = place.model_copy(update=at)
        return self.model_copy(update={"taught": taught, "place": place})

    def _stand(self, fact: CurriculumEnrolled | CurriculumCarried | CycleChosen, **more: Any) -> "Curriculum":
        at = {
            "index": fact.lesson_index,
            "cycle": fact.cycle,
            "next": fact.next_lesson,
            "back": self._back(fact),
            **more,
        }
        return self._at(self.place.model_copy(update=at))

    def _back(self, fact: CurriculumEnrolled | CurriculumCarried | CycleChosen) -> Step | None:
        here = self.place
        return here.back if (here.index, here.next) == (fact.lesson_index, fact.next_lesson) else None

    def _before(self, transition_id: TransitionId) -> Place:
        standing = [id for id, carry in self.carries.items() if carry.outcome is CarryOutcome.CARRIED]
        latest = bool(standing) and standing[-1] == transition_id
        return self.carries[transition_id].before if latest else self.place

    def _at(self, place: Place) -> "Curriculum":
        return self.model_copy(update={"place": place})

    def _with_carry(self, transition_id: TransitionId, carry: Carry) -> "Curriculum":
        return self.model_copy(update={"carries": {**self.carries, transition_id: carry}})
