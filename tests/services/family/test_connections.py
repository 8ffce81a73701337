"""The connection map at its doors: whose it is, who else may see it, and that it leaves no trace anywhere else."""

import io
import logging
from contextlib import redirect_stdout
from typing import Any
from uuid import uuid4

import httpx

from common.auth import audience_of_participants
from common.contracts.episodes import EpisodeOpened, PrimaryTherapistChanged
from common.contracts.words import EpisodeId, ReferralId, Role, StaffId
from rules.family.story import ANA, AUNT, EVA, granted
from services.one_house import HOUR, House
from services.one_service import NOON
from throughline.embedded import tokens

MAP = f"/v1/participants/{ANA}/connections"
UNSAFE: dict[str, Any] = {
    "words": "the one from the harbour",
    "role": "FRIEND",
    "closeness": 9,
    "wanted": "farther",
    "safe": "no",
    "intent": "BOUNDARY",
    "skills": ["FAST", "DEAR_MAN"],
    "supporter_id": AUNT,
}
FINE: dict[str, Any] = {"words": "neighbour", "role": "NEIGHBOUR", "closeness": 3, "safe": "yes", "intent": "GROW"}


def as_oneself(house: House, who: str = ANA) -> dict[str, str]:
    """What a request of a participant's own carries."""
    token = tokens.mint(house.caller.folder, who, (), audience=audience_of_participants("throughline"))
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}


async def put_on(house: House, body: dict[str, Any], path: str = "", method: str = "POST") -> httpx.Response:
    """Ana writes on her map."""
    return await house.http.request(method, MAP + path, json=body, headers=as_oneself(house))


async def seen(house: House, **query: str) -> list[dict[str, Any]]:
    """What Ana sees on her map."""
    answer = await house.http.get(MAP, params=query, headers=as_oneself(house))
    connections: list[dict[str, Any]] = answer.raise_for_status().json()["connections"]
    return connections


def opened() -> EpisodeOpened:
    """Eva becomes Ana's therapist."""
    return EpisodeOpened(
        at=NOON,
        participant_id=ANA,
        episode_id=EpisodeId("e-1"),
        referral_id=ReferralId("f-1"),
        primary_therapist=EVA,
    )


def changed() -> PrimaryTherapistChanged:
    """Somebody else does."""
    return PrimaryTherapistChanged(
        at=NOON,
        participant_id=ANA,
        episode_id=EpisodeId("e-1"),
        from_staff=EVA,
        to_staff=StaffId("staff-ines"),
        reason="leave",
    )


async def shared_with(house: House, who: str) -> int:
    """What a member of staff is answered who asks for the map."""
    headers = house.caller.headers(list(Role), "-", who)
    return (await house.http.get(f"{MAP}/shared", headers=headers)).status_code


async def test_the_map_is_the_participants_own_and_changes_with_them(house: House) -> None:
    """FA-N6, FA-N8: what was is still there to look back at."""
    added = await put_on(house, FINE)
    assert added.status_code == 201
    path = f"/{added.json()['extra']['connection_id']}"
    house.set_clock(NOON + 24 * HOUR)
    assert (await put_on(house, {**FINE, "closeness": 7}, path, "PUT")).status_code == 200

    assert [one["closeness"] for one in await seen(house)] == [7]
    assert [one["closeness"] for one in await seen(house, as_of=NOON.isoformat())] == [3]

    assert (await put_on(house, {}, f"{path}/remove")).status_code == 200
    assert await seen(house) == []


async def test_nobody_else_opens_it(house: House) -> None:
    """FA-N6: no member of staff whatever their roles, no other participant, nobody without a token."""
    await put_on(house, FINE)
    staff = house.caller.headers(list(Role), "k", ANA)

    assert (await house.http.get(MAP, headers=staff)).status_code == 401
    assert (await house.http.post(MAP, json=FINE, headers=staff)).status_code == 401
    assert (await house.http.get(MAP)).status_code == 401
    other = await house.http.get(MAP, headers=as_oneself(house, "p-ben"))
    assert (other.status_code, other.json()["code"]) == (403, "not-your-own")


async def test_a_participants_token_opens_nothing_of_the_staffs(house: House) -> None:
    """FA-N6: not even their own page there."""
    for path in (f"/v1/participants/{ANA}", f"/v1/participants/{ANA}/told", "/v1/told", "/v1/parked", f"{MAP}/shared"):
        assert (await house.http.get(path, headers=as_oneself(house))).status_code == 401


async def test_the_therapist_sees_it_only_while_the_participant_agrees(house: House) -> None:
    """FA-N6: and not one who no longer is the therapist."""
    await house.hear(1, opened())
    await put_on(house, FINE)
    assert await shared_with(house, EVA) == 403

    await put_on(house, {"therapist_may_see": True}, "/sharing")
    assert (await shared_with(house, EVA), await shared_with(house, "staff-ines")) == (200, 403)

    await house.hear(2, changed())
    await house.hear(2, changed())
    assert (await shared_with(house, EVA), await shared_with(house, "staff-ines")) == (403, 200)

    await put_on(house, {"therapist_may_see": False}, "/sharing")
    assert await shared_with(house, "staff-ines") == 403


async def test_how_safe_somebody_feels_is_written_nowhere_but_on_the_map(house: House) -> None:
    """FA-N7: no message, no row staff may read, no log line, no metric carries it; the person is only held back."""
    await house.hear(1, granted())
    logged, printed = io.StringIO(), io.StringIO()
    logging.getLogger().addHandler(watching := logging.StreamHandler(logged))
    with redirect_stdout(printed):
        assert (await put_on(house, UNSAFE)).status_code == 201
        assert (await put_on(house, {**UNSAFE, "safe": "perhaps"})).status_code == 422
    logging.getLogger().removeHandler(watching)

    assert await house.said() == ["ReleaseNoted", "SupporterHeldBack"]
    names = ("journal", "outbox", "answers", "supportnetwork", "told", "engagement", "timers", "mapreaders", "parked")
    everything = repr([await house.store.database.find(name, {}) for name in names])
    everything += logged.getvalue() + printed.getvalue()
    everything += repr(await house.get(f"/v1/participants/{ANA}"))
    on_the_map = repr(await house.store.database.find("connections", {}))
    for telling in ("harbour", "safe", "BOUNDARY", "DEAR_MAN", "farther", "closeness"):
        assert telling in on_the_map
        assert telling not in everything
    assert [one["safe"] for one in await seen(house)] == ["no"]


async def test_a_request_sent_again_puts_nobody_on_twice(house: House) -> None:
    """FA-N6."""
    headers = as_oneself(house)
    first, again = [(await house.http.post(MAP, json=FINE, headers=headers)).json() for _ in range(2)]

    assert (first["extra"], again["repeated"]) == (again["extra"], True)
    assert len(await seen(house)) == 1


async def test_a_supporter_nobody_named_cannot_be_on_the_map(house: House) -> None:
    """FA-N7: nothing is kept of what is refused."""
    answer = await put_on(house, UNSAFE)

    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-supporter")
    assert await seen(house) == []
