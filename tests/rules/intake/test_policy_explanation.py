"""Why the policy answers as it does: every rule, value, limit, event and missing item, and nothing by chance."""

from datetime import UTC, timedelta
from typing import Any

from common.contracts.words import Condition, LevelOfCare, TransitionKind
from intake.domain import review
from intake.domain.episode import Episode, Status
from intake.domain.evidence import Evidence
from intake.domain.explanation import Explanation, Rule, explain
from intake.domain.rule_texts import ASKS
from rules.intake.episode_cases import apply
from rules.intake.policy_cases import BOTH, STEPPING_DOWN, at, card, noting, score, self_harm, step_down, without
from rules.intake.test_policy_progress import GAD7, PHQ9
from rules.intake.test_review import FIRST, RULES, in_iop, in_php, proposed


def why(episode: Episode, when: Any = FIRST) -> Explanation:
    """The explanation of an episode."""
    return explain(episode, RULES, when)


def shown(explanation: Explanation, name: str) -> Rule:
    """One rule of it."""
    return next(rule for rule in explanation.rules if rule.rule == name)


def test_the_worked_example_is_explained_from_its_answer_to_every_event() -> None:
    """IN-P1: facts 9.9; principle P5: rule, value, limit, event ids and their timestamps."""
    explanation = why(in_php())

    assert explanation.says == "A step down to IOP is met: progress 6 of 7, 5 needed."
    assert [rule.rule for rule in explanation.rules] == list(ASKS)
    gate = shown(explanation, "G3")
    assert (gate.part, gate.result, gate.value, gate.limit) == ("gate", "MET", "2 h", "48 h")
    assert [(event.kind, event.at) for event in gate.events] == [("screen", at(3, 23, 9, 10).astimezone(UTC))]
    assert len(shown(explanation, "G6").events) == 13
    assert all(rule.asks for rule in explanation.rules)


def test_an_explanation_agrees_with_the_evaluation_it_explains() -> None:
    """IN-P1: one way to evaluate, not two."""
    explanation, evaluation = why(in_php()), step_down()

    assert (explanation.answer, explanation.evidence_hash) == (evaluation.answer, evaluation.evidence_hash)
    assert [(r.rule, r.result) for r in explanation.rules] == [(o.rule, o.result) for o in evaluation.outcomes]


def test_the_same_input_gives_the_same_bytes_and_other_input_another_hash() -> None:
    """IN-P1: principle P5; the order of conditions and the zone an instant is written in are not input."""
    first = why(in_php())
    again = why(in_php(conditions=tuple(reversed(BOTH))), FIRST.astimezone(UTC))

    assert first.model_dump_json() == again.model_dump_json()
    assert why(in_php(conditions=(Condition.BPD,))).content_hash != first.content_hash
    assert why(in_php(), FIRST + timedelta(minutes=1)).content_hash != first.content_hash
    assert Explanation.model_validate_json(first.model_dump_json()) == first


def test_everything_missing_is_named_once_with_the_rules_that_wait_for_it() -> None:
    """IN-P1: principle P1; what a person can go and collect."""
    old = tuple(s for s in STEPPING_DOWN.scores if s.instrument is not PHQ9)
    bare = without(STEPPING_DOWN.model_copy(update={"scores": old}), "screens", "appointments")
    explanation = why(in_php(bare))

    assert [(one.what, one.rules) for one in explanation.collect] == [
        ("suicide screen since last contact", ("G2", "G3")),
        ("first appointment at IOP", ("G10",)),
        ("PHQ9", ("G12", "S1", "S2")),
    ]
    assert (
        explanation.says
        == "Stay: gates G2, G3, G10, G12 unknown; progress 4 of 7, 5 needed, and PHQ9 cannot be compared."
    )


def test_a_measure_that_got_worse_is_named_where_it_forbids_the_step() -> None:
    """IN-P1: facts 9.4, none in "deteriorated"; against the baseline no single rule would show it."""
    others = tuple(s for s in STEPPING_DOWN.scores if s.instrument is not GAD7)
    worse = (score(GAD7, points, at(3, 8 + 7 * n)) for n, points in enumerate((9, 11, 13)))
    explanation = why(in_php(noting(STEPPING_DOWN.model_copy(update={"scores": others}), *worse)))

    assert explanation.answer == "stay"
    assert explanation.says == "Stay: all gates met; progress 6 of 7, 5 needed, but GAD7 got reliably worse."


def test_what_a_step_down_waits_for_is_said_with_its_end() -> None:
    """IN-P1: principles P3, P4 and IN-S7; the very waits by which it is proposed."""
    once = apply(in_php(), review.daily_review(in_php(), RULES, FIRST))
    held_up = in_php(
        stepped_down_at=at(3, 18, 0),
        stepped_up_at=at(3, 17),
        refused={TransitionKind.STEP_DOWN: FIRST - timedelta(hours=1)},
        status=Status.ON_LEAVE,
    )

    assert why(in_php()).waits_until == why(once).waits_until == {"second-look": FIRST + timedelta(hours=24)}
    assert why(held_up).on_leave
    assert set(why(held_up).waits_until) == {
        "second-look",
        "cool-down-after-step-down",
        "cool-down-after-step-up",
        "refused-step-down",
    }
    assert why(proposed(), at(3, 24, 12)).open_transition


def test_a_step_up_names_its_triggers_and_an_emergency_itself() -> None:
    """IN-P1: facts 9.10; principle P7."""
    up = why(in_iop(), at(4, 7, 17))

    assert up.says == "A step up to PHP is proposed at once: U1, U2, U5, U6."
    assert up.watch_until == at(4, 8)


def test_in_residential_care_a_trigger_is_a_review() -> None:
    """IN-P1: above RESIDENTIAL the program has no level; a person looks all the same."""
    high = noting(STEPPING_DOWN, *(card(3, day, 4, revision=2) for day in (20, 21, 22)))
    explanation = why(in_php(high, level=LevelOfCare.RESIDENTIAL))

    assert explanation.says == "Stay: U2 met, which a person reviews."


def test_without_a_level_no_rule_is_asked() -> None:
    """IN-P1: before the admission and after the end."""
    for episode in (in_php(level=None), in_php(status=Status.CLOSED, level=LevelOfCare.CLOSED)):
        explanation = why(episode)
        assert (explanation.answer, explanation.rules, explanation.step_down) == ("not-in-care", (), None)


def test_nothing_known_explains_itself_too() -> None:
    """IN-P1: no evidence is no error."""
    explanation = why(in_php(Evidence()))

    assert explanation.answer == "stay"
    assert len(explanation.collect) > 5


def test_late_evidence_changes_the_explanation_by_its_event_time() -> None:
    """IN-P1: principle P6."""
    late = why(in_php(noting(STEPPING_DOWN, self_harm(at(3, 19)))))

    assert shown(late, "G5").result == "NOT_MET"
    assert shown(late, "G5").events[0].at == at(3, 19)
