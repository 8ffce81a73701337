"""What a proposal of placement says in the demonstration, and when it is a proof of nothing."""

from typing import Any

import pytest

from rules.cohort.test_cases import event
from throughline.cohort.cases import CASES
from throughline.cohort.judging import judge
from throughline.cohort.scenes import checked, in_words


def reason(code: str, /, **more: Any) -> dict[str, Any]:
    """One reason as placement gives it."""
    return {"code": code, "ids": [], "until": None, "minutes": None, "aim": None, "by": None} | more


CHOSEN = [reason("gives-hours", minutes=540), reason("keeps-peers", ids=["p-2", "p-3"])]
AGAINST = [reason("clashes", ids=["evening-sun"]), reason("worse-by", aim="therapists", by=1)]


def answer(**more: Any) -> dict[str, Any]:
    """A proposal for one person, with two groups."""
    sun = {"group_id": "evening-sun", "chosen": True, "reasons": CHOSEN}
    moon = {"group_id": "evening-moon", "chosen": False, "reasons": AGAINST}
    kept = {"therapists_kept": 1, "peers_kept": 2}
    return {
        "movers": [{"participant_id": "p-1", "groups": ["evening-sun"], "verdicts": [sun, moon]}],
        "outcome": kept,
        "by_hand": kept,
        "gained_therapists": 0,
        "gained_peers": 0,
        "proven": True,
        "proofs": [{"aim": "peers", "reached": 2, "at_most": 2, "gap": 0}],
    } | more


def test_a_placement_is_told_with_every_reason_and_what_it_gains() -> None:
    """Chosen and why, not chosen and why not, what one gets by hand, and the proof."""
    first, second, third = in_words("p-1", answer(), answer()["movers"][0])

    assert first == "placement of p-1: evening-sun: gives 9 hours a week, keeps 2 peers"
    assert second == "  not evening-moon: meets when evening-sun does, worse by 1 therapists"
    assert third.endswith("proven, nothing better exists")


@pytest.mark.parametrize(
    ("missing", "more"),
    [
        ("proven", {"proven": False}),
        ("proven", {"proofs": [{"aim": "peers", "reached": 2, "at_most": 3, "gap": 1}]}),
        ("not worse than by hand", {"gained_therapists": -1, "gained_peers": 9}),
        ("not worse than by hand", {"gained_peers": -1}),
        ("every group explained", {"movers": [{"verdicts": [{"reasons": []}]}]}),
    ],
)
def test_what_a_placement_lacks_is_not_seen(missing: str, more: dict[str, Any]) -> None:
    """Each mark of the case stands only for what is so."""
    marks = ["every group explained", "proven", "not worse than by hand"]

    assert checked(answer()) == marks
    assert checked(answer(**more)) == [mark for mark in marks if mark != missing]


def test_a_move_taken_back_and_a_bed_planned_anew_are_seen_for_what_they_are() -> None:
    """A step up that undoes nothing is no undo; a case needs what was asked, too."""
    back = [
        event("LevelOfCareChanged", to_level="PHP"),
        event("LevelOfCareChanged", to_level="IOP"),
        event("SafetyPlanReviewed"),
        event("TransitionProposed", kind="STEP_UP", proposed_by="therapist-1"),
        event("LevelOfCareChanged", to_level="PHP", undoes="t-1"),
        event("TransitionCompleted"),
    ]
    seen = ["both moves kept", "documents kept"]

    assert judge(CASES["undone-move"], "3fa2", back, seen).ok
    assert judge(CASES["undone-move"], "3fa2", back, seen[:1]).differs == "not seen: documents kept"
    back[4] = event("LevelOfCareChanged", to_level="PHP")
    assert judge(CASES["undone-move"], "3fa2", back, seen).differs == "not seen: back at PHP"
