"""Holds one resource against its FHIR R4 model, and says in one line what is wrong with it."""

from datetime import UTC, date, datetime
from typing import TypeVar

from fhir.resources.R4B.fhirresourcemodel import FHIRResourceModel
from pydantic import ValidationError

from intake.doors.fhir_bundle import Entry
from intake.doors.fhir_problems import UnreadableReferral, path_of
from intake.doors.fhir_version import R4

R = TypeVar("R", bound=FHIRResourceModel)

_NOT_READ = frozenset({"text", "contained"})
"""Narrative and contained resources are not read, so they are not judged."""


def valid(model: type[R], entry: Entry) -> R:
    """The resource as its R4 model.

    Raises `UnreadableReferral` with `invalid-date`, `not-r4` or `invalid-resource`.
    """
    sent = {key: value for key, value in entry.resource.items() if key not in _NOT_READ}
    try:
        return model.model_validate(sent)
    except ValidationError as invalid:
        problem = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
    where = path_of(entry.kind, problem["loc"])
    if problem["type"].startswith("date") or "Date" in problem["msg"]:
        raise UnreadableReferral("invalid-date", f"{where} is not a FHIR date", "YYYY-MM-DD, a time with its zone")
    if problem["type"] == "extra_forbidden":
        raise UnreadableReferral("not-r4", f"{where} is there", f"{R4}, which has no such element")
    if "missing" in problem["type"]:
        raise UnreadableReferral("invalid-resource", f"{where} is missing", R4)
    raise UnreadableReferral("invalid-resource", f"{where} is wrong ({problem['type']})", R4)


def instant_of(value: object) -> datetime | None:
    """A FHIR dateTime as an aware instant, a day as its midnight UTC; None for a month, a year or nothing."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return None
