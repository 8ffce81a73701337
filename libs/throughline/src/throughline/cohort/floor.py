"""The program on one day, and what staff can do there: sign, refuse, discharge, close and open places."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time

from common.contracts.words import Disposition, LevelOfCare, TransitionKind
from throughline.cohort.api import Api, Json, Post, Staff
from throughline.cohort.pace import Pace
from throughline.cohort.people import NEXT_LEVEL, PSYCHIATRIST, SCHEDULER, Person

GROUPS: Mapping[LevelOfCare, tuple[int | None, tuple[tuple[str, int], ...]]] = {
    LevelOfCare.RESIDENTIAL: (20, (("residence-oak", 10), ("residence-elm", 10))),
    LevelOfCare.PHP: (16, (("day-river", 8), ("day-lake", 8))),
    LevelOfCare.IOP: (20, (("evening-sun", 10), ("evening-moon", 10))),
    LevelOfCare.OUTPATIENT_BOOSTER: (None, ()),
    LevelOfCare.ALUMNI: (None, ()),
}
"""Places and skills groups of each level. ASSUMED: a small program."""

SOONEST_FREED_DAYS = 3
"""Days somebody has waited before staff see to it that a place becomes free."""


Story = Callable[[date, str], None]
"""Hears a line of the story, by its local date."""


def _nobody_listens(line: str) -> None:
    pass


def _nobody_reads(day: date, line: str) -> None:
    pass


@dataclass
class Floor:
    """The program on one day: who is here, which levels are closed for lack of staff, and who hears a line."""

    api: Api
    pace: Pace
    people: dict[str, Person] = field(default_factory=dict)
    today: int = 0
    closed: set[LevelOfCare] = field(default_factory=set)
    held_since: dict[str, int] = field(default_factory=dict)
    tell: Callable[[str], None] = _nobody_listens
    story: Story = _nobody_reads

    async def set_up(self) -> None:
        """Open every level."""
        for level in GROUPS:
            await self._set_places(level, GROUPS[level][0])

    async def close_spare_places(self, level: LevelOfCare) -> None:
        """No place is left over: what is free is closed."""
        board = await self._board(level)
        self.closed.add(level)
        await self._set_places(level, len(board["occupied"]) + len(board["held"]))

    async def open_again(self, level: LevelOfCare) -> None:
        """All places of a level are there again."""
        self.closed.discard(level)
        await self._set_places(level, GROUPS[level][0])

    async def free_a_place(self, level: LevelOfCare) -> None:
        """Somebody whose time has come leaves; where nobody can, one closed place is opened."""
        leaves = [
            p for p in self.people.values() if p.in_care and p.level is level and not p.plan.case and not p.transition
        ]
        if leaves:
            await self.discharge(max(leaves, key=lambda p: p.mornings), Disposition.COMPLETED, "goals-reached")
        else:
            board = await self._board(level)
            await self._set_places(level, len(board["occupied"]) + len(board["held"]) + 1)

    async def discharge(self, person: Person, disposition: Disposition, reason: str) -> None:
        """Treatment ends."""
        await self.act(person, "discharge", {"disposition": disposition.value, "reason": reason})
        person.status = "closed"

    async def sign(self, person: Person) -> None:
        """Everybody who must sign signs: the therapist, then a medical provider where two are needed."""
        transition = person.transition or {}
        signed = {one["by"] for one in transition["signatures"]}
        for who in (person.plan.therapist, PSYCHIATRIST)[: transition["signatures_needed"]]:
            if who.id not in signed:
                await self.act(person, f"transitions/{transition['id']}/sign", {}, who)

    async def refuse(self, person: Person, reason: str) -> None:
        """A clinician says no, and the receiving team is told that nobody comes yet."""
        transition = person.transition or {}
        await self.act(person, f"transitions/{transition['id']}/refuse", {"reason": reason})
        await self.withdraw(person)

    async def withdraw(self, person: Person) -> None:
        """The first appointment at the next level does not stand any more."""
        transition = person.transition or {}
        body = {
            "level": transition["to_level"],
            "starts_at": self.pace.instant(self.today + 1, time(10)).isoformat(),
            "receiving_team_accepted": False,
        }
        path = f"/v1/participants/{person.id}/first-appointments"
        await self.api.do(Post("scheduling", path, body, person.plan.therapist))

    def waits_for(self, person: Person) -> int:
        """Days since a transition was first seen held."""
        if person.phase != "held":
            return 0
        return self.today - self.held_since.setdefault(str(person.transition and person.transition["id"]), self.today)

    async def usual(self, person: Person) -> bool:
        """What a team does with anybody: decides on a proposal, ends a stay, proposes where the policy cannot."""
        if person.phase == "proposed" and person.transition and person.status == "open":
            await self._decide(person, person.transition)
        elif _ends_today(person, self.today):
            assert person.plan.ending is not None
            await self.discharge(person, person.plan.ending[0], "ended-early")
        elif _by_person(person):
            to_level = NEXT_LEVEL[person.level or LevelOfCare.PHP]
            await self.act(person, "transitions", {"to_level": to_level.value, "reason": "clinical-judgement"})
        else:
            return False
        return True

    async def _decide(self, person: Person, transition: Json) -> None:
        up = transition["kind"] == TransitionKind.STEP_UP
        if up and person.stage != "worse":
            await self.act(person, f"transitions/{transition['id']}/refuse", {"reason": "watched-closely-here"})
        else:
            await self.sign(person)

    async def act(self, person: Person, what: str, body: Json, who: Staff | None = None) -> Json:
        """One act of staff at intake, the therapist's unless said otherwise; raises Problem."""
        path = f"/v1/participants/{person.id}/{what}"
        return await self.api.do(Post("intake", path, body, who or person.plan.therapist))

    async def _board(self, level: LevelOfCare) -> Json:
        board: Json = await self.api.get("scheduling", f"/v1/levels/{level}", SCHEDULER)
        return board

    async def _set_places(self, level: LevelOfCare, places: int | None) -> None:
        groups = [{"group_id": group, "seats": seats} for group, seats in GROUPS[level][1]]
        await self.api.put("scheduling", f"/v1/levels/{level}", SCHEDULER, {"places": places, "groups": groups})


def _ends_today(person: Person, today: int) -> bool:
    ending = person.plan.ending
    return ending is not None and person.in_care and today - person.since >= ending[1] and not person.transition


def _by_person(person: Person) -> bool:
    """Out of the booster, and for those whose conditions the policy does not know, a clinician proposes."""
    if person.transition or not person.in_care or not person.preparing:
        return False
    return person.level is LevelOfCare.OUTPATIENT_BOOSTER or not person.referred.conditions
