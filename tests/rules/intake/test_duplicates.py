"""People who may be known already: recognised by digests, asked about, answered by a person, never merged."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.change import Invalid, Refused
from common.contracts.message import Contract
from common.contracts.referrals import AgreesOn, DuplicateSuspected, PersonCompared
from common.contracts.words import LevelOfCare, ParticipantId, ReferralId, StaffId
from intake.domain.duplicates import MOST_ALIKE, Duplicate, Identity, Likeness, Mark, Pair, identity, marks, parted
from intake.domain.referral import Referral, ReferralStatus
from rules.intake.episode_cases import NOON, facts

A = StaffId("a")
BORN = date(1990, 1, 31)
X, Y, Z = (ParticipantId(p) for p in "xyz")


def by_name(given_name: str, family_name: str, born: date | None = BORN) -> set[str]:
    """What somebody without identifiers is recognised by."""
    return {mark.id for mark in marks((), given_name, family_name, born)}


@pytest.mark.parametrize(
    ("given_name", "family_name"),
    [
        ("ana", "NUÑEZ"),
        ("Ana", "Nunez"),
        ("Ana María", "Núñez"),
        ("Núñez", "Ana"),
        (" Ana", "Nu-ñez"),
        ("ＡＮＡ", "Núñez"),
    ],
)
def test_a_name_is_compared_without_case_accents_order_and_punctuation(given_name: str, family_name: str) -> None:
    """IN-D1"""
    assert by_name(given_name.strip(), family_name) == by_name("Ana", "Núñez")


def test_another_name_or_birth_date_is_another_mark_and_an_unknown_one_is_none() -> None:
    """IN-D1: unknown agrees with nothing."""
    known = by_name("Ana", "Núñez")
    assert len(known) == 1
    assert known.isdisjoint(by_name("Ana", "Nuñes") | by_name("Ana", "Núñez", date(1990, 1, 30)))
    assert by_name("Ana", "Núñez", None) == by_name("", "") == by_name("-", "…") == set()


def test_identifiers_are_compared_exactly_with_who_gave_them() -> None:
    """IN-D1: the same number from another hospital is another number; one sent twice is one."""
    a, b = ("urn:a", "12"), ("urn:b", "12")
    found = marks((a, b, a, ("urn:a", " ")), "", "", None)
    assert [mark[1:] for mark in found] == [(AgreesOn.IDENTIFIER, 1), (AgreesOn.IDENTIFIER, 2)]
    assert found[0].id == marks((a,), "", "", None)[0].id != found[1].id
    assert marks((("urn:a", "12A"),), "", "", None) != marks((("urn:a", "12a"),), "", "", None)


def test_a_mark_says_nothing_of_the_person() -> None:
    """IN-D1: no name, date or number can be read from it."""
    for mark in marks((("urn:a", "77123"),), "Adelheid", "Lindqvist", BORN):
        assert len(mark.id) == 64
        assert set(mark.id) <= set("0123456789abcdef")


def seen(likeness: Likeness, who: ParticipantId) -> tuple[Likeness, list[Contract]]:
    """The likeness after somebody was referred, and what was said."""
    said = [
        fact
        for fact in likeness.see(who, ReferralId(f"r-{who}"), Mark("m", AgreesOn.IDENTIFIER, 1), NOON)
        if isinstance(fact, Contract)
    ]
    for fact in said:
        likeness = likeness.after(fact)
    return likeness, said


def test_each_who_came_before_with_the_same_mark_is_a_question() -> None:
    """IN-D1, IN-D2: said again, nothing."""
    first, said = seen(Likeness(id="m"), X)
    assert facts(said) == ["PersonCompared"]
    second, said = seen(first, Y)
    assert facts(said) == ["PersonCompared", "DuplicateSuspected"]
    assert seen(second, Y) == (second, [])
    _, said = seen(second, Z)
    assert [(q.participant_id, q.other_participant_id) for q in said if isinstance(q, DuplicateSuspected)] == [
        (Z, X),
        (Z, Y),
    ]
    assert [c.like for c in said if isinstance(c, PersonCompared)] == [(X, Y)]


def test_a_mark_that_everybody_has_stays_small() -> None:
    """IN-D1: a placeholder in a form is no person."""
    likeness = Likeness(id="m")
    for n in range(MOST_ALIKE + 10):
        likeness, _ = seen(likeness, ParticipantId(str(n)))
    assert len(likeness.participants) == MOST_ALIKE


def test_a_person_answers_with_a_reason_and_may_correct_it() -> None:
    """IN-D2: the same answer again is nothing."""
    pair, asked = Pair(Y, X), Duplicate(id="d")
    with pytest.raises(Invalid, match="reason-missing"):
        asked.answer(pair, True, A, "", NOON)
    (fact,) = asked.answer(pair, True, A, "spoke-with-them", NOON)
    assert isinstance(fact, Contract)
    answered = asked.after(fact)
    assert (answered.same, answered.decided_by) == (True, A)
    assert answered.answer(pair, True, A, "again", NOON) == []
    assert facts(answered.answer(pair, False, A, "mistaken", NOON)) == ["DuplicateAnswered"]
    assert answered.still(True) == []
    with pytest.raises(Refused, match="duplicate-changed"):
        answered.still(None)


@pytest.mark.parametrize(
    ("who", "pairs", "goes_by", "perhaps"),
    [
        (X, [], X, ()),
        (Y, [Pair(Y, X)], Y, (X,)),
        (X, [Pair(Y, X)], X, (Y,)),
        (Y, [Pair(Y, X, False)], Y, ()),
        (Y, [Pair(Y, X, True)], X, ()),
        (X, [Pair(Y, X, True)], X, ()),
        (Z, [Pair(Y, X, True), Pair(Z, X), Pair(Z, Y)], Z, (X,)),
        (Z, [Pair(Y, X, True), Pair(Z, X, True), Pair(Z, Y)], X, ()),
        (Z, [Pair(Y, X, True), Pair(Z, X), Pair(Z, Y, True)], X, ()),
        (Z, [Pair(Y, X, True), Pair(Z, X), Pair(Z, Y, False)], Z, ()),
        (Z, [Pair(Y, X), Pair(Z, X, False), Pair(Z, Y)], Z, (Y,)),
        (Z, [Pair(Y, X), Pair(Z, X, True), Pair(Z, Y, False)], X, ()),
    ],
)
def test_somebody_goes_by_the_one_known_first_and_is_asked_about_once(
    who: ParticipantId, pairs: list[Pair], goes_by: str, perhaps: tuple[str, ...]
) -> None:
    """IN-D3, IN-D4: whatever order the answers are read in."""
    for order in permutations(pairs):
        found = identity(who, order)
        assert (found.participant_id, found.perhaps, found.disagreed) == (goes_by, perhaps, False)


def test_answers_that_disagree_are_not_smoothed_over() -> None:
    """IN-D4: z is x and is y, but x is not y."""
    found = identity(Z, [Pair(Y, X, False), Pair(Z, X, True), Pair(Z, Y, True)])
    with pytest.raises(Refused, match="duplicates-disagree"):
        found.must_be_clear()


people = st.sampled_from([ParticipantId(p) for p in "abcdef"])
pairs = st.lists(
    st.builds(Pair, people, people, st.sampled_from([None, True, False])).filter(
        lambda p: p.participant_id > p.other_participant_id
    ),
    unique_by=lambda p: p.id,
)


@settings(max_examples=200)
@given(people, pairs)
def test_nobody_is_merged_whom_no_person_said_to_be_the_same(who: ParticipantId, pairs: list[Pair]) -> None:
    """IN-D4: without an answer `same`, everybody goes by themselves; every open question of theirs stays open."""
    unsaid = [pair for pair in pairs if not pair.same]
    found = identity(who, unsaid)
    assert found.participant_id == who
    assert set(found.perhaps) == {min(p.both - {who}) for p in unsaid if who in p.both and p.same is None}


def test_accepting_waits_for_the_answer_and_then_uses_it() -> None:
    """IN-D3, IN-D4"""
    waits = Referral(id="r", participant_id=Y, status=ReferralStatus.WAITING)
    with pytest.raises(Refused, match="duplicate-open"):
        waits.accept(A, LevelOfCare.PHP, "", Identity(Y, (X,)), NOON)
    accepted = waits
    for fact in waits.accept(A, LevelOfCare.PHP, "", Identity(X), NOON):
        accepted = accepted.after(fact) if isinstance(fact, Contract) else accepted
    assert (accepted.status, accepted.participant_id) == (ReferralStatus.ACCEPTED, X)
    assert facts(waits.decline(A, "duplicate", NOON)) == ["ReferralDeclined"]


def test_the_two_sides_of_what_is_not_the_same_are_everybody_joined_to_either() -> None:
    """IN-D5: what came along two steps goes back two steps; joined by others still, nothing goes."""
    answered = Pair(Y, X, False)
    assert parted(answered, [answered, Pair(Z, Y, True)]) == ({Y, Z}, {X})
    assert parted(answered, [Pair(Y, X, True), Pair(Z, Y, True)]) == ({Y, Z}, {X})
    assert parted(answered, [answered, Pair(Z, Y, True), Pair(Z, X, True)]) == (set(), set())
