"""Ways to break journals, inboxes, dead letters and timers."""

from collections.abc import Sequence

from services.invariants.breaking import Break, Copy, rewritten

EPISODES, ROSTERS = "intake.episodes", "scheduling.rosters"


def _lose_a_row(house: Copy) -> None:
    house.unsay("intake", "ReleaseRevoked")


def _forget_a_count(house: Copy) -> None:
    house.docs("skills", "sequences").pop()


def _keep_one_unsent(house: Copy) -> None:
    row = house.docs("family", "journal")[0]
    house.docs("family", "outbox").append({"_id": "e-1", "shard": 0, "rows": [row["_id"]]})


def _miss_one(house: Copy) -> None:
    house.position("intake", ROSTERS, "p-1")["last"] -= 1


def _never_hear(house: Copy) -> None:
    house.docs("notifications", "positions").clear()


def _run_ahead(house: Copy) -> None:
    house.position("family", EPISODES, "p-1")["last"] += 1


def _hear_what_nobody_said(house: Copy) -> None:
    ghost = {"_id": f"/throughline/skills|{EPISODES}|ghost", "last": 1, "parked": 0, "held": 0}
    house.docs("intake", "positions").append(ghost)


def _hold_one_back(house: Copy) -> None:
    house.position("skills", EPISODES, "p-1")["held"] = 1


def _count_evidence_twice(house: Copy) -> None:
    house.again(house.said("intake", "EvidenceNoted"), kind="Score again")


def _hold_a_place_twice(house: Copy) -> None:
    house.again(house.said("scheduling", "PlaceHeld"), at="2026-02-02T00:00:00Z")


def _say_the_same_twice(house: Copy) -> None:
    house.again(house.said("skills", "RiskFlagRaised"))


def _invent_evidence(house: Copy) -> None:
    rewritten(house.said("intake", "EvidenceNoted", kind="Score"), event_id="nobody-said-it")


def _count_the_evidence_of_another(house: Copy) -> None:
    house.said("skills", "MeasureRecorded", participant_id="p-1")["subject"] = "p-2"


def _share_an_id(house: Copy) -> None:
    ours, theirs = house.docs("family", "journal")[0], house.docs("intake", "journal")[0]
    ours["attributes"]["ce_id"] = theirs["attributes"]["ce_id"]


def _write_another_sequence(house: Copy) -> None:
    house.docs("family", "journal")[0]["attributes"]["ce_sequence"] = "77"


def _speak_on_a_strange_stream(house: Copy) -> None:
    house.docs("family", "journal")[0]["topic"] = EPISODES


def _leave_a_command_unanswered(house: Copy) -> None:
    house.unsay("skills", "CurriculumCarried")


def _lose_a_dead_letter(house: Copy) -> None:
    house.docs("notifications", "parked").pop()


def _park_in_silence(house: Copy) -> None:
    house.unsay("notifications", "MessageParked")


def _discard_in_silence(house: Copy) -> None:
    house.unsay("notifications", "MessageDiscarded")


def _miscount_the_parked(house: Copy) -> None:
    house.position("notifications", "notifications.commands", "p-9")["parked"] = 0


def _sleep_through_a_timer(house: Copy) -> None:
    house.docs("intake", "timers")[0]["due_at"] = house.house().newest


def _fail_a_timer(house: Copy) -> None:
    house.docs("intake", "timers")[0]["failed"] = "bug-KeyError"


def _catch_a_stray(house: Copy) -> None:
    house.docs("skills", "quarantine").append({"_id": "skills.commands|0|7"})


WAYS: dict[str, Sequence[Break]] = {
    "J1": (
        _lose_a_row,
        _forget_a_count,
    ),
    "J2": (_keep_one_unsent,),
    "J3": (
        _miss_one,
        _never_hear,
        _run_ahead,
        _hear_what_nobody_said,
        _hold_one_back,
    ),
    "J4a": (
        _count_evidence_twice,
        _hold_a_place_twice,
    ),
    "J4b": (_say_the_same_twice,),
    "J4c": (
        _invent_evidence,
        _count_the_evidence_of_another,
    ),
    "J5": (
        _share_an_id,
        _write_another_sequence,
        _speak_on_a_strange_stream,
    ),
    "J6": (_leave_a_command_unanswered,),
    "P1": (
        _lose_a_dead_letter,
        _park_in_silence,
        _discard_in_silence,
        _miscount_the_parked,
    ),
    "T1": (
        _sleep_through_a_timer,
        _fail_a_timer,
    ),
    "Q1": (_catch_a_stray,),
}
"""Check -> the ways to break what it watches."""
