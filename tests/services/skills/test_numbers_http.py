"""What is a number over HTTP."""

from typing import Any

import pytest

from common.store import Store
from services.one_service import Caller


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("diary-cards", {"day": "2026-03-01", "self_harm": False, "suicide_urge": True}),
        ("diary-cards", {"day": "2026-03-01", "self_harm": False, "ratings": {"ANGER": True}}),
        ("measures", {"instrument": "PHQ9", "score": True}),
        ("questionnaires", {"instrument": "PHQ9", "answers": [0, 0, 0, 0, 0, 0, 0, 0, True]}),
    ],
)
async def test_yes_is_no_number(caller: Caller, store: Store, path: str, body: dict[str, Any]) -> None:
    """SK-D4, SK-M1: true is not taken for 1."""
    answer = await caller.post(f"/participants/p-1/{path}", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert await store.database.find("journal", {}) == []
