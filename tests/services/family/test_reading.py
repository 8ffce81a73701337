"""What a supporter reads by themselves stands among what was told, under which release, or why not."""

from typing import Any

import pytest

from common.contracts.words import ReleaseScope
from rules.family.story import ANA, AUNT, FRIEND, granted, revoked
from services.family.test_supporting import OWN, as_supporter
from services.family.test_told import ask
from services.one_house import HOUR, House
from services.one_service import NOON


async def look(house: House, who: str = AUNT, page: str = OWN) -> Any:
    """A supporter looks at their page."""
    return await house.http.get(page, headers=as_supporter(house, who))


async def test_what_they_read_is_on_record_once_a_day_and_release(house: House) -> None:
    """FA-W7, FA-S5: read again it is the same telling; the next day is another, and so is another release."""
    await house.hear(1, granted(ReleaseScope.FAMILY_SESSIONS, ReleaseScope.SUD))
    for _ in range(2):
        assert (await look(house)).status_code == 200
    await house.hear(2, granted(ReleaseScope.SCHEDULE, release="r-2"))
    await look(house)
    house.set_clock(NOON + 24 * HOUR)
    await look(house)

    rows = (await ask(house, supporter_id=AUNT))["items"]
    assert sorted((row["release_id"], row["outcome"], row["about"], row["told_at"][:10]) for row in rows) == [
        (release, "told", "own-page", day) for release in ("r-1", "r-2") for day in ("2026-03-02", "2026-03-03")
    ]
    assert {row["release_id"]: row["scopes"] for row in rows} == {
        "r-1": ["FAMILY_SESSIONS", "SUD"],
        "r-2": ["SCHEDULE"],
    }
    assert (await house.said()).count("SupporterRead") == 4


async def test_who_is_shown_nothing_is_on_record_with_why(house: House) -> None:
    """FA-W7, FA-S2: once a day, however often they ask."""
    await house.hear(1, granted())
    await house.hear(2, revoked())
    for _ in range(2):
        assert (await look(house)).json()["code"] == "not-open"

    (row,) = (await ask(house, outcome="kept-silent"))["items"]
    assert (row["supporter_id"], row["reason"], row["about"]) == (AUNT, "release-revoked", "own-page")


@pytest.mark.parametrize(("who", "whom"), [(FRIEND, ANA), (AUNT, "p-never")])
async def test_nothing_is_written_about_anybody_else(house: House, who: str, whom: str) -> None:
    """FA-W7, FA-W2: a stranger leaves no trace on somebody's record, nor makes a record of nobody."""
    await house.hear(1, granted())
    answer = await look(house, who, OWN.replace(ANA, whom))

    assert (answer.status_code, answer.json()["code"]) == (403, "not-open")
    assert ((await ask(house))["items"], await house.said()) == ([], ["ReleaseNoted"])
