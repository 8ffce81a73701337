"""What family says of word that comes in from outside about a participant (`family.engagement`).

What was said, by whom and about whom stays in the family service's own store: no words of a report travel.
"""

from enum import StrEnum
from typing import ClassVar, NewType

from common.contracts.family import EngagementEvent
from common.contracts.message import Clinical, Contract, Plain
from common.contracts.words import ParticipantId, RiskLevel, StaffId, SupporterId

ReportId = NewType("ReportId", str)


def cause_in_report(report_id: str) -> str:
    """What raises a flag where a report speaks of danger, as `flag_id_of` takes it. Rule: SK-R19."""
    return f"report|{report_id}"


def of_nobody_known(report_id: str) -> str:
    """Whom a report is about while nobody knows that: no participant, but something to speak of."""
    return f"report:{report_id}"


class Danger(StrEnum):
    """What a report says of danger: none, a worry, or now. Source: facts 5.3; the three steps ASSUMED."""

    NONE = "none"
    CONCERN = "concern"
    NOW = "now"


class ReportOutcome(StrEnum):
    """What came of a report. ASSUMED."""

    CONTACTED = "contacted"
    PASSED_ON = "passed-on"
    NOTHING_NEEDED = "nothing-needed"
    NOT_OURS = "not-ours"


class ReportEvent(Contract):
    """Said on the engagement stream, about one report; `participant_id` is None while nobody knows whom it is about."""

    TOPIC: ClassVar[str] = "family.engagement"

    report_id: Plain[ReportId]
    participant_id: Plain[ParticipantId | None] = None

    def subject(self) -> str:
        """The participant, or the report itself while nobody knows whom it is about."""
        return self.participant_id or of_nobody_known(self.report_id)


class ReportReceived(ReportEvent):
    """Somebody told us something about a participant; it was taken, whatever is released. `at` is when they said it.

    `supporter_id` is None for somebody who is not in the support network.
    """

    supporter_id: Plain[SupporterId | None] = None
    danger: Clinical[Danger]
    received_by: Plain[StaffId]


class ReportMatched(ReportEvent):
    """A named person says whom the report is about; another match replaces it."""

    matched_by: Plain[StaffId]


class ReportTaken(ReportEvent):
    """A named person has read it and has it now."""

    taken_by: Plain[StaffId]


class ReportSettled(ReportEvent):
    """A named person says what came of it."""

    outcome: Clinical[ReportOutcome]
    settled_by: Plain[StaffId]


class ReportUnread(ReportEvent):
    """Nobody has taken it in time, for the `times`th time; the care team is told again."""

    times: Plain[int]


class DangerReported(EngagementEvent):
    """A report says that this participant may be in danger; skills raises a flag of this level, at once.

    `matter` is what already climbs a ladder for it, since before anybody knew whom it is about; empty: nothing does.
    """

    report_id: Plain[ReportId]
    level: Clinical[RiskLevel]
    matter: Plain[str] = ""


EVENTS: tuple[type[Contract], ...] = (
    ReportReceived,
    ReportMatched,
    ReportTaken,
    ReportSettled,
    ReportUnread,
    DangerReported,
)
COMMANDS: tuple[type[Contract], ...] = ()
