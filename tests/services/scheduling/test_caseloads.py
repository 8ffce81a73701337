"""Caseloads over HTTP on a real mongod, from what intake says."""

from pathlib import Path

from common.contracts.intake import EpisodeClosed, LevelOfCareChanged
from common.contracts.words import Disposition, EpisodeId, LevelOfCare, ParticipantId, Role, StaffId
from services.one_service import NOON, delivery
from services.scheduling.doors import scheduling
from services.scheduling.test_coaching import at_level


def in_care(who: str, staff: str) -> LevelOfCareChanged:
    """Somebody is at IOP in somebody's care."""
    about = {"participant_id": ParticipantId(who), "primary_therapist": StaffId(staff)}
    return at_level(LevelOfCare.IOP).model_copy(update=about)


async def test_who_is_in_whose_care_and_who_has_room(mongo_uri: str, tmp_path: Path) -> None:
    """SC-W1, SC-W2: over the limit is shown; who left is in nobody's care; most room comes first."""
    closed = EpisodeClosed(
        at=NOON,
        participant_id=ParticipantId("cara"),
        episode_id=EpisodeId("e1"),
        from_level=LevelOfCare.IOP,
        disposition=Disposition.COMPLETED,
        decided_by=StaffId("s1"),
    )
    async with scheduling(mongo_uri, tmp_path) as (door, store):
        first = [in_care("anna", "s-th"), in_care("ben", "s-th"), in_care("cara", "s-b")]
        await store.commit([delivery(one, 1) for one in first])
        await store.commit([delivery(closed, 2)])
        await door.put("/staff/s-th/caseload", {"at_most": 1})
        again = await door.put("/staff/s-th/caseload", {"at_most": 1})
        await door.put("/staff/s-free/caseload", {"at_most": 3})
        shown = (await door.get("/caseloads")).json()
        refused = await door.put("/staff/s-th/caseload", {"at_most": 9}, Role.CLINICIAN)

    assert (again.json()["said"], refused.status_code) == ([], 403)
    assert shown == [
        {"staff": "s-free", "participants": [], "at_most": 3, "room": 3, "over": False},
        {"staff": "s-th", "participants": ["anna", "ben"], "at_most": 1, "room": 0, "over": True},
    ]
