"""Ways in which a run may have gone wrong, by the check that must see each."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chaos.seen import Record
from services.chaos.drafts import STRAY, Break, Draft


def _lose_the_last(draft: Draft) -> None:
    doc = draft.longest("operations")
    doc["applied"].pop(), doc["ids"].pop()


def _lose_all_of_a_subject(draft: Draft) -> None:
    draft.docs("skills", "chaos_ledger").remove(draft.longest("skills"))


def _apply_twice(draft: Draft) -> None:
    doc = draft.longest("family")
    doc["applied"].append(doc["applied"][-1]), doc["ids"].append(doc["ids"][-1])


def _act_twice(draft: Draft) -> None:
    doc = draft.longest("scheduling", "chaos_acts")
    doc["applied"].append([]), doc["ids"].append("another")


def _fire_twice(draft: Draft) -> None:
    doc = draft.longest("intake", "chaos_timers")
    doc["applied"].append(doc["applied"][0]), doc["ids"].append(doc["ids"][0])


def _turn_round(draft: Draft) -> None:
    doc = draft.longest("operations")
    doc["applied"].reverse(), doc["ids"].reverse()


def _hear_a_ghost(draft: Draft) -> None:
    draft.longest("scheduling")["ids"][0] = "never-committed"


def _hear_what_nobody_said(draft: Draft) -> None:
    ghost = {"_id": "/throughline/skills|skills.progress|ghost", "applied": [1], "ids": ["ghost"]}
    draft.docs("intake", "chaos_ledger").append(ghost)


def _stay_behind(draft: Draft) -> None:
    next(doc for doc in draft.docs("intake", "positions") if doc["last"])["last"] -= 1


def _hold_on(draft: Draft) -> None:
    draft.docs("operations", "held").append({"_id": "/throughline/skills|skills.progress|p-1|9"})


def _wait_for_ever(draft: Draft) -> None:
    draft.docs("operations", "positions")[0]["held"] = 1


def _keep_one_unsent(draft: Draft) -> None:
    draft.docs("family", "outbox").append({"_id": "entry", "rows": ["row"]})


def _park_what_is_right(draft: Draft) -> None:
    right = copy.deepcopy(draft.docs("notifications", "parked")[0])
    right |= {"_id": "right", "message_id": "right", "position": "/throughline/intake|intake.episodes|p-1"}
    draft.docs("skills", "parked").append(right)


def _park_too_little(draft: Draft) -> None:
    draft.run = replace(draft.run, expected_parked={*draft.run.expected_parked, "poison"})


def _pass_a_parked_one(draft: Draft) -> None:
    parked = next(doc for doc in draft.docs("notifications", "parked") if doc["state"] == "parked")
    past = {"_id": parked["position"], "applied": [parked["sequence"] + 1], "ids": ["next"]}
    draft.docs("notifications", "chaos_ledger").append(past)


def _skip_a_stranger(draft: Draft) -> None:
    stranger = Record("skills.commands", 0, 1, "/strangers/x", "p-1", 1, "CarryCurriculum.v1", addressed=True)
    draft.log.append(stranger)
    draft.docs("skills", "positions").append({"_id": stranger.position, "last": 1, "held": 0, "parked": 0})


def _park_what_was_applied(draft: Draft) -> None:
    doc = draft.longest("operations")
    parked = {"_id": "both", "position": doc["_id"], "sequence": doc["applied"][0], "state": "parked", "reason": "x"}
    draft.docs("operations", "parked").append({**parked, "message_id": doc["ids"][0]})


def _apply_before_it_came(draft: Draft) -> None:
    doc = draft.longest("operations")
    doc["applied"].append(999), doc["ids"].append("future")


def _lose_a_stray(draft: Draft) -> None:
    draft.docs("skills", "quarantine").clear()


def _quarantine_more(draft: Draft) -> None:
    draft.docs("intake", "quarantine").append({"_id": "intake.commands|0|5|1770000000000"})


def _run_ahead(draft: Draft) -> None:
    place = "skills.progress", 0, len(draft.log)
    draft.log.append(Record(*place, "/throughline/skills", "p-1", 1000, "SkillTaught.v1", addressed=True))
    draft.committed["intake", "skills.progress", 0] = len(draft.log) + 1


def _commit_an_unread_stray(draft: Draft) -> None:
    draft.docs("skills", "quarantine").remove({"_id": STRAY})


def _forget_the_answer(draft: Draft) -> None:
    draft.docs("scheduling", "answers").clear()


def _promise_too_much(draft: Draft) -> None:
    draft.acknowledge(said=["LevelSetUp.v1", "LevelSetUp.v1"])


def _answer_without_acting(draft: Draft) -> None:
    draft.docs("scheduling", "chaos_acts").clear()


def _answer_in_two_ways(draft: Draft) -> None:
    draft.acknowledge(version=99)


def _say_for_no_reason(draft: Draft) -> None:
    draft.docs("family", "journal")[0]["attributes"]["ce_causationid"] = "nothing"


def _hold_a_lease_for_ever(draft: Draft) -> None:
    draft.docs("intake", "leases").append({"_id": "shard-1", "until": datetime.now(UTC) + timedelta(hours=1)})


def _claim_a_delivery_for_ever(draft: Draft) -> None:
    claimed = {"_id": "n-1", "state": "due", "next_try_at": datetime.now(UTC) + timedelta(hours=1)}
    draft.docs("notifications", "deliveries").append(claimed)


def _ask_without_need(draft: Draft) -> None:
    row = copy.deepcopy(draft.docs("skills", "journal")[0])
    draft.docs("skills", "journal").append(row | {"_id": "asked", "type": "ResendRange.v1", "topic": "intake.commands"})


WAYS: Mapping[str, Sequence[Break]] = {
    "C1a": (_lose_the_last, _lose_all_of_a_subject),
    "C1b": (_apply_twice,),
    "C1c": (_act_twice,),
    "C1d": (_fire_twice,),
    "C1e": (_turn_round,),
    "C1f": (_hear_a_ghost, _hear_what_nobody_said),
    "C2": (_stay_behind, _hold_on, _wait_for_ever),
    "C4": (_keep_one_unsent,),
    "C5a": (_park_what_is_right, _park_too_little),
    "C5b": (_pass_a_parked_one,),
    "C5c": (_lose_the_last, _skip_a_stranger, _park_what_was_applied, _apply_before_it_came),
    "C5d": (_lose_a_stray, _quarantine_more),
    "C6": (_run_ahead, _commit_an_unread_stray),
    "C7a": (_forget_the_answer, _promise_too_much, _answer_without_acting),
    "C7b": (_answer_in_two_ways,),
    "C9": (_say_for_no_reason,),
    "C10": (_hold_a_lease_for_ever, _claim_a_delivery_for_ever),
    "C11": (_ask_without_need,),
}
"""Check -> the ways to break what it watches. What leaves the house (C8) has a file of its own."""
