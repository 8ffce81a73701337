"""A flag that somebody keeps: gate G1 goes by the last time it was looked at, whenever we hear of it."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from common.contracts.words import RiskLevel
from intake.domain import review
from intake.domain.evidence import Evidence
from intake.domain.evidence_items import EvidenceItem
from rules.intake.episode_cases import apply, facts
from rules.intake.policy_cases import STEPPING_DOWN, at, flag, flag_reviewed, noting, result, rule, step_down
from rules.intake.test_review import RULES, in_php

MODERATE = RiskLevel.MODERATE
RAISED = flag(MODERATE, at(3, 17), date(2026, 3, 18))
KEPT = flag_reviewed(at(3, 18), date(2026, 3, 20))
KEPT_AGAIN = flag_reviewed(at(3, 20), date(2026, 3, 24))


def g1(*items: EvidenceItem) -> str:
    """What gate G1 says of the worked example with these items, on 23 March."""
    return result(step_down(noting(STEPPING_DOWN, *items)), "G1")


@pytest.mark.parametrize("order", [*permutations((RAISED, KEPT, KEPT_AGAIN))])
def test_the_last_review_made_counts_in_any_order_of_arrival(order: tuple[EvidenceItem, ...]) -> None:
    """IN-V5: late, out of order, and each of them again."""
    assert g1(*order) == g1(*order, *order) == g1(*order, order[0]) == "MET"


def test_an_earlier_review_that_is_heard_late_changes_nothing() -> None:
    """IN-V5: by event time, not by arrival."""
    assert g1(RAISED) == g1(RAISED, KEPT) == "NOT_MET"
    assert g1(RAISED, KEPT_AGAIN) == g1(RAISED, KEPT_AGAIN, KEPT) == "MET"


def test_a_past_moment_is_judged_by_the_reviews_made_by_then() -> None:
    """IN-V5, IN-P4: what was said later does not make an earlier day a good one."""
    evidence = noting(Evidence(), RAISED, KEPT, KEPT_AGAIN)
    then = evidence.happened_by(at(3, 19), date(2026, 3, 19))

    assert evidence.last_review(RAISED) == KEPT_AGAIN
    assert then.last_review(RAISED) == KEPT


def test_a_gate_names_the_review_it_rests_on() -> None:
    """IN-V5, IN-P1: who looks at the answer finds the message."""
    told = rule(step_down(noting(STEPPING_DOWN, RAISED, KEPT, KEPT_AGAIN)), "G1")

    assert told.event_ids == (KEPT_AGAIN.event_id,)


def test_a_review_is_noted_once_and_is_no_news_of_danger() -> None:
    """IN-V5, IN-V1: said again it is nothing; a review waits for the daily look, as a clearing does."""
    now = at(3, 23, 12)
    flagged = apply(in_php(), review.note(in_php(), RAISED, RULES, now))
    noted = review.note(flagged, KEPT_AGAIN, RULES, now)

    assert facts(noted) == ["EvidenceNoted"]
    assert review.note(apply(flagged, noted), KEPT_AGAIN, RULES, now + timedelta(hours=1)) == []
