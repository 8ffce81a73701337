"""What matters to a participant, and what they look forward to."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from common.change import Invalid, NotFound
from common.contracts.care import GoalTowards
from common.contracts.growth import AheadOutcome
from common.contracts.message import Contract
from common.contracts.targets import CommitmentKind, CommitmentMade
from common.contracts.words import GoalId, SupporterId
from rules.skills.records import DAY, NOW, PID, STAFF, SYLLABUS, kinds
from skills.domain.ahead import Thing
from skills.domain.rehearsal import Rehearsal
from skills.domain.targets import Commitment, Targets
from skills.domain.workbook import Workbook
from skills.views.curriculum import catalogue

BLANK = Workbook(id=PID)
GOAL = GoalId("g-1")
HIKE = Thing(on=DAY + timedelta(days=3), with_others=True)


def after(book: Workbook, *said: Iterable[Contract]) -> Workbook:
    """A workbook once all of it is true."""
    for facts in said:
        for fact in facts:
            book = book.after(fact)
    return book


VALUED = after(BLANK, BLANK.name_value("v-1", (GOAL,), NOW))


def test_a_value_is_named_once_and_set_aside_once() -> None:
    """SK-G1: other goals replace; what was set aside may count again."""
    aside = after(VALUED, VALUED.set_value_aside("v-1", NOW))

    assert VALUED.name_value("v-1", (GOAL,), NOW + timedelta(days=1)) == []
    assert kinds(VALUED.name_value("v-1", (), NOW)) == ["ValueNamed"]
    assert aside.set_value_aside("v-1", NOW + timedelta(days=1)) == []
    assert aside.values.known["v-1"].set_aside_at == NOW
    assert kinds(aside.name_value("v-1", (GOAL,), NOW)) == ["ValueNamed"]
    with pytest.raises(NotFound) as unknown:
        BLANK.set_value_aside("v-1", NOW)
    assert unknown.value.code == "value-unknown"


def test_values_feed_fast_and_accumulating_positives() -> None:
    """SK-G2: both are worked through with one's values, which are kept with the rehearsal."""
    for skill, part in (("FAST", "STICK_TO_VALUES"), ("ACCUMULATE_POSITIVES", "VALUE")):
        new = Rehearsal(skills=(skill,), parts=(part,), at=NOW, value_ids=("v-1",))
        facts = VALUED.rehearse(SYLLABUS, "r-1", new)
        assert kinds(facts) == ["SkillsRehearsed"]
        assert after(VALUED, facts).rehearsals.known["r-1"] == new
        assert after(VALUED, facts).rehearse(SYLLABUS, "r-1", new) == []


@pytest.mark.parametrize(
    ("skill", "part", "value_id", "code"),
    [("FAST", "FAIR", "v-9", "value-unknown"), ("GIVE", "GENTLE", "v-1", "values-not-asked")],
)
def test_only_a_skill_that_asks_is_worked_through_with_a_value_there_is(
    skill: str, part: str, value_id: str, code: str
) -> None:
    """SK-G2"""
    with pytest.raises(Invalid) as refused:
        VALUED.rehearse(SYLLABUS, "r-1", Rehearsal(skills=(skill,), parts=(part,), at=NOW, value_ids=(value_id,)))
    assert refused.value.code == code


def test_a_boundary_names_the_person_it_is_about() -> None:
    """SK-C18, A41: the connection map is family's, the person is an id."""
    boundary = Rehearsal(skills=("DEAR_MAN", "FAST"), parts=("ASSERT",), at=NOW, supporter_id=SupporterId("u-1"))
    known = after(BLANK, BLANK.rehearse(SYLLABUS, "r-1", boundary)).rehearsals.known
    assert known["r-1"].supporter_id == "u-1"


def test_the_next_thing_to_look_forward_to_is_the_soonest_that_is_open() -> None:
    """SK-G3: told out of order; what is over or spoken about is not next."""
    later = Thing(on=DAY + timedelta(days=9), value_id="v-1")
    book = after(VALUED, VALUED.look_forward("a-2", later, NOW), VALUED.look_forward("a-1", HIKE, NOW))

    assert book.ahead.next(DAY) == "a-1"
    assert book.ahead.next(DAY + timedelta(days=4)) == "a-2"
    assert book.look_forward("a-1", HIKE, NOW + timedelta(hours=1)) == []
    spoken = after(book, book.settle_ahead("a-1", AheadOutcome.NOT_THIS_TIME, NOW))
    assert spoken.ahead.next(DAY) == "a-2"
    assert spoken.settle_ahead("a-1", AheadOutcome.NOT_THIS_TIME, NOW) == []
    assert kinds(spoken.settle_ahead("a-1", AheadOutcome.HAPPENED, NOW)) == ["AheadSettled"]
    with pytest.raises(NotFound) as unknown:
        book.settle_ahead("a-9", AheadOutcome.HAPPENED, NOW)
    with pytest.raises(Invalid) as no_value:
        BLANK.look_forward("a-1", later, NOW)
    assert [unknown.value.code, no_value.value.code] == ["ahead-unknown", "value-unknown"]


def test_a_commitment_may_be_a_small_step_to_a_goal() -> None:
    """SK-T8, A6: the goal is intake's, the step is here."""
    step = Commitment(kind=CommitmentKind.UNTIL_A_DAY, what="wave-to-a-neighbour", due_on=DAY, goal_id=GOAL)
    (made,) = Targets(id=PID).commit("c-1", step, STAFF, NOW)

    assert isinstance(made, CommitmentMade)
    assert made.goal_id == GOAL
    assert Targets(id=PID).after(made).commitments["c-1"] == step


def test_every_skill_builds_the_relationship_to_oneself_or_to_others() -> None:
    """SK-G8: as the skill says, else its module; a list can be asked for by either."""
    towards = {one.skill: one.towards for one in catalogue(SYLLABUS)}

    assert all(towards.values())
    assert towards["DEAR_MAN"] == (GoalTowards.OTHERS,)
    assert towards["RADICAL_ACCEPTANCE"] == (GoalTowards.SELF,)
    assert towards["FAST"] == (GoalTowards.SELF, GoalTowards.OTHERS)
    ours = {one.skill for one in catalogue(SYLLABUS, GoalTowards.OTHERS)}
    assert "FAST" in ours
    assert "STOP" not in ours
