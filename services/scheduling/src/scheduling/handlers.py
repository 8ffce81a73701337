"""What scheduling does: one function per intention."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar, TypeVarTuple

from common.change import Change, Effects, Record, Refused, TimerFired, change
from common.contracts.alumni import AlumnusLeft
from common.contracts.diary import DiaryAlertRaised
from common.contracts.intake import (
    EpisodeClosed,
    LeaveReturned,
    LeaveStarted,
    LevelOfCareChanged,
    PrimaryTherapistChanged,
    TransitionCompensating,
    TransitionReady,
)
from common.contracts.message import Contract, Message
from common.contracts.moves import DischargeVoided, LevelOfCareCorrected
from common.contracts.notifications import NoticeAcknowledged
from common.contracts.scheduling import ConfirmPlace, HoldPlace, ReleasePlace
from common.contracts.skills import DiaryCardSubmitted, TargetBehaviourRecorded
from common.contracts.words import LevelOfCare, ParticipantId, TargetKind
from scheduling.domain.appointment import Appointment
from scheduling.domain.bedding import expect_transition, forget_transition, look, look_again
from scheduling.domain.belonging import Belonging
from scheduling.domain.board import LevelBoard
from scheduling.domain.coaching import Coaching
from scheduling.domain.days import DayPlan
from scheduling.domain.gathering import Gathering
from scheduling.domain.group import Group
from scheduling.domain.reopening import restore_days, restore_stay
from scheduling.domain.week import Week, moved

Arguments = TypeVarTuple("Arguments")

WHEREABOUTS = "whereabouts"
"""Read model by participant, as intake said them last: `level`, `level_since`, `therapist`, `leave_from`,
`leave_until`."""
SEEN = "coachingseen"
"""Read model by notice about a coaching call: `seen_at`, as notifications said."""
SELF_HARM = frozenset({TargetKind.SELF_HARM, TargetKind.SUICIDAL_ACT})
"""What pauses unscheduled calls. Source: facts 3.6."""
LOW_BELONGING = "low-belonging"
"""The alert of a diary card that asks for a welcome. Source: facts 1.1 A29."""


def on_board(
    level: LevelOfCare,
    at: datetime,
    decide: Callable[[LevelBoard, *Arguments], list[Contract]],
    *arguments: *Arguments,
) -> list[Change[LevelBoard]]:
    """A decision on a level's board, and when to look at its beds again. Rule: SC-B4."""
    return [
        change(LevelBoard, level, lambda board: decide(board, *arguments)),
        change(LevelBoard, level, look_again, at),
    ]


def hold_place(message: Message[HoldPlace]) -> Effects:
    """A transition needs a place at its new level, now or later. Rules: SC-P1 to SC-P4, SC-P10, SC-P12."""
    asked = message.data
    who = asked.transition_id, asked.participant_id, asked.at, asked.effective_at, asked.preferred_group_id
    return on_board(asked.level, message.heard_at, LevelBoard.hold, *who)


def confirm_place(message: Message[ConfirmPlace]) -> Effects:
    """The held place is taken. Rules: SC-P5, SC-B3."""
    asked = message.data
    who = asked.transition_id, asked.participant_id, asked.at
    return on_board(asked.level, message.heard_at, LevelBoard.confirm, *who)


def release_place(message: Message[ReleasePlace]) -> Effects:
    """A place is given back: the transition stops, or it led away from here. Rules: SC-P3, SC-P8, SC-D4."""
    asked = message.data
    who = asked.transition_id, asked.participant_id, asked.at
    board = on_board(asked.level, message.heard_at, LevelBoard.release, *who)
    return [*board, change(DayPlan, asked.level, DayPlan.give_back, asked.participant_id, asked.at)]


def free_place(message: Message[EpisodeClosed]) -> Effects:
    """Treatment ended; the place and the days at the last level are free. Rules: SC-P9, SC-D4."""
    closed, known_at = message.data, message.data.known_at or message.data.at
    return [
        *on_board(closed.from_level, message.heard_at, LevelBoard.close, closed.participant_id, known_at),
        change(DayPlan, closed.from_level, DayPlan.give_back, closed.participant_id, known_at),
        _known_of(closed.participant_id, level=None, level_since=closed.at, therapist=None),
        _leave_over(closed.participant_id, known_at),
    ]


def expect_to_leave(message: Message[TransitionReady]) -> Effects:
    """A transition has its instant: whoever sleeps here will leave then. Rule: SC-P11."""
    ready = message.data
    who = ready.transition_id, ready.participant_id, ready.effective_at, ready.at
    return on_board(LevelOfCare.RESIDENTIAL, message.heard_at, expect_transition, *who)


def expect_to_stay(message: Message[TransitionCompensating]) -> Effects:
    """A transition stops: nobody knows any more when they will leave. Rule: SC-P11."""
    stopped = message.data
    who = stopped.transition_id, stopped.participant_id, stopped.at
    return on_board(LevelOfCare.RESIDENTIAL, message.heard_at, forget_transition, *who)


def look_at_beds(fired: TimerFired) -> Effects:
    """Something was expected by now. Rule: SC-B4."""
    return on_board(LevelOfCare(fired.aggregate_id), fired.fired_at, look, fired.fired_at)


def note_level(message: Message[LevelOfCareChanged]) -> Effects:
    """The participant is at another level of care now, and not on leave; boards hear of it by commands."""
    changed, known_at = message.data, message.data.known_at or message.data.at
    facts = {"level": changed.to_level.value, "level_since": changed.at, "therapist": changed.primary_therapist}
    return [_known_of(changed.participant_id, **facts), _leave_over(changed.participant_id, known_at)]


def note_therapist(message: Message[PrimaryTherapistChanged]) -> Effects:
    """The one primary therapist is another person now."""
    return [_known_of(message.data.participant_id, therapist=message.data.to_staff)]


def correct_level(message: Message[LevelOfCareCorrected]) -> Effects:
    """The level the participant is at began at another instant than said."""
    corrected = message.data
    return [_known_of(corrected.participant_id, level_since=corrected.at)] if corrected.current else []


def note_reopening(message: Message[DischargeVoided]) -> Effects:
    """Treatment never ended: what was given back is theirs where nobody else has it. Rules: SC-R1 to SC-R3.

    From now on the place is asked for by a command of its own.
    """
    voided, who = message.data, message.data.participant_id
    facts = {"level": voided.level.value, "level_since": voided.level_since, "therapist": voided.primary_therapist}
    since = (who, voided.ended_at, voided.primary_therapist, message.heard_at)
    return [
        change(LevelBoard, voided.level, restore_stay, *since),
        change(LevelBoard, voided.level, look_again, message.heard_at),
        change(DayPlan, voided.level, restore_days, *since),
        _known_of(who, **facts),
    ]


def note_leave(message: Message[LeaveStarted]) -> Effects:
    """From now on absences are excused. Rule: SC-M4."""
    leave = message.data
    begun = {"$set": {"leave_from": leave.at}, "$unset": {"leave_until": ""}}
    return [Record(WHEREABOUTS, leave.participant_id, begun)]


def note_return(message: Message[LeaveReturned]) -> Effects:
    """Absences count again. Rule: SC-M4."""
    return [_known_of(message.data.participant_id, leave_until=message.data.at)]


def note_target(message: Message[TargetBehaviourRecorded]) -> Effects:
    """Self-harm pauses unscheduled calls for a day. Rule: SC-K2."""
    act = message.data
    if act.kind not in SELF_HARM:
        return []
    return [change(Coaching, act.participant_id, Coaching.pause, act.at, message.heard_at)]


def note_diary(message: Message[DiaryCardSubmitted]) -> Effects:
    """So does self-harm on a diary card: from when it was told, but not from after its day. Rule: SC-K2."""
    card = message.data
    if not card.self_harm:
        return []
    day_over_everywhere = datetime.combine(card.day, time(12), UTC) + timedelta(days=1)
    return [change(Coaching, card.participant_id, Coaching.pause, min(card.at, day_over_everywhere), message.heard_at)]


def note_seen(message: Message[NoticeAcknowledged]) -> Effects:
    """Somebody has seen that a participant called; seen is not answered. Rule: SC-K5."""
    seen = message.data
    if not seen.template.startswith("coaching-"):
        return []
    return [Record(SEEN, seen.notice_id, {"$min": {"seen_at": seen.at}})]


def look_at_calls(fired: TimerFired) -> Effects:
    """A call may not have been answered in time. Rule: SC-K5."""
    return [change(Coaching, fired.aggregate_id, Coaching.look, fired.fired_at)]


def leave_alumni_groups(message: Message[AlumnusLeft]) -> Effects:
    """Somebody wants nothing more after the program: their seats in alumni groups are free. Rule: SC-G12."""
    left, now = message.data, message.heard_at
    return [change(Group, id, Group.leave_after_program, left.participant_id, left.at, now) for id in left.group_ids]


def ask_for_welcome(message: Message[DiaryAlertRaised]) -> Effects:
    """Somebody does not feel that they belong: those who lead their groups welcome them. Rule: SC-E4."""
    told = message.data
    if told.alert != LOW_BELONGING:
        return []
    return [change(Belonging, told.participant_id, Belonging.ask_for_welcome, LOW_BELONGING, message.heard_at)]


def _known_of(participant_id: ParticipantId, **facts: Any) -> Record:
    return Record(WHEREABOUTS, participant_id, {"$set": facts})


def _leave_over(participant_id: ParticipantId, at: datetime) -> Record:
    """Whoever moves or leaves is not on leave from then on; a leave that was over before stays as long as it was."""
    return Record(WHEREABOUTS, participant_id, {"$min": {"leave_until": at}})


B = TypeVar("B", Group, Appointment, Gathering)


def on_the_calendar(seen: B, decide: Callable[[B], Sequence[Contract]], now: datetime) -> list[Change[Any]]:
    """A decision on something as it was `seen`, and what it means for the weeks it takes time in. Rule: SC-G4.

    The weeks to change follow from what was seen, so the decision holds only while that is so: otherwise it
    raises Refused `changed-meanwhile`, and nothing is booked.
    """
    before = expected = seen.times()
    with suppress(Refused):
        expected = _after(seen, decide(seen)).times()

    def as_seen(state: B) -> Sequence[Contract]:
        facts = decide(state)
        if (state.times(), _after(state, facts).times()) != (before, expected):
            raise Refused("changed-meanwhile", "somebody changed this just now; look again, then say it again")
        return facts

    owner = f"{type(seen).__name__.lower()}:{seen.id}"
    weeks: list[Change[Any]] = [
        change(Week, week, Week.book, owner, times, now) for week, times in moved(before, expected).items()
    ]
    return [Change(type(seen), seen.id, as_seen), *weeks]


def _after(state: B, facts: Iterable[Contract]) -> B:
    for fact in facts:
        state = state.after(fact)
    return state
