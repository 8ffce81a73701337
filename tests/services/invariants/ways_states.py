"""Ways to break what is stored beside the journals."""

from collections.abc import Sequence

from services.invariants.breaking import Break, Copy


def _forget_a_referral(house: Copy) -> None:
    house.docs("intake", "referral").pop()


def _list_a_wrong_state(house: Copy) -> None:
    house.docs("intake", "transitions")[0]["state"] = "held"


def _lose_a_claim(house: Copy) -> None:
    house.state("scheduling", "levelboard", "PHP")["claims"].popitem()


def _change_the_places(house: Copy) -> None:
    house.state("scheduling", "levelboard", "PHP")["places"] = 5


def _forget_a_supporter(house: Copy) -> None:
    house.state("family", "supportnetwork", "p-1")["supporters"].popitem()


def _forget_a_notice(house: Copy) -> None:
    house.state("notifications", "correspondence", "p-1")["notices"].popitem()


def _forget_a_measure(house: Copy) -> None:
    house.state("skills", "skillsrecord", "p-1")["measures"]["recorded"].clear()


def _miss_an_event(house: Copy) -> None:
    house.docs("operations", "events").pop()


def _log_a_contact(house: Copy) -> None:
    contact = house.said("intake", "ContactRecorded")
    house.docs("operations", "events").append({"_id": contact["_id"], "topic": contact["topic"]})


def _count_one_twice(house: Copy) -> None:
    journey = next(doc for doc in house.docs("operations", "journeys") if doc["_id"] == "p-1")
    journey["counters"]["LevelOfCareChanged"] += 1


def _show_operators_another_level(house: Copy) -> None:
    next(doc for doc in house.docs("operations", "journeys") if doc["_id"] == "p-1")["level"] = "IOP"


def _take_roll_at_another_level(house: Copy) -> None:
    next(doc for doc in house.docs("scheduling", "whereabouts") if doc["_id"] == "p-3")["level"] = "IOP"


WAYS: dict[str, Sequence[Break]] = {
    "R1": (_forget_a_referral,),
    "R2": (_list_a_wrong_state,),
    "R3": (
        _lose_a_claim,
        _change_the_places,
    ),
    "R4": (_forget_a_supporter,),
    "R5": (_forget_a_notice,),
    "R6": (_forget_a_measure,),
    "O1": (
        _miss_an_event,
        _log_a_contact,
    ),
    "O2": (_count_one_twice,),
    "O3": (
        _show_operators_another_level,
        _take_roll_at_another_level,
    ),
}
"""Check -> the ways to break what it watches."""
