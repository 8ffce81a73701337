"""What one participant attended, misses in a row, and first appointments."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from common.change import Aggregate, Outcome, Refused
from common.contracts.message import Contract
from common.contracts.scheduling import (
    FirstAppointmentBooked,
    MissesReachedWarning,
    OutOfProgramProposed,
    SessionAttendanceRecorded,
)
from common.contracts.sessions import AbsenceDecision, AbsenceReviewed, AbsenceReviewProposed, MissesNoticed
from common.contracts.words import LevelOfCare, ParticipantId, SessionId, SessionKind, StaffId
from scheduling.domain.absence import Absence, absent_days, notice
from scheduling.domain.miss_notices import MissStep, notices
from scheduling.domain.misses import COUNTED_KINDS, MissRules, Session, misses_in_a_row

REMEMBERED_SESSIONS = 120
"""ASSUMED: the newest sessions kept of one participant; some five weeks of the fullest program."""


class FirstAppointment(BaseModel, frozen=True):
    """The first appointment at a level, and whether the receiving team accepted."""

    starts_at: datetime
    receiving_team_accepted: bool


class Schedule(Aggregate):
    """One participant's attendance; its id is the participant's."""

    sessions: dict[SessionId, Session] = Field(default_factory=dict)
    told: dict[str, int] = Field(default_factory=dict)
    """What was said of the present runs: step and kind -> from how many misses on."""
    absence: Absence = Absence()
    """What was said of the present run of absent program days."""
    first_appointments: dict[LevelOfCare, FirstAppointment] = Field(default_factory=dict)

    def after(self, fact: Contract) -> Self:
        """The schedule once `fact` is true."""
        match fact:
            case SessionAttendanceRecorded():
                return self._with(fact)._runs_looked_at()
            case MissesNoticed() | MissesReachedWarning() | OutOfProgramProposed():
                said_at = fact.misses if fact.said_at is None else fact.said_at
                return self.model_copy(update={"told": {**self.told, _key(type(fact), fact.kind): said_at}})
            case AbsenceReviewProposed():
                return self.model_copy(update={"absence": Absence(said_at=fact.said_at, proposed_at=fact.at)})
            case AbsenceReviewed():
                decided = {"decision": fact.decision, "decided_by": fact.decided_by}
                return self.model_copy(update={"absence": self.absence.model_copy(update=decided)})
            case FirstAppointmentBooked(level=level):
                booked = FirstAppointment(
                    starts_at=fact.starts_at, receiving_team_accepted=fact.receiving_team_accepted
                )
                return self.model_copy(update={"first_appointments": {**self.first_appointments, level: booked}})
        return self

    def record(self, session: Session, rules: MissRules, therapist: StaffId | None, now: datetime) -> list[Outcome]:
        """Said twice, counted once; with other numbers it is a correction. Rules: SC-M1 to SC-M7, SC-M10, SC-M11.

        `therapist` hears of misses; where nobody knows them, everybody who is a clinician.
        """
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
        then = self.after(recorded)
        steps, absences = then._to_tell(rules, now), then._to_review(rules, now)
        told = [tell for step in steps for tell in notices(step, session.session_id, therapist)]
        asked = [notice(step, session.session_id, therapist) for step in absences]
        return [recorded, *steps, *told, *absences, *asked]

    def review_absence(self, decision: AbsenceDecision, by: StaffId, now: datetime) -> list[Contract]:
        """A person says what follows from the absence, once; nothing else changes by it. Rule: SC-M12.

        Raises Refused `no-absence-review` where nothing is asked, `absence-reviewed` for another answer.
        """
        if self.absence.said_at == 0:
            raise Refused("no-absence-review", "no review of an absence is asked for now")
        if self.absence.decision not in (None, decision):
            raise Refused("absence-reviewed", "somebody has decided about this absence already")
        if not self.absence.open:
            return []
        return [AbsenceReviewed(at=now, participant_id=ParticipantId(self.id), decision=decision, decided_by=by)]

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

    def misses(self, kind: SessionKind, rules: MissRules) -> tuple[int, int | None]:
        """The run of misses of one kind, and its limit."""
        run, level = misses_in_a_row(self.sessions.values(), kind)
        return run, rules.limit_at(level) if level else None

    def out_of_program(self, kind: SessionKind) -> bool:
        """Whether it was put to a clinician in the present run."""
        return _key(OutOfProgramProposed, kind) in self.told

    def _to_tell(self, rules: MissRules, now: datetime) -> list[MissStep]:
        """What somebody must hear, each step once a run; a person decides. Rules: SC-M2, SC-M3, SC-M10."""
        before: dict[type[MissStep], int] = {
            MissesNoticed: rules.notice_before,
            MissesReachedWarning: rules.call_before,
            OutOfProgramProposed: 0,
        }
        said: list[MissStep] = []
        for kind in COUNTED_KINDS:
            run, limit = self.misses(kind, rules)
            for step, earlier in before.items():
                said_at = max(1, (limit or 0) - earlier)
                if limit is not None and run >= said_at and _key(step, kind) not in self.told:
                    about = {"at": now, "participant_id": self.id, "kind": kind, "misses": run, "said_at": said_at}
                    said.append(step.model_validate(about))
        return said

    def _to_review(self, rules: MissRules, now: datetime) -> list[AbsenceReviewProposed]:
        """Whether a person must look at how long somebody was away, once a run. Rule: SC-M11."""
        run, level = absent_days(self.sessions.values())
        if level is None or run < rules.absent_days or self.absence.said_at:
            return []
        about = {"participant_id": ParticipantId(self.id), "level": level, "absent_days": run}
        return [AbsenceReviewProposed(at=now, said_at=rules.absent_days, **about)]

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
        runs = {kind: misses_in_a_row(self.sessions.values(), kind)[0] for kind in COUNTED_KINDS}
        told = {key: at for key, at in self.told.items() if runs[SessionKind(key.partition(":")[2])] >= at}
        away, _ = absent_days(self.sessions.values())
        absence = self.absence if away >= self.absence.said_at else Absence()
        return self.model_copy(update={"told": told, "absence": absence})


def _key(step: type[MissStep], kind: SessionKind) -> str:
    return f"{step.__name__}:{kind}"
