"""What skills does over HTTP with psychoeducation, session notes, the library, and the history of a DIT course."""

from typing import Any

from common.contracts.care import ConditionNoted
from common.contracts.words import Condition, Role, StaffId
from common.store import Store
from services.one_service import NOON, Caller, hear, said
from services.skills.own import Oneself
from services.skills.test_messages import P, moved, opened

AT = "/participants/p-1"
PORTAL = Role.INTEGRATION
HISTORY: dict[str, Any] = {
    "relationships": [{"era": "PAST", "person": "SECRET-aunt", "supporter_id": "u-1", "how_it_was": "warm"}],
    "attachment": "SECRET-close is dangerous",
}


async def test_what_is_to_be_explained_follows_the_conditions_and_what_was_is_kept(
    caller: Caller, store: Store
) -> None:
    """SK-G6: open topics first; told once, and how far it was understood."""
    noted = ConditionNoted(
        at=NOON,
        participant_id=P,
        episode_id="e-1",
        condition=Condition.BPD,
        icd10="F60.3",
        noted_by=StaffId("s-1"),
    )
    await hear(store, opened(), moved(), noted)
    topic = {"topic": "BIOSOCIAL_THEORY", "explained_at": "2026-03-03T10:00:00Z"}
    done = [await caller.post(f"{AT}/psychoeducation", topic) for _ in range(2)]
    path = f"{AT}/psychoeducation/BIOSOCIAL_THEORY/understanding"
    await caller.post(path, {"understanding": "PARTLY"})
    shown = (await caller.get(f"{AT}/psychoeducation", Role.CLINICIAN)).json()

    assert (await Oneself(caller).get("psychoeducation")).json() == shown
    assert [answer.json()["said"] for answer in done] == [["TopicExplained.v1"], []]
    assert shown["conditions"] == ["borderline-personality"]
    assert [one["topic"] for one in shown["topics"]] == [
        "HOW_FEELINGS_WORK",
        "HOW_THE_PROGRAM_HELPS",
        "SELF_HARM_AS_AN_ANSWER",
        "BIOSOCIAL_THEORY",
    ]
    assert shown["topics"][-1]["understood"]["understanding"] == "PARTLY"
    unknown = await caller.post(f"{AT}/psychoeducation", {"topic": "HOROSCOPE"})
    unseen = await caller.post(f"{AT}/psychoeducation/HOW_FEELINGS_WORK/understanding", {"understanding": "NOT_YET"})
    refused = await caller.post(f"{AT}/psychoeducation", topic, PORTAL)
    assert [unknown.json()["code"], unseen.json()["code"], refused.status_code] == [
        "topic-unknown",
        "topic-not-explained",
        403,
    ]


async def test_a_session_has_one_note_with_the_levels_of_validation_used(caller: Caller, store: Store) -> None:
    """SK-G7: said twice it is one; clinicians and medical read it, and the library is for those who care for people."""
    note = {"session_id": "s-7", "validation": [4, 2, 2], "prompts": ["WHO_ELSE"]}
    done = [await caller.post(f"{AT}/session-notes", note) for _ in range(2)]
    await caller.post(f"{AT}/session-notes", {**note, "validation": [6]})
    (shown,) = (await caller.get(f"{AT}/session-notes", Role.MEDICAL)).json()
    closed = await caller.get(f"{AT}/session-notes", Role.SKILLS_LEADER)
    library = (await caller.get("/library", Role.CLINICIAN)).json()
    asks = (await caller.get("/library/prompts?about=belief", Role.CLINICIAN)).json()

    assert [answer.json()["said"] for answer in done] == [["SessionNoted.v1"], []]
    assert done[0].json()["extra"] == done[1].json()["extra"]
    assert (shown["session_id"], shown["validation"], shown["prompts"]) == ("s-7", [6], ["WHO_ELSE"])
    assert closed.status_code == 403
    assert library["validation"]["2"] == "reflect accurately"
    assert sorted(asks) == ["TO_A_FRIEND", "WHAT_SPEAKS_FOR_IT"]
    wrong = await caller.post(f"{AT}/session-notes", {"validation": [7]})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "validation-level-unknown")
    assert (await said(store, "p-1")).count("SessionNoted") == 2


async def test_a_history_is_the_clinicians_until_the_focus_is_agreed(caller: Caller, store: Store) -> None:
    """SK-I14, SK-I12: with its words behind the same door as the rest of the course, and in no message."""
    await caller.post(f"{AT}/dit-sessions", {})
    taken = [await caller.post(f"{AT}/dit/history", HISTORY, key="h") for _ in range(2)]
    before = (await Oneself(caller).get("dit")).json()
    whole = (await caller.get(f"{AT}/dit", Role.CLINICIAN)).json()
    closed = [
        (await caller.get(f"{AT}/dit", Role.MEDICAL)).status_code,
        (await caller.post(f"{AT}/dit/history", HISTORY, Role.SKILLS_LEADER)).status_code,
    ]
    story = {"era": "PAST", "person": "somebody", "story": "one"}
    words = dict.fromkeys(("self_rep", "other_rep", "defensive_function"), "w")
    await caller.post(f"{AT}/dit/focus", {**words, "affects": ["fear"], "narratives": [story] * 3})
    await caller.post(f"{AT}/dit/focus/1/agree", {})
    after = (await Oneself(caller).get("dit")).json()

    assert taken[1].json()["repeated"]
    assert before["history"] is None
    assert [(one["version"], one["phase"], one["words"]) for one in whole["history"]] == [(1, "INITIAL", HISTORY)]
    assert after["history"]["words"] == HISTORY
    assert closed == [403, 403]
    assert "SECRET" not in str(await store.database.find("journal", {}))
