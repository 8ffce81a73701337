"""Direct identifiers stay on the contacts stream. No finding ever repeats one."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from throughline.invariants.shapes import Finding, House, judge

CONTACTS = "intake.contacts"
LONG_ENOUGH = 4
"""Shorter names are found in everything."""

WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Identifiers:
    """What must not be found: words of names and birth dates by participant, and how to reach anybody."""

    names: Mapping[str, set[str]]
    births: Mapping[str, set[str]]
    reach: frozenset[str]

    def anywhere(self, text: str, subject: str) -> bool:
        """Whether a text holds anybody's name, phone or mail, or the birth date of whom it is about."""
        return bool(words(text) & self._everybody) or self._reaches(text) or self._born(text, subject)

    def of_whom_it_is_about(self, text: str, subject: str) -> bool:
        """The same, with the names of its own participant only: staff may be called alike."""
        return bool(words(text) & self.names.get(subject, set())) or self._reaches(text) or self._born(text, subject)

    @cached_property
    def _everybody(self) -> set[str]:
        return set().union(*self.names.values())

    def _reaches(self, text: str) -> bool:
        small = text.lower()
        return any(way in small for way in self.reach)

    def _born(self, text: str, subject: str) -> bool:
        return any(birth in text for birth in self.births.get(subject, ()))


def words(text: str) -> set[str]:
    """The words of a text, small; digits belong to a word, since some names carry them."""
    return {word.lower() for word in WORD.findall(text)}


def identifiers(house: House) -> Identifiers:
    """Everything that travels on the contacts stream."""
    names: dict[str, set[str]] = defaultdict(set)
    births: dict[str, set[str]] = defaultdict(set)
    reach: set[str] = set()
    for row in house.said(CONTACTS):
        named = words(f"{row.data.get('given_name', '')} {row.data.get('family_name', '')}")
        names[row.subject] |= {name for name in named if len(name) >= LONG_ENOUGH}
        births[row.subject] |= {row.data["birth_date"]} if row.data.get("birth_date") else set()
        ways = (row.data.get("phone", ""), row.data.get("email", ""))
        reach |= {way.lower() for way in ways if len(way) >= LONG_ENOUGH}
    return Identifiers(names, births, frozenset(reach))


def none_in_attributes(house: House) -> Finding:
    """No attribute of any message names a person, nor says how to reach one."""
    known = identifiers(house)
    broken = [str(row) for row in house.rows if known.anywhere(" ".join(row.attributes.values()), row.subject)]
    return judge("N1a no identifier in an attribute", len(house.rows), broken)


def none_beside_contacts(house: House) -> Finding:
    """No message but those on the contacts stream says how to reach anybody, or names whom it is about."""
    known, others = identifiers(house), [row for row in house.rows if row.topic != CONTACTS]
    broken = [str(row) for row in others if known.of_whom_it_is_about(row.body, row.subject)]
    return judge("N1b identifiers travel with contacts only", len(others), broken)


def none_at_operations(house: House) -> Finding:
    """The operators' event log names nobody."""
    known, events = identifiers(house), house.docs("operations", "events")
    broken = [
        f"event {event['_id']}"
        for event in events
        if known.of_whom_it_is_about(json.dumps(event, default=str), event.get("subject", ""))
    ]
    return judge("N1c no identifier at operations", len(events), broken)


CHECKS = (none_in_attributes, none_beside_contacts, none_at_operations)
