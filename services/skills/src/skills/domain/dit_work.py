"""The work of a DIT course: what was written, agreed, discussed and shared. Its words are kept beside it."""

from pydantic import BaseModel, ConfigDict

from common.contracts.dit import (
    Defence,
    DefenceDiscussed,
    DefenceObserved,
    DitSessionNoted,
    Era,
    FocusAgreed,
    FocusDrafted,
    InsightRated,
    LeadModel,
    LeadModelSet,
    LetterDiscussed,
    LetterWritten,
    Milestone,
    MilestoneReached,
    MilestonesMissed,
    PatternNamed,
    PatternSeen,
    Rater,
    ReflectionShared,
    ReflectionWritten,
    Sharing,
    Technique,
)
from common.contracts.guidance import HistoryTaken
from common.contracts.message import Contract, Instant
from common.contracts.words import DitPhase, SupporterId


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class History(_Part):
    """One version of the history of relationships and attachment."""

    version: int
    words_id: str
    relationships: int
    phase: DitPhase
    taken_at: Instant


class Focus(_Part):
    """One version of the focus; `agreed_at` None: the participant has not agreed to it."""

    version: int
    words_id: str
    narratives: int
    drafted_at: Instant
    agreed_at: Instant | None = None


class Seen(_Part):
    """A pattern showed."""

    instance_id: str
    at: Instant
    era: Era
    supporter_id: SupporterId | None = None


class Observation(_Part):
    """A defence that was observed; `discussed_at` None: not discussed with the participant."""

    mechanism: Defence
    observed_at: Instant
    discussed_at: Instant | None = None


class Reflection(_Part):
    """What a participant wrote for themself."""

    written_at: Instant
    sharing: Sharing = Sharing.PRIVATE


class Letter(_Part):
    """One version of the goodbye letter."""

    version: int
    words_id: str
    written_at: Instant
    discussed_at: Instant | None = None
    final: bool = False


class Noted(_Part):
    """What one session was made of."""

    held_at: Instant
    techniques: tuple[Technique, ...]
    focus_version: int | None
    risk_asked: bool
    reflection_offered: bool


class Insight(_Part):
    """One rating of insight."""

    at: Instant
    phase: DitPhase
    rater: Rater
    rating: int


class DitWork(_Part):
    """Everything of a course but its words."""

    lead: LeadModel | None = None
    components: tuple[str, ...] = ()
    history: tuple[History, ...] = ()
    focus: tuple[Focus, ...] = ()
    patterns: dict[str, tuple[Seen, ...]] = {}
    defences: dict[str, Observation] = {}
    reflections: dict[str, Reflection] = {}
    letters: tuple[Letter, ...] = ()
    noted: tuple[Noted, ...] = ()
    insight: tuple[Insight, ...] = ()
    reached: tuple[Milestone, ...] = ()
    warned: tuple[Milestone, ...] = ()

    def agreed_focus(self) -> Focus | None:
        """The newest version that the participant agreed to: the only one they, or others, may be shown."""
        return next((focus for focus in reversed(self.focus) if focus.agreed_at is not None), None)

    def after(self, fact: Contract) -> "DitWork":
        """The work once `fact` is true."""
        update = _course(self, fact) or _entries(self, fact) or _letters(self, fact)
        return self.model_copy(update=update) if update else self


def _course(work: DitWork, fact: Contract) -> dict[str, object]:
    match fact:
        case LeadModelSet():
            return {"lead": fact.model, "components": fact.components}
        case DitSessionNoted():
            fields = {name: getattr(fact, name) for name in Noted.model_fields if name != "held_at"}
            return {"noted": (*work.noted, Noted(held_at=fact.at, **fields))}
        case InsightRated():
            rated = Insight(at=fact.at, phase=fact.phase, rater=fact.rater, rating=fact.rating)
            return {"insight": (*work.insight, rated)}
        case MilestoneReached():
            return {"reached": (*work.reached, fact.milestone)}
        case MilestonesMissed():
            return {"warned": (*work.warned, *fact.milestones)}
    return {}


def _entries(work: DitWork, fact: Contract) -> dict[str, object]:
    match fact:
        case PatternNamed():
            return {"patterns": {**work.patterns, fact.pattern_id: ()}}
        case PatternSeen():
            seen = Seen(instance_id=fact.instance_id, at=fact.at, era=fact.era, supporter_id=fact.supporter_id)
            return {"patterns": {**work.patterns, fact.pattern_id: (*work.patterns[fact.pattern_id], seen)}}
        case DefenceObserved():
            one = Observation(mechanism=fact.mechanism, observed_at=fact.at)
            return {"defences": {**work.defences, fact.observation_id: one}}
        case DefenceDiscussed():
            told = work.defences[fact.observation_id].model_copy(update={"discussed_at": fact.at})
            return {"defences": {**work.defences, fact.observation_id: told}}
        case ReflectionWritten():
            return {"reflections": {**work.reflections, fact.reflection_id: Reflection(written_at=fact.at)}}
        case ReflectionShared():
            shared = work.reflections[fact.reflection_id].model_copy(update={"sharing": fact.sharing})
            return {"reflections": {**work.reflections, fact.reflection_id: shared}}
    return {}


def _letters(work: DitWork, fact: Contract) -> dict[str, object]:
    match fact:
        case HistoryTaken():
            said = fact.model_dump(include=set(History.model_fields))
            return {"history": (*work.history, History(taken_at=fact.at, **said))}
        case FocusDrafted():
            drafted = Focus(
                version=fact.version, words_id=fact.words_id, narratives=fact.narratives, drafted_at=fact.at
            )
            return {"focus": (*work.focus, drafted)}
        case FocusAgreed():
            return {"focus": tuple(_at(one, fact.version, {"agreed_at": fact.at}) for one in work.focus)}
        case LetterWritten():
            letter = Letter(version=fact.version, words_id=fact.words_id, written_at=fact.at)
            return {"letters": (*work.letters, letter)}
        case LetterDiscussed():
            update = {"discussed_at": fact.at, "final": fact.final}
            return {"letters": tuple(_at(one, fact.version, update) for one in work.letters)}
    return {}


def _at(one: Focus | Letter, version: int, update: dict[str, object]) -> Focus | Letter:
    return one.model_copy(update=update) if one.version == version else one
