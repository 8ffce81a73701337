"""Word from outside about a participant: always taken, read by a named person, heeded at once where it is danger."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid5

from common.change import Aggregate, Ask, Forget, NotFound, Outcome, Remind
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice, notice_about
from common.contracts.reports import (
    Danger,
    DangerReported,
    ReportEvent,
    ReportId,
    ReportMatched,
    ReportOutcome,
    ReportReceived,
    ReportSettled,
    ReportTaken,
    ReportUnread,
    cause_in_report,
)
from common.contracts.skills import flag_id_of
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, RiskLevel, Role, StaffId

LEVELS = {Danger.CONCERN: RiskLevel.MODERATE, Danger.NOW: RiskLevel.HIGH}
"""How high a flag such a report raises. Source: facts 5.3, always heeded; the heights ASSUMED."""

UNREAD, DANGER = "unread", "danger-reported"
UNREAD_AFTER = timedelta(hours=24)
"""ASSUMED: a report that nobody has taken in a day is told of again, every day."""

NOTICES = UUID("6a4f1b52-0d7e-5c1b-9a35-2f6c8e4d1b70")
"""Namespace of the ids of notices about reports."""


class Report(Aggregate):
    """One report; `matched` is the participant it is about, as far as anybody knows."""

    received: bool = False
    matched: ParticipantId | None = None
    danger: Danger = Danger.NONE
    taken_by: StaffId | None = None
    outcome: ReportOutcome | None = None
    times_unread: int = 0

    def after(self, fact: Contract) -> Self:
        """The report once `fact` is true."""
        match fact:
            case ReportReceived():
                about = {"received": True, "matched": fact.participant_id, "danger": fact.danger}
                return self.model_copy(update=about)
            case ReportMatched():
                return self.model_copy(update={"matched": fact.participant_id})
            case ReportTaken():
                return self.model_copy(update={"taken_by": fact.taken_by})
            case ReportSettled():
                return self.model_copy(update={"outcome": fact.outcome})
            case ReportUnread():
                return self.model_copy(update={"times_unread": fact.times})
        return self

    def receive(self, received: ReportReceived, now: datetime) -> list[Outcome]:
        """Take it, whoever says it and whatever is released; the care team is told, and danger heeded at once.

        Nothing here asks whether there is such a participant. Rules: FA-I1, FA-I3, FA-I4.
        """
        if self.received:
            return []
        after = self.after(received)
        return [received, *after._heeded(now), *after._told(now, 0), Remind(UNREAD, now + UNREAD_AFTER)]

    def match_with(self, participant_id: ParticipantId, by: StaffId, now: datetime) -> list[Outcome]:
        """Somebody says whom it is about; a danger is heeded for them, at once. Rules: FA-I3, FA-I6."""
        self._must_be_known()
        if self.matched == participant_id:
            return []
        matched = ReportMatched(at=now, report_id=ReportId(self.id), participant_id=participant_id, matched_by=by)
        climbs = self.id if self.matched is None else ""
        return [matched, *self.after(matched)._heeded(now, climbs)]

    def take(self, by: StaffId, now: datetime) -> list[Outcome]:
        """A named person has read it; who was first stays. Rule: FA-I5."""
        self._must_be_known()
        if self.taken_by is not None:
            return []
        return [self._say(ReportTaken, now, taken_by=by), Forget(UNREAD)]

    def settle(self, outcome: ReportOutcome, by: StaffId, now: datetime) -> list[Outcome]:
        """What came of it; whoever says that has read it. Said otherwise later, the later word holds. Rule: FA-I5."""
        taken = self.take(by, now)
        if self.outcome is outcome:
            return []
        return [*taken, self._say(ReportSettled, now, outcome=outcome, settled_by=by)]

    def still_unread(self, now: datetime) -> list[Outcome]:
        """Nobody has taken it: the care team is told again. Rule: FA-I5."""
        if not self.received or self.taken_by is not None:
            return []
        times = self.times_unread + 1
        unread = self._say(ReportUnread, now, times=times)
        return [unread, *self._told(now, times), Remind(UNREAD, now + UNREAD_AFTER)]

    def _heeded(self, now: datetime, matter: str = "") -> list[Outcome]:
        if self.matched is None or self.danger not in LEVELS:
            return []
        about = {"at": now, "participant_id": self.matched, "report_id": self.id, "matter": matter}
        return [DangerReported.model_validate({**about, "level": LEVELS[self.danger]})]

    def _told(self, now: datetime, times: int) -> list[Outcome]:
        """The family clinician reads it; of danger, or what nobody read, a clinician hears too. Rule: FA-I4."""
        told: list[Outcome] = [self._notice(Role.FAMILY_CLINICIAN, "report-to-read", times, now)]
        if self.danger in LEVELS:
            return [self._notice(Role.CLINICIAN, DANGER, times, now), *told]
        return [*told, self._notice(Role.CLINICIAN, "report-to-read", times, now)] if times else told

    def _notice(self, to: Role, template: str, times: int, now: datetime) -> Ask:
        return Ask(
            SendNotice(
                at=now,
                participant_id=ParticipantId(self._about(now).subject()),
                notice_id=self._id_of(to, template, times),
                recipient_kind=RecipientKind.STAFF,
                recipient_id=to,
                template=template,
            )
        )

    def _id_of(self, to: Role, template: str, times: int) -> NoticeId:
        """Danger about somebody known is the flag it raises, and climbs the one ladder of that. Rules: FA-I4, NO-L8.

        About somebody not known yet it is the report itself, also once it raises a flag. Rule: NO-L9.
        """
        if template != DANGER or times:
            return NoticeId(str(uuid5(NOTICES, f"{self.id}|{template}|{to}|{times}")))
        matter = flag_id_of(self.matched, cause_in_report(self.id)) if self.matched else self.id
        return notice_about(matter, f"{DANGER}:{to}")

    def _say(self, kind: type[ReportEvent], now: datetime, **more: object) -> ReportEvent:
        return kind.model_validate({**self._about(now).model_dump(), **more})

    def _about(self, now: datetime) -> ReportEvent:
        return ReportEvent(at=now, report_id=ReportId(self.id), participant_id=self.matched)

    def _must_be_known(self) -> None:
        if not self.received:
            raise NotFound("no-such-report", "there is no report of this id")
