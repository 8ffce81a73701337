"""Calls between sessions: who answers, the pause after self-harm, and that none is ever dropped."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid5

from pydantic import BaseModel, Field

from common.change import Aggregate, Ask, Forget, Invalid, NotFound, Outcome, Remind
from common.contracts.coaching import (
    CoachingAnswered,
    CoachingPaused,
    CoachingPauseLifted,
    CoachingPurpose,
    CoachingRecorded,
    CoachingRequested,
    CoachingRoute,
    CoachingUnanswered,
)
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.contracts.words import LevelOfCare, NoticeId, ParticipantId, RecipientKind, Role, StaffId

PAUSE = timedelta(hours=24)
"""After self-harm. Source: facts 3.6, the 24-hour rule."""
ANSWER_WITHIN = timedelta(minutes=60)
"""Source: facts 3.6, DEFAULT target; that all hours count, not only waking ones, ASSUMED."""
ANSWER_AT_LAST = timedelta(hours=4)
"""Source: facts 3.6, DEFAULT maximum."""
TOLD_AGAIN = ((ANSWER_WITHIN, Role.CLINICIAN.value), (ANSWER_AT_LAST, Role.MEDICAL.value))
"""When nobody answered, and who hears of it then: everybody with that role. ASSUMED."""
REMEMBERED_CALLS = 50
"""ASSUMED: the newest calls kept of one participant that are closed; open ones are kept all."""
ANSWER = "answer-coaching"
"""The timer of a line: it falls due with the first call that nobody answered in time."""
IDS = UUID("3f2ad0f6-9f0e-5d43-8f0e-0a7a5a1c9b21")
"""Namespace of the notices' ids: one call, one recipient, one time."""


class Call(BaseModel, frozen=True):
    """One call: since when, whom it went to, how often it was said that nobody answered, who did."""

    asked_at: datetime
    purpose: CoachingPurpose
    route: CoachingRoute
    to: str
    answer_by: datetime
    told: int = 0
    answered_by: StaffId | None = None
    recorded: bool = False


class Line(BaseModel, frozen=True):
    """Who could answer at the instant of a call; `level` and `therapist` None where nobody said."""

    level: LevelOfCare | None
    therapist: StaffId | None
    on_call: StaffId | None


class Coaching(Aggregate):
    """One participant's calls; its id is the participant's."""

    paused_until: datetime | None = None
    lifted: bool = False
    calls: dict[str, Call] = Field(default_factory=dict)

    def paused_at(self, now: datetime) -> bool:
        """Whether unscheduled calls to the therapist pause. Rules: SC-K2, SC-K4."""
        return self.paused_until is not None and now < self.paused_until and not self.lifted

    def after(self, fact: Contract) -> Self:
        """The line once `fact` is true."""
        match fact:
            case CoachingPaused(until=until):
                return self.model_copy(update={"paused_until": until, "lifted": False})
            case CoachingPauseLifted():
                return self.model_copy(update={"lifted": True})
            case CoachingRequested(call_id=id):
                call = Call(
                    asked_at=fact.at, purpose=fact.purpose, route=fact.route, to=fact.to, answer_by=fact.answer_by
                )
                return self._with(id, call)
            case CoachingUnanswered(call_id=id):
                return self._moved(id, told=fact.times)
            case CoachingAnswered(call_id=id):
                return self._moved(id, answered_by=fact.answered_by)
            case CoachingRecorded(call_id=id):
                return self._moved(id, answered_by=fact.answered_by, recorded=True)
        return self

    def pause(self, act_at: datetime, now: datetime) -> list[Contract]:
        """Self-harm at `act_at` pauses unscheduled calls for a day from then; an older act changes nothing.

        Rule: SC-K2.
        """
        until = act_at + PAUSE
        if until <= now or (self.paused_until is not None and until <= self.paused_until):
            return []
        return [CoachingPaused(at=now, participant_id=ParticipantId(self.id), until=until)]

    def lift(self, by: StaffId, now: datetime) -> list[Contract]:
        """A clinician ends the pause before its time. Rule: SC-K4."""
        if not self.paused_at(now):
            return []
        return [CoachingPauseLifted(at=now, participant_id=ParticipantId(self.id), lifted_by=by)]

    def request(
        self,
        call_id: str,
        purpose: CoachingPurpose,
        in_danger: bool,
        tried_skills: bool | None,
        line: Line,
        now: datetime,
    ) -> list[Outcome]:
        """Somebody calls: it goes to a person, always; said twice, it is one call. Rules: SC-K1 to SC-K4, SC-K6."""
        if call_id in self.calls:
            return []
        route = self._route(in_danger, line, now)
        to = line.therapist if route is CoachingRoute.THERAPIST else line.on_call
        asked = CoachingRequested(
            at=now,
            participant_id=ParticipantId(self.id),
            call_id=call_id,
            purpose=purpose,
            route=route,
            to=to or Role.CLINICIAN.value,
            tried_skills=tried_skills,
            answer_by=now + ANSWER_WITHIN,
        )
        said: list[Outcome] = [asked, self._tell(call_id, asked.to, 0, now)]
        if line.therapist and line.therapist != asked.to:
            said.append(self._tell(call_id, line.therapist, 0, now))
        return [*said, *self.after(asked)._remind()]

    def answer(self, call_id: str, by: StaffId, now: datetime) -> list[Outcome]:
        """Somebody takes the call; who was first stays. Rule: SC-K5."""
        if self._call(call_id).answered_by is not None:
            return []
        answered = CoachingAnswered(at=now, participant_id=ParticipantId(self.id), call_id=call_id, answered_by=by)
        return [answered, *self.after(answered)._remind()]

    def record(self, recorded: CoachingRecorded) -> list[Outcome]:
        """What came of a call, once; it is answered by that. Rule: SC-K7."""
        call = self._call(recorded.call_id)
        if call.recorded:
            return []
        if not call.asked_at <= recorded.starts_at <= recorded.ends_at <= recorded.at:
            raise Invalid("call-times", "a call begins after it was asked for, and is over when it is recorded")
        return [recorded, *self.after(recorded)._remind()]

    def look(self, now: datetime) -> list[Outcome]:
        """Calls that nobody answered in time are told of again, to more people. Rule: SC-K5."""
        late: list[Outcome] = []
        line = self
        for id, call in self._open().items():
            due = [step for step in TOLD_AGAIN if call.asked_at + step[0] <= now]
            if len(due) > call.told:
                fact = CoachingUnanswered(
                    at=now, participant_id=ParticipantId(self.id), call_id=id, times=len(due), to=due[-1][1]
                )
                late += [fact, self._tell(id, due[-1][1], len(due), now)]
                line = line.after(fact)
        return [*late, *line._remind()]

    def _route(self, in_danger: bool, line: Line, now: datetime) -> CoachingRoute:
        if in_danger:
            return CoachingRoute.ON_CALL_DANGER
        if line.level is LevelOfCare.RESIDENTIAL:
            return CoachingRoute.ON_CALL_UNIT
        if self.paused_at(now):
            return CoachingRoute.ON_CALL_PAUSE
        return CoachingRoute.THERAPIST if line.therapist else CoachingRoute.ON_CALL_NO_THERAPIST

    def _tell(self, call_id: str, to: str, times: int, now: datetime) -> Ask:
        return Ask(
            SendNotice(
                at=now,
                participant_id=ParticipantId(self.id),
                notice_id=notice_of(call_id, to, times),
                recipient_kind=RecipientKind.STAFF,
                recipient_id=to,
                template="coaching-unanswered" if times else "coaching-requested",
            )
        )

    def _remind(self) -> list[Outcome]:
        """The timer for the next call that will be late; none, once all are answered or said."""
        due = [
            call.asked_at + TOLD_AGAIN[call.told][0] for call in self._open().values() if call.told < len(TOLD_AGAIN)
        ]
        return [Remind(ANSWER, min(due))] if due else [Forget(ANSWER)]

    def _open(self) -> dict[str, Call]:
        return {id: call for id, call in self.calls.items() if call.answered_by is None}

    def _call(self, call_id: str) -> Call:
        if call_id not in self.calls:
            raise NotFound("call-unknown", "nobody asked for this call")
        return self.calls[call_id]

    def _moved(self, call_id: str, **moved: object) -> Self:
        return self._with(call_id, self.calls[call_id].model_copy(update=moved))

    def _with(self, call_id: str, call: Call) -> Self:
        calls = {**self.calls, call_id: call}
        closed = [id for id, one in calls.items() if one.answered_by is not None][:-REMEMBERED_CALLS]
        return self.model_copy(update={"calls": {id: one for id, one in calls.items() if id not in closed}})


def notice_of(call_id: str, to: str, times: int) -> NoticeId:
    """The id of the notice about a call to one recipient, the first time or again."""
    return NoticeId(str(uuid5(IDS, f"{call_id}|{to}|{times}")))
