"""Skills worked through in one's own words, part by part, alone or combined, and how it went afterwards."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from common.change import Invalid, NotFound
from common.contracts.curriculum import RehearsalRated, SkillsRehearsed
from common.contracts.message import Contract, Instant
from common.contracts.words import ParticipantId, StaffId, SupporterId
from skills.domain.syllabus import Syllabus

HIGHEST_RATING = 5
"""How far objective, relationship and self-respect were reached, 0-5. ASSUMED: the scale of the diary card."""
KEEP = 100
"""Rehearsals kept, the newest. ASSUMED; the journal keeps all."""


class Rated(BaseModel):
    """How it went: what one wanted, the relationship, one's self-respect; None where nobody said."""

    model_config = ConfigDict(frozen=True)

    objective: int | None = None
    relationship: int | None = None
    self_respect: int | None = None


class Rehearsal(BaseModel):
    """Skills and the parts of them that were worked through, by code; the words stand elsewhere.

    `value_ids`: the participant's values it rests on; `supporter_id`: the person it is about, as family knows them.
    """

    model_config = ConfigDict(frozen=True)

    skills: tuple[str, ...]
    parts: tuple[str, ...]
    at: Instant
    value_ids: tuple[str, ...] = ()
    supporter_id: SupporterId | None = None
    rated: Rated = Rated()


class Rehearsals(BaseModel):
    """What was worked through, by id, the oldest first."""

    model_config = ConfigDict(frozen=True)

    known: dict[str, Rehearsal] = {}

    def rehearse(
        self, syllabus: Syllabus, participant_id: ParticipantId, rehearsal_id: str, new: Rehearsal
    ) -> list[Contract]:
        """Worked through once by its id; raises Invalid `skill-unknown`, `part-unknown`, `values-not-asked`.

        Rules: SK-C18, SK-G2.
        """
        if any(skill not in syllabus.skills for skill in new.skills):
            raise Invalid("skill-unknown", "the program's curriculum has no skill of this code")
        known = {part for skill in new.skills for part in syllabus.skills[skill].parts}
        if not set(new.parts) <= known:
            raise Invalid("part-unknown", "none of the skills has a part of this code")
        if new.value_ids and not any(syllabus.skills[skill].values for skill in new.skills):
            raise Invalid("values-not-asked", "none of the skills is worked through with one's values")
        if rehearsal_id in self.known:
            return []
        said = new.model_dump(exclude={"rated"})
        return [SkillsRehearsed(participant_id=participant_id, rehearsal_id=rehearsal_id, **said)]

    def rate(
        self, participant_id: ParticipantId, rehearsal_id: str, rated: Rated, by: StaffId, at: datetime
    ) -> list[Contract]:
        """How it went; the same again says nothing, other content replaces. Raises NotFound, Invalid. Rule: SK-C18."""
        held = self.known.get(rehearsal_id)
        if held is None:
            raise NotFound("rehearsal-unknown", "this participant has no rehearsal of this id")
        if any(one is not None and not 0 <= one <= HIGHEST_RATING for _, one in rated):
            raise Invalid("rating-out-of-range", f"a rating is a whole number 0 to {HIGHEST_RATING}")
        if held.rated == rated:
            return []
        about = {"participant_id": participant_id, "rehearsal_id": rehearsal_id}
        return [RehearsalRated(at=at, recorded_by=by, **about, **dict(rated))]

    def after(self, fact: Contract) -> "Rehearsals":
        """What was worked through once `fact` is true."""
        match fact:
            case SkillsRehearsed():
                said = fact.model_dump(include=set(Rehearsal.model_fields) - {"rated"})
                return self._with(fact.rehearsal_id, Rehearsal(**said))
            case RehearsalRated():
                rated = Rated(objective=fact.objective, relationship=fact.relationship, self_respect=fact.self_respect)
                return self._with(fact.rehearsal_id, self.known[fact.rehearsal_id].model_copy(update={"rated": rated}))
        return self

    def _with(self, id: str, one: Rehearsal) -> "Rehearsals":
        return Rehearsals(known=dict(list({**self.known, id: one}.items())[-KEEP:]))
