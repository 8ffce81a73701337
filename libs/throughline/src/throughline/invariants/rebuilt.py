"""State folded anew from the journals equals the stored state, for what matters of each aggregate."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from throughline.invariants.shapes import Finding, House, judge
from throughline.invariants.transitions import ENDINGS

Known = dict[str, set[str]]
"""Aggregate id -> what is known of it, as short statements."""

TRANSITION_STATES = {
    "TransitionProposed": "proposed",
    "TransitionSigned": "signed",
    "TransitionApproved": "approved",
    "TransitionHeld": "held",
    "TransitionReady": "ready",
    "TransitionDue": "confirming",
    "TransitionCompensating": "compensating",
    **ENDINGS,
}
REFERRAL_STATES = {
    "ReferralReceived": "waiting",
    "ReferralWaitlisted": "waitlisted",
    "ReferralAccepted": "accepted",
    "ReferralDeclined": "declined",
}
"""In the order in which a referral goes through them, about whomever people say it is."""
STAGES = {"PlaceUnavailable": "WAITING", "PlaceHeld": "HELD", "PlaceConfirmed": "OCCUPIED", "PlaceReleased": ""}
MEETINGS = {
    "TransitionMeetingArranged": "arranged",
    "AlternativeSupportPlanUsed": "alternative",
    "TransitionMeetingCancelled": "cancelled",
}
CARRIES = {
    "CurriculumCarried": "carried",
    "CurriculumNotCarried": "not-carried",
    "CurriculumCarryUndone": "undone",
}


def _same(name: str, told: Mapping[Any, Any], stored: Mapping[Any, Any]) -> Finding:
    agreed = {key for key in told.keys() & stored.keys() if told[key] == stored[key]}
    differing = sorted((told.keys() | stored.keys()) - agreed, key=str)
    return judge(name, len(told), (f"{key} differs" for key in differing))


def referrals_rebuilt(house: House) -> Finding:
    """Each referral is as far as the journal says. Promise 1."""
    steps = list(REFERRAL_STATES)
    rows = sorted(house.said("intake.episodes", *REFERRAL_STATES), key=lambda row: steps.index(row.type))
    told = {row.data["referral_id"]: (row.subject, REFERRAL_STATES[row.type]) for row in rows}
    stored = {id: (s["participant_id"], s["status"]) for id, s in house.states("intake", "referral").items()}
    return _same("R1 referrals equal their journal", told, stored)


def transitions_rebuilt(house: House) -> Finding:
    """The list of transitions staff read is what the journal says. Promise 1."""
    told = {
        row.data["transition_id"]: (row.subject, TRANSITION_STATES[row.type])
        for row in house.said("intake.episodes", *TRANSITION_STATES)
    }
    listed = house.docs("intake", "transitions")
    stored = {doc["_id"]: (doc["participant_id"], doc["state"]) for doc in listed}
    return _same("R2 transitions equal their journal", told, stored)


def boards_rebuilt(house: House) -> Finding:
    """Who waits, holds and occupies where, and how much there is, are what the journal says. Promise 1."""
    told: dict[tuple[str, str], Any] = {}
    for row in house.said("scheduling.rosters", *STAGES):
        told[row.data["level"], row.data["transition_id"]] = (row.subject, STAGES[row.type], row.data.get("group_id"))
    told = {key: claim for key, claim in told.items() if claim[1]}
    for row in house.said("scheduling.rosters", "LevelSetUp"):
        told[row.data["level"], "places"] = row.data.get("places")
    stored: dict[tuple[str, str], Any] = {}
    for level, board in house.states("scheduling", "levelboard").items():
        for id, claim in board["claims"].items():
            stored[level, id] = (claim["participant_id"], claim["stage"], claim["group_id"])
        if (level, "places") in told or board["places"] != 0:
            stored[level, "places"] = board["places"]
    return _same("R3 boards equal their journal", told, stored)


def support_rebuilt(house: House) -> Finding:
    """Supporters, and what stands for each transition, are what the journal says. Promise 1."""
    told: dict[tuple[str, str], Any] = {}
    for row in house.said("family.engagement", "SupporterNamed", *MEETINGS):
        named = row.type == "SupporterNamed"
        key = row.data["supporter_id"] if named else row.data["transition_id"]
        told[row.subject, key] = row.data["relationship"] if named else MEETINGS[row.type]
    stored: dict[tuple[str, str], Any] = {}
    for who, state in house.states("family", "supportnetwork").items():
        stored |= {(who, id): relationship for id, relationship in state["supporters"].items()}
        stored |= {(who, id): meeting["state"] for id, meeting in state["meetings"].items()}
    return _same("R4 support networks equal their journal", told, stored)


LEARNT: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "SkillTaught": lambda data: f"taught {data['lesson']}",
    "MeasureRecorded": lambda data: f"measure {data['measure_id']}",
    "MeasureVoided": lambda data: f"void {data['measure_id']}",
    "RiskFlagRaised": lambda data: f"flag {data['flag_id']}",
    "HistoricalRiskFound": lambda data: f"flag {data['flag_id']}",
    "RiskFlagCleared": lambda data: f"cleared {data['flag_id']}",
    "DitSessionHeld": lambda data: f"session {data['session_index']}",
}
"""What each fact adds to what skills knows."""
TAKEN_BACK = "LessonTakenBack"
"""What takes a lesson away again, where it never reached them in another sitting."""


def progress_rebuilt(house: House) -> Finding:
    """Lessons, measures, flags, DIT sessions and carries are what the journal says. Promise 1."""
    told: Known = defaultdict(set)
    carries: dict[tuple[str, str], str] = {}
    for row in house.said("skills.progress", *LEARNT, *CARRIES, TAKEN_BACK):
        if row.type == TAKEN_BACK:
            told[row.subject] -= set() if row.data["taught_at"] else {f"taught {row.data['lesson']}"}
        elif row.type in CARRIES:
            carries[row.subject, row.data["transition_id"]] = CARRIES[row.type]
        else:
            told[row.subject].add(LEARNT[row.type](row.data))
    for (who, id), outcome in carries.items():
        told[who].add(f"{outcome} {id}")
    records = house.states("skills", "skillsrecord")
    stored = {who: known for who, state in records.items() if (known := _stored_progress(state))}
    return _same("R6 skills records equal their journal", told, stored)


def _stored_progress(state: Mapping[str, Any]) -> set[str]:
    measures, flags = state["measures"]["recorded"], state["risk"]["flags"]
    return {
        *(f"taught {lesson}" for lesson in state["curriculum"]["taught"]),
        *(f"{carry['outcome']} {id}" for id, carry in state["curriculum"]["carries"].items()),
        *(f"measure {id}" for id in measures),
        *(f"void {id}" for id, one in measures.items() if one["void"]),
        *(f"flag {id}" for id in flags),
        *(f"cleared {id}" for id, flag in flags.items() if flag["cleared_by"]),
        *(f"session {index}" for index, _ in enumerate(state["dit"]["held_at"], start=1)),
    }


CHECKS = (referrals_rebuilt, transitions_rebuilt, boards_rebuilt, support_rebuilt, progress_rebuilt)
