"""Community: events one may come to, norms accepted, welcomes and buddies, and what somebody needs to take part."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any, TypeVar

import pytest

from common.change import Aggregate, Invalid, NotFound, Refused
from common.contracts.community import AccessNeed, GatheringKind, GatheringPlanned
from common.contracts.message import Contract
from common.contracts.words import GroupId, LevelOfCare, ParticipantId, StaffId
from scheduling.domain.belonging import Belonging, Norms
from scheduling.domain.gathering import Gathering

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BY, G = StaffId("leader"), GroupId("g-1")
ANA, BO = ParticipantId("ana"), ParticipantId("bo")
IOP, PHP = LevelOfCare.IOP, LevelOfCare.PHP


A = TypeVar("A", bound=Aggregate)


def after(state: A, facts: Iterable[Contract]) -> A:
    """It, once all facts are true."""
    for fact in facts:
        state = state.after(fact)
    return state


def plan(**more: Any) -> GatheringPlanned:
    """A meal for those in IOP."""
    usual: dict[str, Any] = {
        "gathering_id": "meal-1",
        "kind": GatheringKind.MEAL,
        "levels": (IOP,),
        "starts_at": NOON + timedelta(days=3),
        "minutes": 90,
        "room": "kitchen",
        "hosts": (BY,),
        "planned_by": BY,
    }
    return GatheringPlanned(at=NOON, **usual | more)


def planned(**more: Any) -> Gathering:
    """The meal as it was planned."""
    return after(Gathering(id="meal-1"), Gathering(id="meal-1").arrange(plan(**more)))


def test_an_event_takes_its_room_and_its_hosts_until_it_is_cancelled() -> None:
    """SC-E1: planned twice, once; cancelled twice, once; planned anew, it takes place."""
    (time,) = planned().times()
    gone = after(planned(), planned().cancel("rain", BY, NOON))
    assert time.takes == ("staff:leader", "room:kitchen")
    assert planned().arrange(plan(planned_by=StaffId("other"))) == []
    assert (gone.times(), gone.cancel("rain", BY, NOON)) == ([], [])
    assert after(gone, gone.arrange(plan())).times() == [time]
    with pytest.raises(Invalid, match="staff-named-twice"):
        planned().arrange(plan(hosts=(BY, BY)))
    with pytest.raises(NotFound, match="gathering-not-planned"):
        Gathering(id="x").cancel("rain", BY, NOON)


def test_somebody_comes_if_they_wish_and_not_to_come_is_never_a_miss() -> None:
    """SC-E2: of its levels; said twice, once, in either direction; nothing but that they left is said."""
    here = after(planned(), planned().join(ANA, IOP, NOON))
    left = here.leave(ANA, NOON)
    assert (here.coming, here.join(ANA, IOP, NOON)) == ((ANA,), [])
    assert [fact.type_name() for fact in left] == ["GatheringLeft.v1"]
    assert after(here, left).leave(ANA, NOON) == []
    with pytest.raises(Refused, match="other-level"):
        planned().join(BO, PHP, NOON)
    assert planned(levels=()).join(BO, None, NOON) != []
    with pytest.raises(Refused, match="gathering-cancelled"):
        after(planned(), planned().cancel("rain", BY, NOON)).join(ANA, IOP, NOON)


def test_norms_are_accepted_as_they_stand() -> None:
    """SC-E3: other words are another version, accepted anew."""
    norms = after(Norms(id=G), Norms(id=G).set_to(["we keep what we hear"], BY, NOON))
    assert (norms.version, norms.set_to(["we keep what we hear"], BY, NOON)) == (1, [])
    ana = after(Belonging(id=ANA), Belonging(id=ANA).accept(G, 1, norms.version, BY, NOON))
    assert (ana.accepted, ana.accept(G, 1, 1, BY, NOON)) == ({G: 1}, [])
    with pytest.raises(Refused, match="other-norms"):
        ana.accept(G, 1, 2, BY, NOON)
    assert ana.accept(G, 2, 2, BY, NOON) != []
    with pytest.raises(NotFound, match="no-norms"):
        Belonging(id=BO).accept(G, 1, 0, BY, NOON)


def test_a_welcome_is_asked_for_once_until_it_is_given() -> None:
    """SC-E4: low belonging again, before anybody came, is the same welcome; after it, another."""
    asked = after(Belonging(id=ANA), Belonging(id=ANA).ask_for_welcome("low-belonging", NOON))
    assert asked.ask_for_welcome("low-belonging", NOON) == []
    given = after(asked, asked.welcome(G, None, False, BY, NOON))
    assert (given.welcome_because, given.welcome(G, None, False, BY, NOON)) == ("", [])
    assert given.ask_for_welcome("low-belonging", NOON) != []


def test_a_buddy_is_one_where_both_agree_and_until_either_wishes() -> None:
    """SC-E5: named twice, once; ended twice, once."""
    with pytest.raises(Invalid, match="both-agree"):
        Belonging(id=ANA).welcome(G, BO, False, BY, NOON)
    with pytest.raises(Invalid, match="own-buddy"):
        Belonging(id=ANA).welcome(G, ANA, True, BY, NOON)
    two = after(Belonging(id=ANA), Belonging(id=ANA).welcome(G, BO, True, BY, NOON))
    assert (two.buddies, two.welcome(G, BO, True, BY, NOON)) == ({G: BO}, [])
    alone = after(two, two.end_buddy(G, BY, NOON))
    assert (alone.buddies, alone.end_buddy(G, BY, NOON)) == ({}, [])


def test_an_interpreter_is_for_a_language_and_needs_are_noted_once() -> None:
    """SC-E6: in whatever order they are said."""
    needs = [AccessNeed.STEP_FREE, AccessNeed.INTERPRETER, AccessNeed.CAPTIONS]
    told = {
        after(Belonging(id=ANA), Belonging(id=ANA).note_needs(n, "es", BY, NOON)).needs for n in permutations(needs)
    }
    assert len(told) == 1
    known = after(Belonging(id=ANA), Belonging(id=ANA).note_needs(needs, "es", BY, NOON))
    assert known.note_needs(needs[::-1], "es", BY, NOON) == []
    assert after(known, known.note_needs([], "", BY, NOON)).needs == ()
    with pytest.raises(Invalid, match="language-missing"):
        known.note_needs([AccessNeed.SIGN_LANGUAGE], "", BY, NOON)
