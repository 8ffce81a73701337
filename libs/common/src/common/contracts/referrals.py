"""What intake says of referrals that wait: how urgent, for what, and whether somebody spoke with them."""

from common.contracts.episodes import EpisodeEvent
from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.words import LevelOfCare, Priority, ReferralId, StaffId


class ReferralEvent(EpisodeEvent):
    """About one referral."""

    referral_id: Plain[ReferralId]


class ReferralPrioritised(ReferralEvent):
    """A named person says how urgent it is, with a coded reason."""

    priority: Clinical[Priority]
    decided_by: Plain[StaffId]
    reason: Plain[str]
    contact_due_at: Plain[Instant]


class ReferralWaitlisted(ReferralEvent):
    """A named person would take them in at this level, but not now: they wait, for a coded reason."""

    level: Plain[LevelOfCare]
    decided_by: Plain[StaffId]
    reason: Plain[str]


class FirstContactMade(ReferralEvent):
    """Somebody of the program spoke with them for the first time; `at` is when. `late` says: after it was due."""

    made_by: Plain[StaffId]
    late: Plain[bool] = False


class FirstContactLate(ReferralEvent):
    """Nobody has spoken with them by `due_at`."""

    due_at: Plain[Instant]


EVENTS: tuple[type[Contract], ...] = (
    ReferralPrioritised,
    ReferralWaitlisted,
    FirstContactMade,
    FirstContactLate,
)
COMMANDS: tuple[type[Contract], ...] = ()
