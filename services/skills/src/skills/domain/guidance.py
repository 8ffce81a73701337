"""What a therapist gave: what was explained and understood, and how each session was held. Words stand nowhere."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from common.change import Aggregate, NotFound
from common.contracts.guidance import SessionNoted, TopicExplained, TopicUnderstood, Understanding
from common.contracts.message import Contract, Instant
from common.contracts.words import ExposureSource, ParticipantId, SessionId, StaffId
from skills.domain.library import Library

KEEP = 200
"""Session notes kept, the newest. ASSUMED: four years of weekly sessions; the journal keeps all."""
KEEP_TIMES = 20
"""Times kept that one topic was explained at, the newest. ASSUMED."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Understood(_Part):
    """How far it was understood, when somebody looked."""

    at: Instant
    understanding: Understanding
    checked_by: StaffId


class Explained(_Part):
    """The instants at which a topic was explained, in order; `understood` None: nobody has looked yet."""

    at: tuple[Instant, ...]
    understood: Understood | None = None


class SessionNote(_Part):
    """How one session was held: levels of validation, and questions asked, by code."""

    held_at: Instant
    noted_by: StaffId
    session_id: SessionId | None = None
    validation: tuple[int, ...] = ()
    prompts: tuple[str, ...] = ()


class Guidance(Aggregate):
    """What was given to one participant; its id is theirs."""

    topics: dict[str, Explained] = Field(default_factory=dict)
    notes: dict[str, SessionNote] = Field(default_factory=dict)

    @property
    def _participant(self) -> ParticipantId:
        return ParticipantId(self.id)

    def explain(
        self, library: Library, topic: str, source: ExposureSource, by: StaffId, at: datetime
    ) -> list[Contract]:
        """A topic was explained, once at one instant; raises Invalid `topic-unknown`. Rule: SK-G6."""
        library.check_topic(topic)
        if topic in self.topics and at in self.topics[topic].at:
            return []
        about = {"participant_id": self._participant, "topic": topic}
        return [TopicExplained(at=at, source=source, explained_by=by, **about)]

    def see_understanding(self, topic: str, seen: Understood) -> list[Contract]:
        """How far it was understood; the same again says nothing, and what was seen last stands.

        Raises NotFound `topic-not-explained`. Rule: SK-G6.
        """
        held = self.topics.get(topic)
        if held is None:
            raise NotFound("topic-not-explained", "nobody has explained this to the participant")
        if held.understood == seen:
            return []
        return [TopicUnderstood(participant_id=self._participant, topic=topic, **dict(seen))]

    def note(self, library: Library, note_id: str, new: SessionNote) -> list[Contract]:
        """How a session was held; the same again says nothing, other content replaces. Raises Invalid. Rule: SK-G7.

        When it was held is no other content: the calendar knows that, and so does the id.
        """
        library.check_note(new.validation, new.prompts)
        held = self.notes.get(note_id)
        if held is not None and held.model_copy(update={"held_at": new.held_at}) == new:
            return []
        said = new.model_dump(exclude={"held_at"})
        return [SessionNoted(at=new.held_at, participant_id=self._participant, note_id=note_id, **said)]

    def after(self, fact: Contract) -> Self:
        """What was given once `fact` is true."""
        match fact:
            case TopicExplained():
                held = self.topics.get(fact.topic, Explained(at=()))
                times = tuple(sorted((*held.at, fact.at))[-KEEP_TIMES:])
                return self._with("topics", fact.topic, held.model_copy(update={"at": times}))
            case TopicUnderstood():
                held = self.topics[fact.topic]
                if held.understood is not None and held.understood.at > fact.at:
                    return self
                seen = Understood(at=fact.at, understanding=fact.understanding, checked_by=fact.checked_by)
                return self._with("topics", fact.topic, held.model_copy(update={"understood": seen}))
            case SessionNoted():
                said = fact.model_dump(include=set(SessionNote.model_fields))
                return self._with("notes", fact.note_id, SessionNote(held_at=fact.at, **said))
        return self

    def _with(self, field: str, id: str, one: Any) -> Self:
        held = {**getattr(self, field), id: one}
        return self.model_copy(update={field: dict(list(held.items())[-KEEP:])})
