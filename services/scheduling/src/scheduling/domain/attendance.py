"""What one participant attended, misses in a row, and first appointments."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from common.change import Aggregate
from common.contracts.message import Contract
from common.contracts.scheduling import (
    FirstAppointmentBooked,
    MissesReachedWarning,
    OutOfProgramProposed,
    SessionAttendanceRecorded,
)
from common.contracts.words import LevelOfCare, ParticipantId, SessionId, SessionKind
from scheduling.domain.misses import COUNTED_KINDS, RULES, Session, misses_in_a_row

REMEMBERED_SESSIONS = 120
"""ASSUMED: the newest sessions kept of one participant; some five weeks of the fullest program."""


class FirstAppointment(BaseModel, frozen=True):
    """The first appointment at a level, and whether the receiving team accepted."""

    starts_at: datetime
    receiving_team_accepted: bool


class Schedule(Aggregate):
    """One participant's attendance; its id is the participant's."""

    sessions: dict[SessionId, Session] = Field(default_factory=dict)
    warned: tuple[SessionKind, ...] = ()
    proposed: tuple[SessionKind, ...] = ()
    first_appointments: dict[LevelOfCare, FirstAppointment] = Field(default_factory=dict)

    def after(self, fact: Contract) -> Self:
        """The schedule once `fact` is true."""
        match fact:
            case SessionAttendanceRecorded():
                return self._with(fact)._runs_looked_at()
            case MissesReachedWarning(kind=kind):
                return self.model_copy(update={"warned": (*self.warned, kind)})
            case OutOfProgramProposed(kind=kind):
                return self.model_copy(update={"proposed": (*self.proposed, kind)})
            case FirstAppointmentBooked(level=level):
                booked = FirstAppointment(
                    starts_at=fact.starts_at, receiving_team_accepted=fact.receiving_team_accepted
                )
                return self.model_copy(update={"first_appointments": {**self.first_appointments, level: booked}})
        return self

    def record(self, session: Session, now: datetime) -> list[Contract]:
        """Said twice, counted once; with other numbers it is a correction. Rules: SC-M1 to SC-M7."""
        if self.sessions.get(session.session_id) == session:
            return []
        recorded = SessionAttendanceRecorded(
            at=session.starts_at,
            participant_id=ParticipantId(self.id),
            session_id=session.session_id,
            kind=session.kind,
            level=session.level,
            planned_minutes=session.planned_minutes,
            attended_minutes=session.attended_minutes,
            counted_as_attended=session.counted_as_attended,
            first_half_minutes=session.first_half_minutes,
            second_half_minutes=session.second_half_minutes,
            reason=session.reason,
            make_up=session.make_up,
        )
        return [recorded, *self.after(recorded)._to_tell(now)]

    def book_first(
        self, level: LevelOfCare, starts_at: datetime, receiving_team_accepted: bool, now: datetime
    ) -> list[Contract]:
        """Book the first appointment at a level; another time replaces it. Rule: SC-A1."""
        wanted = FirstAppointment(starts_at=starts_at, receiving_team_accepted=receiving_team_accepted)
        if self.first_appointments.get(level) == wanted:
            return []
        return [
            FirstAppointmentBooked(
                at=now,
                participant_id=ParticipantId(self.id),
                level=level,
                starts_at=starts_at,
                receiving_team_accepted=receiving_team_accepted,
            )
        ]

    def misses(self, kind: SessionKind) -> tuple[int, int | None]:
        """The run of misses of one kind, and its limit."""
        return misses_in_a_row(self.sessions.values(), kind)

    def _to_tell(self, now: datetime) -> list[Contract]:
        """What somebody must hear, once per run; a person decides. Rules: SC-M2, SC-M3."""
        said: list[Contract] = []
        for kind in COUNTED_KINDS:
            misses, _ = self.misses(kind)
            who = ParticipantId(self.id)
            if self._must_call(kind) and kind not in self.warned:
                said.append(MissesReachedWarning(at=now, participant_id=who, kind=kind, misses=misses))
            if self._too_many(kind) and kind not in self.proposed:
                said.append(OutOfProgramProposed(at=now, participant_id=who, kind=kind, misses=misses))
        return said

    def _must_call(self, kind: SessionKind) -> bool:
        misses, limit = self.misses(kind)
        return limit is not None and misses >= limit - RULES.call_before

    def _too_many(self, kind: SessionKind) -> bool:
        misses, limit = self.misses(kind)
        return limit is not None and misses >= limit

    def _with(self, fact: SessionAttendanceRecorded) -> Self:
        session = Session(
            session_id=fact.session_id,
            kind=fact.kind,
            level=fact.level,
            starts_at=fact.at,
            planned_minutes=fact.planned_minutes,
            attended_minutes=fact.attended_minutes,
            counted_as_attended=fact.counted_as_attended,
            first_half_minutes=fact.first_half_minutes,
            second_half_minutes=fact.second_half_minutes,
            reason=fact.reason,
            make_up=fact.make_up,
        )
        known = {**self.sessions, fact.session_id: session}
        newest = sorted(known.values(), key=lambda s: s.starts_at)[-REMEMBERED_SESSIONS:]
        return self.model_copy(update={"sessions": {s.session_id: s for s in newest}})

    def _runs_looked_at(self) -> Self:
        """A run that is over may be spoken of anew. Rule: SC-M5."""
        warned = tuple(kind for kind in self.warned if self._must_call(kind))
        proposed = tuple(kind for kind in self.proposed if self._too_many(kind))
        return self.model_copy(update={"warned": warned, "proposed": proposed})
