"""A discharge that never was: bed, place and days are theirs for the time between, and nobody else's."""

from collections.abc import Iterable
from datetime import date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from common.change import Ask, Outcome
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.contracts.places import BedHeld, BedHoldReplanned
from common.contracts.reopenings import DaysNotRestored, StayNotRestored, StayRestored
from common.contracts.words import BedId, LevelOfCare, ParticipantId, StaffId, TransitionId
from rules.scheduling.bed_house import ANNA, BEN, BY, CARA, MORNING, after, bed, comes, goes, hours, house, of
from scheduling.domain import bedding
from scheduling.domain.board import REMEMBERED_STAYS, LevelBoard, Stage
from scheduling.domain.census import beds_then, board_of, counted, known_since
from scheduling.domain.days import Coming, DayPlan
from scheduling.domain.intervals import Span
from scheduling.domain.reopening import restore_days, restore_stay

THERAPIST = StaffId("th-1")
AGAIN = TransitionId("again")


def facts(outcomes: Iterable[Outcome]) -> list[Contract]:
    """What is said, without what is asked of others."""
    return [one for one in outcomes if isinstance(one, Contract)]


def told(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    """Whom a notice goes to, and which."""
    asked = [one.command for one in outcomes if isinstance(one, Ask)]
    return [(one.recipient_id, one.template) for one in asked if isinstance(one, SendNotice)]


def reopened(board: LevelBoard, at: float, ended: float = 10, who: ParticipantId = ANNA) -> list[Outcome]:
    """The discharge said to be so many hours after eight never was, as is said later."""
    return restore_stay(board, who, hours(ended), THERAPIST, hours(at))


def discharged(*beds: str) -> LevelBoard:
    """Anna came at eight and left ten hours later, as was said."""
    return goes(comes(house(*(bed(one) for one in beds)), ANNA), ANNA, hours(10))


def test_the_bed_was_theirs_all_the_time_and_is_from_now_on() -> None:
    """SC-R1: the span between, no making ready, and the same bed for the place that is asked for now."""
    board = discharged("b1", "b2")
    (fact,) = facts(reopened(board, 11))
    back = after(board, [fact])

    assert isinstance(fact, StayRestored)
    assert (fact.at, fact.until_at, fact.bed_id) == (hours(10), hours(11), "b1")
    assert back.beds.known[BedId("b1")].left_at is None
    asked = after(back, back.hold(AGAIN, ANNA, hours(11)))
    there = after(asked, asked.confirm(AGAIN, ANNA, hours(11)))
    claim = there.claims[AGAIN]
    assert (claim.stage, claim.bed_id, claim.from_at) == (Stage.OCCUPIED, "b1", hours(11))


def test_the_place_asked_for_first_moves_to_the_bed_they_never_left() -> None:
    """SC-R1: out of order, the command before the news."""
    board = discharged("b1", "b2")
    asked = after(board, board.hold(AGAIN, ANNA, hours(10.2)))
    assert asked.claims[AGAIN].bed_id == "b2"
    said = facts(reopened(asked, 10.3))

    assert [type(one) for one in said] == [StayRestored, BedHoldReplanned]
    claim = after(asked, said).claims[AGAIN]
    assert (claim.bed_id, claim.from_at) == ("b1", hours(10.3))


def test_said_again_or_of_somebody_who_never_left_it_says_nothing() -> None:
    """SC-R1: repeated; unknown; and a second discharge is a question of its own."""
    board = discharged("b1")
    back = after(board, facts(reopened(board, 11)))
    assert reopened(back, 12) == []
    assert reopened(back, 12, who=BEN) == []
    asked = after(back, back.hold(AGAIN, ANNA, hours(12)))
    there = after(asked, asked.confirm(AGAIN, ANNA, hours(12)))
    gone = goes(there, ANNA, hours(20))
    (second,) = facts(reopened(gone, 21, ended=20))
    assert isinstance(second, StayRestored) and second.transition_id == AGAIN


def test_an_earlier_stay_that_did_end_is_not_taken_for_the_one_that_did_not() -> None:
    """SC-R1: only what was given back since treatment was said to have ended."""
    assert reopened(discharged("b1"), 40, ended=30) == []


@pytest.mark.parametrize("still", [True, False])
def test_a_bed_somebody_else_had_since_is_not_assigned_twice(still: bool) -> None:
    """SC-R2: still there, or gone again: it is said with its reason, and the therapist is told once."""
    board = comes(discharged("b1"), BEN, hours(11.5))
    board = board if still else goes(board, BEN, hours(13))
    said = reopened(board, 14)
    (fact,) = facts(said)

    assert isinstance(fact, StayNotRestored)
    assert (fact.reason, fact.bed_id, fact.from_at) == ("bed-taken", "b1", hours(10))
    assert told(said) == [("th-1", "place-not-restored")]
    later = after(board, [fact])
    assert later.claims == board.claims
    assert reopened(later, 15) == []


def test_a_promise_made_meanwhile_is_kept_and_the_time_between_is_theirs_all_the_same() -> None:
    """SC-R1: nobody lay in the bed; who was promised it from now on has it, and Anna another."""
    board = discharged("b1", "b2")
    held = after(board, board.hold(TransitionId("ben"), BEN, hours(12)))
    taken = held.claims[TransitionId("ben")].bed_id
    back = after(held, facts(reopened(held, 13)))
    asked = after(back, back.hold(AGAIN, ANNA, hours(13)))

    assert back.ended[-1].answer == "StayRestored"
    assert of(asked, BEN) == of(held, BEN)
    assert asked.claims[AGAIN].bed_id not in (None, taken)


def test_a_level_without_beds_has_the_place_back_unless_it_was_full() -> None:
    """SC-R1, SC-R2: counted over the whole time between, also who came and left within it."""

    def php(places: int) -> LevelBoard:
        blank = LevelBoard(id="PHP")
        return goes(comes(after(blank, blank.set_up(places, [], BY, MORNING)), ANNA), ANNA, hours(10))

    passing = [goes(comes(php(places), BEN, hours(11)), BEN, hours(12)) for places in (1, 2)]
    full, room = (facts(reopened(board, 14))[0] for board in passing)
    assert isinstance(full, StayNotRestored) and full.reason == "level-full"
    assert isinstance(room, StayRestored) and room.bed_id is None


def test_a_bed_that_was_out_of_order_meanwhile_is_a_question() -> None:
    """SC-R2"""
    board = discharged("b1")
    out = bedding.take_out_of_order(board, BedId("b1"), Span(hours(11), hours(12)), "repair", BY, hours(11))
    (fact,) = facts(reopened(after(board, out), 11.5))
    assert isinstance(fact, StayNotRestored) and fact.reason == "bed-out-of-order"


def test_a_census_between_tells_what_was_true_and_what_was_known() -> None:
    """SC-R1, SC-C2: at eight in the evening nobody knew; afterwards it is known that Anna lay in b1."""
    said: list[Contract] = []
    board = house(bed("b1"))
    for decide in (
        lambda b: b.hold(TransitionId("anna"), ANNA, MORNING),
        lambda b: b.confirm(TransitionId("anna"), ANNA, MORNING),
        lambda b: b.close(ANNA, hours(10)),
        lambda b: facts(reopened(b, 15)),
    ):
        new = decide(board)
        said, board = [*said, *new], after(board, new)
    set_up = [*LevelBoard(id="RESIDENTIAL").set_up(None, [], BY, MORNING)]
    beds = bedding.set_up_beds(LevelBoard(id="RESIDENTIAL"), [bed("b1")], 60, BY, MORNING)

    def occupied(at: float, known: float) -> int:
        known_then = [fact for fact in [*set_up, *beds, *said] if known_since(fact) <= hours(known)]
        return counted(board_of(LevelOfCare.RESIDENTIAL, known_then, hours(at)), hours(at), hours(at)).occupied

    assert [occupied(at, 12) for at in (9, 10, 12)] == [1, 0, 0]
    assert [occupied(at, 15) for at in (9, 10, 12, 14.9)] == [1, 1, 1, 1]
    then = board_of(LevelOfCare.RESIDENTIAL, [*set_up, *beds, *said], hours(12))
    assert [row.participant_id for row in beds_then(then, hours(12), hours(12))] == [ANNA]


Acts = st.lists(
    st.tuples(st.sampled_from(["comes", "goes", "reopened"]), st.sampled_from([ANNA, BEN, CARA])), max_size=14
)


ONE_BED_TWICE = [
    ("comes", BEN),
    ("goes", BEN),
    ("comes", CARA),
    ("goes", CARA),
    ("reopened", CARA),
    ("reopened", BEN),
]
"""Found here: who was given back to the bed last hid that it had been theirs."""


@given(acts=Acts)
@example(acts=ONE_BED_TWICE)
@settings(max_examples=150)
def test_whoever_comes_goes_and_never_went_no_bed_has_two_people_at_once(
    acts: list[tuple[str, ParticipantId]],
) -> None:
    """SC-R2: every stay and every stay that went on, over each bed, in any order."""
    board, said, ended = house(bed("b1"), bed("b2"), turnover=0), list[Contract](), dict[str, datetime]()
    for n, (act, who) in enumerate(acts):
        at, id = hours(n + 1), TransitionId(f"t{n}")
        match act:
            case "comes" if not any(claim.participant_id == who for claim in board.claims.values()):
                new = board.hold(id, who, at)
                new = [*new, *after(board, new).confirm(id, who, at)]
            case "goes":
                new, ended[who] = board.close(who, at), at
            case "reopened" if who in ended:
                new = facts(restore_stay(board, who, ended[who], THERAPIST, at))
            case _:
                new = []
        said, board = [*said, *new], after(board, new)
    for half in range(2 * len(acts) + 2):
        instant = hours(half / 2)
        then = board_of(LevelOfCare.RESIDENTIAL, [*facts(_set_up()), *said], instant)
        there = [c.bed_id for c in then.claims.values() if c.stage is Stage.OCCUPIED and c.bed_id]
        assert len(there) == len(set(there))


def _set_up() -> list[Contract]:
    return bedding.set_up_beds(LevelBoard(id="RESIDENTIAL"), [bed("b1"), bed("b2")], 0, BY, MORNING)


def test_a_board_remembers_so_many_endings_and_no_more() -> None:
    """SC-R2: its size is bounded."""
    board = house(bed("b1"), turnover=0)
    for n in range(REMEMBERED_STAYS + 5):
        who, id = ParticipantId(f"p{n}"), TransitionId(f"t{n}")
        board = after(board, board.hold(id, who, hours(n)))
        board = goes(after(board, board.confirm(id, who, hours(n))), who, hours(n + 0.5))
    assert (len(board.ended), board.ended[-1].participant_id) == (REMEMBERED_STAYS, f"p{REMEMBERED_STAYS + 4}")
    assert not any(isinstance(fact, BedHeld) for fact in board.close(ANNA, hours(900)))


NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")


def php(monday: int = 1) -> DayPlan:
    """PHP with so many places on Monday and two on Tuesday; Anna comes on both and gives them back at noon."""
    blank = DayPlan(id="PHP")
    plan = _days(blank, blank.set_up([monday, 2, 0, 0, 0, 0, 0], [], BY, NOON))
    plan = _days(plan, plan.take(ANNA, (0, 1), date(2026, 2, 2), None, NOON))
    return _days(plan, plan.give_back(ANNA, NOON))


def _days(plan: DayPlan, said: Iterable[Outcome]) -> DayPlan:
    for fact in facts(said):
        plan = plan.after(fact)
    return plan


def test_the_days_given_back_are_booked_again_from_the_day_of_the_discharge() -> None:
    """SC-R3: and said again, nothing."""
    plan = php()
    assert plan.there(date(2026, 3, 9)) == []
    said = restore_days(plan, ANNA, NOON, THERAPIST, NOON)
    back = _days(plan, said)

    assert [back.there(date(2026, 3, day)) for day in (2, 3, 9)] == [[ANNA]] * 3
    assert back.there(date(2026, 2, 23)) == [ANNA]
    assert (told(said), restore_days(back, ANNA, NOON, THERAPIST, NOON)) == ([], [])


def test_days_that_are_somebody_elses_now_are_said_with_their_dates_and_taken_from_nobody() -> None:
    """SC-R3: never two for one place; the booking is whole or not at all."""
    plan = php()
    plan = _days(plan, plan.take(BEN, (0,), date(2026, 3, 9), None, NOON))
    said = restore_days(plan, ANNA, NOON, THERAPIST, NOON)
    (fact,) = facts(said)

    assert isinstance(fact, DaysNotRestored)
    assert (fact.weekdays, fact.full_on[0], told(said)) == (
        (0, 1),
        date(2026, 3, 9),
        [("th-1", "place-not-restored")],
    )
    assert _days(plan, said).coming == plan.coming
    assert restore_days(_days(plan, said), ANNA, NOON, THERAPIST, NOON) == []


def test_who_was_booked_anew_meanwhile_keeps_that() -> None:
    """SC-R3: what people said since goes before what was."""
    plan = php()
    plan = _days(plan, plan.take(ANNA, (1,), date(2026, 3, 3), None, NOON))
    assert restore_days(plan, ANNA, NOON, THERAPIST, NOON) == []
    assert isinstance(plan.coming[0], Coming)
