"""A discharge that never was, on a real mongod: the bed is theirs again, and the census knows both truths."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from common.clock import Clock
from common.contracts.intake import EpisodeClosed
from common.contracts.moves import DischargeVoided
from common.contracts.scheduling import ConfirmPlace, HoldPlace
from common.contracts.words import Disposition, LevelOfCare, ParticipantId
from common.store import Store
from scheduling.app import SERVICE, app
from scheduling.settings import Settings
from services.one_service import Caller, doors_open, forget, fresh_store, signing_key, stopped_clock
from services.scheduling.house import EPISODE, NOON, STAFF, Intake, later, said
from throughline.embedded.clock_face import write_clock

LEVEL = LevelOfCare.RESIDENTIAL
BED = {"bed_id": "b0", "site": "north", "unit": "a", "room": "1", "bed": "1"}


@pytest.fixture
def face(tmp_path: Path) -> Path:
    """A clock that stands still at noon."""
    return stopped_clock(tmp_path, NOON)[1]


@pytest_asyncio.fixture
async def store(mongo_uri: str, face: Path) -> AsyncIterator[Store]:
    """Scheduling with an empty database, at noon."""
    store = await fresh_store(mongo_uri, SERVICE, Clock(face))
    yield store
    await forget(store)


@pytest_asyncio.fixture
async def http(store: Store, tmp_path: Path, face: Path) -> AsyncIterator[Caller]:
    """The doors of a residential house with one bed."""
    async with doors_open(app(Settings(jwks=signing_key(tmp_path))), store, tmp_path, Clock(face)) as http:
        await http.put(f"/levels/{LEVEL}", {"places": None})
        await http.put(f"/levels/{LEVEL}/beds", {"beds": [BED]})
        yield http


def ends(intake: Intake, who: str, minutes: int) -> Any:
    """Treatment is said to end."""
    about = {"at": later(minutes), "participant_id": ParticipantId(who), "episode_id": EPISODE}
    return intake.says(EpisodeClosed(**about, from_level=LEVEL, disposition=Disposition.COMPLETED, decided_by=STAFF))


def never_ended(intake: Intake, who: str, ended: int, minutes: int) -> Any:
    """That was an error of entry."""
    about = {"at": later(minutes), "participant_id": who, "episode_id": EPISODE, "level": LEVEL, "level_since": NOON}
    more = {"ended_at": later(ended), "primary_therapist": "th-1", "voided_by": STAFF, "reason": "wrong-person"}
    return intake.says(DischargeVoided.model_validate({**about, **more}))


def comes(intake: Intake, who: str, transition: str, minutes: int) -> list[Any]:
    """Somebody asks for a bed and comes."""
    return [intake.asks(kind, transition, who, minutes, LEVEL) for kind in (HoldPlace, ConfirmPlace)]


async def lay(http: Caller, minutes: int, known: int) -> str | None:
    """Who lay in the bed then, as it was known then."""
    at, known_at = (later(one).isoformat().replace("+00:00", "Z") for one in (minutes, known))
    (bed,) = (await http.get(f"/levels/{LEVEL}/beds?as_of={at}&known_at={known_at}")).json()["beds"]
    census = (await http.get(f"/census?level={LEVEL}&as_of={at}&known_at={known_at}")).json()
    assert census["levels"][0]["occupied"] == (bed["status"] == "occupied")
    return bed["participant_id"] if bed["status"] == "occupied" else None


async def test_the_night_between_is_theirs_again_once_and_known_since_then(
    http: Caller, store: Store, face: Path
) -> None:
    """SC-R1: said twice, it happens once; the place asked for is the same bed; three truths about one night."""
    intake = Intake()
    await store.commit(comes(intake, "anna", "t1", 0))
    write_clock(face, later(60))
    await store.commit([ends(intake, "anna", 60)])
    write_clock(face, later(900))
    news = never_ended(intake, "anna", 60, 900)
    await store.commit([news, news])
    await store.commit(comes(intake, "anna", "t2", 900))
    await store.commit([news])
    write_clock(face, later(2000))

    assert [name for name, _ in await said(store)].count("StayRestored") == 1
    assert (await lay(http, 500, 800), await lay(http, 500, 1000)) == (None, "anna")
    assert [await lay(http, at, 2000) for at in (30, 500, 1500)] == ["anna"] * 3


async def test_a_bed_somebody_else_has_is_said_to_the_therapist(http: Caller, store: Store, face: Path) -> None:
    """SC-R2: nobody is moved, nothing is assigned twice, one notice."""
    intake = Intake()
    await store.commit(comes(intake, "anna", "t1", 0))
    write_clock(face, later(60))
    await store.commit([ends(intake, "anna", 60)])
    write_clock(face, later(300))
    await store.commit(comes(intake, "ben", "t2", 300))
    write_clock(face, later(900))
    news = never_ended(intake, "anna", 60, 900)
    await store.commit([news, news])

    told = [name for name, _ in await said(store)]
    assert (told.count("StayNotRestored"), told.count("SendNotice"), "StayRestored" in told) == (1, 1, False)
    assert await lay(http, 500, 900) == "ben"
