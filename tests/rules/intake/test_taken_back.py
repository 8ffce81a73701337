"""What skills takes back: an act a diary card told of, and a lesson that did not reach somebody after all."""

from datetime import date, timedelta
from itertools import permutations

from common.contracts.words import RiskLevel, TransitionKind
from intake.domain import review
from intake.domain.episode import Episode
from intake.domain.evidence import Evidence
from intake.domain.evidence_items import EvidenceItem
from rules.intake.episode_cases import apply, facts
from rules.intake.policy_cases import (
    POLICY,
    STEPPING_DOWN,
    act_of_card,
    at,
    flag,
    lesson,
    noting,
    result,
    rule,
    screen,
    self_harm,
    session,
    step_down,
    step_up,
    suicidal_act,
    without,
)
from rules.intake.test_review import RULES, SECOND, in_iop, proposed

DAY = date(2026, 3, 21)
TOLD = act_of_card(DAY, at(3, 21, 20), 5)
BACK = act_of_card(DAY, at(3, 21, 20), 7, set_aside=True)
AGAIN = act_of_card(DAY, at(3, 21, 22), 9)
REQUIRED = POLICY.required_lessons


def test_an_act_set_aside_is_no_act_for_the_days_without_one() -> None:
    """IN-V9: G4, G5 and U3 count what happened; the corrected card says that it did not."""
    told, back = step_down(noting(STEPPING_DOWN, TOLD)), step_down(noting(STEPPING_DOWN, TOLD, BACK))

    assert [result(told, name) for name in ("G4", "G5")] == ["NOT_MET", "NOT_MET"]
    assert [result(back, name) for name in ("G4", "G5", "U3")] == ["MET", "MET", "NOT_MET"]


def test_in_every_order_and_repeated_the_last_word_of_skills_stands() -> None:
    """IN-V9: told, taken back, told again; late and out of order it ends the same."""
    for said, acts in (((TOLD, BACK), 0), ((TOLD, BACK, AGAIN), 1)):
        ends = {noting(Evidence(), *order, *order[:1]) for order in permutations(said)}
        assert [len(end.acts()) for end in ends] == [acts]


def test_what_a_person_told_no_card_takes_back() -> None:
    """IN-V9: two tellings of one day are two; only the card's own is its to correct."""
    persons = suicidal_act(at(3, 21, 20))
    known = noting(STEPPING_DOWN, persons, TOLD, BACK)

    assert persons in known.acts()
    assert result(step_down(known), "G4") == "NOT_MET"


def test_only_a_named_person_who_asks_settles_an_act_that_was_set_aside() -> None:
    """IN-V9: the emergency stands until a screen was done since, and the flag until somebody clears it."""
    unasked = without(STEPPING_DOWN, "screens")
    told = noting(unasked, screen(RiskLevel.LOW, at(3, 20)), TOLD, BACK)
    asked = noting(told, screen(RiskLevel.NONE, at(3, 23, 9)))
    flagged = noting(asked, flag(RiskLevel.HIGH, at(3, 21, 20)))

    assert step_down(told).answer == "emergency"
    assert rule(step_down(told), "E1").value == "suicidal act, not yet screened"
    assert step_down(asked).answer != "emergency"
    assert result(step_down(flagged), "G1") == "NOT_MET"


def stepping_up(*known: EvidenceItem) -> Episode:
    """A step up from IOP because of an act on a card, beside self-harm the day before; both were asked about."""
    calm = without(noting(in_iop().evidence, self_harm(at(4, 5)), *known), "scores", "diary", "screens", "attendance")
    evidence = noting(calm, screen(RiskLevel.LOW, at(4, 6, 10)))
    episode = in_iop().model_copy(update={"evidence": evidence})
    return apply(episode, review.daily_review(episode, RULES, at(4, 6, 11)))


ACT = act_of_card(date(2026, 4, 6), at(4, 6, 8), 30)
NONE = act_of_card(date(2026, 4, 6), at(4, 6, 8), 31, set_aside=True)


def test_an_unsigned_step_up_goes_stale_when_the_act_it_rests_on_is_set_aside() -> None:
    """IN-V9, IN-S6: once; repeated it is nothing, and heard first there is no proposal at all."""
    open_one = stepping_up(ACT)
    back = review.note(open_one, NONE, RULES, at(4, 6, 12))
    closed = apply(open_one, back)

    assert open_one.transition is not None and open_one.transition.kind is TransitionKind.STEP_UP
    assert facts(back) == ["EvidenceNoted", "PolicyEvaluated", "TransitionStale"]
    assert closed.transition is None
    assert review.note(closed, NONE, RULES, at(4, 6, 13)) == []
    assert stepping_up(NONE, ACT).transition is None
    assert review.note(closed, ACT, RULES, at(4, 6, 13)) == []


def test_a_past_moment_knows_nothing_of_an_act_that_never_was() -> None:
    """IN-P4, IN-V9: poor attendance after it is no risk any more; where it stands, it is."""
    gone = [session(at(4, day), 180, 0) for day in range(1, 7)]
    calm = without(in_iop().evidence, "scores", "diary", "screens", "attendance")
    asked = noting(calm, *gone, screen(RiskLevel.LOW, at(4, 6, 10)), ACT)

    assert [result(step_up(known, now=at(4, 6, 12)), "U6") for known in (asked, noting(asked, NONE))] == [
        "MET",
        "NOT_MET",
    ]


def test_a_lesson_taken_back_is_no_exposure_and_taught_again_it_is() -> None:
    """IN-V10: S5 counts what reached them, as it is known now, in any order."""
    eighth = lesson(REQUIRED[7], at(3, 20), 1)
    back = lesson(REQUIRED[7], at(3, 20), 2, taken_back=True)
    anew = lesson(REQUIRED[7], at(3, 22), 3)

    for order in permutations((eighth, back, anew)):
        known = noting(STEPPING_DOWN, *order)
        assert [one.at for one in known.taught() if one.lesson == REQUIRED[7]] == [at(3, 22)]
    for two in permutations((eighth, back)):
        assert result(step_down(noting(STEPPING_DOWN, *two)), "S5") == "NOT_MET"
    assert result(step_down(noting(STEPPING_DOWN, eighth)), "S5") == "MET"


def test_all_lessons_taken_back_are_unknown_and_not_an_improvement() -> None:
    """IN-V10: nothing taught is nothing known."""
    gone = (lesson(code, at(3, 3), n, taken_back=True) for n, code in enumerate(REQUIRED, start=1))

    assert result(step_down(noting(STEPPING_DOWN, *gone)), "S5") == "UNKNOWN"


def test_a_step_down_that_rested_on_a_lesson_goes_stale_when_it_is_taken_back() -> None:
    """IN-V10, IN-S6: enough progress by the lessons alone; without them the answer is another."""
    episode = proposed()
    assert episode.transition is not None
    few = noting(without(episode.evidence, "attendance", "home_climate"), lesson(REQUIRED[7], at(3, 22), 1))
    rests = episode.model_copy(update={"evidence": few})
    back = review.note(rests, lesson(REQUIRED[7], at(3, 22), 2, taken_back=True), RULES, SECOND + timedelta(hours=1))

    assert review.look(rests, RULES, SECOND + timedelta(hours=1)) == []
    assert "TransitionStale" in facts(back)
    assert apply(rests, back).transition is None
