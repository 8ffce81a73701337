"""What an app or a questionnaire system hands on for many participants at once."""

from common.contracts.words import Role
from common.store import Store
from services.one_service import Caller


async def test_cards_and_measures_of_many_are_taken_together_or_not_at_all(store: Store, caller: Caller) -> None:
    """SK-D1, SK-M3: what an app hands on for many is one act; one bad card, and nobody's is taken."""
    card = {"day": "2026-03-01", "suicide_urge": 0, "self_harm_urge": 0, "self_harm": False}
    cards = [{"participant_id": f"p-{n}", **card} for n in range(3)]
    measures = [{"participant_id": f"p-{n % 2}", "instrument": "PHQ9", "score": n} for n in range(3)]
    bad = await caller.post("/diary-cards", {"cards": [*cards, {**cards[0], "suicide_urge": 9}]}, Role.INTEGRATION)
    assert (bad.status_code, bad.json()["code"]) == (422, "urge-out-of-range")
    assert await store.database.count("journal", {}) == 0

    taken = await caller.post("/diary-cards", {"cards": cards}, Role.INTEGRATION, key="k")
    again = await caller.post("/diary-cards", {"cards": cards}, Role.INTEGRATION, key="k")
    scored = await caller.post("/measures", {"administrations": measures}, Role.INTEGRATION)
    assert (taken.status_code, again.json()["repeated"], scored.status_code) == (201, True, 201)
    assert await store.database.count("journal", {"type": "DiaryCardSubmitted.v1"}) == 3
    assert await store.database.count("journal", {"type": "MeasureRecorded.v1"}) == 3
