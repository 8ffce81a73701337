"""Diary cards: one a day, revisions, categories, ranges, keeping."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.change import Invalid, Refused
from common.contracts.skills import DiaryCardSubmitted
from rules.skills.records import DAY, NOW, after, blank, card, kinds, told
from skills.domain.diary import KEEP_DAYS, Card
from skills.domain.record import SkillsRecord


def submitted(record: SkillsRecord, one: Card) -> SkillsRecord:
    """The record once the card was handed in."""
    return after(record, record.submit_card(one, NOW))


def submission(record: SkillsRecord, one: Card) -> DiaryCardSubmitted:
    """What handing in the card says."""
    fact = record.submit_card(one, NOW)[0]
    assert isinstance(fact, DiaryCardSubmitted)
    return fact


def test_the_first_card_of_a_day_is_revision_one() -> None:
    """SK-D1"""
    fact = submission(blank(), card(codes=(3, 5)))

    assert (fact.day, fact.revision, fact.suicide_urge, fact.helped) == (DAY, 1, 1, True)


def test_the_same_card_again_says_nothing() -> None:
    """SK-D1, repeated: the order of the codes is no content."""
    record = submitted(blank(), card(codes=(3, 5)))

    assert record.submit_card(card(codes=(5, 3)), NOW + timedelta(hours=1)) == []


def test_another_card_for_the_day_is_the_next_revision_and_replaces_it() -> None:
    """SK-D2"""
    record = submitted(blank(), card(suicide_urge=1))
    again, facts = told(record, lambda r: r.submit_card(card(suicide_urge=2), NOW))

    assert kinds(facts) == ["DiaryCardSubmitted"]
    assert submission(record, card(suicide_urge=2)).revision == 2
    assert [(kept.card.suicide_urge, kept.revision) for kept in again.diary.kept] == [(2, 2)]


def test_going_back_to_the_first_content_is_a_revision_too() -> None:
    """SK-D2"""
    record = submitted(submitted(blank(), card(suicide_urge=1)), card(suicide_urge=2))

    assert submission(record, card(suicide_urge=1)).revision == 3


@given(st.permutations(range(10)))
def test_cards_may_come_in_any_order(days: list[int]) -> None:
    """SK-D1, late and out of order: one card a day, oldest first."""
    record = blank()
    for day in [*days, days[0]]:
        record = submitted(record, card(DAY + timedelta(days=day)))

    assert [kept.card.day for kept in record.diary.kept] == [DAY + timedelta(days=n) for n in range(10)]
    assert {kept.revision for kept in record.diary.kept} == {1}


@pytest.mark.parametrize("code", range(8))
def test_a_skill_helped_where_its_code_is_5_or_7(code: int) -> None:
    """SK-D3: 6 is automatic and did not help."""
    assert card(codes=(code,)).helped is (code in {5, 7})


def test_one_skill_that_helped_is_enough() -> None:
    """SK-D3: codes are counted, never averaged."""
    assert card(codes=(0, 0, 0, 5)).helped
    assert not card(codes=(6, 6, 6, 4)).helped
    assert not card(codes=()).helped


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (card(suicide_urge=6), "urge-out-of-range"),
        (card(suicide_urge=-1), "urge-out-of-range"),
        (card(self_harm_urge=6), "urge-out-of-range"),
        (card(codes=(8,)), "skill-code-out-of-range"),
        (card(codes=(1, -1)), "skill-code-out-of-range"),
    ],
)
def test_values_off_their_scale_are_refused(one: Card, code: str) -> None:
    """SK-D4"""
    with pytest.raises(Invalid) as refused:
        blank().submit_card(one, NOW)

    assert refused.value.code == code


@pytest.mark.parametrize("urge", [0, 5, None])
def test_the_ends_of_the_scale_and_no_answer_are_allowed(urge: int | None) -> None:
    """SK-D4: an urge that was not answered stays unknown."""
    assert submission(blank(), card(suicide_urge=urge, self_harm_urge=urge)).suicide_urge == urge


def test_the_newest_150_days_are_kept() -> None:
    """SK-D5"""
    record = blank()
    for day in range(KEEP_DAYS + 10):
        record = submitted(record, card(DAY + timedelta(days=day)))

    assert len(record.diary.kept) == KEEP_DAYS
    assert record.diary.kept[0].card.day == DAY + timedelta(days=10)


def test_a_card_older_than_what_is_kept_is_refused_not_mistaken_for_a_first_one() -> None:
    """SK-D5, late"""
    record = submitted(blank(), card(DAY))

    with pytest.raises(Refused) as refused:
        record.submit_card(card(DAY - timedelta(days=KEEP_DAYS)), NOW)

    assert refused.value.code == "card-too-old"
    assert kinds(record.submit_card(card(DAY - timedelta(days=KEEP_DAYS - 1)), NOW)) == ["DiaryCardSubmitted"]
