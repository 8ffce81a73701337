"""The cohort as clients of a house in trouble: patient, and writing down every answer they got."""

import asyncio
import json
import time as wall
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import httpx

from chaos.evidence import Acknowledged
from throughline.cohort.api import Api, Json, Problem, Staff, _problem
from throughline.cohort.drive import DAYS, MORNING, Drive
from throughline.cohort.pace import Pace, Stalled, Streams
from throughline.embedded.clock_face import write_clock
from throughline.referral_files import FileProblem, ReferralFile

ACT_PATIENCE = 60.0
"""Seconds a client tries one request again."""
CATCH_UP_PATIENCE = 75.0
"""Seconds, with processes dying all the while, after which a house that does not catch up has lost something."""

MISUSED = 0.15
"""Share of repeated requests that come with another body."""
EVE = (-1, time(1))
"""Day and time at which the run begins, so that there is much time to run on before its first morning."""
FIRST_STEP, LEAST_STEP = timedelta(hours=31), timedelta(minutes=110)
"""Less than from one step of the driver's clock to the next. Source: throughline.cohort.drive."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was answered with a receipt, as it was sent."""

    method: str
    service: str
    path: str
    who: Staff
    more: dict[str, Any]
    receipt: Json


class PatientApi(Api):
    """Tries again whatever may have gone wrong on the way, always with the same key; keeps every receipt."""

    def __init__(self, urls: dict[str, str], run_folder: Path, chance: Random) -> None:
        super().__init__(urls, run_folder)
        self._chance = chance
        self.acknowledged: list[Acknowledged] = []
        self.sent: list[Sent] = []
        self.asked_again = 0
        self.errors: Counter[int] = Counter()
        """Answers that said nothing but that the service could not, by HTTP status."""
        self.troubles: list[tuple[float, float]] = []
        """Monotonic start and end of each time a request had to be sent again."""

    async def _write(self, method: str, service: str, path: str, who: Staff, **more: Any) -> Json:
        key = str(UUID(int=self._chance.getrandbits(128), version=4))
        more["headers"] = {**more.get("headers", {}), "idempotency-key": key}
        async with self._turn:
            receipt: Json = (await self._send(method, service, path, who, **more)).json()
        self.acknowledged.append(Acknowledged(service, path, key, receipt))
        self.sent.append(Sent(method, service, path, who, more, receipt))
        return receipt

    async def _send(self, method: str, service: str, path: str, who: Staff, **more: Any) -> httpx.Response:
        began = wall.monotonic()
        headers = {**more.pop("headers", {}), "authorization": f"Bearer {self._token(who)}"}
        answer = await self._once(method, service, path, headers, more)
        if answer is None:
            answer = await self._until_answered(method, service, path, headers, more, began)
            self.troubles.append((began, wall.monotonic()))
        if answer.is_error:
            raise _problem(answer)
        return answer

    async def _until_answered(
        self, method: str, service: str, path: str, headers: dict[str, str], more: dict[str, Any], began: float
    ) -> httpx.Response:
        while wall.monotonic() - began < ACT_PATIENCE:
            await asyncio.sleep(self._chance.uniform(0.05, 0.6))
            if (answer := await self._once(method, service, path, headers, more)) is not None:
                return answer
        raise Problem(503, "away-too-long", f"{service} did not answer {method} {path} in {ACT_PATIENCE:.0f} s")

    async def _once(
        self, method: str, service: str, path: str, headers: dict[str, str], more: dict[str, Any]
    ) -> httpx.Response | None:
        """One try; None where trying again is all a client can do."""
        try:
            answer = await self._clients[service].request(method, path, headers=headers, **more)
        except httpx.TransportError:
            return None
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            self.errors[answer.status_code] += 1
            return None
        return answer

    async def again(self, one: Sent) -> str:
        """Send a request once more, with the same key; says what is wrong with the answer, or nothing."""
        self.asked_again += 1
        try:
            answer = (await self._send(one.method, one.service, one.path, one.who, **dict(one.more))).json()
        except Problem as problem:
            return f"{one.method} {one.path} answered {problem.code} when it came again"
        wanted = {**one.receipt, "repeated": True}
        return "" if answer == wanted else f"{one.method} {one.path} was answered differently when it came again"

    async def misused(self, one: Sent) -> str:
        """Send another body with a key that was used before; says what is wrong with the answer, or nothing."""
        other = {**one.more, "content": json.dumps(one.more["json"], indent=1)}
        del other["json"]
        other["headers"] = {**other["headers"], "content-type": "application/json"}
        try:
            await self._send(one.method, one.service, one.path, one.who, **other)
        except Problem as problem:
            right = problem.code == "idempotency-key-reused"
            return "" if right else f"{one.method} {one.path} answered {problem.code} to a key with another body"
        return f"{one.method} {one.path} took another body for a key that was used"


class PatientPace(Pace):
    """Waits longer than a driver of a healthy house would, and lets time run on between its steps."""

    patience = 1.0
    """How many times longer it waits than `CATCH_UP_PATIENCE`."""
    _ahead = timedelta()

    async def caught_up(self) -> Streams:
        """Wait until the house has caught up; raises Stalled."""
        until = wall.monotonic() + CATCH_UP_PATIENCE * self.patience
        while True:
            try:
                async with asyncio.timeout_at(asyncio.get_running_loop().time() + until - wall.monotonic()):
                    return await super().caught_up()
            except Stalled:
                if wall.monotonic() > until:
                    raise
            except TimeoutError:
                raise Stalled(f"does not catch up: {'; '.join(self.streams.waiting[:6])}") from None

    def move(self, index: int, at: time) -> None:
        """Set the clock to a local time on a day of the run."""
        self._ahead = timedelta()
        super().move(index, at)

    def creep(self, minutes: int) -> None:
        """Let the domain clock run ahead of the driver's by so much more, but never into its next step."""
        room = FIRST_STEP if self.now == self.instant(*EVE) else LEAST_STEP
        self._ahead = min(self._ahead + timedelta(minutes=minutes), room)
        write_clock(self._clock_file, self.now + self._ahead)

    def shown(self, *, minutes: int = 0) -> datetime:
        """What the domain clock shows, and so many minutes later."""
        return self.now + self._ahead + timedelta(minutes=minutes)


class PatientDrive(Drive):
    """A run that begins no new day once it is told that time is over."""

    over = False
    days = 0

    async def run(self, files: Iterable[ReferralFile | FileProblem]) -> None:
        """From the first referral to the last day there was time for."""
        self.pace.move(*EVE)
        await self.floor.set_up()
        await self._receive(files)
        self._tell(f"{len(self.referrals.received)} referred")
        await self._settle()
        while not self.over and self.days < DAYS:
            self._tell(f"day {self.days} of the cohort")
            self.floor.today = self.days
            await self._one_day(self.days)
            self.days += 1
        self.pace.move(self.days, MORNING)
        await self._settle()


async def send_again(api: PatientApi, chance: Random, wrong: list[str]) -> None:
    """For ever: what was done long ago is asked for again, as a client does that never got its answer.

    Now and then with another body, as a client does that numbers its requests badly.
    """
    while True:
        await asyncio.sleep(chance.uniform(0.2, 0.8))
        if not api.sent:
            continue
        one = chance.choice(api.sent)
        badly = bool(one.more.get("json")) and chance.random() < MISUSED
        if said := await (api.misused(one) if badly else api.again(one)):
            wrong.append(said)


def start_of_run() -> date:
    """Day 0: a Monday, the same in every run."""
    return date(2026, 6, 1)
