"""The driver's clock: time moves in steps, and only once the house has caught up."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from common.contracts import EVENT_TOPICS, SERVICES
from common.contracts.words import Role
from throughline.cohort.api import Api, Staff
from throughline.embedded.clock_face import write_clock

ZONE = ZoneInfo("America/New_York")
"""The program's zone, as the services have it where nothing else is set."""

WATCHER = Staff("demo-driver", (Role.INTEGRATION, Role.OPERATOR))

POLL_SECONDS = 0.05
STALLED_SECONDS = 60.0
"""Real time after which a house that does not catch up is reported. ASSUMED."""

LISTENERS: Mapping[str, tuple[str, ...]] = {
    "intake.episodes": ("scheduling", "skills", "family", "notifications", "operations"),
    "intake.reviews": ("operations",),
    "scheduling.rosters": ("intake", "skills", "family", "notifications", "operations"),
    "skills.progress": ("intake", "scheduling", "family", "notifications", "operations"),
    "family.engagement": ("intake", "scheduling", "skills", "notifications", "operations"),
    "notifications.deliveries": ("scheduling", "family", "operations"),
    "operations.acts": ("operations",),
    **{f"{service}.commands": (service,) for service in SERVICES},
}
"""Topic -> who reads it. `intake.contacts` has no reader in this house."""


class Stalled(Exception):
    """The house does not catch up."""


@dataclass(frozen=True, slots=True)
class Streams:
    """How far the whole house is; `waiting` says what it still has to do, and is empty once it caught up."""

    published: int
    parked: int
    waiting: tuple[str, ...]


def streams_of(by_service: Mapping[str, Mapping[str, Any]]) -> Streams:
    """Put together what each service says at `/v1/streams`."""
    said = dict.fromkeys((*EVENT_TOPICS, *LISTENERS), 0)
    for one in by_service.values():
        for topic, count in one["said"].items():
            said[topic] = said.get(topic, 0) + count
    waiting = [
        f"{service}: {what} {one[what]}"
        for service, one in by_service.items()
        for what in ("unsent", "held", "timers_due")
        if one[what]
    ]
    for topic, listeners in LISTENERS.items():
        for listener in listeners:
            heard = sum(row["n"] for row in by_service[listener]["heard"] if row["topic"] == topic and _ours(row))
            if heard != said[topic]:
                waiting.append(f"{listener}: {topic} {heard} of {said[topic]}")
    parked = sum(one["parked"] for one in by_service.values())
    return Streams(published=sum(said.values()), parked=parked, waiting=tuple(waiting))


def _ours(row: Mapping[str, Any]) -> bool:
    """Whether the house itself said it; a stranger's messages on the wire are nobody's backlog."""
    return str(row["source"]).startswith("/throughline/")


def first_monday(today: date) -> date:
    """The first Monday after `today`."""
    return today + timedelta(days=7 - today.weekday())


class Pace:
    """Moves the domain clock of a house and waits for it. Day 0 is `start`, a local date."""

    def __init__(self, api: Api, clock_file: Path, start: date) -> None:
        self._api, self._clock_file, self.start = api, clock_file, start
        self.now = self.instant(0, time(8))
        self.streams = Streams(0, 0, ())

    def day(self, index: int) -> date:
        """The local date of a day of the run."""
        return self.start + timedelta(days=index)

    def instant(self, index: int, at: time) -> datetime:
        """A local time on a day of the run, in UTC."""
        return datetime.combine(self.day(index), at, ZONE).astimezone(UTC)

    def move(self, index: int, at: time) -> None:
        """Set the clock to a local time on a day of the run."""
        self.now = self.instant(index, at)
        write_clock(self._clock_file, self.now)

    async def caught_up(self) -> Streams:
        """Wait until everybody heard everything that was said and nothing is due; raises Stalled."""
        try:
            async with asyncio.timeout(STALLED_SECONDS):
                while True:
                    self.streams = await self._look()
                    if not self.streams.waiting:
                        return self.streams
                    await self._until_the_last_listener_rests()
        except TimeoutError:
            raise Stalled(f"the house does not catch up: {'; '.join(self.streams.waiting[:6])}") from None

    async def _until_the_last_listener_rests(self) -> None:
        """Operations hear nearly everything: while they still do, asking all the others is in vain."""
        before, now = -1, 0
        while before != now:
            await asyncio.sleep(POLL_SECONDS)
            one = await self._api.get("operations", "/v1/streams", WATCHER)
            before, now = now, sum(row["n"] for row in one["heard"])

    async def _look(self) -> Streams:
        asked: Sequence[Any] = await asyncio.gather(
            *(self._api.get(service, "/v1/streams", WATCHER) for service in SERVICES)
        )
        return streams_of(dict(zip(SERVICES, asked, strict=True)))
