"""What in a text looks like one of the identifiers of HIPAA's Safe Harbor. Source: 45 CFR 164.514(b)(2)(i).

A rule sees what has a form: numbers, dates, addresses, and names somebody told it. What has none, a person attests.
It would rather find too much: what is found is worded otherwise, never waved through.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from unicodedata import category, combining, normalize

from pydantic import BaseModel, ConfigDict

OLDEST_SAID = 89
"""Years; an age above it is an identifier. Source: 45 CFR 164.514(b)(2)(i)(C)."""


class Identifier(StrEnum):
    """The kinds a rule can see, by their letters in 45 CFR 164.514(b)(2)(i)."""

    NAME = "A-name"
    PLACE = "B-place"
    DATE = "C-date"
    AGE = "C-age"
    PHONE_OR_FAX = "D-E-phone-or-fax"
    EMAIL = "F-email"
    SOCIAL_SECURITY = "G-social-security"
    NUMBER = "H-K-number"
    VEHICLE_OR_DEVICE = "L-M-vehicle-or-device"
    URL = "N-url"
    IP_ADDRESS = "O-ip-address"
    OTHER = "R-other"


class Finding(BaseModel):
    """What kind of thing stands where: line from 1, columns from 0 to before `until`. Never the words themselves."""

    model_config = ConfigDict(frozen=True)

    kind: Identifier
    line: int
    column: int
    until: int


MONTHS = (
    "Jan(?:uary)?|Feb(?:ruary)?|March|Mar|April|Apr|May|June|July|Jun|Jul|August|Aug|Sept(?:ember)?|Sep|October|Oct"
    "|November|Nov|December|Dec|[Ee]nero|[Ff]ebrero|[Mm]arzo|[Aa]bril|[Mm]ayo|[Jj]unio|[Jj]ulio|[Aa]gosto"
    "|[Ss]eptiembre|[Oo]ctubre|[Nn]oviembre|[Dd]iciembre"
)
STREETS = "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Way|Terrace"
LABELS = r"MRN|account|policy|member|licen[cs]e|certificate|claim|invoice|chart|ID"
NUMBERED = r"\b\W{0,3}(?:no\.?|number|#|id)?\W{0,3}(?=[A-Z0-9-]*\d)[A-Z0-9-]{4,}"

RULES: tuple[tuple[Identifier, re.Pattern[str]], ...] = (
    (Identifier.DATE, re.compile(r"\b\d{4}-\d{1,2}(?:-\d{1,2})?\b")),
    (Identifier.DATE, re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b")),
    (Identifier.DATE, re.compile(r"\b\d{1,2}/(?:\d{1,2}|\d{4})\b")),
    (Identifier.DATE, re.compile(rf"\b(?:{MONTHS})\b")),
    (Identifier.DATE, re.compile(rf"\b(?:{MONTHS.upper()})\b")),
    (Identifier.AGE, re.compile(r"(?i)\b(?:9\d|1[0-4]\d)(?:[- ]?(?:years?|yrs?|y/?o|años?)\b)")),
    (Identifier.AGE, re.compile(r"(?i)\b(?:aged?|age of|turned|edad de)\s+(?:9\d|1[0-4]\d)\b")),
    (Identifier.AGE, re.compile(r"(?i)\b(?:ninety|ninet(?:y|ies)[- ]\w+|a hundred years|noventa)\b")),
    (Identifier.PHONE_OR_FAX, re.compile(r"(?:\+?\d{1,3}[ .-]?)?(?:\(\d{3}\) ?|\b\d{3}[ .-])\d{3}[ .-]?\d{4}\b")),
    (Identifier.PHONE_OR_FAX, re.compile(r"\b\d{3}[.-]\d{4}\b|\+\d[\d .-]{6,}\d")),
    (Identifier.EMAIL, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (Identifier.SOCIAL_SECURITY, re.compile(r"\b\d{3}[- ]?\d{2}[- ]?\d{4}\b")),
    (Identifier.URL, re.compile(r"(?i)\b(?:https?://|www\.)\S+")),
    (Identifier.URL, re.compile(r"(?i)\b[\w-]+\.(?:com|org|net|edu|gov|info|health|io|us)\b")),
    (Identifier.IP_ADDRESS, re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")),
    (Identifier.IP_ADDRESS, re.compile(r"(?i)\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}|\b[0-9a-f]{1,4}::[0-9a-f]+")),
    (Identifier.PLACE, re.compile(r"\b\d{5}(?:-\d{4})?\b")),
    (Identifier.PLACE, re.compile(r"(?i)\b(?:zip|postal|post)\W{0,3}(?:code)?\W{0,3}\d+")),
    (Identifier.PLACE, re.compile(rf"\b\d{{1,5}} +(?:[A-Z0-9][\w.]* +){{1,3}}(?:{STREETS})\b")),
    (Identifier.PLACE, re.compile(r"(?i)\bp\.? ?o\.? box\b")),
    (Identifier.VEHICLE_OR_DEVICE, re.compile(rf"(?i)\b(?:VIN|plate|serial|IMEI|device){NUMBERED}")),
    (Identifier.VEHICLE_OR_DEVICE, re.compile(r"\b(?=[A-HJ-NPR-Z0-9]*\d)(?=\d*[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{17}\b")),
    (Identifier.NUMBER, re.compile(rf"(?i)\b(?:{LABELS}){NUMBERED}")),
    (Identifier.NUMBER, re.compile(r"\b\d{6,}\b")),
    (Identifier.NUMBER, re.compile(r"(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")),
    (Identifier.OTHER, re.compile(r"(?<![\w.])@\w{2,}")),
)
YEAR = re.compile(r"\b(?:18|19|20)\d\d\b")


def tidy(words: str) -> str:
    """The words with nothing invisible in them, and every letter in one piece: what a rule sees is what is read."""
    return "".join(c for c in normalize("NFC", words) if category(c) != "Cf").strip()


def findings(words: str, names: Collection[str], ids: Collection[str], this_year: int) -> tuple[Finding, ...]:
    """What in a tidy text looks like an identifier, in order of place. Rule: IN-N3.

    Of `names` each word counts, of `ids` the whole, whatever their case and accents.
    """
    named = _on_record(names, ids)
    found = {
        Finding(kind=kind, line=number, column=first, until=last)
        for number, line in enumerate(words.splitlines(), 1)
        for kind, first, last in _in_line(_plain(line), named, this_year)
    }
    return tuple(sorted(found, key=lambda f: (f.line, f.column, f.until, f.kind)))


def _in_line(line: str, named: re.Pattern[str] | None, this_year: int) -> Iterator[tuple[Identifier, int, int]]:
    for kind, rule in RULES:
        yield from ((kind, *match.span()) for match in rule.finditer(line))
    for match in named.finditer(line) if named else ():
        yield (Identifier.NAME, *match.span())
    for match in YEAR.finditer(line):
        if int(match.group()) < this_year - OLDEST_SAID:
            yield (Identifier.AGE, *match.span())


def _on_record(names: Iterable[str], ids: Iterable[str]) -> re.Pattern[str] | None:
    """One pattern for all that is on record, the longest first."""
    words = {part for name in names for part in re.findall(r"[^\W\d_]{2,}", _plain(tidy(name)))}
    wanted = sorted(words | {_plain(one) for one in ids if one}, key=lambda one: (-len(one), one))
    if not wanted:
        return None
    return re.compile(rf"(?i)(?<!\w)(?:{'|'.join(map(re.escape, wanted))})(?!\w)")


def _plain(line: str) -> str:
    """The line without accents and in the plain forms of its characters, letter for letter at the same place."""
    return "".join(_letter(one) for one in line)


def _letter(one: str) -> str:
    bare = "".join(c for c in normalize("NFKD", one) if not combining(c))
    return bare if len(bare) == 1 else one
