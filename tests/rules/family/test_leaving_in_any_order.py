"""Every order in which two people's requests and a late attendance row can meet while one of them leaves for good.

The store is modelled as it promises to be: a transaction decides on what it saw when it began, and is decided anew
where somebody wrote meanwhile what it writes; what it only read may have moved on.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from common.change import Aggregate, Ask, Change, Effects, Record, Refused, change
from common.contracts.alumni import AlumnusLeft
from common.contracts.groups import GroupJoined
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.contracts.words import GroupId, NoticeId, ParticipantId
from family import handlers
from family.domain.alumnus import Alumnus, AskedMeanwhile, Left
from family.domain.tie import Tie, tie_id
from family.views import after as views

from .story import ANA, HOUR, NOON

BEN = ParticipantId("p-ben")
PAIR = tie_id(ANA, BEN)
Key = tuple[type[Aggregate], str]
Wishing = Callable[[ParticipantId, ParticipantId, bool], Effects]
Leaving = Callable[[Left], Effects]


@dataclass
class House:
    """What is stored, what stands on pages, who was written to, and what Ana's leaving called back."""

    states: dict[Key, tuple[int, Any]] = field(default_factory=dict)
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    together: bool = True
    written: list[NoticeId] = field(default_factory=list)
    called_back: set[NoticeId] = field(default_factory=set)
    after_leaving: list[NoticeId] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def commit(self, effects: Effects, began: dict[Key, tuple[int, Any]] | None = None) -> None:
        """One transaction on what it saw when it `began`; decided anew where what it writes was written meanwhile."""
        effects, began = tuple(effects), dict(self.states) if began is None else began
        new, said, notices = _decided(effects, began)
        if any(self.states.get(key, (0,))[0] != began.get(key, (0,))[0] for key in new):
            self.commit(effects)
            return
        self.states |= {key: (began.get(key, (0,))[0] + 1, state) for key, state in new.items()}
        for fact in said:
            self._project(fact)
        mine = [notice.notice_id for notice in notices if notice.recipient_id == ANA]
        self.written += mine
        self.after_leaving += mine if self.ana.left else []

    def _project(self, fact: Contract) -> None:
        if isinstance(fact, AlumnusLeft):
            self.called_back |= set(fact.notice_ids)
        for record in views.PROJECTS.get(type(fact), lambda _: ())(fact):
            self.pages.setdefault(record.id, {}).update(record.update["$set"])

    @property
    def ana(self) -> Alumnus:
        """Ana after the program."""
        found = self.states.get((Alumnus, ANA))
        return found[1] if found else Alumnus(id=ANA)

    @property
    def tie(self) -> Tie:
        """Ana's tie with Ben."""
        found = self.states.get((Tie, PAIR))
        return found[1] if found else Tie(id=PAIR)

    def wished(self, who: ParticipantId) -> bool:
        """Whether somebody's own page says that they wish it."""
        other = BEN if who == ANA else ANA
        return bool(self.pages.get(f"{who}|{other}", {}).get("wished"))


def _decided(effects: Effects, began: dict[Key, tuple[int, Any]]) -> tuple[dict[Key, Any], list[Any], list[SendNotice]]:
    new: dict[Key, Any] = {}
    said: list[Any] = []
    notices: list[SendNotice] = []
    for effect in effects:
        assert isinstance(effect, Change)
        key = (effect.kind, effect.id)
        state = new.get(key) or began.get(key, (0, effect.kind(id=effect.id)))[1]
        for outcome in effect.decide(state):
            if isinstance(outcome, Contract):
                state = new[key] = state.after(outcome)
                said.append(outcome)
            elif isinstance(outcome, Ask) and isinstance(outcome.command, SendNotice):
                notices.append(outcome.command)
    return new, said, notices


Step = Callable[[House], None]


def request(look: list[Step], effects: Callable[[], Effects | None], name: str) -> list[Step]:
    """A request as the door takes it: what it reads, when its transaction begins, and when it commits."""
    began: dict[Key, tuple[int, Any]] = {}

    def begin(house: House) -> None:
        began.clear()
        began.update(house.states)

    def commit(house: House) -> None:
        try:
            if (found := effects()) is not None:
                house.commit(found, dict(began))
        except AskedMeanwhile:
            for step in (*look, begin, commit):
                step(house)
        except Refused as no:
            house.answers.append(f"{name}: {no.code}")

    return [*look, begin, commit]


def wish(who: ParticipantId, means: Wishing) -> list[Step]:
    """Somebody wishes it; before a session is known at which both were there, nothing happens."""
    seen: dict[str, bool] = {}

    def look(house: House) -> None:
        seen.update(wished=house.wished(who), together=house.together)

    other = BEN if who == ANA else ANA
    return request([look], lambda: means(who, other, seen["wished"]) if seen["together"] else None, f"{who} wishes")


def end(who: ParticipantId) -> list[Step]:
    """Somebody wishes it no more."""
    return request([], lambda: (change(Tie, PAIR, Tie.end, who, NOON),), f"{who} ends")


def leave(means: Leaving) -> list[Step]:
    """Ana leaves for good; she is read first, then what she leaves."""
    seen: dict[str, Any] = {}

    def asked(house: House) -> None:
        seen["asked"] = house.ana.asked

    def rest(house: House) -> None:
        seen["others"] = (BEN,) if house.wished(ANA) else ()
        seen["notices"] = house.tie.underway(ANA) if f"{ANA}|{BEN}" in house.pages else ()

    return request(
        [asked, rest],
        lambda: means(Left(seen["asked"], seen["others"], (), seen["notices"])),
        "Ana leaves",
    )


def now_wish(me: ParticipantId, other: ParticipantId, wished: bool) -> Effects:
    """As the door does it."""
    return handlers.wish_tie(me, other, wished, NOON)


def now_leave(seen: Left) -> Effects:
    """As the door does it."""
    return handlers.leave_for_good(ANA, seen, NOON)


def once_wish(me: ParticipantId, other: ParticipantId, _: bool) -> Effects:
    """As the door did it before."""
    may = change(Alumnus, me, Alumnus.must_not_have_left)
    return (may, change(Tie, tie_id(me, other), Tie.wish, me, NOON))


def once_leave(seen: Left) -> Effects:
    """As the door did it before."""
    ties = (change(Tie, tie_id(ANA, other), Tie.end, ANA, NOON) for other in seen.others)
    return (change(Alumnus, ANA, lambda one: one.leave((), seen.notice_ids, one.asked, NOON)), *ties)


BEFORE: dict[str, tuple[ParticipantId, ...]] = {"nobody": (), "Ana": (ANA,), "Ben": (BEN,), "both": (ANA, BEN)}


def begun(by: Iterable[ParticipantId], *, together: bool) -> House:
    """What was wished before, as it is stored."""
    house = House()
    for who in by:
        house.commit(now_wish(who, BEN if who == ANA else ANA, False))
    house.together = together
    return house


def orders(*requests: list[Step]) -> Iterator[list[Step]]:
    """Every way in which requests interleave, each in its own order."""
    if not any(requests):
        yield []
    for place, (first, *rest) in ((n, steps) for n, steps in enumerate(requests) if steps):
        for later in orders(*(rest if n == place else steps for n, steps in enumerate(requests))):
            yield [first, *later]


def attended_late(house: House) -> None:
    """Only now it is known that both were at one session."""
    house.together = True


def wrong(house: House) -> list[str]:
    """What must not be once Ana has left, whatever came when."""
    late = [] if house.together else ["the row was lost"]
    tied = ["a tie with who left"] if ANA in house.tie.wishes or house.tie.formed else []
    shown = [f"{who}'s page says so" for who in (ANA, BEN) if _in_touch(house, who)]
    mine = ["a wish stands on her page"] if house.wished(ANA) else []
    sent = ["written to after leaving"] if house.after_leaving else []
    kept = ["not called back"] if set(house.written) - house.called_back else []
    leaked = [answer for answer in house.answers if answer.startswith(BEN)]
    return [*late, *tied, *shown, *mine, *sent, *kept, *leaked]


def _in_touch(house: House, who: ParticipantId) -> bool:
    return bool(house.pages.get(f"{who}|{BEN if who == ANA else ANA}", {}).get("formed"))


def met(wishing: Wishing, leaving: Leaving, before: str, *, together: bool) -> set[str]:
    """Everything that is wrong in some order."""
    found: set[str] = set()
    of_ben: tuple[list[Step], ...] = ([], wish(BEN, wishing), end(BEN))
    for theirs in of_ben:
        late: list[Step] = [] if together else [attended_late]
        for order in orders(leave(leaving), wish(ANA, wishing), theirs, late):
            house = begun(BEFORE[before], together=together)
            for step in order:
                step(house)
            assert house.ana.left
            found |= set(wrong(house))
    return found


@pytest.mark.parametrize("before", BEFORE)
def test_in_no_order_does_a_tie_outlive_leaving_or_come_back(before: str) -> None:
    """FA-A4, FA-A7, FA-A10: Ana leaves while she wishes and Ben wishes or ends; Ben is answered alike in all of it."""
    assert met(now_wish, now_leave, before, together=True) == set()


def test_a_row_that_comes_late_makes_no_tie_with_who_left() -> None:
    """FA-A10: the session at which both were is heard of at any instant of it."""
    for before in ("nobody", "Ben"):
        found: set[str] = set()
        for order in orders(leave(now_leave), wish(ANA, now_wish), [attended_late]):
            house = begun(BEFORE[before], together=False)
            for step in order:
                step(house)
            found |= set(wrong(house))
        assert found == set(), before


def test_the_way_it_was_before_is_found_out() -> None:
    """FA-A10: the orders are enough to show what went wrong: a tie with who left, and a notice nobody called back."""
    assert {"a tie with who left", "not called back"} <= met(once_wish, once_leave, "Ben", together=True)


def test_a_seat_taken_before_and_heard_of_after_is_given_back() -> None:
    """FA-A10: repeated; one taken since they left is theirs, and one of somebody who stayed."""
    house = begun((), together=True)
    house.commit(now_leave(Left(0)))
    for hours, freed in ((-1, True), (1, False)):
        joined = GroupJoined(at=NOON + hours * HOUR, participant_id=ANA, group_id=GroupId("g-a"), starts_at=NOON)
        for who, given in ((house.ana, freed), (Alumnus(id=ANA), False)):
            said = who.free_late_seat(joined.group_id, joined.at)
            assert [type(fact) for fact in said] == ([AlumnusLeft] if given else [])
    assert all(isinstance(effect, Change | Record) for effect in handlers.wish_tie(ANA, BEN, True, NOON))
