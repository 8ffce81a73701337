"""Staff answer what they are paged for: they say that they have it, are in touch, and settle it."""

import asyncio

from throughline.cohort.api import Json, Post
from throughline.cohort.floor import Floor
from throughline.cohort.pace import WATCHER
from throughline.cohort.people import THERAPISTS


async def answer(floor: Floor) -> int:
    """Everybody's therapist answers every matter that waits; returns how many there were."""
    waiting = await floor.api.get("notifications", "/v1/ladders", WATCHER)
    await asyncio.gather(*(_settle(floor, ladder) for ladder in waiting))
    return len(waiting)


async def _settle(floor: Floor, ladder: Json) -> None:
    person = floor.people.get(ladder["participant_id"])
    who = person.plan.therapist if person else THERAPISTS[0]
    path = f"/v1/ladders/{ladder['ladder_id']}"
    await floor.api.do_all([Post("notifications", f"{path}/{act}", {}, who) for act in ("contact", "resolve")])
