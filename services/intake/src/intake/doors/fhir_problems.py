"""What is said of a referral that cannot be read: a stable code and one line, never a value from it."""

import re

_ELEMENT = re.compile(r"^_?[A-Za-z][A-Za-z0-9]{0,40}$")


class UnreadableReferral(Exception):
    """A referral that no person can be read from, with a stable `code`, what was found and what was expected.

    Neither `detail` nor `expected` repeats a value of the referral: they may be shown and logged.
    """

    def __init__(self, code: str, detail: str, expected: str) -> None:
        super().__init__(f"{code}: {detail}; expected {expected}")
        self.code = code
        self.detail = detail
        self.expected = expected


def path_of(kind: str, steps: tuple[int | str, ...]) -> str:
    """A place in a resource, `Patient.name[0].family`; steps that are no element names become `?`."""
    path = kind
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step if _ELEMENT.match(step) else '?'}"
    return path
