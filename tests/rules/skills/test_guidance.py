"""What was explained and understood, how sessions were held, and the history a DIT course may begin with."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from common.change import Invalid, NotFound
from common.contracts.dit import MilestonesMissed
from common.contracts.guidance import HistoryTaken, Understanding
from common.contracts.message import Contract
from common.contracts.words import Condition, DitPhase, ExposureSource, SessionId
from rules.skills.records import NOW, PID, PROGRAM, STAFF, after, blank, kinds
from skills.domain.dit_care import hold_session
from skills.domain.dit_history import take_history
from skills.domain.guidance import Guidance, SessionNote, Understood
from skills.domain.library import LEVELS
from skills.domain.record import SkillsRecord

LIBRARY = PROGRAM.library
BLANK = Guidance(id=PID)
WEEK = timedelta(days=7)
NOTE = SessionNote(held_at=NOW, noted_by=STAFF, session_id=SessionId("s-7"), validation=(2, 4), prompts=("WHO_ELSE",))


def given(state: Guidance, facts: Iterable[Contract]) -> Guidance:
    """What was given once the facts are true."""
    for fact in facts:
        state = state.after(fact)
    return state


def explain(state: Guidance, topic: str = "BIOSOCIAL_THEORY", weeks: int = 0) -> list[Contract]:
    """What explaining a topic says."""
    return state.explain(LIBRARY, topic, ExposureSource.INDIVIDUAL, STAFF, NOW + weeks * WEEK)


def seen(understanding: Understanding, weeks: int = 0) -> Understood:
    """How far it was understood, some weeks later."""
    return Understood(at=NOW + weeks * WEEK, understanding=understanding, checked_by=STAFF)


TOLD = given(BLANK, explain(BLANK))


def test_what_is_explained_follows_from_what_somebody_is_treated_for() -> None:
    """SK-G6: each condition has its own, and something is for everybody."""
    everybody = set(LIBRARY.topics_for(()))
    depressed = set(LIBRARY.topics_for((Condition.DEPRESSION,)))

    assert everybody < depressed
    assert "BIOSOCIAL_THEORY" not in depressed
    assert "BIOSOCIAL_THEORY" in set(LIBRARY.topics_for((Condition.DEPRESSION, Condition.BPD)))


def test_a_topic_is_explained_once_at_one_time_and_may_be_explained_again() -> None:
    """SK-G6: repeated; the times stand in order, in whatever order they are told."""
    assert explain(TOLD) == []
    twice = given(TOLD, explain(TOLD, weeks=-1))
    assert twice.topics["BIOSOCIAL_THEORY"].at == (NOW - WEEK, NOW)
    with pytest.raises(Invalid) as unknown:
        explain(BLANK, "HOROSCOPE")
    assert unknown.value.code == "topic-unknown"


def test_what_was_seen_last_of_understanding_stands() -> None:
    """SK-G6: nobody looked is not `NOT_YET`; repeated and late."""
    now, later = seen(Understanding.PARTLY), seen(Understanding.IN_OWN_WORDS, 1)
    state = given(TOLD, TOLD.see_understanding("BIOSOCIAL_THEORY", later))

    assert TOLD.topics["BIOSOCIAL_THEORY"].understood is None
    assert state.see_understanding("BIOSOCIAL_THEORY", later) == []
    late = given(state, state.see_understanding("BIOSOCIAL_THEORY", now))
    assert late.topics["BIOSOCIAL_THEORY"].understood == later
    with pytest.raises(NotFound) as unknown:
        BLANK.see_understanding("BIOSOCIAL_THEORY", now)
    assert unknown.value.code == "topic-not-explained"


def test_a_session_note_says_which_levels_of_validation_were_used() -> None:
    """SK-G7: one note a session; the same again is nothing new, also with another instant, other content replaces."""
    state = given(BLANK, BLANK.note(LIBRARY, "n-1", NOTE))

    assert state.notes == {"n-1": NOTE}
    assert state.note(LIBRARY, "n-1", NOTE.model_copy(update={"held_at": NOW + WEEK})) == []
    more = given(state, state.note(LIBRARY, "n-1", NOTE.model_copy(update={"validation": (6,)})))
    assert more.notes["n-1"].validation == (6,)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"validation": (0,)}, "validation-level-unknown"),
        ({"validation": (7,)}, "validation-level-unknown"),
        ({"prompts": ("HOROSCOPE",)}, "prompt-unknown"),
    ],
)
def test_only_levels_and_questions_there_are_stand_in_a_note(more: dict[str, object], code: str) -> None:
    """SK-G7"""
    assert set(LIBRARY.validation) == set(LEVELS) == {1, 2, 3, 4, 5, 6}
    with pytest.raises(Invalid) as refused:
        BLANK.note(LIBRARY, "n-1", NOTE.model_copy(update=more))
    assert refused.value.code == code


def after_sessions(count: int) -> SkillsRecord:
    """A course after some sessions."""
    record = blank()
    for week in range(count):
        record = after(record, hold_session(record, NOW + week * WEEK, None))
    return record


@pytest.mark.parametrize(("sessions", "phase"), [(0, DitPhase.INITIAL), (4, DitPhase.INITIAL), (5, DitPhase.MIDDLE)])
def test_a_history_says_in_which_phase_it_was_taken(sessions: int, phase: DitPhase) -> None:
    """SK-I14: once by its words; a later version stands beside it."""
    record = after_sessions(sessions)
    (taken,) = take_history(record, "w-1", 3, STAFF, NOW)
    known = after(record, [taken])

    assert isinstance(taken, HistoryTaken)
    assert (taken.version, taken.relationships, taken.phase) == (1, 3, phase)
    assert take_history(known, "w-1", 3, STAFF, NOW) == []
    again = after(known, take_history(known, "w-2", 5, STAFF, NOW))
    assert [(one.version, one.relationships) for one in again.dit_work.history] == [(1, 3), (2, 5)]


def test_nobody_is_warned_of_a_history_that_was_not_taken() -> None:
    """SK-I14: it is optional, whatever else is missing."""
    record = after_sessions(3)
    with_history = after(record, take_history(record, "w-1", 3, STAFF, NOW))
    said = [hold_session(one, NOW + 3 * WEEK, None) for one in (record, with_history)]

    warned = [[fact.milestones for fact in facts if isinstance(fact, MilestonesMissed)] for facts in said]
    assert warned[0] == warned[1] != []
    assert kinds(said[0]) == kinds(said[1])
