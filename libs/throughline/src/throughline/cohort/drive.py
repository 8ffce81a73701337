"""Drives a cohort through the program, day by day, over the services' public HTTP APIs."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import time
from random import Random
from typing import Any

from common.contracts.words import LevelOfCare
from throughline.cohort import evidence, pages
from throughline.cohort.api import Post, Problem
from throughline.cohort.floor import Floor
from throughline.cohort.hands import afternoon, evening
from throughline.cohort.night import Night
from throughline.cohort.pace import WATCHER
from throughline.cohort.people import (
    REFERRAL_DESK,
    THERAPISTS,
    Person,
    Plan,
    Referred,
    plans,
    reason_to_decline,
    referred,
    staff_id,
)
from throughline.referral_files import FileProblem, ReferralFile

DAYS = 29
"""Days of the run: the full way takes 38, and what waits then is given a few more. ASSUMED."""

MIDNIGHT, MORNING, REVIEWED = time(0, 5), time(9), time(11, 5)
AFTERNOON, EVENING = time(15), time(17)

CLINIC = THERAPISTS[0]

Tell = Callable[[str], None]


@dataclass
class Referrals:
    """What became of the referrals that were sent."""

    received: list[Referred] = field(default_factory=list)
    again: list[Referred] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    declined: int = 0
    already_in_care: int = 0


class Drive:
    """One run: `floor` is the program, `tell` hears a line, `after_step` runs whenever the house has caught up."""

    def __init__(
        self, floor: Floor, seed: int, most: int, tell: Tell, after_step: Callable[[], Awaitable[None]]
    ) -> None:
        self.floor, self.api, self.pace = floor, floor.api, floor.pace
        self._seed, self._most, self._tell, self._after_step = seed, most, tell, after_step
        self._chance = Random(seed)
        floor.tell = tell
        self.referrals = Referrals()
        self.plans: dict[str, Plan] = {}
        self.acts = 0
        self.night: Night | None = None
        """The night that a demonstration shows."""

    async def run(self, files: Iterable[ReferralFile | FileProblem]) -> None:
        """Everything, from the first referral to the last day."""
        self.pace.move(0, time(8))
        await self.floor.set_up()
        await self._receive(files)
        await self._settle()
        for day in range(DAYS):
            self.floor.today = day
            await self._one_day(day)
        self.pace.move(DAYS, MORNING)
        await self._settle()

    async def _receive(self, files: Iterable[ReferralFile | FileProblem]) -> None:
        for file in files:
            if isinstance(file, FileProblem):
                self._unreadable(file.label, file.what, file.expected)
            else:
                await self._send(file)
        await self._decline()
        for one in self.referrals.received:
            await self.api.do(Post("intake", f"/v1/referrals/{one.referral_id}/contact", {}, CLINIC))
        chosen = self.referrals.received[: self._most]
        self.plans = plans(chosen, self._seed)

    async def _send(self, file: ReferralFile) -> None:
        try:
            receipt = await self.api.post_fhir(file.raw, REFERRAL_DESK)
        except Problem as problem:
            self._unreadable(file.label, problem.detail, problem.expected or "a FHIR R4 Bundle or Patient")
            return
        path = f"/v1/referrals/{receipt['extra']['referral_id']}"
        known = await self.api.get("intake", path, CLINIC)
        if known["perhaps"]:
            await self._compare(known["participant_id"])
            known = await self.api.get("intake", path, CLINIC)
        one = referred(receipt, file.label, known)
        known_people = {r.participant_id for r in self.referrals.received}
        (self.referrals.again if one.participant_id in known_people else self.referrals.received).append(one)

    async def _compare(self, who: str) -> None:
        """A clinician says whether somebody is known already: the clinic's patients with the same number are."""
        asked = await self.api.get("intake", "/v1/duplicates", CLINIC, participant_id=who)
        for question in asked["items"]:
            same = "identifier" in question["agrees_on"]
            body = {"same": same, "reason": "same-number" if same else "same-name-only"}
            await self.api.do(Post("intake", f"/v1/duplicates/{question['id']}/answer", body, CLINIC))

    def _unreadable(self, label: str, what: str, expected: str) -> None:
        line = f"{label}: {what}; expected {expected}"
        self.referrals.unreadable.append(line)
        self._tell(line)

    async def _decline(self) -> None:
        for one in list(self.referrals.received):
            if reason := reason_to_decline(one):
                body = {"decision": "decline", "reason": reason}
                await self.api.do(Post("intake", f"/v1/referrals/{one.referral_id}/decision", body, CLINIC))
                self.referrals.declined += 1
                self.referrals.received.remove(one)

    async def _one_day(self, day: int) -> None:
        if any(p.transition for p in self.floor.people.values()):
            self.pace.move(day, MIDNIGHT)
            await self._settle()
        if self.night and await self.night.play(day):
            await self._settle()
        self.pace.move(day, MORNING)
        await self._admissions(day)
        await self._evidence(day)
        await self._settle()
        if await pages.answer(self.floor):
            await self._settle()
        if self._quiet(day):
            return
        self.pace.move(day, REVIEWED)
        await self._settle()
        self.pace.move(day, AFTERNOON)
        if not any(await self._each(afternoon)):
            return
        await self._settle()
        if any(await self._each(evening)):
            await self._settle()
        self.pace.move(day, EVENING)
        await self._settle()

    def _quiet(self, day: int) -> bool:
        """Whether nobody has anything to do this afternoon but what can wait until tomorrow's."""
        people = self.floor.people.values()
        busy = any(p.preparing or p.transition or p.plan.case for p in people if p.status != "closed")
        ends = any(p.plan.ending and p.in_care and day - p.since >= p.plan.ending[1] for p in people)
        return not busy and not ends

    async def _admissions(self, day: int) -> None:
        today = [r for r in self.referrals.received if self._plan(r) and self.plans[r.participant_id].day == day]
        last = [r for r in today if self.plans[r.participant_id].case == "waiting-admission"]
        await asyncio.gather(*(self._admit(one, day) for one in today if one not in last))
        for one in last:
            await self._settle()
            await self.floor.close_spare_places(LevelOfCare.RESIDENTIAL)
            await self._admit(one, day)
            self.floor.people[one.participant_id].stage = "closed"
        here = self.floor.people
        for one in [r for r in self.referrals.again if r.participant_id in here]:
            self.referrals.again.remove(one)
            await self._admit_again(one)

    def _plan(self, one: Referred) -> bool:
        return one.participant_id in self.plans

    async def _admit(self, one: Referred, day: int) -> None:
        person = Person(one, self.plans[one.participant_id], since=day)
        await self.api.do(_acceptance(one, person.plan))
        self.floor.people[person.id] = person

    async def _meet_family(self, person: Person) -> None:
        """On the first morning the participant says who matters to them, and who may hear what."""
        for act in evidence.supporter(person):
            person.supporter_id = (await self.api.do(act))["extra"]["supporter_id"]
        for act in evidence.release(person):
            person.release_id = (await self.api.do(act))["extra"]["release_id"]

    async def _admit_again(self, one: Referred) -> None:
        try:
            await self.api.do(_acceptance(one, self.plans[one.participant_id]))
        except Problem as problem:
            if problem.code != "episode-open":
                raise
            self.referrals.already_in_care += 1
            self._tell(f"{one.label}: this person is in care already; the referral waits for somebody to look")

    async def _evidence(self, day: int) -> None:
        today, people = self.pace.day(day), list(self.floor.people.values())
        new = [person for person in people if person.in_care and person.all_mornings == 0]
        await asyncio.gather(*(self._meet_family(person) for person in new))
        lists, loose = [[act] for act in evidence.together(people, today, day, self._chance)], list[Post]()
        for person in people:
            acts = evidence.morning(person, today, self._chance)
            loose += [] if person.stage else acts
            lists += [acts] if person.stage else []
        lists += [[act] for act in evidence.handed_on(loose)]
        self.acts += sum(len(acts) for acts in lists)
        await asyncio.gather(*(self.api.do_all(acts) for acts in lists))
        await asyncio.gather(*(self._calm(person) for person in people if person.stage == "shaken"))
        for person in people:
            if person.in_care:
                person.notes |= {"prepared": str(person.level)} if person.preparing else {}
                person.mornings += 1
                person.all_mornings += 1

    async def _calm(self, person: Person) -> None:
        """The crisis is over: the therapist clears the flags it raised."""
        view = await self.api.get("skills", f"/v1/participants/{person.id}", person.plan.therapist)
        for flag in view["flags"]:
            if flag["open"]:
                path = f"/v1/participants/{person.id}/risk-flags/{flag['flag_id']}/clear"
                await self.api.do(Post("skills", path, {}, person.plan.therapist))
        person.stage = "calm"

    async def _each(self, hand: Callable[[Floor, Person], Awaitable[bool]]) -> Sequence[bool]:
        """The named cases one after the other, for they open and close places; then everybody else at once."""
        people = list(self.floor.people.values())
        done = [await hand(self.floor, person) for person in people if person.plan.case]
        done += await asyncio.gather(*(hand(self.floor, person) for person in people if not person.plan.case))
        self.acts += sum(done)
        return done

    async def _settle(self) -> None:
        await self.pace.caught_up()
        await self._learn()
        await self._after_step()

    async def _learn(self) -> None:
        after: str | None = ""
        while after is not None:
            page: dict[str, Any] = await self.api.get("intake", "/v1/participants", WATCHER, after=after, limit=500)
            for episode in page["items"]:
                if person := self.floor.people.get(episode["id"]):
                    person.learn(episode)
            after = page["next"]

    def by_level(self) -> Counter[str]:
        """Participants by level of care; those before their first level are `waiting`."""
        return Counter(str(p.level) if p.level else "waiting" for p in self.floor.people.values())


def _acceptance(one: Referred, plan: Plan) -> Post:
    body = {"decision": "accept", "level": plan.level.value, "primary_therapist": staff_id(plan.therapist)}
    if one.questions:
        body["reason"] = "assessed-in-person"
    return Post("intake", f"/v1/referrals/{one.referral_id}/decision", body, plan.therapist)
