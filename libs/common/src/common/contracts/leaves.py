"""What intake says of a leave that was agreed ahead of its day (`intake.episodes`)."""

from common.contracts.episodes import EpisodeEvent
from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.words import EpisodeId, LeaveDestination, StaffId, SupporterId


class LeavePlanned(EpisodeEvent):
    """A leave is agreed that begins later; said anew, it replaces the one planned before. Rule: IN-E18."""

    episode_id: Plain[EpisodeId]
    starts_at: Plain[Instant]
    return_due_at: Plain[Instant]
    agreed_by: Plain[StaffId]
    destination: Clinical[LeaveDestination | None] = None
    supporter_id: Plain[SupporterId | None] = None
    medication_plan: Clinical[bool | None] = None


class PlannedLeaveCalledOff(EpisodeEvent):
    """The planned leave does not take place; `reason` is a code, `called_off_by` None where it could not begin."""

    episode_id: Plain[EpisodeId]
    starts_at: Plain[Instant]
    reason: Plain[str]
    called_off_by: Plain[StaffId | None] = None


EVENTS: tuple[type[Contract], ...] = (LeavePlanned, PlannedLeaveCalledOff)
COMMANDS: tuple[type[Contract], ...] = ()
