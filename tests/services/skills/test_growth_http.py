"""What skills does over HTTP with values, what is looked forward to, goals of expression, and beliefs."""

from datetime import UTC, datetime, timedelta

from common.contracts.words import Role
from common.store import Store
from services.one_service import Caller, said

AT = "/participants/p-1"
PORTAL = Role.INTEGRATION
TOMORROW = str((datetime.now(UTC) + timedelta(days=2)).date())


async def test_a_value_is_at_work_where_it_was_named_and_its_words_are_for_therapists(
    caller: Caller, store: Store
) -> None:
    """SK-G1, SK-G2, SK-G3, SK-D14: once; the words are in no message."""
    value = {"words": "SECRET-kind to animals", "goal_ids": ["g-1"]}
    named = [await caller.post(f"{AT}/values", value, PORTAL, key="k") for _ in range(2)]
    id = named[0].json()["extra"]["id"]
    fast = {"skills": ["FAST"], "words": {"STICK_TO_VALUES": "SECRET-feed"}, "value_ids": [id], "supporter_id": "u-1"}
    await caller.post(f"{AT}/rehearsals", fast, PORTAL)
    ahead = await caller.post(f"{AT}/ahead", {"on": TOMORROW, "value_id": id, "words": "SECRET-zoo"}, PORTAL)
    mine = (await caller.get(f"{AT}/values", Role.CLINICIAN)).json()
    theirs = (await caller.get(f"{AT}/values", Role.SKILLS_LEADER)).json()
    coming = (await caller.get(f"{AT}/ahead", Role.CLINICIAN)).json()

    assert named[1].json()["repeated"]
    (one,) = mine["values"]
    assert (one["words"], one["goal_ids"]) == ({"words": value["words"]}, ["g-1"])
    assert [at["skills"] for at in one["rehearsals"]] == [["FAST"]]
    assert one["ahead_ids"] == [ahead.json()["extra"]["id"]]
    assert mine["skills"] == ["ACCUMULATE_POSITIVES", "FAST"]
    assert theirs["values"][0]["words"] is None
    assert (coming["next"]["on"], coming["next"]["words"]) == (TOMORROW, {"words": "SECRET-zoo"})
    assert "SECRET" not in str(await store.database.find("journal", {}))
    aside = [await caller.post(f"{AT}/values/{id}/set-aside", {}) for _ in range(2)]
    assert [answer.json()["said"] for answer in aside] == [["ValueSetAside.v1"], []]


async def test_what_was_looked_forward_to_is_spoken_about(caller: Caller, store: Store) -> None:
    """SK-G3: it is put down before its day, and stands on the agenda of its days until somebody says how it was."""
    zoned = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    id = (await caller.post(f"{AT}/ahead", {"starts_at": zoned, "session_id": "s-7"})).json()["extra"]["id"]
    await caller.post(f"{AT}/target-behaviours", {"kind": "QUALITY_OF_LIFE"})
    shown = (await caller.get(f"{AT}/ahead", Role.CLINICIAN)).json()["things"][0]["on"]
    week = f"{AT}/agenda?since={shown}&until={shown}"
    before = [item["what"] for item in (await caller.get(week, Role.CLINICIAN)).json()["items"]]
    done = [await caller.post(f"{AT}/ahead/{id}/settle", {"outcome": "HAPPENED"}, PORTAL) for _ in range(2)]
    after = [item["what"] for item in (await caller.get(week, Role.CLINICIAN)).json()["items"]]

    assert ("looked-forward-to" in before, "looked-forward-to" in after) == (True, False)
    assert [answer.json()["said"] for answer in done] == [["AheadSettled.v1"], []]
    bad = [
        await caller.post(f"{AT}/ahead", body)
        for body in (
            {},
            {"on": "2026-01-01"},
            {"on": TOMORROW, "value_id": "v-9"},
            {"on": "2099-01-01", "starts_at": zoned},
        )
    ]
    codes = ["no-day", "in-the-past", "value-unknown", "days-upside-down"]
    assert [(answer.status_code, answer.json()["code"]) for answer in bad] == [(422, code) for code in codes]
    assert (await said(store, "p-1")).count("LookedForwardTo") == 1


async def test_a_belief_has_another_way_to_see_it_and_what_one_says_is_practised(caller: Caller, store: Store) -> None:
    """SK-G4, SK-G5, SK-D14: words come together for therapists, and stay here."""
    belief = (await caller.post(f"{AT}/beliefs", {"belief": "SECRET-burden", "conviction": 8})).json()["extra"]["id"]
    other = {"alternative": "SECRET-welcome", "skills": ["CHECK_THE_FACTS"]}
    found = [await caller.post(f"{AT}/beliefs/{belief}/alternative", other, key="a") for _ in range(2)]
    await caller.post(f"{AT}/beliefs/{belief}/ratings", {"conviction": 4}, PORTAL)
    goal = {"words": "SECRET-thanks", "supporter_id": "u-1"}
    wanted = (await caller.post(f"{AT}/expression-goals", goal, PORTAL)).json()["extra"]["id"]
    tried = await caller.post(f"{AT}/expression-goals/{wanted}/practice", {"openness": 3, "words": "SECRET-said"})
    await caller.post(f"{AT}/expression-goals/{wanted}/end", {"outcome": "reached"})
    (seen,) = (await caller.get(f"{AT}/beliefs", Role.CLINICIAN)).json()
    (said_so,) = (await caller.get(f"{AT}/expression-goals", Role.CLINICIAN)).json()
    (blind,) = (await caller.get(f"{AT}/expression-goals", Role.SKILLS_LEADER)).json()

    assert found[1].json()["repeated"]
    assert seen["words"] == {"belief": "SECRET-burden", "alternative": "SECRET-welcome"}
    assert [one["conviction"] for one in seen["rated"]] == [8, 4]
    assert said_so["words"][tried.json()["extra"]["id"]] == {"words": "SECRET-said"}
    assert (said_so["practised"][0]["supporter_id"], said_so["outcome"]) == ("u-1", "reached")
    assert blind["words"] is None
    unknown = await caller.post(f"{AT}/beliefs/b-9/ratings", {"conviction": 4})
    wrong = await caller.post(f"{AT}/beliefs/{belief}/alternative", {**other, "skills": ["HALT"]})
    refused = await caller.post(f"{AT}/beliefs", {"belief": "x"}, Role.SCHEDULER)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "belief-unknown")
    assert (wrong.json()["code"], refused.status_code) == ("skill-unknown", 403)
    assert "SECRET" not in str(await store.database.find("journal", {}))
