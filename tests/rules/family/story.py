"""Words for the tests of family: one participant, two supporters, and what happens to them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from common.change import Ask, Change, Outcome
from common.contracts.family import ArrangeTransitionMeeting, CancelTransitionMeeting, SupporterNamed
from common.contracts.intake import (
    LevelOfCareChanged,
    ReleaseGranted,
    ReleaseRevoked,
    TransitionApproved,
    TransitionCompensated,
)
from common.contracts.message import Contract, Message
from common.contracts.words import (
    EpisodeId,
    LevelOfCare,
    ParticipantId,
    ReleaseId,
    ReleaseScope,
    StaffId,
    SupporterId,
    TransitionId,
    TransitionKind,
)
from family.app import SERVICE
from family.domain.network import SupportNetwork

ANA = ParticipantId("p-ana")
AUNT = SupporterId("s-aunt")
FRIEND = SupporterId("s-friend")
EVA = StaffId("staff-eva")
MOVE = TransitionId("t-1")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAN = ReleaseScope.TRANSITION_PLAN


def named(who: SupporterId = AUNT) -> SupporterNamed:
    """Ana names somebody."""
    return SupporterNamed(at=NOON, participant_id=ANA, supporter_id=who, relationship="the aunt I ring on Sundays")


def granted(
    *scopes: ReleaseScope, release: str = "r-1", to: SupporterId = AUNT, expires_on: date | None = None
) -> ReleaseGranted:
    """Ana lets somebody hear; of the plan, where nothing else is said."""
    return ReleaseGranted(
        at=NOON,
        participant_id=ANA,
        release_id=ReleaseId(release),
        supporter_id=to,
        scopes=scopes or (PLAN,),
        expires_on=expires_on,
    )


def revoked(release: str = "r-1", to: SupporterId = AUNT) -> ReleaseRevoked:
    """Ana takes it back."""
    return ReleaseRevoked(at=NOON, participant_id=ANA, release_id=ReleaseId(release), supporter_id=to)


def arrange(effective_at: datetime = NOON + 72 * HOUR) -> ArrangeTransitionMeeting:
    """Intake asks for the meeting before the move."""
    return ArrangeTransitionMeeting(
        at=NOON,
        participant_id=ANA,
        transition_id=MOVE,
        to_level=LevelOfCare.IOP,
        effective_at=effective_at,
    )


def cancel() -> CancelTransitionMeeting:
    """Intake gives the meeting back."""
    return CancelTransitionMeeting(at=NOON, participant_id=ANA, transition_id=MOVE)


def approved(at: datetime = NOON) -> TransitionApproved:
    """The move is approved."""
    return TransitionApproved(
        at=at,
        participant_id=ANA,
        episode_id=EpisodeId("e-1"),
        transition_id=MOVE,
        to_level=LevelOfCare.IOP,
        effective_at=at + 72 * HOUR,
    )


def moved(kind: TransitionKind = TransitionKind.STEP_DOWN) -> LevelOfCareChanged:
    """The move took place."""
    return LevelOfCareChanged(
        at=NOON,
        participant_id=ANA,
        episode_id=EpisodeId("e-1"),
        transition_id=MOVE,
        kind=kind,
        from_level=LevelOfCare.PHP,
        to_level=LevelOfCare.IOP,
        primary_therapist=EVA,
    )


def compensated() -> TransitionCompensated:
    """The move is off."""
    return TransitionCompensated(
        at=NOON, participant_id=ANA, episode_id=EpisodeId("e-1"), transition_id=MOVE, reason="no-place"
    )


def hear(network: SupportNetwork, data: Contract, now: datetime | None = None) -> list[Outcome]:
    """What the service answers to a message, by way of its handler, at once or `now`."""
    message = Message(
        id="m",
        source="/throughline/intake",
        topic=data.TOPIC,
        subject=ANA,
        sequence=1,
        time=data.at,
        recorded_at=data.at,
        heard_at=now or data.at,
        correlation_id="c",
        causation_id="",
        site="test",
        data=data,
    )
    changes = [effect for effect in SERVICE.effects_of(message) if isinstance(effect, Change)]
    effect = next(one for one in changes if one.kind is SupportNetwork)
    assert effect.id == ANA
    return list(effect.decide(network))


def after(*happened: Contract) -> SupportNetwork:
    """The network once all this was heard, or said."""
    network = SupportNetwork(id=ANA)
    for data in happened:
        facts = facts_of(hear(network, data)) if type(data) in SERVICE.hears else [data]
        for fact in facts:
            network = network.after(fact)
    return network


def facts_of(outcomes: Iterable[Outcome]) -> list[Contract]:
    """The facts among the outcomes."""
    return [outcome for outcome in outcomes if isinstance(outcome, Contract)]


def asks_of(outcomes: Iterable[Outcome]) -> list[Contract]:
    """The commands among the outcomes."""
    return [outcome.command for outcome in outcomes if isinstance(outcome, Ask)]
