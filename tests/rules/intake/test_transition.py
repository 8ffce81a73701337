"""The transition: what it asks, what it hears, how it gives back."""

from datetime import timedelta

import pytest

from common.change import Change, Refused, TimerFired
from common.contracts import family, scheduling
from common.contracts import intake as said
from common.contracts.words import LevelOfCare, StaffId, TransitionId
from intake.domain import lifecycle, moves
from intake.domain.transition import Phase, Step
from intake.handlers import miss_deadline
from intake.views import PROJECTS
from rules.intake.episode_cases import (
    HOUR,
    MIDNIGHT,
    NOON,
    POLICY,
    PROCESS,
    RULES,
    T,
    apply,
    approved,
    asked,
    at_level,
    confirming,
    facts,
    having,
    only,
    ready,
    reminded,
    twice,
)

OTHER = TransitionId("another")


def test_each_good_answer_asks_for_the_next_step_and_the_last_one_waits_for_midnight() -> None:
    """IN-T2, IN-T3: place, then family, then skills; one billable level a date, so it changes at midnight."""
    episode = approved()
    place = moves.step_done(episode, T, Step.PLACE, "g-1", RULES, NOON)
    family_part = moves.step_done(having(episode, Step.PLACE), T, Step.FAMILY, "", RULES, NOON)
    skills_part = moves.step_done(having(episode, Step.PLACE, Step.FAMILY), T, Step.SKILLS, "", RULES, NOON)

    assert asked(place) == ["ArrangeTransitionMeeting"]
    assert only(place, family.ArrangeTransitionMeeting).effective_at == MIDNIGHT
    assert asked(family_part) == ["CarryCurriculum"]
    assert facts(skills_part) == ["TransitionStepDone", "TransitionReady"]
    assert reminded(skills_part)["effective"] == MIDNIGHT


@pytest.mark.parametrize("step", [Step.FAMILY, Step.SKILLS, Step.CONFIRM])
def test_news_before_its_turn_changes_nothing(step: Step) -> None:
    """IN-T2: out of order."""
    assert moves.step_done(approved(), T, step, "", RULES, NOON) == []


def test_news_said_twice_or_of_another_transition_changes_nothing() -> None:
    """IN-T2: repeated, late."""
    episode = approved()
    assert twice(lambda e: moves.step_done(e, T, Step.PLACE, "g", RULES, NOON), episode) == []
    assert moves.step_done(episode, OTHER, Step.PLACE, "g", RULES, NOON) == []
    assert moves.step_done(at_level(LevelOfCare.PHP), T, Step.PLACE, "g", RULES, NOON) == []


def test_at_the_effective_instant_the_destination_is_asked_and_the_old_level_stays_active() -> None:
    """IN-T3: no gap in care; the old level is active until the new one is confirmed."""
    episode = ready()
    due = moves.take_effect(episode, T, RULES, MIDNIGHT)
    assert asked(due) == ["CheckAuthorisation", "ConfirmPlace"]
    assert apply(episode, due).level is LevelOfCare.PHP
    assert twice(lambda e: moves.take_effect(e, T, RULES, MIDNIGHT), episode) == []


def test_the_confirmation_changes_the_level_at_the_effective_instant_and_frees_the_old_place() -> None:
    """IN-T3: one instant, one aggregate; then the old place is given back and the transition is over."""
    episode = confirming()
    changed = moves.change_level(episode, T, PROCESS, MIDNIGHT + HOUR)
    after = apply(episode, changed)

    fact = only(changed, said.LevelOfCareChanged)
    assert (fact.from_level, fact.to_level, fact.at) == (LevelOfCare.PHP, LevelOfCare.IOP, MIDNIGHT)
    assert only(changed, scheduling.ReleasePlace).level is LevelOfCare.PHP
    assert after.level is LevelOfCare.IOP
    assert after.stepped_down_at == MIDNIGHT
    assert facts(moves.complete(after, T, MIDNIGHT + HOUR)) == ["TransitionCompleted"]
    assert apply(after, moves.complete(after, T, MIDNIGHT + HOUR)).transition is None
    assert twice(lambda e: moves.change_level(e, T, PROCESS, MIDNIGHT), episode) == []
    assert twice(lambda e: moves.complete(e, T, MIDNIGHT), after) == []


def test_a_confirmation_out_of_turn_changes_no_level() -> None:
    """IN-T3: late or early news."""
    for episode in (approved(), ready(), at_level(LevelOfCare.PHP)):
        assert moves.change_level(episode, T, PROCESS, MIDNIGHT) == []


def test_no_place_holds_the_transition_with_its_reason_and_tells_the_therapist() -> None:
    """IN-T4"""
    episode = approved()
    held = moves.hold(episode, T, PROCESS, NOON)
    after = apply(episode, held)

    assert only(held, said.TransitionHeld).reason == "no-place"
    assert asked(held) == ["SendNotice"]
    assert after.level is LevelOfCare.PHP
    assert moves.hold(after, T, PROCESS, NOON) == []
    assert moves.hold(ready(), T, PROCESS, NOON) == []


def test_a_place_that_comes_free_later_goes_on_and_takes_effect_at_a_new_midnight() -> None:
    """IN-T4: held, then completed."""
    episode = approved()
    episode = apply(episode, moves.hold(episode, T, PROCESS, NOON))
    later = NOON + timedelta(days=5)
    place = moves.step_done(episode, T, Step.PLACE, "g", RULES, later)
    episode = having(apply(episode, place), Step.FAMILY, Step.SKILLS, at=later)

    assert asked(place) == ["ArrangeTransitionMeeting"]
    assert episode.transition is not None
    assert episode.transition.phase is Phase.READY
    assert episode.transition.effective_at == MIDNIGHT + timedelta(days=5)


def test_compensating_gives_back_what_was_asked_for_last_first_and_keeps_the_level() -> None:
    """IN-T6: complete before the effective instant."""
    episode = ready()
    stopped = moves.compensate(episode, T, "evidence-changed", PROCESS, NOON)
    after = apply(episode, stopped)

    assert asked(stopped) == ["UndoCarryCurriculum", "CancelTransitionMeeting", "ReleasePlace", "SendNotice"]
    assert only(stopped, scheduling.ReleasePlace).level is LevelOfCare.IOP
    for step in (Step.FAMILY, Step.PLACE):
        after = apply(after, moves.step_undone(after, T, step, NOON))
    last = moves.step_undone(after, T, Step.SKILLS, NOON)
    assert facts(last) == ["TransitionStepUndone", "TransitionCompensated"]
    assert apply(after, last).transition is None
    assert apply(after, last).level is LevelOfCare.PHP


def test_giving_back_said_twice_or_too_late_changes_nothing() -> None:
    """IN-T6: repeated, late; after the level changed there is no way back."""
    episode = ready()
    leaving = apply(confirming(), moves.change_level(confirming(), T, PROCESS, MIDNIGHT))
    assert twice(lambda e: moves.compensate(e, T, "x", PROCESS, NOON), episode) == []
    assert moves.compensate(leaving, T, "x", PROCESS, NOON) == []
    assert moves.step_undone(episode, T, Step.PLACE, NOON) == []
    with pytest.raises(Refused, match="cannot-cancel"):
        moves.cancel(leaving, T, "x", PROCESS, NOON)


def test_a_place_held_while_giving_back_is_not_taken() -> None:
    """IN-T6: a late good answer does not revive a stopped transition."""
    episode = apply(approved(), moves.compensate(approved(), T, "x", PROCESS, NOON))
    assert moves.step_done(episode, T, Step.PLACE, "g", RULES, NOON) == []
    assert asked(moves.compensate(approved(), T, "x", PROCESS, NOON)) == ["ReleasePlace", "SendNotice"]


def test_a_late_step_is_asked_again_and_after_the_last_try_everything_is_given_back() -> None:
    """IN-T7"""
    episode = approved()
    first = moves.step_late(episode, T, "place", 1, RULES, NOON + HOUR)
    last = moves.step_late(episode, T, "place", PROCESS.step_attempts, RULES, NOON + HOUR)

    assert asked(first) == ["HoldPlace"]
    assert facts(last) == ["TransitionStepLate", "TransitionCompensating"]
    assert moves.step_late(ready(), T, "place", 1, RULES, NOON) == []
    assert moves.step_late(episode, OTHER, "place", 1, RULES, NOON) == []


@pytest.mark.parametrize(("attempt", "said_now"), [(1, ["TransitionStepLate"]), (3, ["TransitionStepDone"])])
def test_a_family_part_nobody_answers_for_is_gone_without(attempt: int, said_now: list[str]) -> None:
    """IN-T5, IN-T7: asked again as any step, and in the end the change goes on; a late answer changes nothing."""
    episode = having(approved(), Step.PLACE)
    data = {"transition_id": T, "step": "family", "attempt": str(attempt)}
    fired = TimerFired("episode", episode.id, "step-deadline", NOON, NOON, data)
    (effect,) = miss_deadline(RULES, fired)
    assert isinstance(effect, Change)
    outcomes = list(effect.decide(episode))

    assert facts(outcomes) == said_now
    assert asked(outcomes) == (
        ["CarryCurriculum"] if attempt == PROCESS.step_attempts else ["ArrangeTransitionMeeting"]
    )
    assert moves.step_done(ready(), T, Step.FAMILY, "", RULES, NOON) == []


def test_what_must_not_fail_is_asked_for_ever() -> None:
    """IN-T7: giving back, and freeing the old place, have no last try."""
    stopped = apply(ready(), moves.compensate(ready(), T, "x", PROCESS, NOON))
    leaving = apply(confirming(), moves.change_level(confirming(), T, PROCESS, MIDNIGHT))
    assert "ReleasePlace" in asked(moves.step_late(stopped, T, "skills", 99, RULES, NOON))
    assert asked(moves.step_late(leaving, T, "leave", 99, RULES, NOON)) == ["ReleasePlace"]
    with_family = having(approved(), Step.PLACE)
    family_off = apply(with_family, moves.compensate(with_family, T, "x", PROCESS, NOON))
    assert "CancelTransitionMeeting" in asked(moves.step_late(family_off, T, "family", 99, RULES, NOON))


def test_midnight_is_the_programs_also_when_the_clocks_change() -> None:
    """IN-T3: 1 November 2026 has 25 hours in New York; the next date still begins at local midnight."""
    evening = NOON.replace(month=10, day=31)
    assert moves.next_midnight(evening, RULES.zone).isoformat() == "2026-11-01T04:00:00+00:00"
    assert moves.next_midnight(evening + timedelta(days=1), RULES.zone).isoformat() == "2026-11-02T05:00:00+00:00"


def test_a_discharge_stops_an_open_transition_and_keeps_the_follow_up() -> None:
    """IN-E2, IN-E6: leaving against advice never cancels follow-up."""
    from common.contracts.words import Disposition

    closed = lifecycle.close(ready(), Disposition.AGAINST_ADVICE, "left", StaffId("c-1"), PROCESS, NOON)
    assert facts(closed) == ["TransitionCompensating", "EpisodeClosed"]
    assert reminded(closed)["follow-up-contact-72h"] == NOON + timedelta(hours=72)
    assert len(reminded(closed)) == len(POLICY.process.follow_ups) + 1


def test_what_held_a_transition_up_is_not_why_it_ended() -> None:
    """IN-T4: held for want of a place and then completed, it ended for no reason but that."""
    about = {"participant_id": "p-1", "episode_id": "e-1", "transition_id": T}
    held = said.TransitionHeld.model_validate({"at": NOON, **about, "reason": "no-place", "to_level": LevelOfCare.PHP})
    (record,) = PROJECTS[said.TransitionHeld](held)

    assert (record.update["$set"]["held_because"], "ended_because" in record.update["$set"]) == ("no-place", False)
