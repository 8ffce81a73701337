"""What a group will have, meeting by meeting, and who was there: so that a lesson reaches exactly those."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from common.change import Aggregate, Ask, Outcome, Refused
from common.contracts.curriculum import LessonPlanned, LessonUnplanned
from common.contracts.groups import MovedMeeting
from common.contracts.lessons import (
    LessonHad,
    LessonMeetingDropped,
    LessonMeetingsMoved,
    LessonRollMarked,
    SettleLesson,
)
from common.contracts.message import Contract, Instant
from common.contracts.words import GroupId, LevelOfCare, ParticipantId, SkillModule, StaffId
from skills.domain.syllabus import Syllabus

KEEP = 120
"""Meetings kept in the state beside those to come, the latest. ASSUMED: two years of a weekly group."""
KEEP_LEFT = 400
"""Times the group left that are kept, the latest ones: as many as one plan of scheduling has at most."""
KEEP_ROLLS = 60
"""Rosters kept, of the latest meetings. ASSUMED: a year of a weekly group, a quarter of a daily one."""


class Planned(BaseModel):
    """One lesson at one meeting; `level`: whom it is open to, None: everybody."""

    model_config = ConfigDict(frozen=True)

    starts_at: Instant
    module: SkillModule
    lesson: str
    make_up: bool = False
    level: LevelOfCare | None = None


class Mark(BaseModel):
    """Whether somebody was at a meeting; `there` None: nobody could be."""

    model_config = ConfigDict(frozen=True)

    there: bool | None
    make_up: bool = False


class LessonPlan(Aggregate):
    """The lessons of one group, and the rosters of its meetings; its id is the group's."""

    lessons: dict[str, Planned] = Field(default_factory=dict)
    """By the instant they begin, in UTC."""
    rolls: dict[str, dict[ParticipantId, Mark]] = Field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    """Meetings that do not take place."""
    left: tuple[str, ...] = ()
    """Times at which the group does not meet any more."""
    moved_at: Instant | None = None

    def plan(self, syllabus: Syllabus, some: Sequence[Planned], by: StaffId, now: datetime) -> list[Outcome]:
        """What is already planned so says nothing; another lesson replaces, also for whom a roster names.

        Raises Invalid, and Refused `meeting-cancelled`, `meeting-moved`. Rules: SK-C14, SK-C19, SK-C20, SK-C23.
        """
        for one in some:
            syllabus.check(one.module, one.lesson)
        if any(_key(one.starts_at) in self.dropped for one in some):
            raise Refused("meeting-cancelled", "a meeting that does not take place has no lesson")
        if any(_key(one.starts_at) in self.left and not one.make_up for one in some):
            raise Refused("meeting-moved", "the group meets at another time instead; plan the lesson for that")
        anew = [one for one in some if self.lessons.get(_key(one.starts_at)) != one]
        said = [LessonPlanned(at=now, group_id=GroupId(self.id), planned_by=by, **dict(one)) for one in anew]
        return [*said, *self._settled(said, [one.starts_at for one in anew], now)]

    def unplan(self, starts_at: datetime, by: StaffId, now: datetime) -> list[Outcome]:
        """No lesson then after all; none planned is no error. Rules: SK-C14, SK-C21."""
        held = self.lessons.get(_key(starts_at))
        if held is None:
            return []
        said = LessonUnplanned(at=now, group_id=GroupId(self.id), starts_at=held.starts_at, unplanned_by=by)
        return [said, *self._settled([said], [starts_at], now)]

    def mark(self, starts_at: datetime, who: ParticipantId, mark: Mark, now: datetime) -> list[Outcome]:
        """A roster names somebody; the same again says nothing, another mark corrects. Rules: SK-C19, SK-C21."""
        if self.rolls.get(_key(starts_at), {}).get(who) == mark:
            return []
        about = {"group_id": GroupId(self.id), "starts_at": starts_at, "participant_id": who}
        said = LessonRollMarked(at=now, **about, **dict(mark))
        return [said, *self._settled([said], [starts_at], now)]

    def drop(self, starts_at: datetime, by: StaffId, now: datetime) -> list[Outcome]:
        """The meeting does not take place, and has no lesson, whichever was heard of first. Rule: SK-C20."""
        if _key(starts_at) in self.dropped:
            return []
        said = LessonMeetingDropped(at=now, group_id=GroupId(self.id), starts_at=starts_at, dropped_by=by)
        return [said, *self.unplan(starts_at, by, now)]

    def follow(self, moves: Sequence[MovedMeeting], by: StaffId, moved_at: datetime, now: datetime) -> list[Outcome]:
        """The group meets at other times, and its lessons go along. Rule: SK-C23.

        What is planned for the new time already stands; where no meeting stands in for one, there is no lesson.
        """
        if self.moved_at is not None and moved_at <= self.moved_at:
            return []
        group = GroupId(self.id)
        goes = {_key(one.was): one.now for one in moves}
        lessons = [(one, goes[key]) for key, one in self.lessons.items() if key in goes]
        free = [(one, to) for one, to in lessons if to and not {_key(to)} & {*self.lessons, *self.dropped}]
        said: list[Contract] = [
            LessonMeetingsMoved(at=moved_at, group_id=group, moves=tuple(moves), moved_by=by),
            *(LessonUnplanned(at=now, group_id=group, starts_at=one.starts_at, unplanned_by=by) for one, _ in lessons),
            *(
                LessonPlanned(at=now, group_id=group, planned_by=by, **{**dict(one), "starts_at": to})
                for one, to in free
            ),
        ]
        return [
            *said,
            *self._settled(said, [*(one.starts_at for one, _ in lessons), *(to for _, to in free if to)], now),
        ]

    def end(self, at: datetime, by: StaffId, now: datetime) -> list[Outcome]:
        """The group does not meet from then on. Rule: SK-C20."""
        over = [one.starts_at for one in self.lessons.values() if one.starts_at >= at]
        return [said for starts_at in over for said in self.unplan(starts_at, by, now)]

    def _settled(self, said: Iterable[Contract], meetings: Iterable[datetime], now: datetime) -> list[Outcome]:
        """What everybody on the rosters of these meetings is asked to follow, once `said` is true."""
        then = self
        for fact in said:
            then = then.after(fact)
        asked: list[Outcome] = []
        for starts_at in dict.fromkeys(meetings):
            for who in then.rolls.get(_key(starts_at), {}):
                was, is_now = self._had(starts_at, who), then._had(starts_at, who)
                if was != is_now:
                    about = {"participant_id": who, "group_id": GroupId(self.id), "starts_at": starts_at}
                    asked.append(Ask(SettleLesson(at=now, **about, was=was, now=is_now)))
        return asked

    def _had(self, starts_at: datetime, who: ParticipantId) -> LessonHad | None:
        """What the meeting meant to somebody; who is not at a make-up misses nothing anew."""
        planned, mark = self.lessons.get(_key(starts_at)), self.rolls.get(_key(starts_at), {}).get(who)
        if planned is None or mark is None or mark.there is None:
            return None
        make_up = planned.make_up or mark.make_up
        if make_up and not mark.there:
            return None
        return LessonHad(module=planned.module, lesson=planned.lesson, there=mark.there, make_up=make_up)

    def after(self, fact: Contract) -> Self:
        """The plan once `fact` is true."""
        match fact:
            case LessonPlanned():
                one = Planned.model_validate({name: getattr(fact, name) for name in Planned.model_fields})
                kept = dict(sorted({**self.lessons, _key(fact.starts_at): one}.items()))
                for key in [key for key, held in kept.items() if held.starts_at < fact.at][:-KEEP]:
                    del kept[key]
                return self.model_copy(update={"lessons": kept})
            case LessonUnplanned():
                lessons = [pair for pair in self.lessons.items() if pair[0] != _key(fact.starts_at)]
                return self.model_copy(update={"lessons": dict(lessons)})
            case LessonRollMarked():
                mark = Mark(there=fact.there, make_up=fact.make_up)
                roll = {**self.rolls.get(_key(fact.starts_at), {}), fact.participant_id: mark}
                rolls = sorted({**self.rolls, _key(fact.starts_at): roll}.items())
                return self.model_copy(update={"rolls": dict(rolls[-KEEP_ROLLS:])})
            case LessonMeetingsMoved():
                meets = {_key(one.now) for one in fact.moves if one.now}
                left = sorted({*self.left, *(_key(one.was) for one in fact.moves)} - meets)
                return self.model_copy(update={"left": tuple(left[-KEEP_LEFT:]), "moved_at": fact.at})
            case LessonMeetingDropped():
                return self.model_copy(update={"dropped": (*self.dropped, _key(fact.starts_at))[-KEEP:]})
        return self


def _key(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
