"""What the demonstration tells of a night, and of the weeks in which a family learns along."""

from typing import Any

import pytest

from rules.cohort.test_cases import event
from rules.cohort.test_story import row
from throughline.cohort import learning, night
from throughline.cohort.cases import CASES
from throughline.cohort.judging import judge
from throughline.cohort.story import told

CLIMBED = [
    event("RiskFlagRaised"),
    event("LadderClimbed", step=0),
    event("LadderClimbed", step=1),
    event("LadderAcknowledged"),
    event("LadderContactMade"),
    event("RiskFlagCleared"),
]
MATTER = {
    "started_at": "2026-12-01T07:00:00Z",
    "steps": [
        {"step": 0, "to": ["on-call-clinician"], "template": "risk-flag-raised", "at": "2026-12-01T07:00:00Z"}
        | {"on_call": "therapist-6"},
        {"step": 1, "to": ["backup", "lead"], "template": "still-unanswered", "at": "2026-12-01T07:30:00Z"},
    ],
    "by": "therapist-6",
    "acknowledged_at": "2026-12-01T07:41:00Z",
    "contact_at": "2026-12-01T07:44:00Z",
}
PROGRAM = {
    "curriculum": [
        {"code": "VALIDATION", "in_step_with": ["INTERPERSONAL_EFFECTIVENESS"]},
        {"code": "HOME_PRACTICE", "in_step_with": []},
    ]
}


def test_a_night_says_who_was_told_at_which_step_and_who_has_it() -> None:
    """The times are those that notifications keeps, told where the program is; who was on call has a name."""
    lines = night.in_words(MATTER, {"recipient_id": "therapist-2", "sent_at": "2026-12-01T07:01:00Z"})

    assert lines == [
        "02:00 a diary card raises a flag; therapist-2 is told at 02:01.",
        "02:00 step 1 of the ladder: on-call-clinician (tonight therapist-6) is told to look now.",
        "02:30 step 2 of the ladder: backup and lead are told that nobody has answered yet.",
        "02:41 therapist-6 has it, and is in touch with them at 02:44; nobody else is told.",
    ]


@pytest.mark.parametrize("left_out", range(len(CLIMBED)))
def test_no_step_of_a_night_can_be_missing(left_out: int) -> None:
    """The case is what operations saw; who was paged is what notifications keeps."""
    without = [*CLIMBED[:left_out], *CLIMBED[left_out + 1 :]]

    assert judge(CASES["night-flag"], "3fa2", CLIMBED, [night.PAGED]).ok
    assert not judge(CASES["night-flag"], "3fa2", without, [night.PAGED]).ok
    assert not judge(CASES["night-flag"], "3fa2", CLIMBED).ok


@pytest.mark.parametrize("more", [event("LadderClimbed", step=2), event("LadderContactMissed")])
def test_nobody_more_is_told_once_somebody_has_it(more: dict[str, Any]) -> None:
    """The supervisor sleeps, and there is no incident."""
    assert judge(CASES["night-flag"], "3fa2", [*CLIMBED, more], [night.PAGED]).differs.startswith("seen")


def test_a_week_in_step_in_which_all_was_heard_is_seen_for_what_it_is() -> None:
    """A module that only comes next is not in step; a lesson that nobody at home heard of spoils the case."""
    week, learns = ["GIVE", "FAST"], "INTERPERSONAL_EFFECTIVENESS"

    assert learning.checked(PROGRAM, week, {"FAST", "GIVE"}, learns, "VALIDATION") == ["in step", "nothing unheard"]
    assert learning.checked(PROGRAM, week, {"GIVE"}, learns, "HOME_PRACTICE") == ["something unheard"]
    assert learning.checked(PROGRAM, [], {"GIVE"}, "MINDFULNESS", "VALIDATION") == []
    assert "something unheard" in CASES["full-way"].never
    assert {"in step", "nothing unheard"} <= set(CASES["full-way"].anywhere)


def test_a_week_is_told_in_one_line() -> None:
    """What each of them learned and who heard of it; not a line for every notice."""
    line = learning.in_words(["GIVE", "DEAR_MAN"], {"GIVE", "DEAR_MAN"}, "VALIDATION", in_step=True)
    notice = row("NoticeSent", recipient_kind="SUPPORTER", template="family-skill")

    assert line == (
        "This week's skills: give and dear man; their family heard of each, as allowed. "
        "Today the family learns validation, in step."
    )
    assert told([notice], set()) == []
    assert "has not heard of dear man" in learning.in_words(["GIVE", "DEAR_MAN"], {"GIVE"}, "", in_step=False)
