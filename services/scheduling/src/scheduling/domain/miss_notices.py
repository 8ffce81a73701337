"""Who hears of misses in a row, and in which words."""

from collections.abc import Iterator, Mapping
from uuid import UUID, uuid5

from common.change import Ask
from common.contracts.notifications import SendNotice
from common.contracts.scheduling import MissesReachedWarning, OutOfProgramProposed
from common.contracts.sessions import MissesNoticed
from common.contracts.words import NoticeId, RecipientKind, Role, SessionId, StaffId

MissStep = MissesNoticed | MissesReachedWarning | OutOfProgramProposed

IDS = UUID("0c1c8f0a-7b7e-5d53-8d8b-6a5a5a0d5c11")
IN_WORDS: Mapping[type[MissStep], tuple[tuple[RecipientKind, str], ...]] = {
    MissesNoticed: ((RecipientKind.PARTICIPANT, "we-missed-you"), (RecipientKind.STAFF, "misses-noticed")),
    MissesReachedWarning: ((RecipientKind.STAFF, "misses-to-call"),),
    OutOfProgramProposed: ((RecipientKind.STAFF, "out-of-program-proposed"),),
}
"""Step -> who hears of it. Source: facts 3.7, warning and at limit."""


def notices(step: MissStep, session: SessionId, therapist: StaffId | None) -> Iterator[Ask]:
    """The notices about one step of a run that `session` brought about; said again, they are the same ones."""
    for kind, template in IN_WORDS[type(step)]:
        to = step.participant_id if kind is RecipientKind.PARTICIPANT else therapist or Role.CLINICIAN.value
        yield Ask(
            SendNotice(
                at=step.at,
                participant_id=step.participant_id,
                notice_id=NoticeId(str(uuid5(IDS, f"{template}|{step.participant_id}|{step.kind}|{session}|{to}"))),
                recipient_kind=kind,
                recipient_id=to,
                template=template,
            )
        )
