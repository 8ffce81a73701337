"""What staff do of an afternoon: sign, refuse, discharge, close and open places, and play the named cases."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import time

from common.contracts.words import Disposition, LevelOfCare, RiskLevel, TransitionKind
from throughline.cohort import evidence
from throughline.cohort.api import Api, Json, Post, Staff
from throughline.cohort.pace import Pace
from throughline.cohort.people import NEXT_LEVEL, PSYCHIATRIST, SCHEDULER, Person

Hand = Callable[["Floor", Person], Awaitable[None]]

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


@dataclass
class Floor:
    """The program on one day: who is here, and how many places are closed for lack of staff."""

    api: Api
    pace: Pace
    people: dict[str, Person] = field(default_factory=dict)
    today: int = 0
    closed: set[LevelOfCare] = field(default_factory=set)
    held_since: dict[str, int] = field(default_factory=dict)

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
        await self._act(person, "discharge", {"disposition": disposition.value, "reason": reason})
        person.status = "closed"

    async def sign(self, person: Person) -> None:
        """Everybody who must sign signs: the therapist, then a medical provider where two are needed."""
        transition = person.transition or {}
        signed = {one["by"] for one in transition["signatures"]}
        for who in (person.plan.therapist, PSYCHIATRIST)[: transition["signatures_needed"]]:
            if who.id not in signed:
                await self._act(person, f"transitions/{transition['id']}/sign", {}, who)

    async def refuse(self, person: Person, reason: str) -> None:
        """A clinician says no, and the receiving team is told that nobody comes yet."""
        transition = person.transition or {}
        await self._act(person, f"transitions/{transition['id']}/refuse", {"reason": reason})
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

    async def afternoon(self, person: Person) -> bool:
        """What one participant's team does before the evening; returns whether anything was done."""
        played = AFTERNOONS.get(person.plan.case)
        before = person.stage
        if played:
            await played(self, person)
        acted = person.stage != before
        return await self._usual(person) or acted

    async def evening(self, person: Person) -> bool:
        """What happens once the day's approvals are prepared; returns whether anything did."""
        played, before = EVENINGS.get(person.plan.case), person.stage
        if played:
            await played(self, person)
        return person.stage != before

    def waits_for(self, person: Person) -> int:
        """Days since a transition was first seen held."""
        if person.phase != "held":
            return 0
        return self.today - self.held_since.setdefault(str(person.transition and person.transition["id"]), self.today)

    async def _usual(self, person: Person) -> bool:
        if person.phase == "proposed" and person.transition and person.status == "open":
            await self._decide(person, person.transition)
        elif _ends_today(person, self.today):
            assert person.plan.ending is not None
            await self.discharge(person, person.plan.ending[0], "ended-early")
        elif _by_person(person):
            to_level = NEXT_LEVEL[person.level or LevelOfCare.PHP]
            await self._act(person, "transitions", {"to_level": to_level.value, "reason": "clinical-judgement"})
        else:
            return False
        return True

    async def _decide(self, person: Person, transition: Json) -> None:
        up = transition["kind"] == TransitionKind.STEP_UP
        if up and person.stage != "worse":
            await self._act(person, f"transitions/{transition['id']}/refuse", {"reason": "watched-closely-here"})
        else:
            await self.sign(person)

    async def _act(self, person: Person, what: str, body: Json, who: Staff | None = None) -> Json:
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


async def destination_full(floor: Floor, person: Person) -> None:
    """The day program has no place when the step down is signed; later one is freed."""
    if person.stage == "" and person.phase == "proposed":
        await floor.close_spare_places(LevelOfCare.PHP)
        person.stage = "closed"
    elif floor.waits_for(person) >= SOONEST_FREED_DAYS:
        await floor.free_a_place(LevelOfCare.PHP)
    elif person.stage == "closed" and person.level is LevelOfCare.PHP:
        await floor.open_again(LevelOfCare.PHP)
        person.stage = "opened"


async def waiting_admission(floor: Floor, person: Person) -> None:
    """The residence was full on the day of admission; later a place is freed."""
    if floor.waits_for(person) >= SOONEST_FREED_DAYS:
        await floor.free_a_place(LevelOfCare.RESIDENTIAL)
    elif person.stage == "closed" and person.level is LevelOfCare.RESIDENTIAL:
        await floor.open_again(LevelOfCare.RESIDENTIAL)
        person.stage = "opened"


async def refused(floor: Floor, person: Person) -> None:
    """The clinician says no to the first proposal."""
    if person.stage == "" and person.phase == "proposed":
        await floor.refuse(person, "more-time-needed")
        person.stage, person.postponed, person.transition = "refused", 6, None


async def against_advice(floor: Floor, person: Person) -> None:
    """The participant leaves against advice after some days."""
    if person.in_care and floor.today - person.since >= 6:
        await floor.discharge(person, Disposition.AGAINST_ADVICE, "left-against-advice")
        person.stage = "left"


async def leave(floor: Floor, person: Person) -> None:
    """Two nights away, and back on time."""
    if person.stage == "" and person.in_care and person.mornings >= 5 and not person.transition:
        due = floor.pace.instant(floor.today + 2, time(18)).isoformat()
        await floor._act(person, "leave", {"return_due_at": due})
        person.stage, person.notes["left-on"] = "away", str(floor.today)
    elif person.stage == "away" and floor.today >= int(person.notes["left-on"]) + 2:
        await floor._act(person, "leave/return", {})
        person.stage = "back"


async def readmission(floor: Floor, person: Person) -> None:
    """Discharged for reasons of administration, and back a week later."""
    if person.stage == "" and person.in_care and floor.today - person.since >= 8:
        await floor.discharge(person, Disposition.ADMINISTRATIVE, "coverage-ended")
        person.stage, person.notes["left-on"] = "left", str(floor.today)
    elif person.stage == "left" and floor.today >= int(person.notes["left-on"]) + 8:
        await floor._act(person, "readmission", {"level": LevelOfCare.PHP.value})
        person.stage = "back"


async def step_up(floor: Floor, person: Person) -> None:
    """After some days in intensive outpatient the scores rise; signed, they fall again."""
    if person.stage == "" and person.level is LevelOfCare.IOP and person.mornings >= 4:
        person.stage = "worse"
    elif person.stage == "worse" and person.level is LevelOfCare.PHP:
        person.stage = "steadier"


async def compensated(floor: Floor, person: Person) -> None:
    """Hours after the approval a screen is HIGH."""
    if person.stage == "" and person.phase == "ready":
        await floor.api.do(evidence.screen(person, RiskLevel.HIGH))
        await floor.withdraw(person)
        person.stage, person.postponed = "shaken", 90


async def cancelled(floor: Floor, person: Person) -> None:
    """Hours after the approval the clinician stops it."""
    if person.stage == "" and person.phase == "ready" and person.transition:
        reason = {"reason": "participant-asked-to-wait"}
        await floor._act(person, f"transitions/{person.transition['id']}/cancel", reason)
        await floor.withdraw(person)
        person.stage, person.postponed = "cancelled", 90


async def revoked_release(floor: Floor, person: Person) -> None:
    """Hours after the approval the participant takes the release back."""
    if person.stage == "" and person.phase == "ready":
        await floor._act(person, f"releases/{person.release_id}/revoke", {})
        person.stage = "revoked"


AFTERNOONS: Mapping[str, Hand] = {
    "destination-full": destination_full,
    "waiting-admission": waiting_admission,
    "refused": refused,
    "against-advice": against_advice,
    "leave": leave,
    "readmission": readmission,
    "step-up": step_up,
}
EVENINGS: Mapping[str, Hand] = {
    "compensated": compensated,
    "cancelled": cancelled,
    "revoked-release": revoked_release,
}
