"""What family says of the people who matter, and of the work with them (`family.engagement`).

How safe a connection feels is said nowhere: the connection map stays in family's own store.
"""

from common.contracts.family import EngagementEvent
from common.contracts.message import Clinical, Contract, Plain
from common.contracts.notifications import DeliveryEvent
from common.contracts.words import StaffId, SupporterId, TransitionId


class SupporterEvent(EngagementEvent):
    """About one person whom the participant named."""

    supporter_id: Plain[SupporterId]


class RelationEnded(SupporterEvent):
    """The participant ends this relation: from now on this person hears nothing and is asked to nothing."""


class SupporterHeldBack(SupporterEvent):
    """The participant wants no contact with this person for now, for reasons of their own; nothing reaches them."""


class SupporterLetIn(SupporterEvent):
    """The participant holds this person back no longer; their releases, as they stand, hold again."""


class MeetingInvitationWithdrawn(SupporterEvent):
    """This person takes no part in the transition meeting after all.

    `reason` is `release-revoked`, `release-expired`, `scope-not-released`, `held-back`, `relation-ended`
    or `declined`, by themselves.
    """

    transition_id: Plain[TransitionId]
    reason: Plain[str]


class DistanceHeeded(DeliveryEvent):
    """Notifications knows whether the participant keeps this person away; family is its system of record."""

    supporter_id: Plain[SupporterId]
    away: Plain[bool]


class EngagementPlanAgreed(SupporterEvent):
    """How one supporter takes part, and what for; another `version` replaces it. The words of its goals stay here.

    `session_types`, `goals`, `barriers` and `readiness` are codes of the family program. Rule: FA-E1.
    """

    version: Plain[int]
    session_types: Plain[tuple[str, ...]]
    goals: Clinical[tuple[str, ...]]
    barriers: Clinical[tuple[str, ...]] = ()
    readiness: Clinical[str]
    agreed_with_supporter: Plain[bool]
    recorded_by: Plain[StaffId]


class EngagementPlanEnded(SupporterEvent):
    """This supporter takes part no longer, with a coded reason; nobody is the worse for it."""

    reason: Plain[str]
    recorded_by: Plain[StaffId]


class FamilyModuleTaught(SupporterEvent):
    """A module of the family's own curriculum reached this supporter."""

    module: Plain[str]
    taught_by: Plain[StaffId]


class ValidationPractised(SupporterEvent):
    """A supporter tried to validate, at a level from 1 to 6; `felt` is how it felt to the participant, 0 to 10."""

    level: Clinical[int]
    felt: Clinical[int | None] = None


class MisconceptionEvent(SupporterEvent):
    """About something a supporter believes that stands in the way; never held against them, nor told the participant.

    `misconception` is a code of the family program.
    """

    misconception: Clinical[str]
    recorded_by: Plain[StaffId]


class MisconceptionObserved(MisconceptionEvent):
    """The family clinician hears it."""


class MisconceptionAddressed(MisconceptionEvent):
    """A module took it up."""

    module: Plain[str]


class MisconceptionRechecked(MisconceptionEvent):
    """Looked at again: it changed, or is to be taken up again."""

    improved: Clinical[bool]


class HomePracticeAgreed(EngagementEvent):
    """A skill to practise together at home, with those who may hear of it."""

    practice_id: Plain[str]
    skill: Plain[str]
    supporter_ids: Plain[tuple[SupporterId, ...]]
    recorded_by: Plain[StaffId]


class HomePracticeDone(EngagementEvent):
    """It was practised; said by a supporter, or by the participant (None). `shared`: the other side may see it."""

    practice_id: Plain[str]
    supporter_id: Plain[SupporterId | None] = None
    helped: Clinical[bool | None] = None
    shared: Plain[bool]


class HomeAgreementWritten(EngagementEvent):
    """How they want to live together; another `version` waits for everybody's word. Its text stays here."""

    version: Plain[int]
    supporter_ids: Plain[tuple[SupporterId, ...]]
    written_by: Plain[StaffId]


class HomeAgreementAgreed(EngagementEvent):
    """A supporter agrees to this version, or the participant (None); `in_force` once everybody did."""

    version: Plain[int]
    supporter_id: Plain[SupporterId | None] = None
    in_force: Plain[bool]
    recorded_by: Plain[StaffId]


EVENTS: tuple[type[Contract], ...] = (
    RelationEnded,
    SupporterHeldBack,
    SupporterLetIn,
    MeetingInvitationWithdrawn,
    DistanceHeeded,
    EngagementPlanAgreed,
    EngagementPlanEnded,
    FamilyModuleTaught,
    ValidationPractised,
    MisconceptionObserved,
    MisconceptionAddressed,
    MisconceptionRechecked,
    HomePracticeAgreed,
    HomePracticeDone,
    HomeAgreementWritten,
    HomeAgreementAgreed,
)
COMMANDS: tuple[type[Contract], ...] = ()
