"""Placement: who may join which group, what is kept, and why each group is or is not chosen."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from common.contracts.words import GroupId, LevelOfCare, ParticipantId, StaffId
from rules.scheduling.movers import MONDAY
from scheduling.domain.placement.explained import Placed, explained
from scheduling.domain.placement.fitting import Code, Reason
from scheduling.domain.placement.greedy import greedy
from scheduling.domain.placement.optimum import best
from scheduling.domain.placement.problem import Aim, Group, Meeting, Mover, Problem

IOP, ANN, BEN, EVA = LevelOfCare.IOP, ParticipantId("ann"), ParticipantId("ben"), StaffId("staff-eva")
MORNINGS = tuple(Meeting(day, 540, 720) for day in (1, 3, 5))
EVENINGS = tuple(Meeting(day, 1020, 1200) for day in (1, 3, 5))


def mover(who: ParticipantId = ANN, **more: Any) -> Mover:
    """Somebody who steps down to IOP on a Wednesday."""
    base = Mover(who, IOP, date(2026, 3, 4), minutes_needed=540, minutes_at_most=720)
    return replace(base, **more)


def group(id: str = "amber", **more: Any) -> Group:
    """An IOP skills group, nine hours in three mornings, open to anybody, with room."""
    base = Group(GroupId(id), frozenset({IOP}), "SKILLS", MORNINGS, seats=8, open_entry=True)
    return replace(base, **more)


def placed(movers: list[Mover], groups: list[Group]) -> dict[str, Placed]:
    """What is proposed, by person."""
    problem = Problem.of(movers, groups)
    solved = best(problem, greedy(problem), 600)
    assert solved.proven
    return {one.participant_id: one for one in explained(problem, solved.choice)}


def why(one: Placed, group_id: str) -> dict[Code, Reason]:
    """The reasons about one group."""
    return next({r.code: r for r in v.reasons} for v in one.verdicts if v.group_id == group_id)


def people(*names: str) -> frozenset[ParticipantId]:
    """Ids of people."""
    return frozenset(ParticipantId(name) for name in names)


@pytest.mark.parametrize(
    ("someone", "somewhere", "reason"),
    [
        (mover(), group(levels=frozenset({LevelOfCare.PHP})), Reason(Code.WRONG_LEVEL)),
        (mover(), group(open_entry=False), Reason(Code.NOT_JOINABLE_UNTIL)),
        (
            mover(),
            group(open_entry=False, joins_in=(date(2026, 2, 23), date(2026, 3, 30), date(2026, 3, 16))),
            Reason(Code.NOT_JOINABLE_UNTIL, until=date(2026, 3, 16)),
        ),
        (mover(busy=(Meeting(3, 719, 750),)), group(), Reason(Code.CLASHES)),
        (mover(), group(seats=2, roster=people("cem", "dan")), Reason(Code.FULL)),
        (mover(), group(seats=1, roster=people("cem", "dan")), Reason(Code.FULL)),
        (
            mover(separated_from=people("cem")),
            group(roster=people("cem")),
            Reason(Code.SEPARATED_FROM, ids=("cem",)),
        ),
        (mover(minutes_at_most=500), group(), Reason(Code.HOURS_OVER, minutes=40)),
    ],
    ids=lambda value: value.code.value if isinstance(value, Reason) else "",
)
def test_who_cannot_join_is_told_why_and_moves_without_a_group(
    someone: Mover, somewhere: Group, reason: Reason
) -> None:
    """SC-L1, SC-L2, SC-L3, SC-L4, SC-L5, SC-L6, SC-L10: the reason is named, and the move goes on."""
    (one,) = placed([someone], [somewhere]).values()

    assert (one.no_group_now, one.groups) == (True, ())
    assert one.verdicts[0].reasons == (reason,)
    assert one.share.minutes_short == 540


@pytest.mark.parametrize(
    ("someone", "somewhere"),
    [
        (mover(), group(open_entry=False, joins_in=(MONDAY,))),
        (mover(), group(open_entry=False, permitted=people("ann"))),
        (mover(), group(open_entry=False, roster=people("ann", "ben"), seats=2)),
        (mover(busy=(Meeting(3, 720, 780), Meeting(2, 540, 720))), group()),
    ],
    ids=["in the first week of a module", "the leader permits", "has a seat there", "ends as the other begins"],
)
def test_who_may_join_does(someone: Mover, somewhere: Group) -> None:
    """SC-L2, SC-L3, SC-L4: open at module start, by the leader's leave, or because they are in already."""
    (one,) = placed([someone], [somewhere]).values()

    assert one.groups == ("amber",)
    assert why(one, "amber") == {
        Code.NEEDED_KIND: Reason(Code.NEEDED_KIND),
        Code.GIVES_HOURS: Reason(Code.GIVES_HOURS, minutes=540),
    }


def test_hours_before_the_therapist_and_the_therapist_before_peers() -> None:
    """SC-L8: nine hours are the level; among groups that give them the therapist counts, and then the peers."""
    short = group("a-short", meets=MORNINGS[:2], led_by=frozenset({EVA}))
    led = group("b-led", led_by=frozenset({EVA}))
    known = group("c-known", roster=people("cem", "dan"))
    someone = mover(therapist=EVA, sat_with={ParticipantId("cem"): 9, ParticipantId("dan"): 9})

    one = placed([someone], [short, led, known])["ann"]

    assert one.groups == ("b-led",)
    assert why(one, "a-short")[Code.HOURS_SHORT].minutes == 180
    assert why(one, "c-known")[Code.WORSE_BY] == Reason(Code.WORSE_BY, aim=Aim.THERAPISTS, by=1)
    assert why(one, "c-known")[Code.CLASHES].ids == why(one, "c-known")[Code.ONE_OF_A_KIND].ids == ("b-led",)
    assert Code.KEEPS_THERAPIST in why(one, "b-led")


def test_people_stay_with_those_they_really_sat_with() -> None:
    """SC-L8: sessions together count, up to twelve a peer, so that two known people are more than one well known."""
    one_friend = group("a", roster=people("cem"))
    two_known = group("b", roster=people("dan", "eli"))
    someone = mover(sat_with={ParticipantId("cem"): 90, ParticipantId("dan"): 12, ParticipantId("eli"): 1})

    one = placed([someone], [one_friend, two_known])["ann"]

    assert one.groups == ("b",)
    assert why(one, "b")[Code.KEEPS_PEERS].ids == ("dan", "eli")
    assert why(one, "a")[Code.WORSE_BY] == Reason(Code.WORSE_BY, aim=Aim.PEERS, by=1)


def test_the_last_seat_goes_where_it_keeps_most_together() -> None:
    """SC-L4, SC-L9: one after the other the first takes the seat that the second needs; together they do not."""
    ann = mover(therapist=EVA)
    ben = mover(BEN, therapist=EVA, sat_with={ParticipantId("cem"): 5})
    led = group("a", led_by=frozenset({EVA}), seats=2, roster=people("cem"))
    also_led = group("b", led_by=frozenset({EVA}), meets=EVENINGS)
    by_hand = greedy(Problem.of([ann, ben], [led, also_led]))

    proposed = placed([ann, ben], [led, also_led])

    assert by_hand == {"ann": {"a"}, "ben": {"b"}}
    assert (proposed["ann"].groups, proposed["ben"].groups) == (("b",), ("a",))
    assert why(proposed["ann"], "a") == {Code.FULL: Reason(Code.FULL, ids=("ben",))}


def test_two_who_move_are_kept_apart_whoever_of_them_was_asked() -> None:
    """SC-L5: a separation holds between two who move as it does towards those who stay."""
    proposed = placed([mover(separated_from=people("ben")), mover(BEN)], [group("a"), group("b")])

    assert {proposed["ann"].groups, proposed["ben"].groups} == {("a",), ("b",)}
    for one, other in (("ann", "ben"), ("ben", "ann")):
        taken = proposed[other].groups[0]
        assert why(proposed[one], taken) == {Code.SEPARATED_FROM: Reason(Code.SEPARATED_FROM, ids=(other,))}


def test_two_who_move_stay_together() -> None:
    """SC-L8: a peer who moves too is kept in the same group."""
    ann, ben = mover(sat_with={BEN: 3}, busy=(EVENINGS[0],)), mover(BEN, sat_with={ANN: 3})

    proposed = placed([ann, ben], [group("a-late", meets=EVENINGS), group("b-early")])

    assert proposed["ann"].groups == proposed["ben"].groups == ("b-early",)
    assert proposed["ben"].share.peers_kept == ("ann",)


def test_hours_are_made_of_several_groups_that_stand_beside_each_other() -> None:
    """SC-L3, SC-L6, SC-L7: one skills group, and others until the hours are there; no more than three hours over."""
    skills = group("a-skills", meets=MORNINGS[:1])
    more_skills = group("b-skills", meets=(Meeting(2, 540, 720),))
    process = group("c-process", kind="PROCESS", meets=(Meeting(3, 540, 720), Meeting(4, 540, 720)))
    at_once = group("d-at-once", kind="PROCESS", meets=(Meeting(4, 700, 880),))
    much = group("e-much", kind="PROCESS", meets=tuple(Meeting(day, 800, 950) for day in range(1, 5)))

    one = placed([mover()], [skills, more_skills, process, at_once, much])["ann"]

    assert one.groups == ("a-skills", "c-process")
    assert (one.share.minutes_short, one.share.minutes_over) == (0, 0)
    assert why(one, "b-skills")[Code.ONE_OF_A_KIND].ids == ("a-skills",)
    assert why(one, "d-at-once")[Code.CLASHES].ids == ("c-process",)
    assert why(one, "e-much")[Code.HOURS_OVER].minutes == 420


def test_where_hours_cannot_be_met_what_there_is_is_taken() -> None:
    """SC-L10: part of the hours is more than none, and what is missing is said."""
    one = placed([mover()], [group(meets=MORNINGS[:2])])["ann"]

    assert (one.groups, one.no_group_now, one.share.minutes_short) == (("amber",), False, 180)


def test_the_day_of_the_move_is_no_question_here() -> None:
    """SC-L10: a better group next week is named as not joinable until then; nobody waits for it."""
    soon = group("a-soon", led_by=frozenset({EVA}), open_entry=False, joins_in=(date(2026, 3, 9),))

    one = placed([mover(therapist=EVA)], [soon, group("b-now")])["ann"]

    assert one.groups == ("b-now",)
    assert why(one, "a-soon") == {
        Code.NOT_JOINABLE_UNTIL: Reason(Code.NOT_JOINABLE_UNTIL, until=date(2026, 3, 9)),
    }


def test_a_group_that_is_as_good_says_so() -> None:
    """SC-L11: nothing speaks against it; one of both had to be named."""
    one = placed([mover()], [group("a"), group("b", meets=EVENINGS)])["ann"]
    (other,) = {"a", "b"} - set(one.groups)

    assert Code.AS_GOOD in why(one, other)


def test_nobody_moves_and_nothing_is_there() -> None:
    """SC-L9, SC-L10: an empty question has an empty answer, and a house without groups delays nobody."""
    assert placed([], [group()]) == {}
    assert placed([mover()], [])["ann"].no_group_now
