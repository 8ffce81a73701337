"""Community over HTTP and by messages on a real mongod."""

from pathlib import Path
from typing import Any

from common.contracts.diary import DiaryAlertRaised
from common.contracts.words import ParticipantId, Role
from services.one_service import NOON, hear, said
from services.scheduling.doors import LEADER, SCHEDULER, group, scheduling

MEAL: dict[str, Any] = {
    "kind": "MEAL",
    "starts_at": "2026-03-09T14:00:00Z",
    "minutes": 60,
    "room": "r1",
    "hosts": ["s-host"],
    "offers": ["step-free"],
}
ANNA = ParticipantId("anna")


def alert(name: str) -> DiaryAlertRaised:
    """A card of hers says something."""
    return DiaryAlertRaised(at=NOON, participant_id=ANNA, day=NOON.date(), alert=name, rank=3)


async def test_an_event_is_planned_in_a_free_room_and_shows_whose_needs_it_lacks(
    mongo_uri: str, tmp_path: Path
) -> None:
    """SC-E1, SC-E2, SC-E6, SC-F1: sent twice, once; who comes those see who lead; its host has it in a calendar."""
    async with scheduling(mongo_uri, tmp_path) as (door, _):
        first, again = await door.put("/gatherings/m1", MEAL), await door.put("/gatherings/m1", MEAL)
        clash = await door.put("/groups/g1", group())
        needs = {"needs": ["interpreter", "step-free"], "language": "es"}
        await door.put("/participants/anna/access-needs", needs)
        for _ in range(2):
            await door.post("/gatherings/m1/participants", {"participant_id": "anna"}, LEADER)
        shown = (await door.get("/gatherings/m1", LEADER)).json()
        listed = await door.get("/gatherings")
        hosts = (await door.get(f"/calendars/STAFF/{MEAL['hosts'][0]}.ics")).text
        gone = await door.post("/gatherings/m1/cancel", {"reason": "rain"}, LEADER)
        freed = await door.put("/groups/g1", group())

        assert (first.json()["said"], again.json()["said"]) == (["GatheringPlanned.v1", "TimesBooked.v1"], [])
        assert (hosts.count("SUMMARY:Community event"), "anna" in hosts) == (1, False)
        assert (clash.json()["code"], freed.status_code, gone.status_code) == ("room-taken", 200, 200)
        assert (shown["participants"], shown["not_offered"]) == (["anna"], {"anna": ["interpreter"]})
        assert ([one["coming"] for one in listed.json()], "anna" in listed.text) == ([1], False)
        assert (await door.get("/gatherings/m1")).status_code == 403
        assert (await door.get("/gatherings/m2", LEADER)).json()["code"] == "gathering-not-planned"


async def test_low_belonging_asks_the_leaders_of_their_groups_for_a_welcome(mongo_uri: str, tmp_path: Path) -> None:
    """SC-E3 to SC-E5: other alerts do not; told again, it is one; welcomed, it is off the list."""
    async with scheduling(mongo_uri, tmp_path) as (door, store):
        await door.put("/groups/g1", group())
        await door.post("/groups/g1/members", {"participant_id": "anna"}, SCHEDULER)
        await hear(store, alert("lying"), alert("low-belonging"), alert("low-belonging"))
        (asked,) = (await door.get("/welcomes", LEADER)).json()
        for _ in range(2):
            await door.post("/participants/anna/welcome", {"group_id": "g1", "buddy": "bo", "both_agree": True}, LEADER)
        await door.put("/groups/g1/norms", {"norms": ["we keep what we hear"]})
        accepted = await door.post("/participants/anna/norms/g1/accept", {"version": 1}, LEADER)
        other = await door.post("/participants/anna/norms/g1/accept", {"version": 2}, LEADER)
        hers = (await door.get("/participants/anna/community", LEADER)).json()

        assert (asked["participant_id"], asked["because"], asked["groups"]) == (
            "anna",
            "low-belonging",
            {"g1": "s-lead"},
        )
        assert (await door.get("/welcomes", LEADER)).json() == []
        assert (accepted.status_code, other.json()["code"]) == (200, "other-norms")
        assert (hers["accepted"], hers["buddies"]) == ({"g1": 1}, {"g1": "bo"})
        types = await said(store, "anna")
        assert (types.count("WelcomeAsked"), types.count("WelcomeGiven")) == (1, 1)
        assert (await door.get("/welcomes", Role.UR_NURSE)).status_code == 403
