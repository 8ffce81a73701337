"""Whether somebody who is referred is known already: a question to a person, never an answer of software."""

import hashlib
import json
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple, Self
from uuid import uuid5

from common.change import Aggregate, Invalid, Outcome, Refused
from common.contracts.message import Contract
from common.contracts.referrals import AgreesOn, DuplicateAnswered, DuplicateSuspected, PersonCompared
from common.contracts.words import ParticipantId, ReferralId, StaffId
from intake.domain.moves import IDS

MOST_IDENTIFIERS = 10
"""Identifiers of one referral that are compared. ASSUMED: twice what the largest example has."""
MOST_ALIKE = 50
"""Participants remembered who agree on the same thing. ASSUMED: more than that is a placeholder, not a person."""


class Mark(NamedTuple):
    """Something by which somebody is recognised: a digest that says nothing by itself, and what it stands for."""

    id: str
    agrees_on: AgreesOn
    number: int
    """From 1, in the order of the referral."""


def marks(
    identifiers: Iterable[tuple[str, str]], given_name: str, family_name: str, birth_date: date | None
) -> tuple[Mark, ...]:
    """What a referral is recognised by: each (system, value), and name with birth date where both are known.

    Names are compared by their first given name and family name in either order, without case, accents and
    punctuation. Rule: IN-D1.
    """
    exact = [(system.strip(), value.strip()) for system, value in identifiers if value.strip()]
    found = {_digest("identifier", *one): AgreesOn.IDENTIFIER for one in exact[:MOST_IDENTIFIERS]}
    names = sorted(filter(None, (_plain(given_name.split(" ")[0]), _plain(family_name))))
    if birth_date is not None and names:
        found[_digest("born", birth_date.isoformat(), *names)] = AgreesOn.NAME_AND_BIRTH_DATE
    return tuple(Mark(id, agrees_on, number) for number, (id, agrees_on) in enumerate(found.items(), start=1))


def _plain(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if char.isalnum())


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Pair(NamedTuple):
    """Two participants who may be the same, `other_participant_id` known before; `same` is None while it is open."""

    participant_id: ParticipantId
    other_participant_id: ParticipantId
    same: bool | None = None

    @property
    def id(self) -> str:
        """The id of the question, whichever of the two is named first."""
        return str(uuid5(IDS, "duplicate|" + "|".join(sorted((self.participant_id, self.other_participant_id)))))

    @property
    def both(self) -> frozenset[ParticipantId]:
        """The two."""
        return frozenset((self.participant_id, self.other_participant_id))


class Likeness(Aggregate):
    """Everybody known by one mark, in the order they came. `id` is the mark's: whoever agrees meets here."""

    participants: tuple[ParticipantId, ...] = ()

    def after(self, fact: Contract) -> Self:
        """The likeness once `fact` is true."""
        if isinstance(fact, PersonCompared):
            return self.model_copy(update={"participants": (*self.participants, fact.participant_id)[-MOST_ALIKE:]})
        return self

    def see(self, who: ParticipantId, referral_id: ReferralId, mark: Mark, at: datetime) -> list[Outcome]:
        """Somebody with this mark is referred; each who had it before is a question. Rules: IN-D1, IN-D2."""
        if who in self.participants:
            return []
        ids = {"at": at, "participant_id": who, "referral_id": referral_id}
        about = {**ids, "agrees_on": mark.agrees_on, "number": mark.number}
        asked = [DuplicateSuspected.model_validate({**about, "other_participant_id": o}) for o in self.participants]
        return [PersonCompared.model_validate({**about, "like": self.participants}), *asked]


class Duplicate(Aggregate):
    """The question whether two participants are the same, and what a person says of it."""

    same: bool | None = None
    decided_by: StaffId = StaffId("")
    reason: str = ""

    def after(self, fact: Contract) -> Self:
        """The question once `fact` is true."""
        if isinstance(fact, DuplicateAnswered):
            known = {"same": fact.same, "decided_by": fact.decided_by, "reason": fact.reason}
            return self.model_copy(update=known)
        return self

    def answer(self, pair: Pair, same: bool, staff: StaffId, reason: str, at: datetime) -> list[Outcome]:
        """A person says so; the same again is nothing, the opposite corrects it. Rule: IN-D2."""
        if self.same is same:
            return []
        if not reason:
            raise Invalid("reason-missing", "an answer needs a coded reason")
        return [
            DuplicateAnswered(
                at=at,
                participant_id=pair.participant_id,
                other_participant_id=pair.other_participant_id,
                same=same,
                decided_by=staff,
                reason=reason,
            )
        ]

    def still(self, same: bool | None) -> list[Outcome]:
        """Nothing, where the answer is still this one; raises Refused (`duplicate-changed`) where it is not."""
        if self.same is not same:
            raise Refused("duplicate-changed", "somebody just answered; look again")
        return []


class Identity(NamedTuple):
    """Under whom somebody is taken in, with whom they may still be the same, and the answers this rests on."""

    participant_id: ParticipantId
    perhaps: tuple[ParticipantId, ...] = ()
    rests_on: tuple[Pair, ...] = ()
    disagreed: bool = False
    """People said both that some of them are the same and that they are not."""

    def must_be_clear(self) -> None:
        """Raise Refused while a question is open (`duplicate-open`) or answered both ways. Rules: IN-D3, IN-D4."""
        if self.disagreed:
            raise Refused("duplicates-disagree", "said to be the same and not to be the same; correct one answer")
        if self.perhaps:
            raise Refused("duplicate-open", f"perhaps known already, say whether: {', '.join(self.perhaps)}")


def identity(who: ParticipantId, pairs: Collection[Pair]) -> Identity:
    """Who somebody is, by what people said of them and of everybody they may be.

    Whoever was said to be the same is asked about once, and goes by the one known first. Rules: IN-D3, IN-D4.
    """
    me = _same_as(who, pairs)
    about_me = tuple(sorted((pair for pair in pairs if pair.both & me), key=lambda pair: pair.id))
    apart: set[ParticipantId] = set()
    for pair in about_me:
        for one in pair.both - me if pair.same is False else ():
            apart |= _same_as(one, pairs)
    asked = {one for pair in about_me if pair.same is None and who in pair.both for one in pair.both - me - apart}
    perhaps = {_first_known(_same_as(one, pairs), pairs) for one in asked}
    disagreed = any(pair.same is False and pair.both <= me for pair in about_me)
    return Identity(_first_known(me, pairs), tuple(sorted(perhaps)), about_me, disagreed)


def parted(pair: Pair, pairs: Collection[Pair]) -> tuple[set[ParticipantId], set[ParticipantId]]:
    """Everybody on either side of a pair that is not the same after all; none where others still join them."""
    others = [other for other in pairs if other.id != pair.id]
    one, another = (_same_as(who, others) for who in (pair.participant_id, pair.other_participant_id))
    return (set(), set()) if one & another else (one, another)


def _same_as(who: ParticipantId, pairs: Iterable[Pair]) -> set[ParticipantId]:
    """Everybody who was said to be the same as `who`, and `who`."""
    same = [pair.both for pair in pairs if pair.same]
    found, more = {who}, True
    while more:
        joined = {one for both in same if both & found for one in both}
        more = not joined <= found
        found |= joined
    return found


def _first_known(some: Collection[ParticipantId], pairs: Iterable[Pair]) -> ParticipantId:
    """Of participants who are the same, the one who came before all others; the smaller id, where that is not known."""
    later = {pair.participant_id for pair in pairs if pair.same}
    return min((one for one in some if one not in later), default=min(some))
