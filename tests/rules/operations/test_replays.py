"""A replay in bulk: a steady pace, one question a turn, every answer kept, and an end."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from common.change import Ask, NotFound
from common.contracts.message import Contract
from common.contracts.operations import (
    BulkReplayCancelled,
    BulkReplayFinished,
    BulkReplayItemAnswered,
    BulkReplayItemAsked,
    ReplayPlace,
)
from common.contracts.plumbing import ReplayAnswered, ReplayParked
from operations.domain.replays import BulkReplay, Status, read_ticket
from rules.operations.hearing import later

REAL = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def place(about: str) -> ReplayPlace:
    """Where messages about somebody wait at skills."""
    return ReplayPlace(listener="skills", source="/throughline/intake", topic="intake.episodes", about=about)


def after(run: BulkReplay, facts: list[object]) -> BulkReplay:
    """The run once all of this is true."""
    for fact in facts:
        run = run.after(fact) if isinstance(fact, Contract) else run
    return run


def started(*about: str, per_second: float = 2.0, dry_run: bool = False) -> BulkReplay:
    """A run about these subjects, nobody asked yet."""
    run = BulkReplay(id="r")
    return after(run, list(run.start("olga", per_second, dry_run, [place(one) for one in about], later())))


def asked(run: BulkReplay, times: int = 1) -> BulkReplay:
    """The run after so many questions, each as early as the pace allows."""
    for _ in range(times):
        real = run.asked_at + timedelta(seconds=1) if run.asked_at else REAL
        run = after(run, list(run.ask_next(later(), real)))
    return run


def answer(number: int, turn: int = 1, applied: int = 0, left: int = 0, reason: str = "") -> ReplayAnswered:
    """What skills answers about one place."""
    return ReplayAnswered(
        at=later(),
        about="p",
        source="/throughline/intake",
        topic="intake.episodes",
        listener="skills",
        by="olga",
        applied=applied,
        left=left,
        reason=reason,
        ticket=f"r|{number}|{turn}",
    )


def answered(run: BulkReplay, *answers: ReplayAnswered) -> BulkReplay:
    """The run after it heard these."""
    for one in answers:
        run = after(run, list(run.hear(one, later())))
    return run


def statuses(run: BulkReplay) -> list[Status]:
    """What became of each place."""
    return [run.status(item) for item in run.items]


def test_a_question_goes_to_the_listener_with_the_operators_name_and_a_ticket() -> None:
    """OP-11: the order says who asked, and its ticket finds the place and the turn again."""
    fact, order = started("p", dry_run=True).ask_next(later(), REAL)

    assert fact == BulkReplayItemAsked(at=later(), run_id="r", item=0, turn=1, asked_at=REAL)
    assert order == Ask(
        ReplayParked(
            at=later(),
            about="p",
            source="/throughline/intake",
            topic="intake.episodes",
            by="olga",
            dry_run=True,
            ticket="r|0|1",
        ),
        "skills.commands",
    )


def test_the_pace_is_kept_in_real_time_whoever_asks() -> None:
    """OP-11: two a second; a second worker or a restarted one comes too early and asks nothing."""
    run = asked(started("a", "b", "c", per_second=2.0))

    assert list(run.ask_next(later(days=9), REAL + timedelta(seconds=0.49))) == []
    assert len(list(run.ask_next(later(), REAL + timedelta(seconds=0.5)))) == 2


def test_started_twice_is_started_once_and_all_asked_is_asked_no_more() -> None:
    """OP-11: said twice, it happens once."""
    run = asked(started("a"))

    assert list(run.start("olga", 5.0, False, [place("b")], later())) == []
    assert list(run.ask_next(later(), REAL + timedelta(days=1))) == []


def test_a_run_about_nothing_is_finished_at_once() -> None:
    """OP-11: nothing to do is an empty answer, never an error."""
    assert started().finished


@pytest.mark.parametrize(
    ("heard", "dry_run", "becomes"),
    [
        (answer(0, applied=3), False, Status.REPLAYED),
        (answer(0, applied=3, left=2), True, Status.WOULD_APPLY),
        (answer(0, applied=1, left=2, reason="no-place"), False, Status.REFUSED_AGAIN),
        (answer(0), False, Status.GONE),
    ],
)
def test_an_answer_says_what_became_of_a_place(heard: ReplayAnswered, dry_run: bool, becomes: Status) -> None:
    """OP-12: replayed, would apply, refused again with its code, or gone when nothing waited any more."""
    run = answered(asked(started("a", dry_run=dry_run)), heard)

    assert statuses(run) == [becomes]
    assert (run.items[0].applied, run.items[0].reason) == (heard.applied, heard.reason)
    assert run.finished


def test_a_repeated_late_or_strange_answer_changes_nothing() -> None:
    """OP-12: only the answer to the turn under way counts, once."""
    run = asked(started("a", "b"))
    settled = answered(run, answer(0, applied=2))

    assert list(settled.hear(answer(0, applied=2), later())) == []
    assert list(run.hear(answer(0, turn=2), later())) == []
    assert list(run.hear(answer(1), later())) == []
    assert list(run.hear(answer(7), later())) == []
    assert list(BulkReplay(id="unknown").hear(answer(0), later())) == []


def test_more_than_one_order_takes_is_asked_for_in_further_turns() -> None:
    """OP-12: what is left without a reason is asked for again; the numbers add up."""
    run = answered(asked(started("a")), answer(0, applied=200, left=3))
    assert statuses(run) == [Status.WAITING]

    run = answered(asked(run), answer(0, turn=1, applied=200, left=3), answer(0, turn=2, applied=3))

    assert (run.items[0].turn, run.items[0].applied, run.finished) == (2, 203, True)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_answers_in_any_order_end_the_run_with_the_same_sums(order: tuple[int, ...]) -> None:
    """OP-12: the last answer, whichever it is, says the sums."""
    answers = [answer(0, applied=2), answer(1, applied=1, left=1, reason="no-place"), answer(2)]
    run = asked(started("a", "b", "c"), times=3)
    for n in order[:-1]:
        run = answered(run, answers[n])
    facts = list(run.hear(answers[order[-1]], later()))

    assert facts[-1] == BulkReplayFinished(at=later(), run_id="r", applied=3, refused=1)
    assert isinstance(facts[0], BulkReplayItemAnswered)


def test_a_cancelled_run_asks_no_more_and_still_hears_what_it_asked() -> None:
    """OP-11: what was asked may still happen, so its answer is kept; then the run is over."""
    run = asked(started("a", "b"))
    run = after(run, list(run.cancel("olga", later())))
    assert statuses(run) == [Status.ASKED, Status.CANCELLED]
    assert list(run.ask_next(later(), REAL + timedelta(days=1))) == []

    run = answered(run, answer(0, applied=200, left=9))

    assert statuses(run) == [Status.REPLAYED, Status.CANCELLED]
    assert run.finished


def test_a_cancel_happens_once_and_needs_a_run() -> None:
    """OP-11: repeated or too late it is an empty answer; of nothing it is not found."""
    run = started("a")
    stopped = after(run, list(run.cancel("olga", later())))

    assert stopped.finished
    assert next(iter(run.cancel("olga", later()))) == BulkReplayCancelled(at=later(), run_id="r", by="olga")
    assert list(stopped.cancel("olga", later())) == []
    assert list(answered(asked(run), answer(0)).cancel("olga", later())) == []
    with pytest.raises(NotFound):
        list(BulkReplay(id="none").cancel("olga", later()))


@pytest.mark.parametrize("ticket", ["", "somebody", "r|0", "r|0|x", "r|0|1|2"])
def test_a_ticket_that_is_not_ours_belongs_to_no_run(ticket: str) -> None:
    """OP-12: an answer to somebody else's order is logged and nothing more."""
    assert read_ticket(ticket) == ("", 0, 0)
