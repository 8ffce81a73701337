"""Who may ask scheduling what about community over HTTP: events, norms, welcomes, access needs."""

from datetime import UTC
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, Field, StringConstraints

from common.change import change
from common.contracts.community import AccessNeed, GatheringKind, GatheringPlanned
from common.contracts.words import GroupId, LevelOfCare, ParticipantId
from common.plain import NamedStaff
from common.web import ABOUT_PEOPLE, Body, Doing, Receipt
from scheduling.domain.belonging import Belonging, Norms
from scheduling.domain.gathering import Gathering
from scheduling.doors.groups import LEADS, Code
from scheduling.doors.http import Id, Now, Reading
from scheduling.handlers import on_the_calendar
from scheduling.views import community as views

router = APIRouter(prefix="/v1", dependencies=[ABOUT_PEOPLE], tags=["community"])

Who = Annotated[Id, Path()]
Norm = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class GatheringBody(Body):
    """A community event; no levels: for everybody."""

    kind: GatheringKind
    levels: list[LevelOfCare] = Field(default=[], max_length=10)
    starts_at: AwareDatetime
    minutes: int = Field(ge=5, le=1440)
    room: Id | None = None
    hosts: list[NamedStaff] = Field(default=[], max_length=10)
    offers: list[AccessNeed] = Field(default=[], max_length=20)


class ReasonBody(Body):
    """Why, as a code."""

    reason: Code


class ParticipantBody(Body):
    """Who comes."""

    participant_id: Id


class NormsBody(Body):
    """What the members of a group promise each other: the program's words, about nobody."""

    norms: list[Norm] = Field(min_length=1, max_length=30)


class AcceptBody(Body):
    """Which version of the norms is accepted."""

    version: int


class WelcomeBody(Body):
    """In which group, and with whom as a buddy, where both agree."""

    group_id: Id
    buddy: Id | None = None
    both_agree: bool = False


class BuddyBody(Body):
    """In which group."""

    group_id: Id


class NeedsBody(Body):
    """What somebody needs to take part; `language` is a BCP 47 code."""

    needs: list[AccessNeed] = Field(max_length=20)
    language: str = Field(default="", pattern=r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$")


@router.put("/gatherings/{gathering_id}", dependencies=[LEADS])
async def plan_gathering(gathering_id: Who, body: GatheringBody, doing: Doing, database: Reading) -> Receipt:
    """Plan a community event, or plan it anew; 409 when its room or a host is taken."""
    plan = GatheringPlanned(
        at=doing.now,
        gathering_id=gathering_id,
        kind=body.kind,
        levels=tuple(dict.fromkeys(body.levels)),
        starts_at=body.starts_at.astimezone(UTC),
        minutes=body.minutes,
        room=body.room or "",
        hosts=tuple(body.hosts),
        offers=tuple(sorted(set(body.offers))),
        planned_by=doing.staff.id,
    )
    seen = await views.gathering_seen(database, gathering_id)
    return await doing.do(*on_the_calendar(seen, lambda state: state.arrange(plan), doing.now))


@router.post("/gatherings/{gathering_id}/cancel", dependencies=[LEADS])
async def cancel_gathering(gathering_id: Who, body: ReasonBody, doing: Doing, database: Reading) -> Receipt:
    """It does not take place; its room and its hosts are free then."""
    seen, why, by = await views.gathering_seen(database, gathering_id), body.reason, doing.staff.id
    return await doing.do(*on_the_calendar(seen, lambda state: state.cancel(why, by, doing.now), doing.now))


@router.get("/gatherings")
async def get_gatherings(database: Reading, now: Now) -> list[dict[str, Any]]:
    """Every community event to come; how many come, and not who."""
    return await views.gatherings(database, now)


@router.get("/gatherings/{gathering_id}", dependencies=[LEADS])
async def get_gathering(gathering_id: Who, database: Reading) -> dict[str, Any]:
    """One event with who comes, and what they need that it does not offer."""
    return await views.gathering(database, gathering_id)


@router.post("/gatherings/{gathering_id}/participants", dependencies=[LEADS])
async def come(gathering_id: Who, body: ParticipantBody, doing: Doing, database: Reading) -> Receipt:
    """Somebody wants to come."""
    who, level = ParticipantId(body.participant_id), await views.level_of(database, body.participant_id)
    return await doing.do(change(Gathering, gathering_id, Gathering.join, who, level, doing.now))


@router.post("/gatherings/{gathering_id}/participants/{participant_id}/leave", dependencies=[LEADS])
async def stay_away(gathering_id: Who, participant_id: Who, doing: Doing) -> Receipt:
    """They do not come after all."""
    return await doing.do(change(Gathering, gathering_id, Gathering.leave, ParticipantId(participant_id), doing.now))


@router.put("/groups/{group_id}/norms", dependencies=[LEADS])
async def set_norms(group_id: Who, body: NormsBody, doing: Doing) -> Receipt:
    """What the members of a group promise each other."""
    return await doing.do(change(Norms, group_id, Norms.set_to, body.norms, doing.staff.id, doing.now))


@router.get("/groups/{group_id}/norms")
async def get_norms(group_id: Who, database: Reading) -> Norms:
    """The norms as they stand; version 0 where there are none."""
    return await views.norms(database, group_id)


@router.post("/participants/{participant_id}/norms/{group_id}/accept", dependencies=[LEADS])
async def accept_norms(
    participant_id: Who, group_id: Who, body: AcceptBody, doing: Doing, database: Reading
) -> Receipt:
    """Somebody accepts the norms of a group as they stand."""
    now_in_force = (await views.norms(database, group_id)).version
    about = (GroupId(group_id), body.version, now_in_force, doing.staff.id, doing.now)
    return await doing.do(change(Belonging, participant_id, Belonging.accept, *about))


@router.get("/welcomes", dependencies=[LEADS])
async def get_welcomes(database: Reading) -> list[dict[str, Any]]:
    """Who is to be welcomed, and by the leaders of which groups."""
    return await views.welcomes(database)


@router.post("/participants/{participant_id}/welcome", dependencies=[LEADS])
async def welcome(participant_id: Who, body: WelcomeBody, doing: Doing) -> Receipt:
    """A leader welcomes somebody in a group, with a buddy where both agree."""
    buddy = ParticipantId(body.buddy) if body.buddy else None
    about = (GroupId(body.group_id), buddy, body.both_agree, doing.staff.id, doing.now)
    return await doing.do(change(Belonging, participant_id, Belonging.welcome, *about))


@router.post("/participants/{participant_id}/welcome/ask", dependencies=[LEADS])
async def ask_for_welcome(participant_id: Who, body: ReasonBody, doing: Doing) -> Receipt:
    """Somebody new, or alone, is to be welcomed."""
    return await doing.do(change(Belonging, participant_id, Belonging.ask_for_welcome, body.reason, doing.now))


@router.post("/participants/{participant_id}/buddy/end", dependencies=[LEADS])
async def end_buddy(participant_id: Who, body: BuddyBody, doing: Doing) -> Receipt:
    """Two are no buddies any more."""
    about = (GroupId(body.group_id), doing.staff.id, doing.now)
    return await doing.do(change(Belonging, participant_id, Belonging.end_buddy, *about))


@router.put("/participants/{participant_id}/access-needs", dependencies=[LEADS])
async def note_needs(participant_id: Who, body: NeedsBody, doing: Doing) -> Receipt:
    """What somebody needs so that they can take part."""
    about = (body.needs, body.language, doing.staff.id, doing.now)
    return await doing.do(change(Belonging, participant_id, Belonging.note_needs, *about))


@router.get("/participants/{participant_id}/community", dependencies=[LEADS])
async def get_belonging(participant_id: Who, database: Reading, now: Now) -> dict[str, Any]:
    """How somebody belongs: norms, buddies, needs, and the events they come to."""
    return await views.belonging(database, participant_id, now)
