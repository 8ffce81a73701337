"""Who may read which calendar: staff with their token, other programs by a secret link."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import AfterValidator

from common.change import NotEntitled, change
from common.contracts.groups import CalendarKind
from common.contracts.words import Role
from common.plain import a_staff_id
from common.web import ABOUT_PEOPLE, Acting, Doing, Receipt
from scheduling.domain.feeds import Feed, feed_id_of
from scheduling.doors.http import Now, Reading
from scheduling.views import calendars as views

router = APIRouter(prefix="/v1/calendars")

STAFF = ABOUT_PEOPLE
LEADS = frozenset({Role.SCHEDULER, Role.SKILLS_LEADER})
"""Who may give the link to a group's calendar away; that to a staff member's, they and a scheduler."""
About = Annotated[str, AfterValidator(a_staff_id), Path()]
"""A staff member, or a group, whose ids are made of the same characters."""
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Secret = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]


class ICalendar(Response):
    """An answer that calendar programs read."""

    media_type = "text/calendar; charset=utf-8"


@router.get("/shared/{secret}.ics", response_class=ICalendar)
async def get_shared(secret: Secret, database: Reading, now: Now) -> ICalendar:
    """The calendar a secret link leads to; without a token, for calendar programs have none."""
    text = await views.shared_calendar(database, secret, now)
    return ICalendar(text, headers={"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"})


@router.get("/{kind}/{about}.ics", response_class=ICalendar, dependencies=[STAFF])
async def get_calendar(kind: CalendarKind, about: About, database: Reading, now: Now) -> ICalendar:
    """The calendar of a staff member or a group."""
    return ICalendar(await views.calendar(database, kind, about, now))


@router.post("/{kind}/{about}/links", dependencies=[STAFF])
async def share_calendar(kind: CalendarKind, about: About, doing: Doing) -> Receipt:
    """Make a secret link; it is told in this answer, and nowhere else."""
    _entitled(kind, about, doing)
    secret = secrets.token_urlsafe(32)
    id = feed_id_of(secret)
    share = change(Feed, id, Feed.share, kind, about, doing.staff.id, doing.now)
    return await doing.do(share, feed_id=id, path=f"/v1/calendars/shared/{secret}.ics")


@router.post("/links/{feed_id}/revoke", dependencies=[STAFF])
async def unshare_calendar(feed_id: Digest, doing: Doing) -> Receipt:
    """Take a secret link back."""
    anybodys = Role.SCHEDULER in doing.staff.roles
    return await doing.do(change(Feed, feed_id, Feed.unshare, doing.staff.id, anybodys, doing.now))


def _entitled(kind: CalendarKind, about: str, doing: Acting) -> None:
    own = kind is CalendarKind.STAFF and about == doing.staff.id
    allowed = LEADS if kind is CalendarKind.GROUP else {Role.SCHEDULER}
    if not own and not doing.staff.roles & allowed:
        raise NotEntitled("not-your-calendar", "your own, or as a scheduler; a group's also as a skills leader")
