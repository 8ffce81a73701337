"""What intake says of case narratives: consent of its own, drafts, attestation, approval, withdrawal.

The words of a draft may still name people: they travel on the restricted stream, `intake.contacts`, alone.
"""

from enum import StrEnum

from common.contracts.care import RestrictedEvent
from common.contracts.episodes import EpisodeEvent
from common.contracts.message import Clinical, Contract, Identifying, Part, Plain
from common.contracts.words import Instrument, Signatory, StaffId


class NarrativePurpose(StrEnum):
    """What a participant lets their story be told for, once nobody can know it is theirs. ASSUMED."""

    TEACHING = "teaching"
    PUBLICATION = "publication"
    PROGRAM_INFORMATION = "program-information"


class Attested(StrEnum):
    """What a person says of a draft, because no program can. Source: 45 CFR 164.514(b)(2)."""

    NAMES = "names"
    """Nobody is named: not they, relatives, employers, members of the household, staff. (A)"""
    PLACES = "places"
    """No place smaller than a state. (B)"""
    DATES = "dates"
    """Nothing about time finer than a year, holidays and seasons of one year too; nobody older than 89. (C)"""
    NUMBERS = "numbers"
    """No number or code of a record, plan, account, certificate or licence. (D to K)"""
    VEHICLES_AND_DEVICES = "vehicles-and-devices"
    """No vehicle, device, address on the net. (L to O)"""
    BODY_AND_PICTURES = "body-and-pictures"
    """No fingerprint, voice, photograph or comparable picture. (P, Q)"""
    UNIQUE = "unique"
    """Nothing else that is so of this person alone. (R)"""
    NO_ACTUAL_KNOWLEDGE = "no-actual-knowledge"
    """Who attests knows of no way by which what is left could identify anybody. (ii)"""


class NarrativeConsentGiven(EpisodeEvent):
    """The participant, or who signs for them, lets their story be told without anybody knowing that it is theirs."""

    consent_id: Plain[str]
    purposes: Plain[tuple[NarrativePurpose, ...]]
    granted_by: Plain[Signatory]
    assented: Plain[bool | None] = None
    recorded_by: Plain[StaffId]


class NarrativeConsentRevoked(EpisodeEvent):
    """No longer; whatever was written is withdrawn with it. `recorded_by` None: by the participant themself."""

    consent_id: Plain[str]
    recorded_by: Plain[StaffId | None] = None


class NarrativeEvent(EpisodeEvent):
    """About one narrative. Its id is made by chance and follows from nothing about the person."""

    narrative_id: Plain[str]


class NarrativeWritten(RestrictedEvent):
    """The words of one version of a draft, and names to look for in it beside those on record."""

    narrative_id: Plain[str]
    version: Plain[int]
    words: Identifying[str]
    names: Identifying[tuple[str, ...]] = ()
    written_by: Plain[StaffId]


class NarrativeDrafted(NarrativeEvent):
    """A version of a draft is there; `findings` is how much in it still looks like an identifier."""

    version: Plain[int]
    findings: Plain[int]
    written_by: Plain[StaffId]


class NarrativeAttested(NarrativeEvent):
    """A named person says of one version, in which no rule finds anything, what no program can check."""

    version: Plain[int]
    attested: Plain[tuple[Attested, ...]]
    attested_by: Plain[StaffId]


class NarrativeOutcome(Part):
    """A line of the table of outcomes: first and last score, weeks between them, and what became of it."""

    instrument: Clinical[Instrument]
    first: Clinical[float]
    last: Clinical[float]
    weeks: Clinical[int]
    became: Clinical[str]


class NarrativeApproved(NarrativeEvent):
    """Another person than its author lets a version be told, for these purposes."""

    version: Plain[int]
    purposes: Plain[tuple[NarrativePurpose, ...]]
    outcomes: Clinical[tuple[NarrativeOutcome, ...]] = ()
    approved_by: Plain[StaffId]


class NarrativeWithdrawn(NarrativeEvent):
    """It is not told any more; `reason` is a code. Who has it already keeps it."""

    reason: Plain[str]
    withdrawn_by: Plain[StaffId | None] = None


EVENTS: tuple[type[Contract], ...] = (
    NarrativeConsentGiven,
    NarrativeConsentRevoked,
    NarrativeWritten,
    NarrativeDrafted,
    NarrativeAttested,
    NarrativeApproved,
    NarrativeWithdrawn,
)
COMMANDS: tuple[type[Contract], ...] = ()
