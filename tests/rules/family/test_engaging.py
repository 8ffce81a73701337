"""What is agreed with a supporter and done with them."""

from datetime import timedelta
from pathlib import Path

import pytest

from common.change import Invalid, NotFound, Refused
from common.contracts.family import SupporterKeptSilent, SupporterToBeTold
from common.contracts.message import Contract
from common.contracts.network import EngagementPlanAgreed, MisconceptionRechecked
from common.contracts.notifications import SendNotice
from common.contracts.skills import SkillTaught
from common.contracts.words import ReleaseScope, SkillModule
from family.app import STANDARD as PROGRAM
from family.domain import engaging, learning
from family.domain.engagement import MisconceptionState
from family.domain.engaging import Wanted
from family.domain.network import SESSION_KINDS, SupportNetwork
from family.domain.program import Program

from .story import ANA, AUNT, EVA, FRIEND, NOON, after, asks_of, facts_of, granted, named, revoked

SKILLS = ReleaseScope.SKILLS_CURRICULUM
PROBLEMS = (Path(__file__).parents[3] / "docs/problems.md").read_text()
PLAN = Wanted(
    session_types=("FAM_INDIV", "FAM_COACH"),
    goals=("PRACTISE_TOGETHER", "OWN_CHANGE"),
    barriers=("TRAVEL",),
    readiness="WILLING",
    agreed_with_supporter=True,
)
STOP = SkillTaught(at=NOON, participant_id=ANA, module=SkillModule.DISTRESS_TOLERANCE, lesson="STOP")


def then(network: SupportNetwork, *facts: Contract) -> SupportNetwork:
    """The network once these facts are true."""
    for fact in facts:
        network = network.after(fact)
    return network


def with_plan(*more: Contract) -> SupportNetwork:
    """The aunt takes part by a plan."""
    network = after(named(), *more)
    return then(network, *engaging.agree_plan(network, AUNT, PLAN, PROGRAM, EVA, NOON))


def teach(network: SupportNetwork, *modules: str) -> SupportNetwork:
    """The aunt was taught these modules."""
    for module in modules:
        network = then(network, *engaging.teach_module(network, AUNT, module, PROGRAM, EVA, NOON))
    return network


def test_a_plan_says_who_takes_part_how_and_what_for() -> None:
    """FA-E1."""
    (agreed,) = engaging.agree_plan(after(named()), AUNT, PLAN, PROGRAM, EVA, NOON)

    assert isinstance(agreed, EngagementPlanAgreed)
    assert (agreed.version, agreed.goals, agreed.barriers) == (1, PLAN.goals, PLAN.barriers)


def test_the_same_plan_again_is_nothing_new_and_another_is_the_next_version() -> None:
    """FA-E1."""
    assert engaging.agree_plan(with_plan(), AUNT, PLAN, PROGRAM, EVA, NOON) == []
    other = PLAN.model_copy(update={"readiness": "ACTIVE"})
    (agreed,) = engaging.agree_plan(with_plan(), AUNT, other, PROGRAM, EVA, NOON)
    assert isinstance(agreed, EngagementPlanAgreed)
    assert agreed.version == 2


def test_a_plan_ends_once_and_may_begin_anew() -> None:
    """FA-E1: nobody is the worse for having stopped."""
    ended = then(with_plan(), *engaging.end_plan(with_plan(), AUNT, "asked", EVA, NOON))
    assert engaging.end_plan(ended, AUNT, "asked", EVA, NOON) == []
    assert len(engaging.agree_plan(ended, AUNT, PLAN, PROGRAM, EVA, NOON)) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"session_types": ("FAM_PICNIC",)}, "unknown-session-type"),
        ({"goals": ("BE_GOOD",)}, "unknown-goal"),
        ({"barriers": ("LAZY",)}, "unknown-barrier"),
        ({"readiness": "IN_DENIAL"}, "unknown-readiness"),
    ],
)
def test_a_plan_speaks_in_codes_of_the_program(changes: dict[str, object], code: str) -> None:
    """FA-E1: the answer is on the list of problems, and does not say again what may be a name."""
    with pytest.raises(Invalid) as wrong:
        engaging.agree_plan(after(named()), AUNT, PLAN.model_copy(update=changes), PROGRAM, EVA, NOON)

    assert wrong.value.code == code
    assert f"| `{code}` | 422 |" in PROBLEMS
    assert not [said for said in changes.values() if str(said).strip("(',)") in wrong.value.detail]


def test_a_plan_is_made_with_somebody_the_participant_named() -> None:
    """FA-E1."""
    with pytest.raises(NotFound):
        engaging.agree_plan(after(named()), FRIEND, PLAN, PROGRAM, EVA, NOON)


def test_who_learns_with_the_participant_hears_of_the_lesson_under_the_release() -> None:
    """FA-E2."""
    outcomes = learning.tell_of_skill(with_plan(granted(SKILLS)), STOP, PROGRAM, NOON)
    (told,), (notice,) = facts_of(outcomes), asks_of(outcomes)

    assert isinstance(told, SupporterToBeTold)
    assert (told.about, told.scope, told.release_id) == ("skill:STOP", SKILLS, granted().release_id)
    assert isinstance(notice, SendNotice)
    assert (notice.template, notice.scope, notice.notice_id) == ("family-skill", SKILLS, told.notice_id)
    assert notice.due_at == NOON + timedelta(minutes=60)


@pytest.mark.parametrize(
    ("released", "reason"),
    [
        ([], "no-release"),
        ([granted(ReleaseScope.SCHEDULE)], "scope-not-released"),
        ([granted(SKILLS), revoked()], "release-revoked"),
        ([granted(SKILLS, expires_on=NOON.date() - timedelta(days=1))], "release-expired"),
    ],
)
def test_who_may_not_hear_of_it_does_not_and_it_is_on_record(released: list[Contract], reason: str) -> None:
    """FA-E2, FA-S2."""
    (silent,) = learning.tell_of_skill(with_plan(*released), STOP, PROGRAM, NOON)

    assert isinstance(silent, SupporterKeptSilent)
    assert silent.reason == reason


def test_a_lesson_that_speaks_of_substance_use_is_told_under_that_consent_only() -> None:
    """FA-R6: and the notice names it, so that it is asked again when it is sent."""
    program = PROGRAM.model_copy(update={"substance_use": ("STOP",)})
    (silent,) = learning.tell_of_skill(with_plan(granted(SKILLS)), STOP, program, NOON)
    assert isinstance(silent, SupporterKeptSilent)

    (notice,) = asks_of(learning.tell_of_skill(with_plan(granted(ReleaseScope.SUD)), STOP, program, NOON))
    assert getattr(notice, "scope", None) is ReleaseScope.SUD


def test_a_lesson_said_again_or_played_again_is_told_once_and_asked_anew_before() -> None:
    """FA-E2, FA-R5."""
    network = with_plan(granted(SKILLS, expires_on=NOON.date()))
    told = then(network, *facts_of(learning.tell_of_skill(network, STOP, PROGRAM, NOON)))
    assert learning.tell_of_skill(told, STOP, PROGRAM, NOON) == []

    (silent,) = learning.tell_of_skill(network, STOP, PROGRAM, NOON + timedelta(days=3))
    assert isinstance(silent, SupporterKeptSilent)


def test_who_has_no_plan_is_none_of_the_lessons_business() -> None:
    """FA-E2: no telling, and no record of a silence nobody asked for."""
    assert learning.tell_of_skill(after(named(), granted(SKILLS)), STOP, PROGRAM, NOON) == []
    ended = then(with_plan(granted(SKILLS)), *engaging.end_plan(with_plan(), AUNT, "asked", EVA, NOON))
    assert learning.tell_of_skill(ended, STOP, PROGRAM, NOON) == []


@pytest.mark.parametrize(
    ("taught", "now_learning", "following"),
    [
        ((), SkillModule.EMOTION_REGULATION, "ORIENTATION"),
        (("ORIENTATION",), SkillModule.EMOTION_REGULATION, "CONDITION_FACTS"),
        (("ORIENTATION", "CONDITION_FACTS"), SkillModule.EMOTION_REGULATION, "OWN_EMOTION_REGULATION"),
        (("ORIENTATION", "CONDITION_FACTS"), SkillModule.INTERPERSONAL_EFFECTIVENESS, "VALIDATION"),
        (("ORIENTATION", "CONDITION_FACTS"), None, "RELATIONSHIP_MINDFULNESS"),
    ],
)
def test_the_family_learns_in_step(taught: tuple[str, ...], now_learning: SkillModule | None, following: str) -> None:
    """FA-E3."""
    assert PROGRAM.next_module(teach(after(named()), *taught).engagement.of(AUNT).modules, now_learning) == following


def test_once_all_was_taught_there_is_no_next() -> None:
    """FA-E3: the curriculum comes to its end in any order."""
    learnt = teach(after(named()), *reversed(PROGRAM.modules()))

    assert PROGRAM.next_module(learnt.engagement.of(AUNT).modules, SkillModule.MINDFULNESS) is None
    assert engaging.teach_module(learnt, AUNT, "VALIDATION", PROGRAM, EVA, NOON) == []


@pytest.mark.parametrize(("level", "felt", "code"), [(0, None, "level"), (7, None, "level"), (3, 11, "felt")])
def test_a_try_to_validate_has_a_level_from_one_to_six(level: int, felt: int | None, code: str) -> None:
    """FA-E5."""
    with pytest.raises(Invalid, match=code):
        engaging.practise_validation(after(named()), AUNT, level, felt, NOON)


def test_nobody_has_to_say_how_it_felt() -> None:
    """FA-E5."""
    assert [len(engaging.practise_validation(after(named()), AUNT, level, None, NOON)) for level in range(1, 7)] == [
        1
    ] * 6


def test_a_misconception_goes_its_way_and_says_each_step_once() -> None:
    """FA-E6."""
    network = after(named())
    with pytest.raises(NotFound):
        engaging.address_misconception(network, AUNT, "WILLPOWER", "CONDITION_FACTS", PROGRAM, EVA, NOON)
    network = then(network, *engaging.observe_misconception(network, AUNT, "WILLPOWER", PROGRAM, EVA, NOON))
    assert engaging.observe_misconception(network, AUNT, "WILLPOWER", PROGRAM, EVA, NOON) == []
    with pytest.raises(Refused, match="not-addressed-yet"):
        engaging.recheck_misconception(network, AUNT, "WILLPOWER", True, EVA, NOON)
    address = (AUNT, "WILLPOWER", "CONDITION_FACTS", PROGRAM, EVA, NOON)
    network = then(network, *engaging.address_misconception(network, *address))
    assert engaging.address_misconception(network, *address) == []

    again = then(network, *engaging.recheck_misconception(network, AUNT, "WILLPOWER", False, EVA, NOON))
    assert again.engagement.of(AUNT).misconceptions["WILLPOWER"] is MisconceptionState.OBSERVED
    (rechecked,) = engaging.recheck_misconception(network, AUNT, "WILLPOWER", True, EVA, NOON)
    assert isinstance(rechecked, MisconceptionRechecked)
    assert engaging.recheck_misconception(then(network, rechecked), AUNT, "WILLPOWER", True, EVA, NOON) == []


def test_the_program_has_the_sessions_levels_and_misconceptions_it_should() -> None:
    """FA-E8."""
    assert PROGRAM.sessions.keys() == SESSION_KINDS
    assert PROGRAM.sessions["FAM_INDIV"].minutes == (50, 60)
    assert len(PROGRAM.misconceptions) == 9
    assert sorted(PROGRAM.validation) == [1, 2, 3, 4, 5, 6]
    assert PROGRAM.modules()[0] == "ORIENTATION"


@pytest.mark.parametrize(
    "changes",
    [
        {"misconceptions": {"WILLPOWER": "NO_SUCH_MODULE"}},
        {"sessions": {}},
        {"validation": {1: {"act": "a", "prompt": "b"}}},
        {"curriculum": [{"code": "ORIENTATION"}, {"code": "ORIENTATION"}]},
        {"curiculum": []},
    ],
)
def test_a_program_that_does_not_fit_together_is_refused(changes: dict[str, object]) -> None:
    """FA-E8."""
    whole = PROGRAM.model_dump(mode="json", by_alias=True)
    assert Program.model_validate(whole) == PROGRAM

    with pytest.raises(ValueError, match="validation error"):
        Program.model_validate({**whole, **changes})


def test_what_they_knew_before_and_after_a_module_is_noted() -> None:
    """FA-E10: said twice, once; after a module only once it was taught; it is no answer, and bars nothing."""

    def check(network: SupportNetwork, after: bool, percent: int, module: str = "CONDITION_FACTS") -> list[Contract]:
        checked = engaging.Checked(module=module, after=after, percent=percent)
        return engaging.check_knowledge(network, AUNT, checked, PROGRAM, EVA, NOON)

    network = SupportNetwork(id=ANA).after(named())
    (before,) = check(network, False, 40)
    network = network.after(before)
    assert check(network, False, 40) == []
    with pytest.raises(Refused, match="not-taught-yet"):
        check(network, True, 80)
    for fact in engaging.teach_module(network, AUNT, "CONDITION_FACTS", PROGRAM, EVA, NOON):
        network = network.after(fact)
    for fact in check(network, True, 80):
        network = network.after(fact)
    assert network.engagement.of(AUNT).knowledge == {"CONDITION_FACTS before": 40, "CONDITION_FACTS after": 80}
    for percent, module, code in (
        (101, "CONDITION_FACTS", "percent"),
        (-1, "CONDITION_FACTS", "percent"),
        (5, "X_", "module"),
    ):
        with pytest.raises(Invalid, match=code):
            check(network, False, percent, module)
