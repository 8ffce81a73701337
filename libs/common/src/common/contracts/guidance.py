"""What skills says of what a therapist gave: what was explained, how a session was held (`skills.progress`)."""

from enum import StrEnum

from common.contracts.message import Clinical, Contract, Plain
from common.contracts.skills import ProgressEvent
from common.contracts.words import DitPhase, ExposureSource, SessionId, StaffId


class Understanding(StrEnum):
    """How far a participant could say it back, in words that blame nobody. Source: facts 1.1 A11, A19."""

    IN_OWN_WORDS = "IN_OWN_WORDS"
    PARTLY = "PARTLY"
    NOT_YET = "NOT_YET"


class TopicExplained(ProgressEvent):
    """Something about a condition or a symptom was explained, at `at`. Rule: SK-G6."""

    topic: Clinical[str]
    source: Plain[ExposureSource]
    explained_by: Plain[StaffId]


class TopicUnderstood(ProgressEvent):
    """How far it was understood, as somebody saw at `at`; what was seen last stands. Rule: SK-G6."""

    topic: Clinical[str]
    understanding: Clinical[Understanding]
    checked_by: Plain[StaffId]


class SessionNoted(ProgressEvent):
    """How a session was held, at `at`: levels of validation 1-6, questions asked, by code. Rule: SK-G7.

    Said again for the same `note_id`, it replaces.
    """

    note_id: Plain[str]
    session_id: Plain[SessionId | None]
    validation: Clinical[tuple[int, ...]]
    prompts: Clinical[tuple[str, ...]]
    noted_by: Plain[StaffId]


class HistoryTaken(ProgressEvent):
    """A version of the history of relationships and attachment in a DIT course; never its words. Rule: SK-I14."""

    version: Plain[int]
    words_id: Plain[str]
    relationships: Clinical[int]
    phase: Plain[DitPhase]
    recorded_by: Plain[StaffId]


EVENTS: tuple[type[Contract], ...] = (TopicExplained, TopicUnderstood, SessionNoted, HistoryTaken)
COMMANDS: tuple[type[Contract], ...] = ()
