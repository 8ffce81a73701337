"""The people who matter to one participant, and what the participant lets them hear."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from common.change import Aggregate, Invalid, NotFound
from common.contracts.family import (
    AlternativeSupportPlanAccepted,
    AlternativeSupportPlanUsed,
    FamilySessionHeld,
    HomeClimateRated,
    ReleaseNoted,
    SupporterKeptSilent,
    SupporterNamed,
    SupporterToBeTold,
    TransitionMeetingArranged,
    TransitionMeetingCancelled,
)
from common.contracts.intake import ReleaseGranted, ReleaseRevoked
from common.contracts.meetings import (
    StandIn,
    StandInsNamed,
    TalkedOver,
    TalkPreparationAsked,
    TransitionMeetingHeld,
    TransitionMeetingPassed,
)
from common.contracts.message import Contract
from common.contracts.network import MeetingInvitationWithdrawn, RelationEnded, SupporterHeldBack, SupporterLetIn
from common.contracts.supporting import SupporterRead, SupporterReadNothing
from common.contracts.words import ParticipantId, ReleaseId, StaffId, SupporterId, TransitionId
from family.domain.engagement import Engagement
from family.domain.releases import Release
from family.domain.turns import Turns

SESSION_KINDS = frozenset(
    {
        "FAM_PSYCHOED",
        "FAM_INDIV",
        "FAM_MULTI_SKILLS",
        "FAM_COACH",
        "FAM_TRANSITION",
        "FAM_SAFETY",
        "FAM_COURSE",
    }
)
"""Source: facts 6.1."""

BEST_CLIMATE = 10
"""ASSUMED: home climate is rated 0 (worst) to 10."""


class MeetingState(StrEnum):
    """What stands for a transition."""

    ARRANGED = "arranged"
    ALTERNATIVE = "alternative"
    CANCELLED = "cancelled"


class Meeting(BaseModel):
    """The meeting before a transition, or what stands in for it."""

    model_config = ConfigDict(frozen=True)

    state: MeetingState
    supporter_ids: tuple[SupporterId, ...] = ()
    starts_at: datetime | None = None
    withdrawn: tuple[SupporterId, ...] = ()
    """Who was asked to it and may not take part after all."""
    prepared: bool = False
    """Whether those concerned were asked to prepare what stands now."""
    held_at: datetime | None = None
    gone_through: tuple[TalkedOver, ...] = ()
    passed: bool = False
    """Whether somebody was asked why nobody said that it was held."""

    def without(self, who: SupporterId) -> Self:
        """The same meeting, and this person takes no part in it."""
        left = tuple(one for one in self.supporter_ids if one != who)
        return self.model_copy(update={"supporter_ids": left, "withdrawn": (*self.withdrawn, who)})


def news_for(about: str, transition_id: TransitionId | None, supporter_id: SupporterId) -> str:
    """The key of one piece of news for one supporter."""
    return f"{about}|{transition_id}|{supporter_id}"


def read_key(supporter_id: SupporterId, under: str) -> str:
    """The key of what one supporter reads under a release, or is not shown for a reason."""
    return f"{supporter_id}|{under}"


class SupportNetwork(Aggregate):
    """The support network of one participant (`id`).

    `tellings` says per piece of news and supporter (`news_for`) whether it was passed on or kept silent.
    """

    supporters: dict[SupporterId, str] = Field(default_factory=dict)
    """Supporter -> relationship, in the participant's words."""
    ended: frozenset[SupporterId] = frozenset()
    held_back: frozenset[SupporterId] = frozenset()
    releases: dict[ReleaseId, Release] = Field(default_factory=dict)
    meetings: dict[TransitionId, Meeting] = Field(default_factory=dict)
    tellings: dict[str, bool] = Field(default_factory=dict)
    alternative_plan: bool = False
    engagement: Engagement = Engagement()
    stand_ins: tuple[StandIn, ...] = ()
    turns: Turns = Turns()
    read: dict[str, date] = Field(default_factory=dict)
    """On which day a supporter last read under a release, or was shown nothing for a reason (`read_key`)."""

    def after(self, fact: Contract) -> Self:
        """The state once `fact` is true."""
        match fact:
            case SupporterNamed():
                named = {**self.supporters, fact.supporter_id: fact.relationship}
                return self.model_copy(update={"supporters": named})
            case ReleaseNoted():
                release = Release.model_validate(fact, from_attributes=True)
                return self.model_copy(update={"releases": {**self.releases, fact.release_id: release}})
            case AlternativeSupportPlanAccepted():
                return self.model_copy(update={"alternative_plan": True})
            case StandInsNamed():
                return self.model_copy(update={"stand_ins": fact.stand_ins})
            case SupporterToBeTold() | SupporterKeptSilent():
                told = isinstance(fact, SupporterToBeTold)
                key = news_for(fact.about, fact.transition_id, fact.supporter_id)
                return self.model_copy(update={"tellings": {**self.tellings, key: told}})
            case SupporterRead():
                return self._read(read_key(fact.supporter_id, fact.release_id), fact.day)
            case SupporterReadNothing():
                return self._read(read_key(fact.supporter_id, fact.reason), fact.day)
            case RelationEnded() | SupporterHeldBack() | SupporterLetIn():
                return self._after_distance(fact)
        return self._after_meeting(fact)

    def people(self) -> tuple[SupporterId, ...]:
        """Everybody the participant named, here or by a release."""
        held = (release.supporter_id for release in self.releases.values())
        return tuple(dict.fromkeys((*self.supporters, *held)))

    def name_supporter(self, supporter_id: SupporterId, relationship: str, at: datetime) -> list[Contract]:
        """Somebody matters to the participant; any relationship will do. Rule: FA-N1. Raises Invalid."""
        if supporter_id in self.supporters:
            return []
        if not relationship.strip():
            raise Invalid("relationship-missing", "say in the participant's words who this is")
        named = SupporterNamed(
            at=at,
            participant_id=ParticipantId(self.id),
            supporter_id=supporter_id,
            relationship=relationship.strip(),
        )
        return [named]

    def hold_session(
        self,
        kind: str,
        supporter_ids: Collection[SupporterId],
        led_by: StaffId,
        at: datetime,
        minutes: int | None = None,
        participant_present: bool | None = None,
    ) -> list[Contract]:
        """A family session took place, for so many minutes. Rule: FA-N2. Raises Invalid or NotFound."""
        if kind not in SESSION_KINDS:
            raise Invalid("unknown-session-kind", f"a kind is one of: {', '.join(sorted(SESSION_KINDS))}")
        if not supporter_ids:
            raise Invalid("nobody-there", "a family session has at least one supporter")
        for supporter_id in supporter_ids:
            self.must_know(supporter_id)
        present = tuple(dict.fromkeys(supporter_ids))
        held = FamilySessionHeld(
            at=at,
            participant_id=ParticipantId(self.id),
            kind=kind,
            supporter_ids=present,
            led_by=led_by,
            minutes=minutes,
            participant_present=participant_present,
        )
        return [held]

    def accept_alternative_plan(self, accepted_by: StaffId, at: datetime) -> list[Contract]:
        """Support without family is agreed; said twice, accepted once. Rule: FA-T2."""
        if self.alternative_plan:
            return []
        return [AlternativeSupportPlanAccepted(at=at, participant_id=ParticipantId(self.id), accepted_by=accepted_by)]

    def rate_home_climate(self, supporter_id: SupporterId, rating: int, at: datetime) -> list[Contract]:
        """A supporter rates the climate at home. Rule: FA-N3. Raises Invalid or NotFound."""
        if not 0 <= rating <= BEST_CLIMATE:
            raise Invalid("rating-out-of-range", f"the climate at home is rated 0 to {BEST_CLIMATE}")
        self.must_know(supporter_id)
        rated = HomeClimateRated(at=at, participant_id=ParticipantId(self.id), supporter_id=supporter_id, rating=rating)
        return [rated]

    def note_grant(self, granted: ReleaseGranted) -> list[Contract]:
        """Know a release as it was granted; one already taken back stays so. Rule: FA-R1."""
        known = self.releases.get(granted.release_id)
        active = known.active if known else True
        return self._note(Release.model_validate({**granted.model_dump(), "active": active}), granted.at)

    def note_revocation(self, revoked: ReleaseRevoked) -> list[Contract]:
        """From now on it holds no more, even where we never knew it. Rule: FA-R1."""
        unknown = Release(release_id=revoked.release_id, supporter_id=revoked.supporter_id, scopes=(), active=False)
        known = self.releases.get(revoked.release_id, unknown)
        return self._note(known.model_copy(update={"active": False}), revoked.at)

    def _note(self, release: Release, at: datetime) -> list[Contract]:
        if self.releases.get(release.release_id) == release:
            return []
        return [ReleaseNoted(at=at, participant_id=ParticipantId(self.id), **dict(release))]

    def must_know(self, supporter_id: SupporterId) -> None:
        """Raise NotFound for somebody the participant has not named, or no longer has to do with."""
        if supporter_id not in self.people() or supporter_id in self.ended:
            raise NotFound("no-such-supporter", "the participant has not named this supporter")

    def _read(self, key: str, day: date) -> Self:
        return self.model_copy(update={"read": {**self.read, key: day}})

    def _after_distance(self, fact: RelationEnded | SupporterHeldBack | SupporterLetIn) -> Self:
        who = frozenset({fact.supporter_id})
        match fact:
            case RelationEnded():
                return self.model_copy(update={"ended": self.ended | who, "turns": self.turns.after(fact)})
            case SupporterHeldBack():
                return self.model_copy(update={"held_back": self.held_back | who})
        return self.model_copy(update={"held_back": self.held_back - who})

    def _after_meeting(self, fact: Contract) -> Self:
        match fact:
            case TransitionMeetingArranged():
                meeting = Meeting(
                    state=MeetingState.ARRANGED, supporter_ids=fact.supporter_ids, starts_at=fact.starts_at
                )
            case AlternativeSupportPlanUsed():
                before = self.meetings.get(fact.transition_id)
                meeting = Meeting(state=MeetingState.ALTERNATIVE, withdrawn=before.withdrawn if before else ())
            case TransitionMeetingCancelled():
                meeting = Meeting(state=MeetingState.CANCELLED)
            case MeetingInvitationWithdrawn():
                meeting = self.meetings[fact.transition_id].without(fact.supporter_id)
            case TalkPreparationAsked():
                meeting = self.meetings[fact.transition_id].model_copy(update={"prepared": True})
            case TransitionMeetingPassed():
                meeting = self.meetings[fact.transition_id].model_copy(update={"passed": True})
            case TransitionMeetingHeld():
                held = {"held_at": fact.at, "gone_through": fact.gone_through}
                meeting = self.meetings[fact.transition_id].model_copy(update=held)
            case _:
                worked = {"engagement": self.engagement.after(fact), "turns": self.turns.after(fact)}
                return self.model_copy(update=worked)
        return self.model_copy(update={"meetings": {**self.meetings, fact.transition_id: meeting}})
