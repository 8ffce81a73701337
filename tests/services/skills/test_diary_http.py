"""What skills does over HTTP with diary cards by a template."""

from typing import Any

from common.contracts.words import Role
from common.store import Store
from services.one_service import Caller, said

CARD: dict[str, Any] = {
    "day": "2026-03-02",
    "suicide_urge": 1,
    "self_harm_urge": 0,
    "self_harm": False,
    "filled_at": "2026-03-02T22:00:00Z",
    "ratings": {"ANGER": 3, "URGE_QUIT": 5},
    "skills": {"STOP": 5},
    "note": "for my therapist",
}


async def test_a_card_by_template_is_taken_reviewed_corrected_and_read(caller: Caller, store: Store) -> None:
    """SK-D8 to SK-D12: one card, one telling; a correction is a revision, marked where it was gone through."""
    path = "/participants/p-1/diary-cards"
    first = await caller.post(path, CARD, Role.INTEGRATION)
    again = await caller.post(path, {**CARD, "filled_at": "2026-03-02T23:00:00Z"}, Role.INTEGRATION)
    older = await caller.post(path, {**CARD, "suicide_urge": 2, "filled_at": "2026-03-02T12:00:00Z"})
    reviewed = [await caller.post(f"{path}/2026-03-02/review", {"revision": 1}) for _ in range(2)]
    changed = {**CARD, "filled_at": "2026-03-05T12:00:00Z", "ratings": {"ANGER": 2}}
    await caller.post(path, changed, Role.INTEGRATION)
    (card,) = (await caller.get(f"{path}?since=2026-03-01&until=2026-03-03", Role.CLINICIAN)).json()

    assert first.json()["said"] == ["DiaryCardSubmitted.v1", "DiaryCardDetailed.v1", "DiaryAlertRaised.v1"]
    assert (again.json()["said"], older.json()["said"]) == ([], ["DiaryCardSetAside.v1"])
    assert [answer.json()["said"] for answer in reviewed] == [["DiaryCardReviewed.v1"], []]
    assert (card["revision"], card["late"], card["changed_after_review"]) == (2, True, True)
    assert (card["ratings"], card["alerts"], card["note"]) == ({"ANGER": 2}, ["urge-to-quit"], "for my therapist")
    assert (await said(store, "p-1")).count("DiaryCardDetailed") == 2


async def test_a_note_is_for_therapists_unless_it_was_shared_and_stands_in_no_message(
    caller: Caller, store: Store
) -> None:
    """SK-D14"""
    path = "/participants/p-1/diary-cards"
    await caller.post(path, CARD, Role.INTEGRATION)
    (hidden,) = (await caller.get(path, Role.SKILLS_LEADER)).json()
    await caller.post(path, {**CARD, "filled_at": "2026-03-02T23:00:00Z", "note_shared": True}, Role.INTEGRATION)
    (shared,) = (await caller.get(path, Role.SKILLS_LEADER)).json()

    assert (hidden["note"], shared["note"]) == (None, "for my therapist")
    assert "for my therapist" not in str(await store.database.find("journal", {}))


async def test_the_last_note_of_a_day_says_who_reads_it(caller: Caller) -> None:
    """SK-D14: what was shared is so no more once a later one is not; an empty one takes it back for everybody."""
    path, read = "/participants/p-1/diary-cards", []
    said: list[dict[str, Any]] = [{"note_shared": True}, {}, {"note_shared": True}, {"note": ""}]
    for minute, more in enumerate(said):
        answer = await caller.post(
            path, {**CARD, "filled_at": f"2026-03-02T22:0{minute}:00Z", **more}, Role.INTEGRATION
        )
        assert answer.status_code == 201
        read += [(await caller.get(path, role)).json()[0]["note"] for role in (Role.SKILLS_LEADER, Role.CLINICIAN)]

    words = CARD["note"]
    assert read == [words, words, None, words, words, words, None, None]


async def test_cards_that_do_not_fit_are_refused_and_nothing_is_said(caller: Caller, store: Store) -> None:
    """SK-D8, SK-D6: the record is not written where the book refuses."""
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"template": "0.9"}, "template-unknown"),
        ({"ratings": {"SUDS": 3}}, "field-unknown"),
        ({"ratings": {"ANGER": 6}}, "rating-out-of-range"),
        ({"skills": {"HALT": 5}}, "skill-unknown"),
        ({"filled_at": "2026-02-28T12:00:00Z"}, "filled-before-its-day"),
        ({"overall": 8}, "malformed"),
    ]
    for more, code in wrong:
        answer = await caller.post("/participants/p-1/diary-cards", {**CARD, **more})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await said(store, "p-1") == []


async def test_an_app_can_ask_what_a_card_asks(caller: Caller) -> None:
    """SK-D8: the current version, and any other by name."""
    asked = (await caller.get("/diary-template")).json()

    assert (asked["version"], asked["current"], asked["late_after_hours"]) == ("1.0", "1.0", 36)
    anger = {"field": "ANGER", "name": "Anger", "group": "emotions", "lowest": 0, "highest": 5, "substance_use": False}
    assert anger in asked["fields"]
    assert ["TIP", "TIP"] in asked["skills"]
    assert (await caller.get("/diary-template?version=9")).json()["code"] == "template-unknown"
