"""Absent program days in a row, of whatever was planned, and the review by a person that they lead to."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby, takewhile
from uuid import UUID, uuid5

from pydantic import BaseModel

from common.change import Ask
from common.contracts.notifications import SendNotice
from common.contracts.sessions import AbsenceDecision, AbsenceReviewProposed
from common.contracts.words import LevelOfCare, NoticeId, RecipientKind, Role, SessionId, StaffId
from scheduling.domain.misses import Session

AT = frozenset({LevelOfCare.PHP, LevelOfCare.IOP})
"""Where absent days are counted; nobody is absent from a house they live in. Source: facts 2.8."""
TEMPLATE = "absence-review-proposed"
IDS = UUID("7b8f4b55-6c2e-5d0c-9a53-0f1f6f0a2b11")


class Absence(BaseModel, frozen=True):
    """What was said of the present run of absent days; `said_at` 0: nothing."""

    said_at: int = 0
    proposed_at: datetime | None = None
    decision: AbsenceDecision | None = None
    decided_by: StaffId | None = None

    @property
    def open(self) -> bool:
        """Whether a person is still asked."""
        return self.said_at > 0 and self.decision is None


def absent_days(sessions: Iterable[Session]) -> tuple[int, LevelOfCare | None]:
    """The newest run of days on which somebody was expected and at nothing, and its level. Rule: SC-M11.

    A make-up that was attended is a day they were here; one that was not is no absence.
    """
    newest = sorted(sessions, key=lambda s: s.starts_at, reverse=True)
    if not newest or newest[0].level not in AT:
        return 0, None
    level, run = newest[0].level, 0
    for _, together in groupby(takewhile(lambda s: s.level is level, newest), key=lambda s: s.starts_at.date()):
        day = list(together)
        if any(session.counted_as_attended for session in day):
            break
        run += any(session.missed and not session.make_up for session in day)
    return run, level


def notice(step: AbsenceReviewProposed, session: SessionId, therapist: StaffId | None) -> Ask:
    """The notice to the therapist, else to every clinician; of one `session` it is the same one."""
    to = therapist or Role.CLINICIAN.value
    return Ask(
        SendNotice(
            at=step.at,
            participant_id=step.participant_id,
            notice_id=NoticeId(str(uuid5(IDS, f"{TEMPLATE}|{step.participant_id}|{session}|{to}"))),
            recipient_kind=RecipientKind.STAFF,
            recipient_id=to,
            template=TEMPLATE,
        )
    )
