"""After the program, on a real store: contacts by durable timers, ties from real co-attendance, leaving at once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from common.auth import audience_of_participants
from common.contracts.groups import GroupJoined, GroupKind, GroupLeft, GroupPlanned
from common.contracts.intake import EpisodeClosed, LevelOfCareChanged
from common.contracts.scheduling import SessionAttendanceRecorded
from common.contracts.words import (
    Disposition,
    EpisodeId,
    GroupId,
    LevelOfCare,
    ParticipantId,
    Role,
    SessionId,
    SessionKind,
    StaffId,
    TransitionKind,
)
from family.domain.tie import KEPT_FOR
from family.views.after import forget_sessions
from rules.family.story import ANA, moved
from services.one_house import House
from services.one_service import NOON
from throughline.embedded import tokens

BEN, CAI = ParticipantId("p-ben"), ParticipantId("p-cai")
PAGE = f"/v1/participants/{ANA}"
DAY = timedelta(days=1)


def closed() -> EpisodeClosed:
    """Ana ends treatment against advice."""
    return EpisodeClosed(
        at=NOON,
        participant_id=ANA,
        episode_id=EpisodeId("e-1"),
        from_level=LevelOfCare.IOP,
        disposition=Disposition.AGAINST_ADVICE,
        decided_by=StaffId("staff-eva"),
    )


def readmitted() -> LevelOfCareChanged:
    """Ana is back."""
    return moved(TransitionKind.READMISSION).model_copy(update={"at": NOON + 40 * DAY})


def attended(
    who: ParticipantId, session: str = "x-1", *, there: bool = True, kind: SessionKind = SessionKind.SKILLS_GROUP
) -> SessionAttendanceRecorded:
    """Somebody was at a session, or was not."""
    return SessionAttendanceRecorded(
        at=NOON,
        participant_id=who,
        session_id=SessionId(session),
        kind=kind,
        level=LevelOfCare.IOP,
        planned_minutes=60,
        attended_minutes=60 if there else 0,
        counted_as_attended=there,
    )


def group(id: str, kind: GroupKind) -> GroupPlanned:
    """A group that meets."""
    about = {"at": NOON, "group_id": id, "kind": kind, "first_at": NOON, "zone": "UTC", "minutes": 60}
    return GroupPlanned.model_validate({**about, "leader": "s-1", "at_least": 2, "at_most": 9, "planned_by": "s-1"})


def joined(id: str) -> GroupJoined:
    """Ana stands on a roster."""
    return GroupJoined(at=NOON, participant_id=ANA, group_id=GroupId(id), starts_at=NOON)


def as_oneself(house: House, who: ParticipantId) -> dict[str, str]:
    """What a request of a participant's own carries."""
    token = tokens.mint(house.caller.folder, who, (), audience=audience_of_participants("throughline"))
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}


async def read(house: House, path: str, role: Role = Role.CLINICIAN) -> Any:
    """What somebody with this role reads."""
    answer = await house.http.get(path, headers=house.caller.headers([role], "-", "staff-eva"))
    return answer.raise_for_status().json()


async def wish(house: House, one: ParticipantId, other: ParticipantId) -> Any:
    """One would like to stay in touch with the other, and says so by a token of their own."""
    return await house.http.post(f"/v1/participants/{one}/ties", json={"other": other}, headers=as_oneself(house, one))


async def ties(house: House, who: ParticipantId) -> Any:
    """What somebody reads on their own page."""
    answer = await house.http.get(f"/v1/participants/{who}/ties", headers=as_oneself(house, who))
    return answer.raise_for_status().json()


async def fire_at(house: House, day: int) -> None:
    """So many days after the end, whatever is due happens."""
    house.set_clock(NOON + day * DAY)
    while await house.fire():
        pass


async def test_each_contact_is_written_once_however_the_ending_is_told(house: House) -> None:
    """FA-A1: repeated, and told by another message as well."""
    for number in (1, 1, 2):
        await house.hear(number, closed())
    for day in (29, 30, 30, 31, 90, 180, 365, 400):
        await fire_at(house, day)

    assert await house.said() == ["AlumniCareBegan", *["AlumniContactDue"] * 4]
    assert await house.said("notifications.commands") == ["SendNotice"] * 6


async def test_a_readmission_cancels_what_is_to_come_also_told_late(house: House) -> None:
    """FA-A3: the readmission comes before the ending it follows, and waits for it."""
    await house.hear(2, readmitted())
    await house.hear(1, closed())
    await fire_at(house, 400)

    said = [one for one in await house.said() if one.startswith("Alumni")]
    assert said == ["AlumniCareBegan", "AlumniCareEnded"]
    assert await house.said("notifications.commands") == []


async def test_a_readmission_takes_what_waits_for_a_word_off_the_work_list(house: House) -> None:
    """FA-A3, FA-A5: nobody could note it any more."""
    await house.hear(1, closed())
    await fire_at(house, 30)
    await house.hear(2, readmitted())

    assert await read(house, "/v1/contacts-after") == []


async def test_who_was_reached_is_noted_and_leaves_the_work_list(house: House) -> None:
    """FA-A5."""
    await house.hear(1, closed())
    await fire_at(house, 30)
    contact = f"{PAGE}/after/contacts/alumni-30d"
    assert [row["step"] for row in await read(house, "/v1/contacts-after")] == ["alumni-30d"]
    assert (await house.post(contact, {"reached": True}, role=Role.INTEGRATION)).status_code == 403

    assert (await house.post(contact, {"reached": True})).status_code == 200
    assert await read(house, "/v1/contacts-after") == []
    assert (await house.post(f"{PAGE}/after/contacts/alumni-90d", {"reached": True})).json()[
        "code"
    ] == "contact-not-due"
    steps = (await read(house, f"{PAGE}/after"))["contacts"]
    assert [(one["step"], one["reached"]) for one in steps][:2] == [("alumni-30d", True), ("alumni-90d", None)]


async def test_a_tie_needs_that_both_were_there_and_that_both_wish_it(house: House) -> None:
    """FA-A6, FA-A7."""
    for seen in (attended(ANA), attended(BEN), attended(CAI, there=False)):
        await house.hear(1, seen)
    assert {(await wish(house, ANA, who)).json()["code"] for who in (CAI, ParticipantId("p-nobody"))} == {
        "never-together"
    }

    alone = await wish(house, ANA, BEN)
    assert [await ties(house, who) for who in (ANA, BEN)] == [
        [{"with": BEN, "in_touch": False}],
        [],
    ]
    for other in (ANA, CAI):
        guess = as_oneself(house, BEN) | {"If-Match": '"0"'}
        asked = await house.http.post(f"/v1/participants/{BEN}/ties/{other}/end", json={}, headers=guess)
        assert (asked.status_code, asked.content) == (202, b'{"noted":true}')
    both = await wish(house, BEN, ANA)
    assert (alone.status_code, alone.content) == (both.status_code, both.content) == (202, b'{"noted":true}')
    assert "etag" not in {*alone.headers, *both.headers}
    assert await ties(house, BEN) == [{"with": ANA, "in_touch": True}]
    assert await house.said("notifications.commands") == ["SendNotice", "SendNotice"]


async def test_attendance_put_right_later_counts_as_it_was(house: House) -> None:
    """FA-A6: repeated, corrected, and an individual session that is nobody else's."""
    await house.hear(1, attended(ANA))
    for number, there in enumerate([True, True, False], 1):
        await house.hear(number, attended(BEN, there=there))
    assert (await wish(house, ANA, BEN)).status_code == 409

    await house.hear(2, attended(ANA, "x-2", kind=SessionKind.INDIVIDUAL))
    await house.hear(4, attended(BEN, "x-2", kind=SessionKind.INDIVIDUAL))
    assert (await wish(house, ANA, BEN)).status_code == 409

    await house.hear(5, attended(BEN))
    assert (await wish(house, ANA, BEN)).status_code == 202


async def test_who_was_where_is_forgotten_when_no_tie_may_rest_on_it(house: House) -> None:
    """FA-A11: the last day counts; a row told late or again after it is noted no more."""
    for who in (ANA, BEN):
        await house.hear(1, attended(who))
    house.set_clock(NOON + KEPT_FOR)
    assert await forget_sessions(house.store.database, NOON + KEPT_FOR) == 0
    assert (await wish(house, ANA, BEN)).status_code == 202

    house.set_clock(NOON + KEPT_FOR + DAY)
    assert (await wish(house, BEN, ANA)).json()["code"] == "never-together"
    assert await forget_sessions(house.store.database, NOON + KEPT_FOR + DAY) == 2
    for number in (1, 2):
        await house.hear(number, attended(BEN, there=False))
    await house.hear(2, attended(ANA, "x-2"))
    assert await house.store.database.find("attended", {}) == []
    assert await ties(house, ANA) == [{"with": BEN, "in_touch": False}]


async def test_a_tie_carries_across_levels_and_treatments(house: House) -> None:
    """FA-A9: nothing that happens to a level touches it."""
    await house.hear(1, attended(ANA))
    await house.hear(1, attended(BEN))
    await wish(house, ANA, BEN)
    await wish(house, BEN, ANA)
    await house.hear(1, moved())
    await house.hear(2, closed())
    await house.hear(3, readmitted())

    assert await ties(house, ANA) == [{"with": BEN, "in_touch": True}]


async def test_leaving_ends_everything_at_once_and_for_all(house: House) -> None:
    """FA-A4, FA-A8: contacts, a tie, a wish nobody answered, alumni groups; and nothing more is sent."""
    for who in (ANA, BEN, CAI):
        await house.hear(1, attended(who))
    for other in (BEN, CAI):
        await wish(house, ANA, other)
    await wish(house, BEN, ANA)
    for number, id, kind in ((1, "g-a", GroupKind.ALUMNI), (1, "g-s", GroupKind.SKILLS), (1, "g-b", GroupKind.ALUMNI)):
        await house.hear(number, group(id, kind))
    for number, id in enumerate(("g-a", "g-s", "g-b"), 2):
        await house.hear(number, joined(id))
    await house.hear(5, GroupLeft(at=NOON, participant_id=ANA, group_id=GroupId("g-b"), reason="asked"))
    await house.hear(1, closed())
    before = await house.said("notifications.commands")

    for _ in range(2):
        assert (await house.post(f"{PAGE}/after/leave", role=Role.INTEGRATION)).status_code == 200
    await fire_at(house, 400)

    rows = await house.store.database.find("journal", {"type": "AlumnusLeft.v1"})
    assert [('"group_ids":["g-a"]' in row["data"]) for row in rows] == [True]
    said = await house.said()
    assert (said.count("TieEnded"), said.count("TieWishTakenBack"), said.count("AlumniContactDue")) == (2, 1, 0)
    assert await house.said("notifications.commands") == before
    assert [await ties(house, who) for who in (ANA, BEN)] == [[], []]
    assert (await wish(house, ANA, BEN)).json()["code"] == "has-left"
    assert (await wish(house, CAI, ANA)).status_code == 202
    assert await house.said("notifications.commands") == before


async def test_who_left_may_come_back(house: House) -> None:
    """FA-A4."""
    await house.hear(1, closed())
    await house.post(f"{PAGE}/after/leave")
    house.set_clock(NOON + 100 * DAY)
    assert (await house.post(f"{PAGE}/after/return")).json()["said"] == ["AlumnusReturned.v1"]
    await fire_at(house, 180)

    assert (await house.said()).count("AlumniContactDue") == 1


@pytest.mark.parametrize("who", [*Role, "another participant"])
async def test_what_somebody_wishes_is_theirs_alone(house: House, who: Role | str) -> None:
    """FA-A7: no staff token opens it, whatever the role, nor does another participant's."""
    other = as_oneself(house, BEN)
    headers = house.caller.headers([who], "k", "staff-eva") if isinstance(who, Role) else other
    answers = [
        await house.http.post(f"{PAGE}/ties", json={"other": BEN}, headers=headers),
        await house.http.post(f"{PAGE}/ties/{BEN}/end", json={}, headers=headers),
        await house.http.get(f"{PAGE}/ties", headers=headers),
    ]

    assert {answer.status_code for answer in answers} == {401 if isinstance(who, Role) else 403}


async def test_one_leaves_by_oneself_or_through_who_heard_it(house: House) -> None:
    """FA-A4: nobody else may say it."""
    allowed = {Role.CLINICIAN, Role.FAMILY_CLINICIAN, Role.INTEGRATION}
    answers = {role: (await house.post(f"{PAGE}/after/leave", role=role)).status_code for role in Role}
    assert {role for role, status in answers.items() if status == 200} == allowed
    for who, status in ((ANA, 200), (BEN, 403)):
        path = f"{PAGE}/after/return"
        assert (await house.http.post(path, json={}, headers=as_oneself(house, who))).status_code == status
    assert await house.said() == ["AlumnusLeft", "AlumnusReturned"]
