"""What intake says of referrals: how urgent, who waits, who was spoken with, and who may be known already."""

from enum import StrEnum

from common.contracts.episodes import EpisodeEvent, ReviewEvent
from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.words import LevelOfCare, ParticipantId, Priority, ReferralId, StaffId


class AgreesOn(StrEnum):
    """What two referrals agree on; never what it says."""

    IDENTIFIER = "identifier"
    NAME_AND_BIRTH_DATE = "name-and-birth-date"


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


class PersonCompared(ReviewEvent):
    """Somebody who was referred was compared with everybody known; `like` are those who agree."""

    referral_id: Plain[ReferralId]
    agrees_on: Plain[AgreesOn]
    number: Plain[int]
    """Which of the things this referral is recognised by, from 1."""
    like: Plain[tuple[ParticipantId, ...]] = ()


class DuplicateSuspected(ReferralEvent):
    """This participant may be one who was known before; put to a person."""

    other_participant_id: Plain[ParticipantId]
    agrees_on: Plain[AgreesOn]
    number: Plain[int]
    """Which of the things this referral is recognised by, from 1."""


class DuplicateAnswered(EpisodeEvent):
    """A named person says whether two participants are the same; where they are, the one known before goes on."""

    other_participant_id: Plain[ParticipantId]
    same: Plain[bool]
    decided_by: Plain[StaffId]
    reason: Plain[str]


EVENTS: tuple[type[Contract], ...] = (
    ReferralPrioritised,
    ReferralWaitlisted,
    FirstContactMade,
    FirstContactLate,
    PersonCompared,
    DuplicateSuspected,
    DuplicateAnswered,
)
COMMANDS: tuple[type[Contract], ...] = ()
