"""Journeys: where somebody is, and the line they are drawn on."""

from common.contracts.intake import EpisodeClosed, LevelOfCareChanged, TransitionCompleted, TransitionProposed
from common.contracts.moves import DischargeVoided, LevelOfCareCorrected
from common.contracts.words import Disposition, LevelOfCare, StaffId, TransitionKind
from operations.domain.journey import LINE, Mark, line
from rules.operations.hearing import EPISODE, MOVE, later, written


def test_a_level_change_moves_the_journey() -> None:
    """OP-9: only a changed level of care moves a journey."""
    changed = LevelOfCareChanged(
        at=later(),
        **MOVE,
        kind=TransitionKind.STEP_DOWN,
        from_level=LevelOfCare.PHP,
        to_level=LevelOfCare.IOP,
        primary_therapist=StaffId("s-1"),
    )

    moved = written(changed, "journeys")

    assert (moved["level"], moved["since"], moved["status"]) == ("IOP", later(), "active")


def test_a_proposal_or_an_ended_transition_does_not_move_the_journey() -> None:
    """OP-9: software proposes, people decide; until the level changes, nobody has moved."""
    proposed = TransitionProposed(
        at=later(),
        **MOVE,
        kind=TransitionKind.STEP_DOWN,
        from_level=LevelOfCare.PHP,
        to_level=LevelOfCare.IOP,
        proposed_by="policy",
        signatures_needed=2,
        expires_at=later(days=3),
    )
    completed = TransitionCompleted(
        at=later(), **MOVE, kind=TransitionKind.STEP_DOWN, from_level=LevelOfCare.PHP, to_level=LevelOfCare.IOP
    )

    assert written(proposed, "journeys") == {}
    assert written(completed, "journeys") == {}


def test_an_ended_episode_is_closed_on_the_journey() -> None:
    """OP-9: an ending is a step of the journey too."""
    closed = EpisodeClosed(
        at=later(),
        **EPISODE,
        from_level=LevelOfCare.ALUMNI,
        disposition=Disposition.COMPLETED,
        decided_by=StaffId("s"),
    )

    assert written(closed, "journeys")["level"] == "CLOSED"


def test_a_correction_moves_since_when_and_only_where_they_are_now() -> None:
    """OP-9: the step as it was said stays beside it."""
    about = {"corrects": MOVE["transition_id"], "from_level": "PHP", "level": "IOP", "was_at": later(days=2)}
    for current in (True, False):
        told = {**about, "known_at": later(days=5), "corrected_by": "s", "reason": "late", "current": current}
        corrected = LevelOfCareCorrected.model_validate({"at": later(days=1), **EPISODE, **told})
        assert written(corrected, "journeys").get("since") == (later(days=1) if current else None)


def test_a_discharge_that_never_was_leaves_the_journey_where_it_was() -> None:
    """OP-9"""
    about = {"level": "PHP", "level_since": later(), "ended_at": later(days=1), "voided_by": "s", "reason": "error"}
    voided = DischargeVoided.model_validate({"at": later(days=2), **EPISODE, **about, "primary_therapist": "th"})

    moved = written(voided, "journeys")

    assert (moved["level"], moved["since"], moved["status"]) == ("PHP", later(), "active")


def test_the_line_shows_here_been_next_and_ahead() -> None:
    """OP-8: the line says where they are, where they have been and where a transition would lead."""
    marks = [stop.mark for stop in line("IOP", ["PHP", "IOP"], "OUTPATIENT_BOOSTER")]

    assert marks == [Mark.AHEAD, Mark.BEEN, Mark.HERE, Mark.NEXT, Mark.AHEAD]


def test_a_return_to_more_intensive_care_is_no_way_lost() -> None:
    """OP-8: after a step up, the stop left behind stays marked as been."""
    marks = {stop.level: stop.mark for stop in line("PHP", ["PHP", "IOP", "PHP"])}

    assert (marks[LevelOfCare.PHP], marks[LevelOfCare.IOP]) == (Mark.HERE, Mark.BEEN)


def test_a_hospital_stay_is_off_the_line() -> None:
    """OP-8: a level off the line marks no stop as here."""
    stops = line("EXTERNAL_ACUTE", ["PHP", "EXTERNAL_ACUTE"])

    assert [stop.level for stop in stops] == list(LINE)
    assert Mark.HERE not in {stop.mark for stop in stops}
