"""Ways to break levels of care, transitions and places."""

from collections.abc import Sequence

from services.invariants.breaking import Break, Copy, rewritten


def _move_without_saying(house: Copy) -> None:
    house.state("intake", "episode", "p-1")["level"] = "IOP"


def _forget_an_episode(house: Copy) -> None:
    house.docs("intake", "episode").pop()


def _begin_elsewhere(house: Copy) -> None:
    rewritten(house.said("intake", "LevelOfCareChanged", kind="STEP_DOWN"), from_level="IOP")


def _have_two_levels(house: Copy) -> None:
    house.again(house.said("intake", "LevelOfCareChanged", kind="ADMISSION"), transition_id="t-x")


def _move_at_noon(house: Copy) -> None:
    rewritten(house.said("intake", "LevelOfCareChanged", kind="STEP_DOWN"), at="2026-01-06T17:00:00Z")


def _complete_twice(house: Copy) -> None:
    house.again(house.said("intake", "TransitionCompleted"))


def _never_end(house: Copy) -> None:
    house.unsay("intake", "TransitionCompleted", transition_id="t-down")


def _stop_half_way(house: Copy) -> None:
    house.unsay("intake", "TransitionCompensated")


def _hold_without_a_reason(house: Copy) -> None:
    rewritten(house.said("intake", "TransitionHeld"), reason="")


def _go_on_after_the_end(house: Copy) -> None:
    house.again(house.said("intake", "TransitionDue", transition_id="t-down"))


def _let_a_proposal_lie(house: Copy) -> None:
    proposed = house.said("intake", "TransitionProposed", transition_id="t-back")
    house.again(proposed, transition_id="t-old", expires_at="2026-01-01T00:00:00Z")


def _forget_the_open_one(house: Copy) -> None:
    house.state("intake", "episode", "p-2")["transition"] = None


def _open_a_second_one(house: Copy) -> None:
    house.again(house.said("intake", "TransitionProposed", transition_id="t-held"), transition_id="t-too")


def _sign_twice_alone(house: Copy) -> None:
    rewritten(house.said("intake", "TransitionSigned", role="medical"), signed_by="staff-1")


def _sign_in_one_role(house: Copy) -> None:
    rewritten(house.said("intake", "TransitionSigned", role="medical"), role="clinician")


def _decide_without_people(house: Copy) -> None:
    house.unsay("intake", "TransitionApproved", transition_id="t-down")


def _go_elsewhere_than_approved(house: Copy) -> None:
    rewritten(house.said("intake", "TransitionApproved", transition_id="t-down"), to_level="IOP")


def _complete_without_moving(house: Copy) -> None:
    house.unsay("intake", "LevelOfCareChanged", kind="STEP_DOWN")


def _complete_without_a_place(house: Copy) -> None:
    house.unsay("scheduling", "PlaceConfirmed", transition_id="t-down")


def _keep_the_old_place(house: Copy) -> None:
    house.unsay("scheduling", "PlaceReleased", transition_id="t-down")


def _leave_the_curriculum(house: Copy) -> None:
    house.unsay("skills", "CurriculumCarried", transition_id="t-down")


def _leave_the_family(house: Copy) -> None:
    house.unsay("family", "TransitionMeetingArranged", transition_id="t-down")


def _keep_a_meeting(house: Copy) -> None:
    house.unsay("family", "TransitionMeetingCancelled", transition_id="t-back")


def _keep_a_place(house: Copy) -> None:
    house.unsay("scheduling", "PlaceReleased", transition_id="t-back")


def _keep_a_carry(house: Copy) -> None:
    house.unsay("skills", "CurriculumCarryUndone", transition_id="t-back")


def _keep_a_claim(house: Copy) -> None:
    _copy_claim(house, "PHP", "IOP", "t-back", participant_id="p-1")


def _occupy_twice(house: Copy) -> None:
    _copy_claim(house, "PHP", "PHP", "t-twice")


def _occupy_elsewhere_too(house: Copy) -> None:
    _copy_claim(house, "PHP", "IOP", "t-else")


def _squeeze_one_in(house: Copy) -> None:
    held = house.said("scheduling", "PlaceHeld", transition_id="t-down")
    house.again(held, transition_id="t-more")
    _copy_claim(house, "PHP", "PHP", "t-more", participant_id="p-7")


def _squeeze_one_into_the_group(house: Copy) -> None:
    group = [{"group_id": "g-1", "seats": 1}]
    rewritten(house.said("scheduling", "LevelSetUp", level="RESIDENTIAL"), groups=group)
    held = house.said("scheduling", "PlaceHeld", transition_id="t-in-p-2")
    house.again(held, transition_id="t-more")
    _copy_claim(house, "RESIDENTIAL", "RESIDENTIAL", "t-more", participant_id="p-7")


def _leave_somebody_without(house: Copy) -> None:
    house.state("scheduling", "levelboard", "RESIDENTIAL")["claims"].clear()


def _leak_a_place(house: Copy) -> None:
    _copy_claim(house, "PHP", "IOP", "t-gone", participant_id="p-3")


def _leak_a_hold(house: Copy) -> None:
    _copy_claim(house, "PHP", "IOP", "t-gone", stage="HELD")


def _copy_claim(house: Copy, of: str, to: str, id: str, **changed: str) -> None:
    """Put a claim like the one that is occupied at `of` on the board of `to`."""
    boards = [house.state("scheduling", "levelboard", level)["claims"] for level in (of, to)]
    occupied = next(claim for claim in boards[0].values() if claim["stage"] == "OCCUPIED")
    boards[1][id] = {**occupied, "transition_id": id, **changed}


def _forget_to_ask(house: Copy) -> None:
    house.docs("intake", "duplicates").clear()


def _take_in_without_an_answer(house: Copy) -> None:
    house.unsay("intake", "DuplicateAnswered")


def _take_in_as_somebody_else(house: Copy) -> None:
    rewritten(house.said("intake", "DuplicateAnswered"), same=False)


WAYS: dict[str, Sequence[Break]] = {
    "W1": (_forget_to_ask,),
    "W2": (_take_in_without_an_answer, _take_in_as_somebody_else),
    "S1a": (
        _move_without_saying,
        _forget_an_episode,
    ),
    "S1b": (
        _begin_elsewhere,
        _have_two_levels,
    ),
    "S1c": (_move_at_noon,),
    "S2a": (
        _complete_twice,
        _never_end,
        _stop_half_way,
        _hold_without_a_reason,
        _go_on_after_the_end,
        _let_a_proposal_lie,
    ),
    "S2b": (
        _forget_the_open_one,
        _open_a_second_one,
    ),
    "S2c": (
        _sign_twice_alone,
        _sign_in_one_role,
        _decide_without_people,
        _go_elsewhere_than_approved,
    ),
    "S3a": (
        _complete_without_moving,
        _complete_without_a_place,
        _keep_the_old_place,
        _leave_the_curriculum,
        _leave_the_family,
    ),
    "S3b": (
        _keep_a_meeting,
        _keep_a_place,
        _keep_a_carry,
        _keep_a_claim,
    ),
    "S4a": (
        _occupy_twice,
        _occupy_elsewhere_too,
    ),
    "S4b": (
        _squeeze_one_in,
        _squeeze_one_into_the_group,
    ),
    "S4c": (
        _leave_somebody_without,
        _leak_a_place,
    ),
    "S4d": (_leak_a_hold,),
}
"""Check -> the ways to break what it watches."""
