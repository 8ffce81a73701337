"""Ties between two participants who were together in a group: each wishes alone, and both learn only of both."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid5

from common.change import Aggregate, Ask, Invalid, Outcome
from common.contracts.alumni import TieEnded, TieEvent, TieFormed, TieWished, TieWishTakenBack
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, SessionKind

TOGETHER = frozenset({SessionKind.SKILLS_GROUP, SessionKind.PROGRAM})
"""Sessions in which participants are together. Source: facts 3.1."""

KEPT_FOR = timedelta(days=400)
"""ASSUMED: from a session on, while a tie may be wished for having been there; beyond the last contact at 365 days."""

NOTICES = UUID("b7c6f0e4-92a1-5d6e-8b1f-1e0a4c3d7f55")
"""Namespace of the ids of notices about ties."""


def tie_id(one: str, other: str) -> str:
    """The id of the tie between two participants, whoever asks; raises Invalid for one and the same."""
    if one == other:
        raise Invalid("with-oneself", "a tie is with somebody else")
    return "|".join(sorted((one, other)))


class Tie(Aggregate):
    """Two participants (`id`, by `tie_id`): who of them wishes it, and whether they are in touch."""

    wishes: frozenset[ParticipantId] = frozenset()
    formed: bool = False
    times_formed: int = 0

    def after(self, fact: Contract) -> Self:
        """The tie once `fact` is true."""
        match fact:
            case TieWished():
                return self.model_copy(update={"wishes": self.wishes | {fact.participant_id}})
            case TieWishTakenBack():
                return self.model_copy(update={"wishes": self.wishes - {fact.participant_id}})
            case TieFormed():
                times = self.times_formed + (0 if self.formed else 1)
                return self.model_copy(update={"formed": True, "times_formed": times})
            case TieEnded():
                return self.model_copy(update={"formed": False, "wishes": frozenset()})
        return self

    def wish(self, by: ParticipantId, now: datetime) -> list[Outcome]:
        """One of the two would like to stay in touch; nobody learns of it until both do. Rules: FA-A6, FA-A7."""
        if by in self.wishes:
            return []
        wished = self._say(TieWished, by, now)
        if self._other(by) not in self.wishes:
            return [wished]
        both = (by, self._other(by))
        return [wished, *(self._formed(who, now) for who in both), *(self._told(who, now) for who in both)]

    def end(self, by: ParticipantId, now: datetime) -> list[Outcome]:
        """One of the two wishes it no more: at once, without a reason, and nobody is written to. Rule: FA-A8."""
        if self.formed:
            return [self._say(TieEnded, who, now) for who in (by, self._other(by))]
        return [self._say(TieWishTakenBack, by, now)] if by in self.wishes else []

    def underway(self, who: ParticipantId) -> tuple[NoticeId, ...]:
        """The notices about this tie that may be on their way to one of the two, also one about to be written."""
        last = max(self.times_formed - 1, 0)
        return tuple(self._notice_id(who, nth) for nth in range(last, self.times_formed + 1))

    def _formed(self, who: ParticipantId, now: datetime) -> TieFormed:
        about = {
            "at": now,
            "participant_id": who,
            "other_id": self._other(who),
            "notice_id": self._notice_id(who, self.times_formed),
        }
        return TieFormed.model_validate(about)

    def _told(self, who: ParticipantId, now: datetime) -> Ask:
        return Ask(
            SendNotice(
                at=now,
                participant_id=who,
                notice_id=self._notice_id(who, self.times_formed),
                recipient_kind=RecipientKind.PARTICIPANT,
                recipient_id=who,
                template="tie-formed",
            )
        )

    def _say(self, kind: type[TieEvent], who: ParticipantId, now: datetime) -> TieEvent:
        return kind(at=now, participant_id=who, other_id=self._other(who))

    def _notice_id(self, who: ParticipantId, nth: int) -> NoticeId:
        return NoticeId(str(uuid5(NOTICES, f"{self.id}|{who}|{nth}")))

    def _other(self, who: ParticipantId) -> ParticipantId:
        one, _, other = self.id.partition("|")
        return ParticipantId(other if who == one else one)
