"""A bed that is promised, and is later, another, or still taken: who waits, who is told."""

from datetime import datetime, timedelta

from common.change import Ask, Outcome
from common.contracts import intake as said
from common.contracts.notifications import SendNotice
from common.contracts.words import BedId, LevelOfCare, StaffId, TransitionId
from intake.domain import moves, promised_bed, signing
from intake.domain.episode import Episode
from intake.domain.transition import Step
from rules.intake.episode_cases import (
    CLINICIAN,
    HOUR,
    NOON,
    PROCESS,
    RULES,
    T,
    apply,
    asked,
    at_level,
    confirming,
    facts,
    only,
    reminded,
    twice,
)

DUE = datetime(2026, 6, 4, 4, tzinfo=NOON.tzinfo)
"""Thursday begins in New York."""
LATER = DUE + HOUR / 2
B1 = BedId("b1")


def coming() -> Episode:
    """A stay in the residence planned for Thursday; everything is in place."""
    about = (T, LevelOfCare.RESIDENTIAL, "respite", StaffId("a"), CLINICIAN, RULES, NOON, DUE.date())
    episode = apply(at_level(LevelOfCare.PHP), signing.propose_by_person(at_level(LevelOfCare.PHP), *about))
    for step in (Step.PLACE, Step.FAMILY, Step.SKILLS):
        episode = apply(episode, moves.step_done(episode, T, step, "", RULES, NOON))
    return episode


def due() -> Episode:
    """Thursday is here, and the place has been asked for."""
    return apply(coming(), moves.take_effect(coming(), T, RULES, DUE))


def refused(episode: Episode, reason: str = "still-taken", promised_at: datetime | None = LATER) -> list[Outcome]:
    """The destination cannot confirm, a minute later."""
    return promised_bed.not_confirmed(episode, T, reason, promised_at, RULES, DUE + HOUR / 60)


def notices(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    """Who is told what."""
    sent = [one.command for one in outcomes if isinstance(one, Ask) and isinstance(one.command, SendNotice)]
    return [(one.recipient_id, one.template) for one in sent]


def test_who_is_promised_a_later_instant_waits_and_asks_again_then() -> None:
    """IN-T14: held with its reason, the old level goes on; the change is true when the bed is theirs. Twice: once."""
    told = refused(due())
    waits = apply(due(), told)

    assert facts(told) == ["TransitionHeld", "TransitionReady"]
    assert (waits.level, reminded(told)) == (LevelOfCare.PHP, {moves.EFFECTIVE: LATER})
    assert notices(told) == [("th-1", "transition-held")]
    assert twice(refused, due()) == []
    again = moves.take_effect(waits, T, RULES, LATER)
    assert asked(again) == ["CheckAuthorisation", "ConfirmPlace"]
    there = moves.change_level(apply(waits, again), T, PROCESS, LATER + HOUR / 60)
    assert only(there, said.LevelOfCareChanged).at == LATER


def test_without_a_later_instant_everything_is_given_back() -> None:
    """IN-T14, IN-T6: nobody knows, the promise is over, or there is no hold at all."""
    for told in (refused(due(), promised_at=None), refused(due(), promised_at=DUE), refused(due(), "not-held", LATER)):
        assert facts(told)[0] == "TransitionCompensating"


def test_a_refusal_that_comes_too_late_changes_nothing() -> None:
    """IN-T14: before it was due, of another transition, or after the change."""
    assert refused(coming()) == []
    about = ("still-taken", LATER, RULES, DUE)
    assert promised_bed.not_confirmed(due(), TransitionId("t-9"), *about) == []
    moved = apply(due(), moves.change_level(due(), T, PROCESS, DUE))
    assert refused(moved) == []


def test_a_step_down_that_waits_keeps_one_level_a_date() -> None:
    """IN-T14, IN-T3: it goes on as the next date begins."""
    told = promised_bed.not_confirmed(confirming(), T, "still-taken", NOON + 24 * HOUR, RULES, NOON + 13 * HOUR)

    assert reminded(told) == {moves.EFFECTIVE: datetime(2026, 6, 3, 4, tzinfo=NOON.tzinfo)}


def test_a_bed_that_changed_is_told_to_those_it_concerns() -> None:
    """IN-T15: the therapist; the participant only where they would come later, or nobody knows when."""
    same_day = promised_bed.tell_replanned(coming(), T, B1, DUE, NOON)
    assert notices(same_day) == [("th-1", "bed-replanned")]
    for from_at, bed in ((LATER, B1), (None, None)):
        told = notices(promised_bed.tell_replanned(coming(), T, bed, from_at, NOON))
        assert told == [("th-1", "bed-replanned"), ("p-1", "place-replanned")]


def test_news_of_a_bed_said_again_is_the_same_notice_and_late_news_none() -> None:
    """IN-T15: one notice for each thing told about; of a transition that is over nobody hears."""
    first, again = (promised_bed.tell_replanned(coming(), T, B1, DUE, NOON + n * HOUR) for n in (0, 1))
    assert only(first, SendNotice).notice_id == only(again, SendNotice).notice_id
    other = promised_bed.tell_replanned(coming(), T, BedId("b2"), DUE, NOON)
    assert only(other, SendNotice).notice_id != only(first, SendNotice).notice_id
    assert promised_bed.tell_replanned(at_level(LevelOfCare.PHP), T, B1, DUE, NOON) == []
    assert promised_bed.tell_replanned(coming(), TransitionId("t-9"), B1, DUE + timedelta(days=1), NOON) == []
