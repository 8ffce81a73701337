"""What skills can answer about skills worked through in a participant's own words."""

from common.mongo import Database
from skills.domain.rehearsal import Rehearsal
from skills.views.agenda import WithWords, words_of
from skills.views.coverage import workbook


class RehearsalView(Rehearsal, WithWords):
    """Skills worked through together, and how it went."""

    rehearsal_id: str


async def rehearsals(database: Database, participant_id: str, *, with_words: bool) -> list[RehearsalView]:
    """The newest first; none is an empty list."""
    known = (await workbook(database, participant_id)).rehearsals.known
    said = await words_of(database, participant_id) if with_words else {}
    return [RehearsalView(rehearsal_id=id, words=said.get(id), **dict(one)) for id, one in list(known.items())[::-1]]
