"""Makes one realistic sample of a contract, every field filled; used once per contract, then the file is frozen."""

from datetime import UTC, date, datetime, timedelta
from enum import Enum
from types import NoneType
from typing import Any, NewType
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel

from common.contracts.message import Instant, Part

AT = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)

WORDS: dict[str, str] = {
    "from_source": "fhir",
    "reason": "no-place",
    "policy": "1.0+3f9a41c2",
    "proposed_by": "policy 1.0+3f9a41c2",
    "answer": "step-down-met",
    "rule": "G6",
    "result": "met",
    "value": "12",
    "limit": "14",
    "missing": "",
    "evidence_hash": "3f9a41c2d0b7e655",
    "role": "clinician",
    "step": "place",
    "undo": "family",
    "detail": "group-dt-2",
    "kind": "measure",
    "body": '{"instrument":"PHQ9","score":12.0}',
    "band": "moderate",
    "instrument": "C-SSRS",
    "lesson": "what-skills-1",
    "relationship": "sister",
    "template": "level-changed",
    "channel": "inbox",
    "topic": "intake.episodes",
    "source": "/throughline/intake",
    "listener": "scheduling",
    "service": "scheduling",
    "message_type": "LevelOfCareChanged.v1",
    "act": "replay",
    "about": str(uuid5(NAMESPACE_URL, "ParticipantId")),
    "by": "staff-olga",
    "questions": "IN-R2: age-unknown",
    "given_name": "Sample",
    "family_name": "Person",
    "phone": "+12025550143",
    "email": "sample.person@example.org",
    "state": "WA",
    "icd10": "F41.1",
    "payer": "payer-1",
    "session_types": "FAM_INDIV",
    "goals": "PRACTISE_TOGETHER",
    "barriers": "TRAVEL",
    "readiness": "WILLING",
    "misconception": "WILLPOWER",
    "module": "VALIDATION",
    "skill": "STOP",
}
"""What a string field of this name says, where any word would do."""

CHOICES: dict[str, str] = {
    "from_level": "RESIDENTIAL",
    "to_level": "PHP",
    "TransitionKind": "STEP_DOWN",
    "Disposition": "completed",
    "SkillModule": "DISTRESS_TOLERANCE",
}
"""Which member of an enumeration, by field or by enumeration, where the second would make no sense."""

AHEAD = ("expires_at", "effective_at", "due_at", "return_due_at", "starts_at")

NUMBERS: dict[str, int] = {"rating": 6, "skill_codes": 5, "sequence": 7, "first": 3, "last": 6, "version": 1}


def sample_of(model: type[BaseModel]) -> dict[str, Any]:
    """A body for this contract, as JSON values."""
    values = {name: _value(name, field.annotation) for name, field in model.model_fields.items()}
    return model.model_validate(values).model_dump(mode="json", exclude_none=True)


def _value(name: str, kind: Any) -> Any:
    if isinstance(kind, NewType):
        return _identity(kind.__name__)
    if isinstance(kind, type) and not getattr(kind, "__args__", ()):
        return _plain(name, kind)
    arguments = [argument for argument in kind.__args__ if argument not in (NoneType, Ellipsis)]
    inner = _value(name, arguments[0])
    return (inner,) if getattr(kind, "__origin__", None) is tuple else inner


def _plain(name: str, kind: type) -> Any:
    if issubclass(kind, Part):
        return sample_of(kind)
    if issubclass(kind, Enum):
        return CHOICES.get(name) or CHOICES.get(kind.__name__) or list(kind)[1]
    by_kind: dict[Any, Any] = {
        Instant: AT + timedelta(days=2) if name in AHEAD else AT,
        date: AT.date(),
        bool: True,
        int: NUMBERS.get(name, 2),
        float: 12.0,
        str: WORDS.get(name, str(uuid5(NAMESPACE_URL, name)) if name.endswith(("_id", "_ids")) else name),
    }
    return by_kind[kind]


def _identity(kind: str) -> str:
    return "staff-ines" if kind == "StaffId" else str(uuid5(NAMESPACE_URL, kind))
