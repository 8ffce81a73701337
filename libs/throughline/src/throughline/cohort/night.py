"""One night: a diary card raises a flag at two, nobody answers at first, and the story says who was told when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from common.contracts.words import LevelOfCare
from throughline.cohort.api import Json, Post
from throughline.cohort.floor import Floor
from throughline.cohort.pace import WATCHER, ZONE
from throughline.cohort.people import COLLECTOR, NEXT_LEVEL, SCHEDULER, THERAPISTS, Person

FIRST_DAY = 8
"""The night after the first week, or the next one with somebody in care who plays no other case. ASSUMED."""
EVENING, TWO, HALF_PAST, ANSWERS, MORNING = time(20), time(2), time(2, 30), time(2, 41), time(8)
ON_CALL = THERAPISTS[-1]
URGE = 4
"""Of five; from there on a card raises a flag. Source: skills' rule SK-R1."""
TELLS = {
    "risk-flag-raised": "to look now",
    "still-unanswered": "that nobody has answered yet",
    "check-in-person": "to go and see them",
}
PAGED = "who is on call was paged"


@dataclass
class Night:
    """The one night of a run; `person` is whose card it is, once it was played."""

    floor: Floor
    person: Person | None = None

    async def play(self, day: int) -> bool:
        """The small hours of a day of the run, where it is time for it; returns whether it was played."""
        quiet = [p for p in self.floor.people.values() if _is_ordinary(p)]
        if self.person or day < FIRST_DAY or not quiet:
            return False
        self.person = min(quiet, key=lambda p: (p.level is LevelOfCare.RESIDENTIAL, p.id))
        await self._card(self.person, day)
        for later in (HALF_PAST, ANSWERS):
            await self.floor.pace.caught_up()
            self.floor.pace.move(day, later)
        for ladder in await self.floor.api.get("notifications", "/v1/ladders", WATCHER):
            if ladder["participant_id"] == self.person.id:
                await self._answer(self.person, ladder["ladder_id"])
        return True

    async def _card(self, person: Person, day: int) -> None:
        """Somebody is on call, and at two the diary app hands on a card."""
        pace = self.floor.pace
        begins, ends = pace.instant(day - 1, EVENING).isoformat(), pace.instant(day, MORNING).isoformat()
        shift = {"staff": ON_CALL.id, "starts_at": begins, "ends_at": ends}
        await self.floor.api.put("scheduling", f"/v1/on-call/night-{day}", SCHEDULER, shift)
        await pace.caught_up()
        pace.move(day, TWO)
        card = {"day": pace.day(day).isoformat(), "suicide_urge": URGE, "self_harm": False}
        await self.floor.api.do(Post("skills", f"{_at(person)}/diary-cards", card, COLLECTOR))

    async def _answer(self, person: Person, ladder_id: str) -> None:
        """Who is on call has it, is in touch, and clears the flag; then the matter is told as it is stored."""
        api, path = self.floor.api, f"/v1/ladders/{ladder_id}"
        acts = ("acknowledge", "contact", "resolve")
        await api.do_all([Post("notifications", f"{path}/{act}", {}, ON_CALL) for act in acts])
        for flag in (await api.get("skills", _at(person), ON_CALL))["flags"]:
            if flag["open"]:
                await api.do(Post("skills", f"{_at(person)}/risk-flags/{flag['flag_id']}/clear", {}, ON_CALL))
        matter = await api.get("notifications", path, WATCHER)
        notices = await api.get("notifications", f"{_at(person)}/notices", WATCHER)
        first = _first_notice(notices, matter, person)
        person.seen += [PAGED] if any(step.get("on_call") == ON_CALL.id for step in matter["steps"]) else []
        today = datetime.fromisoformat(matter["started_at"]).astimezone(ZONE).date()
        for line in in_words(matter, first):
            self.floor.story(today, f"{person.short}: {line}")


def in_words(matter: Json, first: Json) -> list[str]:
    """A matter as notifications keeps it, a line a step; `first` is the therapist's notice."""
    begins = f"{_clock(matter['started_at'])} a diary card raises a flag; {first['recipient_id']} is told"
    lines = [f"{begins} at {_clock(first['sent_at'])}."]
    for one in matter["steps"]:
        to = " and ".join(one["to"]) + (f" (tonight {one['on_call']})" if one.get("on_call") else "")
        told = f"{'are' if len(one['to']) > 1 else 'is'} told {TELLS.get(one['template'], one['template'])}"
        lines.append(f"{_clock(one['at'])} step {one['step'] + 1} of the ladder: {to} {told}.")
    answered, touched = _clock(matter["acknowledged_at"]), _clock(matter["contact_at"])
    return [*lines, f"{answered} {matter['by']} has it, and is in touch with them at {touched}; nobody else is told."]


def _first_notice(notices: Sequence[Json], matter: Json, person: Person) -> Json:
    """What the therapist was told, before any step of the ladder."""
    to, template = person.plan.therapist.id, matter["template"]
    told = [one for one in notices if one["recipient_id"] == to and one["template"] == template]
    return max(told, key=lambda one: datetime.fromisoformat(one["sent_at"]))


def _clock(instant: Any) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(ZONE):%H:%M}"


def _is_ordinary(person: Person) -> bool:
    """Whether somebody is in care of whom no case is told, and who is not about to move."""
    here = person.in_care and person.level in NEXT_LEVEL and person.plan.therapist != ON_CALL
    return here and not person.plan.case and not person.transition and not person.preparing


def _at(person: Person) -> str:
    return f"/v1/participants/{person.id}"
