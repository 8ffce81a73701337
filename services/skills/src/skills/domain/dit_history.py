"""The history of relationships and attachment that a DIT course may begin with: optional, nobody is warned of it."""

from datetime import datetime

from common.contracts.guidance import HistoryTaken
from common.contracts.message import Contract
from common.contracts.words import ParticipantId, StaffId
from skills.domain.dit import phase_of
from skills.domain.record import SkillsRecord


def take_history(record: SkillsRecord, words_id: str, relationships: int, by: StaffId, now: datetime) -> list[Contract]:
    """Another version, once by its words, in the phase the course is in; before a session that is the first one.

    Rule: SK-I14.
    """
    if any(one.words_id == words_id for one in record.dit_work.history):
        return []
    return [
        HistoryTaken(
            at=now,
            participant_id=ParticipantId(record.id),
            recorded_by=by,
            version=len(record.dit_work.history) + 1,
            words_id=words_id,
            relationships=relationships,
            phase=phase_of(record.dit.session_index),
        )
    ]
