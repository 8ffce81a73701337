"""Beliefs that do not help, other ways to see it, and the skills that help to live by them; words stand elsewhere."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from common.change import Invalid, NotFound
from common.contracts.growth import AlternativeFound, BeliefNamed, BeliefRated
from common.contracts.message import Contract, Instant
from common.contracts.words import ParticipantId
from skills.domain.syllabus import Syllabus

HIGHEST_CONVICTION = 10
"""How much somebody believes it, 0-10. ASSUMED."""
KEEP = 100
"""Beliefs kept, and ratings of each, the newest. ASSUMED; the journal keeps all."""


class Conviction(BaseModel):
    """How much it was believed, and when."""

    model_config = ConfigDict(frozen=True)

    at: Instant
    conviction: int


class Belief(BaseModel):
    """A belief; `alternative_id` None: no other way to see it has been found yet."""

    model_config = ConfigDict(frozen=True)

    named_at: Instant
    alternative_id: str | None = None
    found_at: Instant | None = None
    skills: tuple[str, ...] = ()
    rated: tuple[Conviction, ...] = ()


class Beliefs(BaseModel):
    """The beliefs by id, the oldest first."""

    model_config = ConfigDict(frozen=True)

    known: dict[str, Belief] = {}

    def name(
        self, participant_id: ParticipantId, belief_id: str, conviction: int | None, at: datetime
    ) -> list[Contract]:
        """Put into words once by its id, with how much it is believed; raises Invalid. Rule: SK-G5."""
        _check(conviction)
        if belief_id in self.known:
            return []
        about = {"at": at, "participant_id": participant_id, "belief_id": belief_id}
        rated = [] if conviction is None else [BeliefRated(conviction=conviction, **about)]
        return [BeliefNamed(**about), *rated]

    def find_alternative(
        self,
        syllabus: Syllabus,
        participant_id: ParticipantId,
        belief_id: str,
        alternative_id: str,
        skills: tuple[str, ...],
        at: datetime,
    ) -> list[Contract]:
        """Another way to see it; raises NotFound `belief-unknown`, Invalid `skill-unknown`. Rule: SK-G5."""
        held = self._held(belief_id)
        if any(skill not in syllabus.skills for skill in skills):
            raise Invalid("skill-unknown", "the program's curriculum has no skill of this code")
        if held.alternative_id == alternative_id:
            return []
        about = {"participant_id": participant_id, "belief_id": belief_id}
        return [AlternativeFound(at=at, alternative_id=alternative_id, skills=skills, **about)]

    def rate(self, participant_id: ParticipantId, belief_id: str, conviction: int, at: datetime) -> list[Contract]:
        """How much it is believed, once at one instant; raises NotFound, Invalid `rating-out-of-range`. Rule: SK-G5."""
        held = self._held(belief_id)
        _check(conviction)
        if any(one == Conviction(at=at, conviction=conviction) for one in held.rated):
            return []
        return [BeliefRated(at=at, participant_id=participant_id, belief_id=belief_id, conviction=conviction)]

    def after(self, fact: Contract) -> "Beliefs":
        """The beliefs once `fact` is true."""
        match fact:
            case BeliefNamed():
                return self._with(fact.belief_id, Belief(named_at=fact.at))
            case AlternativeFound():
                found = {"alternative_id": fact.alternative_id, "found_at": fact.at, "skills": fact.skills}
                return self._with(fact.belief_id, self.known[fact.belief_id].model_copy(update=found))
            case BeliefRated():
                held = self.known[fact.belief_id]
                others = [one for one in held.rated if one.at != fact.at]
                rated = sorted([*others, Conviction(at=fact.at, conviction=fact.conviction)], key=lambda one: one.at)
                return self._with(fact.belief_id, held.model_copy(update={"rated": tuple(rated[-KEEP:])}))
        return self

    def _held(self, belief_id: str) -> Belief:
        held = self.known.get(belief_id)
        if held is None:
            raise NotFound("belief-unknown", "this participant has no belief of this id")
        return held

    def _with(self, id: str, one: Belief) -> "Beliefs":
        return Beliefs(known=dict(list({**self.known, id: one}.items())[-KEEP:]))


def _check(conviction: int | None) -> None:
    if conviction is not None and not 0 <= conviction <= HIGHEST_CONVICTION:
        raise Invalid("rating-out-of-range", f"a rating is a whole number 0 to {HIGHEST_CONVICTION}")
