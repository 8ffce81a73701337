"""The whole house, as its real processes on a real broker and a real mongod, with a clock the tests move."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

import servers
from common.contracts.words import Role
from throughline.cohort.api import Api, Post, Staff
from throughline.cohort.pace import Pace
from throughline.embedded.clock_face import clock_file
from throughline.embedded.house import House

CLINICIAN = Staff("c-1", (Role.CLINICIAN,))
MEDICAL = Staff("m-1", (Role.MEDICAL,))
SCHEDULER = Staff("s-1", (Role.SCHEDULER,))
FAMILY = Staff("f-1", (Role.FAMILY_CLINICIAN,))
OPERATOR = Staff("o-1", (Role.OPERATOR,))


@dataclass
class Program:
    """A running house and somebody who works in it."""

    house: House
    api: Api
    pace: Pace

    async def act(self, service: str, path: str, body: dict[str, Any], who: Staff = CLINICIAN) -> dict[str, Any]:
        """Do one thing over HTTP; its receipt."""
        return await self.api.do(Post(service, f"/v1{path}", body, who))

    async def look(self, service: str, path: str, who: Staff = CLINICIAN) -> Any:
        """Read one thing over HTTP."""
        return await self.api.get(service, f"/v1{path}", who)

    async def admit(self, level: str) -> str:
        """Somebody new, at this level; the participant's id."""
        body = {
            "given_name": f"Given{uuid4().hex[:8]}",
            "family_name": f"Family{uuid4().hex[:8]}",
            "birth_date": "1990-01-01",
            "conditions": ["anxiety"],
        }
        referral = (await self.act("intake", "/referrals", body))["extra"]
        accept = {"decision": "accept", "level": level, "primary_therapist": "th-1"}
        await self.act("intake", f"/referrals/{referral['referral_id']}/decision", accept)
        await self.pace.caught_up()
        return str(referral["participant_id"])

    async def episode(self, pid: str) -> dict[str, Any]:
        """Intake's view of a participant."""
        found: dict[str, Any] = await self.look("intake", f"/participants/{pid}")
        return found

    async def propose(self, pid: str, level: str) -> str:
        """A clinician proposes and signs another level; the transition's id."""
        body = {"to_level": level, "reason": "test"}
        receipt = await self.act("intake", f"/participants/{pid}/transitions", body)
        return str(receipt["extra"]["transition_id"])

    async def board(self, level: str) -> dict[str, Any]:
        """Scheduling's view of a level."""
        found: dict[str, Any] = await self.look("scheduling", f"/levels/{level}")
        return found


@pytest_asyncio.fixture(scope="module")
async def program(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """A house with places at every level, on Monday 1 June 2026, eight in the morning."""
    root = tmp_path_factory.mktemp("run")
    async with (
        House(root, broker=servers.BROKER, stepped_clock=True) as house,
        Api(house.urls, house.run_folder) as api,
    ):
        pace = Pace(api, clock_file(house.run_folder), date(2026, 6, 1))
        pace.move(0, time(8))
        program = Program(house, api, pace)
        for level, places in {
            "RESIDENTIAL": 20,
            "PHP": 20,
            "IOP": 20,
            "OUTPATIENT_BOOSTER": None,
            "ALUMNI": None,
        }.items():
            groups = [] if places is None else [{"group_id": f"{level.lower()}-1", "seats": 20}]
            await api.put("scheduling", f"/v1/levels/{level}", SCHEDULER, {"places": places, "groups": groups})
        await pace.caught_up()
        yield program
