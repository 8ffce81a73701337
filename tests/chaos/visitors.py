"""People beside the cohort, who keep every service busy while the cohort waits: admitted, heard, gone on leave."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from chaos.workload import PatientApi, PatientPace
from common.contracts.words import Disposition, LevelOfCare, ReleaseScope
from throughline.cohort.api import Json, Post, Problem
from throughline.cohort.pace import ZONE
from throughline.cohort.people import COLLECTOR, FAMILY_CLINICIAN, THERAPISTS

AT_ONCE = 5
TOO_LATE = "return-in-the-past"
"""What a leave is rightly refused with when the house was away until the planned return was over."""
BUSY, PERIOD = 3.0, 5.0
"""Seconds of every so many in which visitors act; in the others the cohort can see that everybody caught up."""
ADMITTED_SECONDS = 20.0
CREEP_MINUTES = 8
AWAY_SECONDS = 12.0
"""Real seconds of a leave; meanwhile the clock creeps past its end. ASSUMED."""
THERAPIST = THERAPISTS[0]
LEVEL = LevelOfCare.IOP
"""Where visitors are admitted, a few at a time: there is room beside the cohort."""


@dataclass
class Visitors:
    """Lets visitors come, one after the other, until cancelled; an act that is refused is noted in `wrong`."""

    api: PatientApi
    pace: PatientPace
    chance: Random
    wrong: list[str]
    came: int = 0
    _here: set["asyncio.Task[None]"] = field(default_factory=set)

    async def run(self) -> None:
        """Let them come, and time creep on, for ever."""
        try:
            while True:
                await self._pause()
                self.pace.creep(CREEP_MINUTES)
                if len(self._here) < AT_ONCE:
                    self.came += 1
                    task = asyncio.create_task(self._visit(self.came))
                    self._here.add(task)
                    task.add_done_callback(self._here.discard)
        finally:
            for task in list(self._here):
                task.cancel()
            await asyncio.gather(*self._here, return_exceptions=True)

    async def _pause(self) -> None:
        await asyncio.sleep(self.chance.uniform(0.3, 0.9))
        if (late := time.monotonic() % PERIOD) > BUSY:
            await asyncio.sleep(PERIOD - late)

    async def _visit(self, number: int) -> None:
        try:
            participant_id = await self._admitted(number)
            if not await self._in_care(participant_id):
                return
            hands: list[Callable[[str], Post]] = [self._card, self._supporter]
            self.chance.shuffle(hands)
            for hand in hands:
                await self._pause()
                receipt = await self.api.do(hand(participant_id))
                if "supporter_id" in receipt["extra"]:
                    await self.api.do(_release(participant_id, receipt))
            await self._away(participant_id)
            await self._pause()
            await self.api.do(_discharge(participant_id))
        except Problem as problem:
            if problem.code == TOO_LATE:
                return
            self.wrong.append(f"a visitor was refused: {problem}")

    async def _admitted(self, number: int) -> str:
        name = {"given_name": f"Visitor{number}", "family_name": f"Chaos{number}", "birth_date": "1990-01-01"}
        referral = await self.api.do(Post("intake", "/v1/referrals", {**name, "conditions": ["anxiety"]}, THERAPIST))
        accept = {"decision": "accept", "level": LEVEL.value, "primary_therapist": THERAPIST.id}
        await self.api.do(
            Post("intake", f"/v1/referrals/{referral['extra']['referral_id']}/decision", accept, THERAPIST)
        )
        return str(referral["extra"]["participant_id"])

    async def _in_care(self, participant_id: str) -> bool:
        until = time.monotonic() + ADMITTED_SECONDS
        while time.monotonic() < until:
            await asyncio.sleep(0.3)
            episode = await self.api.get("intake", f"/v1/participants/{participant_id}", THERAPIST)
            if episode["level"]:
                return True
        return False

    async def _away(self, participant_id: str) -> None:
        """Some go on leave and are late; what falls due meanwhile, falls due."""
        if self.chance.random() < 0.5:
            await self.api.do(self._leave(participant_id))
            await asyncio.sleep(AWAY_SECONDS)

    def _leave(self, participant_id: str) -> Post:
        body = {"return_due_at": self.pace.shown(minutes=5).isoformat()}
        return Post("intake", f"/v1/participants/{participant_id}/leave", body, THERAPIST)

    def _card(self, participant_id: str) -> Post:
        day = self.pace.now.astimezone(ZONE).date().isoformat()
        body = {"day": day, "suicide_urge": 0, "self_harm_urge": 0, "self_harm": False, "skill_codes": [5]}
        return Post("skills", f"/v1/participants/{participant_id}/diary-cards", body, COLLECTOR)

    def _supporter(self, participant_id: str) -> Post:
        path = f"/v1/participants/{participant_id}/supporters"
        return Post("family", path, {"relationship": "parent"}, FAMILY_CLINICIAN)


def _release(participant_id: str, receipt: Json) -> Post:
    body = {"supporter_id": receipt["extra"]["supporter_id"], "scopes": [ReleaseScope.SCHEDULE.value]}
    return Post("intake", f"/v1/participants/{participant_id}/releases", body, THERAPIST)


def _discharge(participant_id: str) -> Post:
    body = {"disposition": Disposition.COMPLETED.value, "reason": "goals-reached"}
    return Post("intake", f"/v1/participants/{participant_id}/discharge", body, THERAPIST)
