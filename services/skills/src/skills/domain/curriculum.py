"""The curriculum: the 24-week cycle, where a participant stands in it, and carrying that to another level."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from common.change import Invalid
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
from common.contracts.words import LevelOfCare, ParticipantId, SkillModule, TransitionId

LESSONS: Mapping[SkillModule, tuple[str, ...]] = {
    SkillModule.MINDFULNESS: (
        "WISE_MIND",
        "OBSERVE_DESCRIBE_PARTICIPATE",
        "NONJUDGMENTALLY_ONE_MINDFULLY_EFFECTIVELY",
    ),
    SkillModule.DISTRESS_TOLERANCE: (
        "STOP",
        "PROS_AND_CONS",
        "TIP",
        "ACCEPTS",
        "SELF_SOOTHE",
        "IMPROVE",
        "RADICAL_ACCEPTANCE",
        "TURNING_THE_MIND",
        "WILLINGNESS",
    ),
    SkillModule.EMOTION_REGULATION: (
        "MODEL_OF_EMOTIONS",
        "CHECK_THE_FACTS",
        "OPPOSITE_ACTION",
        "PROBLEM_SOLVING",
        "ABC",
        "PLEASE",
    ),
    SkillModule.INTERPERSONAL_EFFECTIVENESS: (
        "CLARIFYING_PRIORITIES",
        "DEAR_MAN",
        "GIVE",
        "FAST",
        "WALKING_THE_MIDDLE_PATH",
        "VALIDATION",
    ),
}
"""The lessons of each module, one code a lesson. Source: facts 3.3, the official names."""


class Block(NamedTuple):
    """A run of weeks on one module."""

    module: SkillModule
    weeks: int


CYCLE: tuple[Block, ...] = (
    Block(SkillModule.MINDFULNESS, 2),
    Block(SkillModule.DISTRESS_TOLERANCE, 6),
    Block(SkillModule.MINDFULNESS, 2),
    Block(SkillModule.EMOTION_REGULATION, 7),
    Block(SkillModule.MINDFULNESS, 2),
    Block(SkillModule.INTERPERSONAL_EFFECTIVENESS, 5),
)
"""The standard adult cycle of 24 weeks. Source: facts 3.2."""

SLOTS: tuple[tuple[SkillModule, str], ...] = tuple(
    (block.module, lesson) for block in CYCLE for lesson in LESSONS[block.module]
)
"""The lessons of one cycle in order; `lesson_index` counts along it, from 0."""

TAUGHT_AT = frozenset({LevelOfCare.RESIDENTIAL, LevelOfCare.PHP, LevelOfCare.IOP, LevelOfCare.OUTPATIENT_BOOSTER})
"""The levels with skills groups. Source: facts 3.1, dose by level of care."""


class CarryOutcome(StrEnum):
    """What became of a carry."""

    CARRIED = "carried"
    NOT_CARRIED = "not-carried"
    UNDONE = "undone"


class Place(BaseModel):
    """Where in the cycle, at which level; `as_of` is when the last lesson that moved it was taught."""

    model_config = ConfigDict(frozen=True)

    level: LevelOfCare | None = None
    index: int = 0
    as_of: Instant | None = None

    @property
    def module(self) -> SkillModule:
        """The module of the lesson that comes next."""
        return SLOTS[self.index][0]

    @property
    def lesson(self) -> str:
        """The lesson that comes next."""
        return SLOTS[self.index][1]

    def past(self, lesson: str, at: datetime) -> "Place":
        """The place once `lesson` was taught `at`: behind it where it lies ahead, else unmoved. Rule: SK-C4."""
        ahead = [i for i in range(self.index, len(SLOTS)) if SLOTS[i][1] == lesson]
        if not ahead or (self.as_of is not None and at < self.as_of):
            return self
        return self.model_copy(update={"index": (ahead[0] + 1) % len(SLOTS), "as_of": at})


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

    def enrol(self, participant_id: ParticipantId, level: LevelOfCare, at: datetime) -> list[Contract]:
        """The first level with skills groups enrols; later ones do not. Rule: SK-C2."""
        if self.place.level is not None or level not in TAUGHT_AT:
            return []
        place = self.place
        return [
            CurriculumEnrolled(
                at=at,
                participant_id=participant_id,
                level=level,
                module=place.module,
                lesson_index=place.index,
            )
        ]

    def teach(self, participant_id: ParticipantId, module: SkillModule, lesson: str, at: datetime) -> list[Contract]:
        """Said twice, taught once; raises Invalid `lesson-unknown`. Rule: SK-C3."""
        if lesson not in LESSONS[module]:
            raise Invalid("lesson-unknown", "the module of the curriculum has no lesson of this code")
        if lesson in self.taught:
            return []
        return [SkillTaught(at=at, participant_id=participant_id, module=module, lesson=lesson)]

    def carry(self, asked: CarryCurriculum, dit_sessions: int) -> list[Contract]:
        """Position, lessons and DIT index go along, once; forbidden where already undone. Rules: SK-C5, SK-C7."""
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
        return [
            CurriculumCarried(
                at=asked.at,
                participant_id=asked.participant_id,
                transition_id=asked.transition_id,
                to_level=asked.to_level,
                module=self.place.module,
                lesson_index=self.place.index,
                lessons_taught=len(self.taught),
                dit_session_index=dit_sessions,
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
                return self._at(self.place.model_copy(update={"level": fact.level}))
            case SkillTaught():
                place = self.place.past(fact.lesson, fact.at)
                return self.model_copy(update={"place": place, "taught": {**self.taught, fact.lesson: fact.at}})
            case CurriculumCarried():
                carry = Carry(outcome=CarryOutcome.CARRIED, before=self.place)
                carried = self._at(self.place.model_copy(update={"level": fact.to_level}))
                return carried._with_carry(fact.transition_id, carry)
            case CurriculumNotCarried():
                return self._with_carry(fact.transition_id, Carry(outcome=CarryOutcome.NOT_CARRIED))
            case CurriculumCarryUndone():
                back = self._before(fact.transition_id)
                return self._at(back)._with_carry(fact.transition_id, Carry(outcome=CarryOutcome.UNDONE))
        return self

    def _before(self, transition_id: TransitionId) -> Place:
        standing = [id for id, carry in self.carries.items() if carry.outcome is CarryOutcome.CARRIED]
        latest = bool(standing) and standing[-1] == transition_id
        return self.carries[transition_id].before if latest else self.place

    def _at(self, place: Place) -> "Curriculum":
        return self.model_copy(update={"place": place})

    def _with_carry(self, transition_id: TransitionId, carry: Carry) -> "Curriculum":
        return self.model_copy(update={"carries": {**self.carries, transition_id: carry}})
