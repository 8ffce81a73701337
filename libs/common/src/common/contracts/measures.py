"""What family says of its measures: scores alone, never the words of an item (`family.engagement`).

Everything about them is clinical: the care team reads them, and nobody else.
"""

from enum import StrEnum

from common.contracts.family import EngagementEvent
from common.contracts.message import Clinical, Contract, Plain
from common.contracts.words import StaffId, SupporterId


class FamilyInstrument(StrEnum):
    """What a family, or a participant about theirs, is asked. Source: facts 5.2, A36; communication: facts B16."""

    BAS = "BAS"
    VIRS_VALIDATING = "VIRS_VALIDATING"
    VIRS_INVALIDATING = "VIRS_INVALIDATING"
    COMMUNICATION = "COMMUNICATION"


class FamilyMeasureRecorded(EngagementEvent):
    """One administration, at `at`; answered by a supporter, or by the participant (None). `band` is a code."""

    measure_id: Plain[str]
    instrument: Clinical[FamilyInstrument]
    supporter_id: Plain[SupporterId | None] = None
    score: Clinical[float]
    band: Clinical[str]
    recorded_by: Plain[StaffId]


class FamilyMeasureVoided(EngagementEvent):
    """An administration that does not count after all."""

    measure_id: Plain[str]
    voided_by: Plain[StaffId]


class ConnectionRated(EngagementEvent):
    """How accepted, cared about and valued the participant feels, each 0 (not at all) to 10."""

    measure_id: Plain[str]
    accepted: Clinical[int]
    cared_about: Clinical[int]
    valued: Clinical[int]
    recorded_by: Plain[StaffId]


class ConnectionFell(EngagementEvent):
    """One of the three is so much lower than in the rating before that a clinician looks."""

    measure_id: Plain[str]
    by: Clinical[int]


EVENTS: tuple[type[Contract], ...] = (FamilyMeasureRecorded, FamilyMeasureVoided, ConnectionRated, ConnectionFell)
COMMANDS: tuple[type[Contract], ...] = ()
