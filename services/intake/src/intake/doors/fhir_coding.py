"""What a FHIR CodeableConcept says, in words and in codes."""

from collections.abc import Iterable

Code = tuple[str, str]
"""(system, code)"""


def text_of(concept: object) -> str:
    """A CodeableConcept in words: its text, else the first display, else the first code, else empty."""
    codings: Iterable[object] = getattr(concept, "coding", None) or ()
    words = [getattr(concept, "text", None)]
    words += [getattr(c, "display", None) for c in codings] + [getattr(c, "code", None) for c in codings]
    return next((str(word) for word in words if word), "")


def codes_of(concept: object) -> list[Code]:
    """The codes of a CodeableConcept, in their order; none for nothing."""
    codings: Iterable[object] = getattr(concept, "coding", None) or ()
    return [(str(getattr(c, "system", None) or ""), str(getattr(c, "code", None) or "")) for c in codings]
