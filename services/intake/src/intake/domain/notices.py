"""Tells a member of staff, or whoever holds a role in the house, once per thing told about."""

from datetime import datetime
from uuid import UUID, uuid5

from common.change import Ask
from common.contracts.notifications import SendNotice
from common.contracts.words import NoticeId, ParticipantId, RecipientKind

IDS = UUID("3f0d6c0e-54d3-5d0c-9a3b-7d6a1f9b8c21")


def tell_staff(recipient: str, participant: str, template: str, about: str, at: datetime) -> Ask:
    """A notice to a person's id or a role; said again about the same thing, it is the same notice."""
    return Ask(
        SendNotice(
            at=at,
            participant_id=ParticipantId(participant),
            notice_id=NoticeId(str(uuid5(IDS, f"{template}|{participant}|{about}|{recipient}"))),
            recipient_kind=RecipientKind.STAFF,
            recipient_id=str(recipient),
            template=template,
        )
    )
