"""Triggers E1, U1-U6 and U10: met, not met, unknown; a missing answer never calms an alarm."""

from datetime import timedelta

import pytest

from common.contracts.words import Condition, Instrument, LevelOfCare, RiskLevel
from intake.domain.evaluation import Evaluation
from intake.domain.evidence import Evidence
from intake.domain.evidence_items import CoachingCall, DiaryDay
from rules.intake.policy_cases import (
    at,
    card,
    coaching_call,
    noting,
    result,
    rule,
    score,
    screen,
    self_harm,
    session,
    step_up,
    suicidal_act,
    voided,
)

HIGH, MODERATE, LOW = RiskLevel.HIGH, RiskLevel.MODERATE, RiskLevel.LOW
PHQ9, GAD7, WSAS = Instrument.PHQ9, Instrument.GAD7, Instrument.WSAS
SCREENED = noting(Evidence(), screen(LOW, at(4, 1)))


def cards(*urges: int) -> tuple[DiaryDay, ...]:
    """Daily cards up to 7 April."""
    return tuple(card(4, 8 - len(urges) + n, urge) for n, urge in enumerate(urges))


def calls(month: int, day: int) -> list[CoachingCall]:
    """Three coaching calls about life in one day."""
    return [coaching_call(at(month, day, hour)) for hour in (9, 13, 22)]


def phq(*points: float) -> Evidence:
    """PHQ-9 every six days, the last on 6 April."""
    days = (at(4, 6) - timedelta(days=6 * n) for n in reversed(range(len(points))))
    return noting(SCREENED, *(score(PHQ9, value, day) for value, day in zip(points, days, strict=True)))


def gad(*wsas: float) -> Evidence:
    """GAD-7 up to the top band by one step, with the course of function beside it."""
    anxious = noting(SCREENED, score(GAD7, 10, at(3, 30)), score(GAD7, 15, at(4, 6)))
    return noting(anxious, *(score(WSAS, value, at(4, 1 + n)) for n, value in enumerate(wsas)))


CASES = {
    "E1 screen high": ("E1", noting(SCREENED, screen(HIGH, at(4, 7))), "MET"),
    "E1 screened lower since": ("E1", noting(SCREENED, screen(HIGH, at(4, 6)), screen(LOW, at(4, 7))), "NOT_MET"),
    "E1 high about the past only": ("E1", noting(SCREENED, screen(HIGH, at(4, 7), version="RECENT")), "NOT_MET"),
    "E1 ASQ imminent": ("E1", noting(SCREENED, screen(HIGH, at(4, 7), version="RECENT", by="ASQ")), "MET"),
    "E1 act, nobody asked since": ("E1", noting(SCREENED, suicidal_act(at(4, 6))), "MET"),
    "E1 act, screened since": ("E1", noting(SCREENED, suicidal_act(at(4, 5)), screen(MODERATE, at(4, 6))), "NOT_MET"),
    "E1 act long ago": ("E1", noting(SCREENED, suicidal_act(at(1, 14))), "NOT_MET"),
    "E1 never screened": ("E1", Evidence(), "UNKNOWN"),
    "U1 moderate": ("U1", noting(SCREENED, screen(MODERATE, at(4, 7))), "MET"),
    "U1 low": ("U1", SCREENED, "NOT_MET"),
    "U1 never screened": ("U1", Evidence(), "UNKNOWN"),
    "U2 three of seven": ("U2", noting(SCREENED, *cards(4, 0, 4, 0, 5, 0, 0)), "MET"),
    "U2 two of seven": ("U2", noting(SCREENED, *cards(4, 0, 4, 0, 3, 0, 0)), "NOT_MET"),
    "U2 three of the eight last": ("U2", noting(SCREENED, card(3, 31, 4), *cards(0, 4, 0, 5, 0, 0, 0)), "NOT_MET"),
    "U2 three cards, all high": ("U2", noting(SCREENED, *cards(4, 4, 4)), "MET"),
    "U2 four calm cards": ("U2", noting(SCREENED, *cards(0, 0, 0, 0)), "UNKNOWN"),
    "U2 no card": ("U2", SCREENED, "UNKNOWN"),
    "U2 high cards three weeks ago": ("U2", noting(SCREENED, *(card(3, 10 + n, 5) for n in range(7))), "UNKNOWN"),
    "U3 two acts": ("U3", noting(SCREENED, self_harm(at(4, 2)), self_harm(at(4, 5))), "MET"),
    "U3 two acts in one day": ("U3", noting(SCREENED, self_harm(at(4, 2, 9)), self_harm(at(4, 2, 10))), "MET"),
    "U3 one, medical care needed": ("U3", noting(SCREENED, self_harm(at(4, 5), medical=True)), "MET"),
    "U3 one act": ("U3", noting(SCREENED, self_harm(at(4, 5))), "NOT_MET"),
    "U3 one act, told twice": ("U3", noting(SCREENED, self_harm(at(4, 5)), card(4, 5, self_harm=True)), "NOT_MET"),
    "U3 one told, one on a card": ("U3", noting(SCREENED, self_harm(at(4, 5)), card(4, 6, self_harm=True)), "MET"),
    "U3 the first eight days ago": ("U3", noting(SCREENED, self_harm(at(3, 31)), self_harm(at(4, 5))), "NOT_MET"),
    "U3 nobody looked": ("U3", SCREENED, "UNKNOWN"),
    "U4 worse once": ("U4", phq(8, 14), "NOT_MET"),
    "U4 worse, and again": ("U4", phq(8, 14, 15), "MET"),
    "U4 worse, then better": ("U4", phq(8, 14, 10), "NOT_MET"),
    "U4 worse, into the top band": ("U4", phq(14, 20), "MET"),
    "U4 in the top band, as before": ("U4", phq(21, 21), "NOT_MET"),
    "U4 asked once": ("U4", phq(21), "UNKNOWN"),
    "U4 never asked": ("U4", SCREENED, "UNKNOWN"),
    "U5 worse once": ("U5", phq(8, 14), "MET"),
    "U5 worse than before the watch, bit by bit": ("U5", phq(8, 8, 11, 14), "MET"),
    "U5 a rise that is not reliable": ("U5", phq(8, 13), "NOT_MET"),
    "U5 not asked in the watch": ("U5", SCREENED, "UNKNOWN"),
    "U6 low attendance, no risk": ("U6", noting(SCREENED, session(at(4, 3), 540, 300)), "NOT_MET"),
    "U6 low attendance, moderate screen": (
        "U6",
        noting(SCREENED, session(at(4, 3), 540, 300), screen(MODERATE, at(4, 7))),
        "MET",
    ),
    "U6 low attendance, moderate screen last week": (
        "U6",
        noting(Evidence(), session(at(4, 3), 540, 300), screen(MODERATE, at(3, 26)), screen(LOW, at(4, 1))),
        "MET",
    ),
    "U6 low attendance, moderate screen for an hour last week": (
        "U6",
        noting(SCREENED, session(at(4, 3), 540, 300), screen(MODERATE, at(4, 2, 10)), screen(LOW, at(4, 2, 11))),
        "MET",
    ),
    "U6 low attendance, high urges corrected upwards today": (
        "U6",
        noting(
            SCREENED,
            session(at(4, 3), 540, 300),
            *(card(3, 25 + n, 4) for n in range(3)),
            *cards(0, 0, 0, 0, 0, 0, 0),
        ),
        "MET",
    ),
    "U6 low attendance, worse by an administration that does not count": (
        "U6",
        noting(phq(8, 8), session(at(4, 3), 540, 300), score(PHQ9, 20, at(4, 5), "wrong"), voided("wrong", at(4, 6))),
        "NOT_MET",
    ),
    "U6 low attendance, moderate screen a month ago": (
        "U6",
        noting(Evidence(), session(at(4, 3), 540, 300), screen(MODERATE, at(3, 1)), screen(LOW, at(3, 20))),
        "NOT_MET",
    ),
    "U6 risk, 60 % attended": (
        "U6",
        noting(SCREENED, session(at(4, 3), 500, 300), screen(MODERATE, at(4, 7))),
        "NOT_MET",
    ),
    "U6 nothing planned": ("U6", noting(SCREENED, screen(MODERATE, at(4, 7))), "UNKNOWN"),
    "U7 three calls on each of two days": ("U7", noting(SCREENED, *calls(4, 5), *calls(4, 7)), "MET"),
    "U7 three calls on one day": ("U7", noting(SCREENED, *calls(4, 7), *calls(4, 5)[:2]), "NOT_MET"),
    "U7 nobody called": ("U7", SCREENED, "NOT_MET"),
    "U7 the first day eight days ago": ("U7", noting(SCREENED, *calls(3, 30), *calls(4, 7)), "NOT_MET"),
    "U10 low attendance alone": ("U10", noting(SCREENED, session(at(4, 3), 540, 300)), "MET"),
    "U10 attended": ("U10", noting(SCREENED, session(at(4, 3), 540, 540)), "NOT_MET"),
    "U10 nothing planned": ("U10", SCREENED, "UNKNOWN"),
}


def depressed(evidence: Evidence, level: LevelOfCare = LevelOfCare.IOP) -> Evaluation:
    """Evaluated on 7 April under watch, with depression."""
    return step_up(evidence, conditions=(Condition.DEPRESSION,), level=level)


@pytest.mark.parametrize(("name", "evidence", "expected"), CASES.values(), ids=CASES)
def test_a_trigger_is_met_not_met_or_unknown(name: str, evidence: Evidence, expected: str) -> None:
    """E1, U1-U7, U10; IN-P4."""
    assert result(depressed(evidence), name) == expected


@pytest.mark.parametrize(("name", "evidence"), [(n, e) for n, e, expected in CASES.values() if expected == "MET"])
def test_one_trigger_is_enough_for_its_answer(name: str, evidence: Evidence) -> None:
    """Principle P2: step up is ANY; E1 is the emergency path; U10 is a review only."""
    answer = depressed(evidence).answer

    assert answer == {"E1": "emergency", "U7": "stay", "U10": "stay"}.get(name, "step-up")


def test_an_emergency_comes_before_a_step_up() -> None:
    """Principle P7: a parallel path, and no level is proposed."""
    evaluation = depressed(noting(SCREENED, *cards(4, 4, 4), screen(HIGH, at(4, 7))))

    assert (evaluation.answer, evaluation.to_level) == ("emergency", None)
    assert result(evaluation, "U2") == "MET"


@pytest.mark.parametrize(
    ("level", "answer", "to_level"),
    [
        (LevelOfCare.OUTPATIENT_BOOSTER, "step-up", LevelOfCare.IOP),
        (LevelOfCare.IOP, "step-up", LevelOfCare.PHP),
        (LevelOfCare.PHP, "stay", None),
        (LevelOfCare.RESIDENTIAL, "stay", None),
    ],
)
def test_a_moderate_screen_steps_up_from_the_lower_levels_only(
    level: LevelOfCare, answer: str, to_level: LevelOfCare | None
) -> None:
    """U1: elsewhere it is a same-day review."""
    evaluation = depressed(noting(SCREENED, screen(MODERATE, at(4, 7))), level)

    assert (evaluation.answer, evaluation.to_level) == (answer, to_level)
    assert result(evaluation, "U1") == "MET"


def test_anxiety_in_the_top_band_needs_a_fall_of_function_too() -> None:
    """U4: GAD-7 at least 15 with function fall."""
    worse, same = (step_up(gad(before, 18), conditions=[Condition.ANXIETY]) for before in (10, 18))

    assert (result(worse, "U4"), result(same, "U4")) == ("MET", "NOT_MET")


def test_where_bpd_is_treated_a_worse_phq9_counts_as_well() -> None:
    """U4, U5: facts 9.4, "BPD: BSL-23 (+PHQ-9)"; S1 goes by its own measure alone."""
    borderline = step_up(phq(8, 14), conditions=[Condition.BPD])
    anxious = step_up(phq(8, 14), conditions=[Condition.ANXIETY])

    assert (result(borderline, "U5"), result(anxious, "U5")) == ("MET", "UNKNOWN")


def test_after_the_watch_one_worse_administration_is_not_enough() -> None:
    """U5: only within the 14 days after a step down."""
    over = step_up(phq(8, 14), conditions=[Condition.DEPRESSION], watch_until=at(4, 7, 0))
    never = step_up(phq(8, 14), conditions=[Condition.DEPRESSION], watch_until=None)

    assert [result(e, "U5") for e in (over, never)] == ["NOT_MET", "NOT_MET"]
    assert rule(never, "U5").value == "no watch"


def test_a_second_worse_administration_after_more_than_a_week_confirms_nothing() -> None:
    """U4: confirmed within seven days."""
    apart = noting(SCREENED, *(score(PHQ9, p, at(*d)) for p, d in ((8, (3, 20)), (14, (3, 29)), (15, (4, 6)))))

    assert result(depressed(apart), "U4") == "NOT_MET"
