"""After treatment: contacts that fall due once each, until treatment goes on or the participant wants no more."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple, Self
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field

from common.change import Aggregate, Ask, Forget, NotFound, Outcome, Refused, Remind
from common.contracts.alumni import (
    AlumniCareBegan,
    AlumniCareEnded,
    AlumniContactDue,
    AlumniContactMade,
    AlumnusLeft,
    AlumnusReturned,
    PlannedContact,
    TieAsked,
)
from common.contracts.intake import LevelOfCareChanged
from common.contracts.message import Contract, Instant
from common.contracts.moves import LevelOfCareCorrected
from common.contracts.notifications import SendNotice
from common.contracts.words import GroupId, LevelOfCare, NoticeId, ParticipantId, RecipientKind, Role, StaffId

STEPS = {f"alumni-{days}d": timedelta(days=days) for days in (30, 90, 180, 365)}
"""The contacts, counted from the end of treatment. Source: facts 1.1 A30."""

BY_A_PERSON = ("alumni-180d", "alumni-365d")
"""Contacts for which the family clinician is asked to get in touch; before, intake asks (IN-E6). Source: facts 2.8."""

TREATMENT = frozenset({LevelOfCare.RESIDENTIAL, LevelOfCare.PHP, LevelOfCare.IOP, LevelOfCare.OUTPATIENT_BOOSTER})
"""Levels at which somebody is in treatment again. Acute care elsewhere is only noted. Source: facts 2.5."""

MAY_BE_UNDERWAY = timedelta(days=7)
"""ASSUMED: what was written longer ago than this no longer waits anywhere; notifications gives up after 72 h."""

NOTICES = UUID("0c9f7c0a-3b0e-5a5f-8a0e-6b1d2f4e9a31")
"""Namespace of the ids of notices after treatment."""


class AskedMeanwhile(Refused):
    """What was read before they left is not all of it any more."""


class Left(NamedTuple):
    """What somebody leaves, as it was read: how often they had asked for a tie, then all there was of it."""

    asked: int
    others: tuple[ParticipantId, ...] = ()
    group_ids: tuple[GroupId, ...] = ()
    notice_ids: tuple[NoticeId, ...] = ()


class Touch(BaseModel):
    """One contact: when it falls due, when the participant was written to, and whether they were reached."""

    model_config = ConfigDict(frozen=True)

    due_at: Instant
    said_at: Instant | None = None
    reached: bool | None = None


class Alumnus(Aggregate):
    """One participant after treatment (`id`); `ended_at` is None during treatment. `left` lasts over a readmission."""

    ended_at: Instant | None = None
    endings: int = 0
    contacts: dict[str, Touch] = Field(default_factory=dict)
    left: bool = False
    left_at: Instant | None = None
    asked: int = 0
    """How often they asked for a tie."""

    def after(self, fact: Contract) -> Self:
        """The state once `fact` is true."""
        match fact:
            case AlumniCareBegan():
                said = {step: one for step, one in self.contacts.items() if one.said_at}
                contacts = {**said, **_planned(fact.contacts)}
                endings = self.endings + (1 if self.ended_at is None else 0)
                return self.model_copy(update={"ended_at": fact.at, "endings": endings, "contacts": contacts})
            case AlumniCareEnded():
                return self.model_copy(update={"ended_at": None, "contacts": {}})
            case AlumniContactDue():
                return self._with(fact.step, said_at=fact.at)
            case AlumniContactMade():
                return self._with(fact.step, reached=fact.reached)
            case AlumnusLeft():
                said = {step: one for step, one in self.contacts.items() if one.said_at}
                return self.model_copy(update={"left": True, "left_at": fact.at, "contacts": said})
            case TieAsked():
                return self.model_copy(update={"asked": fact.times})
            case AlumnusReturned():
                contacts = {**self.contacts, **_planned(fact.contacts)}
                return self.model_copy(update={"left": False, "contacts": contacts})
        return self

    def see_level(self, moved: LevelOfCareChanged, now: datetime) -> list[Outcome]:
        """The level changed: treatment is over, or goes on. Rules: FA-A1, FA-A3."""
        if moved.to_level is LevelOfCare.ALUMNI:
            return self.end_treatment(moved.at, now)
        return self.go_on("readmitted", moved.at) if moved.to_level in TREATMENT else []

    def end_treatment(self, ended_at: datetime, now: datetime) -> list[Outcome]:
        """Treatment ended, however: contacts are planned, once per ending. Rules: FA-A1, FA-A2, FA-A4."""
        if self.ended_at is not None:
            return []
        return self._begin(ended_at, now)

    def correct_end(self, corrected: LevelOfCareCorrected, now: datetime) -> list[Outcome]:
        """The end was at another instant: what is not said yet falls due by the right one. Rule: FA-A2."""
        if self.ended_at is None or self.ended_at != corrected.was_at:
            return []
        return [*self._forget(), *self._begin(corrected.at, now)]

    def go_on(self, reason: str, at: datetime) -> list[Outcome]:
        """Treatment goes on: no contact is due any more. Rule: FA-A3."""
        if self.ended_at is None:
            return []
        return [AlumniCareEnded(at=at, participant_id=ParticipantId(self.id), reason=reason), *self._forget()]

    def fall_due(self, step: str, now: datetime) -> list[Outcome]:
        """It is time for a contact: the participant is written to, once. Rules: FA-A1, FA-A3, FA-A4."""
        planned = self.contacts.get(step)
        if self.left or self.ended_at is None or planned is None or planned.said_at or planned.due_at > now:
            return []
        notice_id = self._notice_id(step, "participant")
        due = AlumniContactDue(at=now, participant_id=ParticipantId(self.id), step=step, notice_id=notice_id)
        told: list[Outcome] = [due, self._write(RecipientKind.PARTICIPANT, self.id, "alumni-contact", notice_id, now)]
        if step not in BY_A_PERSON:
            return told
        task = self._notice_id(step, "staff")
        return [*told, self._write(RecipientKind.STAFF, Role.FAMILY_CLINICIAN, "follow-up-contact", task, now)]

    def note_contact(self, step: str, *, reached: bool, by: StaffId, now: datetime) -> list[Outcome]:
        """Whether they were reached; raises NotFound, or Refused for a contact still to come. Rule: FA-A5."""
        one = self.contacts.get(step)
        if one is None:
            raise NotFound("no-such-contact", f"a contact is one of: {', '.join(STEPS)}, after treatment")
        if one.said_at is None:
            raise Refused("contact-not-due", "this contact is still to come")
        if one.reached is reached:
            return []
        about = {"at": now, "participant_id": self.id, "step": step, "reached": reached, "noted_by": by}
        return [AlumniContactMade.model_validate(about)]

    def leave(
        self, group_ids: Collection[GroupId], notice_ids: Collection[NoticeId], asked: int, now: datetime
    ) -> list[Outcome]:
        """Nothing more, from now on and for good; left already, it is nothing new. Rules: FA-A4, FA-A10.

        `asked` is how often they had asked for a tie when it was read what they leave. Raises AskedMeanwhile.
        """
        if self.left:
            return []
        if self.asked != asked:
            raise AskedMeanwhile("asked-meanwhile", "they asked for a tie meanwhile; try again")
        said = {step: one.said_at for step, one in self.contacts.items() if one.said_at}
        own = [self._notice_id(step, "participant") for step, at in said.items() if now - at < MAY_BE_UNDERWAY]
        left = AlumnusLeft(
            at=now,
            participant_id=ParticipantId(self.id),
            group_ids=tuple(sorted(group_ids)),
            notice_ids=(*own, *sorted(notice_ids)),
        )
        return [left, *self._forget()]

    def come_back(self, now: datetime) -> list[Outcome]:
        """They want to hear of us again: the contacts that are still to come. Rule: FA-A4."""
        if not self.left:
            return []
        coming = [one for one in self._plan(self.ended_at) if one.due_at > now] if self.ended_at else []
        returned = AlumnusReturned(at=now, participant_id=ParticipantId(self.id), contacts=tuple(coming))
        return [returned, *_reminders(coming)]

    def ask_for_tie(self, now: datetime) -> list[Outcome]:
        """They ask for a tie: from now on, leaving knows of it. Rule: FA-A10. Raises Refused for who has left."""
        self.must_not_have_left()
        return [TieAsked(at=now, participant_id=ParticipantId(self.id), times=self.asked + 1)]

    def free_late_seat(self, group_id: GroupId, taken_at: datetime) -> list[Outcome]:
        """A seat taken before they left, heard of only now, is given back as the others were. Rules: FA-A4, FA-A10."""
        if not self.left or self.left_at is None or taken_at > self.left_at:
            return []
        return [AlumnusLeft(at=self.left_at, participant_id=ParticipantId(self.id), group_ids=(group_id,))]

    def must_not_have_left(self) -> list[Outcome]:
        """Raise Refused for somebody who wants no more of this; they may come back whenever they like. Rule: FA-A4."""
        if self.left:
            raise Refused("has-left", "they wanted nothing more of this; they may come back first")
        return []

    def _begin(self, ended_at: datetime, now: datetime) -> list[Outcome]:
        contacts = () if self.left else tuple(_not_missed(self._plan(ended_at), now))
        began = AlumniCareBegan(at=ended_at, participant_id=ParticipantId(self.id), contacts=contacts)
        return [began, *_reminders(contacts)]

    def _plan(self, ended_at: datetime) -> list[PlannedContact]:
        said = {step for step, one in self.contacts.items() if one.said_at}
        return [PlannedContact(step=step, due_at=ended_at + after) for step, after in STEPS.items() if step not in said]

    def _forget(self) -> list[Outcome]:
        return [Forget(step) for step, one in self.contacts.items() if one.said_at is None]

    def _notice_id(self, step: str, to: str) -> NoticeId:
        return NoticeId(str(uuid5(NOTICES, f"{self.id}|{self.endings}|{step}|{to}")))

    def _write(self, kind: RecipientKind, to: str, template: str, id: NoticeId, now: datetime) -> Ask:
        about = {"at": now, "participant_id": self.id, "notice_id": id, "template": template}
        return Ask(SendNotice.model_validate({**about, "recipient_kind": kind, "recipient_id": to}))

    def _with(self, step: str, **moved: object) -> Self:
        return self.model_copy(
            update={"contacts": {**self.contacts, step: self.contacts[step].model_copy(update=moved)}}
        )


def _planned(contacts: Collection[PlannedContact]) -> dict[str, Touch]:
    return {one.step: Touch(due_at=one.due_at) for one in contacts}


def _reminders(contacts: Collection[PlannedContact]) -> list[Remind]:
    return [Remind(one.step, one.due_at) for one in contacts]


def _not_missed(contacts: list[PlannedContact], now: datetime) -> list[PlannedContact]:
    """Of what should have been already, the latest alone: nobody is written to four times at once. Rule: FA-A2."""
    late = [one for one in contacts if one.due_at <= now]
    return [*late[-1:], *(one for one in contacts if one.due_at > now)]
