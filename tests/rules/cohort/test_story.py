"""The story in plain words."""

from typing import Any

from throughline.cohort.story import sentence, told
from throughline.cohort.summary import metrics_of

AT = "2026-12-02T05:00:00+00:00"


def row(type: str, /, id: str = "1", **plain: Any) -> dict[str, Any]:
    """One event of a journey as operations tells it."""
    return {"id": id, "type": f"{type}.v1", "time": AT, "recorded_at": AT, "plain": plain}


CHANGED = row(
    "LevelOfCareChanged", from_level="RESIDENTIAL", to_level="PHP", primary_therapist="therapist-1", kind="STEP_DOWN"
)


def test_a_step_down_names_both_levels_and_the_therapist_who_stays() -> None:
    """The connection that runs through is told."""
    line = sentence(CHANGED)

    assert "the residence to the day program" in line
    assert "therapist-1 stays their therapist" in line


def test_the_first_level_is_a_first_day() -> None:
    """At an admission there is no level before."""
    assert sentence(row("LevelOfCareChanged", to_level="PHP", primary_therapist="therapist-1")).startswith("First day")


def test_who_signs_is_told_by_role() -> None:
    """Two people sign out of the residence."""
    assert sentence(row("TransitionSigned", role="medical", signed_by="x")) == "Signed by a medical provider."


def test_a_notice_to_staff_is_no_part_of_the_story_and_one_to_the_family_is() -> None:
    """The family is told; what staff read in their inbox is not the story."""
    about = {"template": "transition-happened", "recipient_id": "x"}

    assert sentence(row("NoticeSent", recipient_kind="STAFF", **about)) == ""
    assert "they have moved" in sentence(row("NoticeSent", recipient_kind="SUPPORTER", **about))


def test_an_event_is_told_once_on_its_local_day() -> None:
    """Midnight in New York is five in the morning in UTC; said twice, told once."""
    known: set[str] = set()
    first, again = told([CHANGED, row("EvidenceNoted", id="2")], known), told([CHANGED], known)

    assert [day.isoformat() for day, _ in first] == ["2026-12-02"]
    assert again == []


def test_messages_are_counted_from_the_metrics_page() -> None:
    """Consumed and dropped are told apart by what became of a message."""
    page = (
        "# TYPE throughline_taken counter\n"
        'throughline_taken_total{outcome="next"} 9.0\nthroughline_taken_total{outcome="duplicate"} 2.0\n'
    )

    counts = metrics_of(page)

    assert (counts["consumed"], counts["duplicates_dropped"]) == (9, 2)


def test_at_one_instant_what_leads_to_something_is_told_before_it() -> None:
    """The place is kept before the participant moves, however the log sorts streams."""
    kept = row("PlaceHeld", id="2", level="PHP", group_id="day-river")

    assert [line[:7] for _, line in told([CHANGED, kept], set())] == ["A place", "They mo"]
