"""How somebody belongs: norms they accepted, whether they are welcomed, their buddies, and what they need.

Source: facts 1.1 A7, A24, A29. A buddy is company: never asked in a crisis, and told nothing of anybody's care.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Self

from pydantic import Field

from common.change import Aggregate, Invalid, NotFound, Refused
from common.contracts.community import (
    AccessNeed,
    AccessNeedsNoted,
    BuddyEnded,
    NormsAccepted,
    NormsSet,
    WelcomeAsked,
    WelcomeGiven,
)
from common.contracts.message import Contract
from common.contracts.words import GroupId, ParticipantId, StaffId

LANGUAGE_NEEDS = frozenset({AccessNeed.INTERPRETER, AccessNeed.SIGN_LANGUAGE})
"""Of these it is said which language."""


class Norms(Aggregate):
    """What the members of one group (`id`) promise each other."""

    version: int = 0
    norms: tuple[str, ...] = ()

    def after(self, fact: Contract) -> Self:
        """The norms once `fact` is true."""
        if isinstance(fact, NormsSet):
            return self.model_copy(update={"version": fact.version, "norms": fact.norms})
        return self

    def set_to(self, norms: Sequence[str], by: StaffId, now: datetime) -> list[Contract]:
        """The program's words for them; other words are another version, accepted anew. Rule: SC-E3."""
        wanted = tuple(norms)
        if wanted == self.norms:
            return []
        return [NormsSet(at=now, group_id=GroupId(self.id), version=self.version + 1, norms=wanted, set_by=by)]


class Belonging(Aggregate):
    """One participant (`id`) among others."""

    accepted: dict[GroupId, int] = Field(default_factory=dict)
    welcome_because: str = ""
    """Why a welcome is asked for, as a code; empty: none is."""
    welcome_since: datetime | None = None
    buddies: dict[GroupId, ParticipantId] = Field(default_factory=dict)
    needs: tuple[AccessNeed, ...] = ()
    language: str = ""

    def after(self, fact: Contract) -> Self:
        """It once `fact` is true."""
        match fact:
            case NormsAccepted(group_id=group, version=version):
                return self.model_copy(update={"accepted": {**self.accepted, group: version}})
            case WelcomeAsked(because=because, at=at):
                return self.model_copy(update={"welcome_because": because, "welcome_since": at})
            case WelcomeGiven():
                return self._welcomed(fact)
            case BuddyEnded(group_id=group):
                return self.model_copy(update={"buddies": {g: b for g, b in self.buddies.items() if g != group}})
            case AccessNeedsNoted(needs=needs, language=language):
                return self.model_copy(update={"needs": needs, "language": language})
        return self

    def accept(self, group: GroupId, version: int, now_in_force: int, by: StaffId, at: datetime) -> list[Contract]:
        """They accept the norms of a group as they stand; other ones are shown first. Rule: SC-E3."""
        if not now_in_force:
            raise NotFound("no-norms", "nobody has said what the norms of this group are")
        if version != now_in_force:
            raise Refused("other-norms", f"the norms have changed; they are version {now_in_force} now")
        if self.accepted.get(group) == version:
            return []
        who = ParticipantId(self.id)
        return [NormsAccepted(at=at, participant_id=who, group_id=group, version=version, recorded_by=by)]

    def ask_for_welcome(self, because: str, at: datetime) -> list[Contract]:
        """Those who lead their groups are to welcome them; one open at a time. Rule: SC-E4."""
        if self.welcome_because:
            return []
        return [WelcomeAsked(at=at, participant_id=ParticipantId(self.id), because=because)]

    def welcome(
        self, group: GroupId, buddy: ParticipantId | None, both_agree: bool, by: StaffId, at: datetime
    ) -> list[Contract]:
        """A leader welcomes them, with a buddy if both agree; the same again is nothing new. Rules: SC-E4, SC-E5."""
        if buddy == self.id:
            raise Invalid("own-buddy", "nobody is their own buddy")
        if buddy is not None and not both_agree:
            raise Invalid("both-agree", "a buddy is one where both agree")
        if not self.welcome_because and (buddy is None or self.buddies.get(group) == buddy):
            return []
        who = ParticipantId(self.id)
        return [WelcomeGiven(at=at, participant_id=who, group_id=group, buddy=buddy, welcomed_by=by)]

    def end_buddy(self, group: GroupId, by: StaffId, at: datetime) -> list[Contract]:
        """Either may end it at any time, without a reason. Rule: SC-E5."""
        if (buddy := self.buddies.get(group)) is None:
            return []
        return [BuddyEnded(at=at, participant_id=ParticipantId(self.id), group_id=group, buddy=buddy, ended_by=by)]

    def note_needs(self, needs: Collection[AccessNeed], language: str, by: StaffId, at: datetime) -> list[Contract]:
        """What they need to take part; an interpreter is for a language. Rule: SC-E6."""
        wanted = tuple(sorted(set(needs)))
        if LANGUAGE_NEEDS & set(wanted) and not language:
            raise Invalid("language-missing", "say which language is interpreted")
        if (wanted, language) == (self.needs, self.language):
            return []
        who = ParticipantId(self.id)
        return [AccessNeedsNoted(at=at, participant_id=who, needs=wanted, language=language, noted_by=by)]

    def _welcomed(self, fact: WelcomeGiven) -> Self:
        buddies = {**self.buddies, fact.group_id: fact.buddy} if fact.buddy else self.buddies
        return self.model_copy(update={"welcome_because": "", "welcome_since": None, "buddies": buddies})
