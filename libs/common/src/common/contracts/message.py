"""What every contract and every message has: privacy marks, a type name, a subject, an envelope."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict

T = TypeVar("T")


class Privacy(StrEnum):
    """How far a field may travel. `none` may stand in logs and in the operators' console."""

    NONE = "none"
    CLINICAL = "clinical"
    IDENTIFIER = "identifier"
    SUBSTANCE_USE = "substance-use"


Plain = Annotated[T, Privacy.NONE]
Clinical = Annotated[T, Privacy.CLINICAL]
Identifying = Annotated[T, Privacy.IDENTIFIER]
SubstanceUse = Annotated[T, Privacy.SUBSTANCE_USE]

Instant = AwareDatetime


class Part(BaseModel):
    """A value inside a contract; its fields carry privacy marks of their own."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Contract(Part):
    """One kind of message. Subclasses name the topic it travels on; `at` is when it was true."""

    TOPIC: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1

    at: Plain[Instant]

    @classmethod
    def type_name(cls) -> str:
        """The CloudEvents type, for example `LevelOfCareChanged.v1`."""
        return f"{cls.__name__}.v{cls.VERSION}"

    def subject(self) -> str:
        """Whom or what this is about: the Kafka key, and the unit of order."""
        return str(getattr(self, "participant_id"))  # noqa: B009 - every contract without it overrides


C = TypeVar("C", bound=Contract)


@dataclass(frozen=True, slots=True)
class Message(Generic[C]):
    """A contract in its CloudEvents envelope.

    `time` is when it was true, `recorded_at` when its sender knew, `heard_at` when we take it: decisions
    about now go by the last.
    """

    id: str
    source: str
    topic: str
    subject: str
    sequence: int
    time: datetime
    recorded_at: datetime
    heard_at: datetime
    correlation_id: str
    causation_id: str
    site: str
    data: C
    traceparent: str = ""

    @property
    def type(self) -> str:
        """The CloudEvents type of the data."""
        return self.data.type_name()


def privacy_of(model: type[BaseModel], field: str) -> Privacy | None:
    """The privacy class a field is marked with, or None where the mark is missing."""
    for mark in model.model_fields[field].metadata:
        if isinstance(mark, Privacy):
            return mark
    return None


def only_plain(data: BaseModel) -> dict[str, Any]:
    """The fields of a contract that anybody who watches may see (privacy class `none`), as JSON values."""
    plain = {f for f in type(data).model_fields if privacy_of(type(data), f) is Privacy.NONE}
    return data.model_dump(mode="json", include=plain, exclude_none=True)
