"""Tells a member of staff, or whoever holds a role in the house, once per thing told about."""

from datetime import datetime
from uuid import UUID, uuid5

from common.change import Ask
from common.contracts.notifications import SendNotice, notice_about
from common.contracts.words import NoticeId, ParticipantId, RecipientKind

IDS = UUID("3f0d6c0e-54d3-5d0c-9a3b-7d6a1f9b8c21")


def tell_staff(recipient: str, participant: str, template: str, about: str, at: datetime) -> Ask:
    """A notice to a person's id or a role; said again about the same thing, it is the same notice."""
    id = NoticeId(str(uuid5(IDS, f"{template}|{participant}|{about}|{recipient}")))
    return _ask(id, recipient, participant, template, at, "")


def page_staff(recipient: str, participant: str, template: str, matter: str, at: datetime, ladder: str = "") -> Ask:
    """A notice about a matter that must be answered, by the ladder of its text where `ladder` names no other."""
    return _ask(notice_about(matter, recipient), recipient, participant, template, at, ladder)


def _ask(id: NoticeId, recipient: str, participant: str, template: str, at: datetime, ladder: str) -> Ask:
    return Ask(
        SendNotice(
            at=at,
            participant_id=ParticipantId(participant),
            notice_id=id,
            recipient_kind=RecipientKind.STAFF,
            recipient_id=str(recipient),
            template=template,
            ladder=ladder,
        )
    )
