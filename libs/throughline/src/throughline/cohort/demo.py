"""The demonstration: a house, a cohort driven through it, and the check of every store at the end."""

import asyncio
import json
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from pymongo.errors import PyMongoError

from throughline.cohort import summary as counting
from throughline.cohort.against import Standing
from throughline.cohort.api import Api
from throughline.cohort.drive import DAYS, Drive
from throughline.cohort.floor import Floor
from throughline.cohort.night import Night
from throughline.cohort.pace import WATCHER, ZONE, Pace, first_monday
from throughline.cohort.people import Person
from throughline.cohort.show import Show
from throughline.cohort.story import told
from throughline.cohort.summary import Summary
from throughline.embedded.brokers import Broker
from throughline.embedded.clock_face import clock_file
from throughline.embedded.house import House
from throughline.embedded.preflight import CannotRun
from throughline.referral_files import FileProblem, ReferralFile, read_files

EXAMPLES = Path("examples/referrals")
UNREADABLE = Path("examples/referrals-unreadable")
MIB = 1024 * 1024

AnyHouse = House | Standing


class Demo:
    """One demonstration in a run folder under `root`; `referrals` None means the examples of the project."""

    def __init__(
        self,
        root: Path,
        referrals: Path | None,
        participants: int,
        seed: int,
        show: Show,
        *,
        broker: Broker = "embedded",
        against: Path | None = None,
        keep_open: bool = False,
    ) -> None:
        self._against = against
        self._root, self._referrals, self._broker, self._keep_open = root, referrals, broker, keep_open
        self._participants, self._seed, self._show = participants, seed, show
        self._known: set[str] = set()
        self._seen: object = None
        self._moved_on = DAYS

    def files(self) -> Iterable[ReferralFile | FileProblem]:
        """The referrals to send; raises CannotRun where there is nothing to read."""
        wanted = [self._referrals] if self._referrals else [EXAMPLES, UNREADABLE]
        for path in wanted:
            if not path.exists():
                raise CannotRun(f"{path}: no such file or folder; expected a folder or file of FHIR R4 referrals")
        return chain.from_iterable(read_files(path) for path in wanted)

    async def run(self) -> Summary:
        """Start the house, drive the cohort, check the stores; raises CannotRun or Stalled."""
        files, began = self.files(), time.monotonic()
        async with self._house() as house:
            started = time.monotonic()
            if isinstance(house, House):
                self._say_where(house)
            async with Api(house.urls, house.run_folder) as api:
                drive = self._drive(house, api)
                await drive.run(files)
                ran = time.monotonic()
                summary = await self._count(house, api, drive, (began, started, ran))
            if self._keep_open:
                await self._stay(summary)
            return summary

    def _say_where(self, house: House) -> None:
        for name, url in house.urls.items():
            self._show.line(f"{name:<14}{url}")
        self._show.line(f"{'mongod':<14}{house.mongo}\n{'broker':<14}{house.kafka}")

    def _house(self) -> AnyHouse:
        """One of our own, or the one that stands; raises CannotRun."""
        if self._against:
            return Standing(self._against)
        return House(self._root, broker=self._broker, stepped_clock=True)

    async def _stay(self, summary: Summary) -> None:
        """Leave the house open until the run is cancelled."""
        self._show.summary(summary)
        self._show.line("The house stays open; Ctrl-C stops everything.")
        await asyncio.Event().wait()

    def _drive(self, house: AnyHouse, api: Api) -> Drive:
        pace = Pace(api, clock_file(house.run_folder), first_monday(datetime.now(UTC).date()))
        floor = Floor(api, pace)

        async def after_step() -> None:
            await self._tell(api, drive)

        drive = Drive(floor, self._seed, self._participants, self._show.line, after_step)
        floor.story, drive.night = self._show.story, Night(floor)
        return drive

    async def _tell(self, api: Api, drive: Drive) -> None:
        """Show where everybody is, and what is new in the story of whoever goes the full way."""
        today = drive.pace.now.astimezone(ZONE).date()
        self._show.where(today, drive.floor.today, drive.by_level(), drive.pace.streams.published)
        person = next((p for p in drive.floor.people.values() if p.plan.case == "full-way"), None)
        if person is None or not self._may_be_new(person, drive.floor.today):
            return
        journey = await api.get("operations", f"/v1/journeys/{person.id}", WATCHER)
        for day, line in told(journey["timeline"], self._known):
            self._show.story(day, f"{person.short}: {line}")

    def _may_be_new(self, person: Person, today: int) -> bool:
        """Whether the journey moved since we looked, or did on a day that is over: notices follow within a day."""
        now = (person.level, person.transition)
        moved, later = now != self._seen, today > self._moved_on
        if moved:
            self._seen, self._moved_on = now, today
        elif later:
            self._moved_on = DAYS
        return moved or later

    async def _count(self, house: AnyHouse, api: Api, drive: Drive, clock: tuple[float, float, float]) -> Summary:
        counted = await counting.count_journeys(api)
        people = drive.floor.people.values()
        began, started, ran = clock
        summary = Summary(
            referrals=counting.referral_counts(drive),
            episodes=counted["EpisodeOpened"],
            episodes_by_level=dict(drive.by_level()),
            transitions={name: counted[event] for name, event in counting.COUNTED.items()},
            families=await counting.family_counts(api, people),
            notices={"sent": counted["NoticeSent"], "suppressed": counted["NoticeSuppressed"]},
            messages=await counting.count_messages(api, drive.pace.streams),
            cases=await counting.judge_cases(api, drive),
            invariants=await invariants(house.mongo),
            seconds={},
            peak_memory_mib={name: size // MIB for name, size in house.peak_memory().items()},
            days=DAYS,
        )
        seconds = {"start": started - began, "run": ran - started, "total": time.monotonic() - began}
        return summary.with_seconds({name: round(value, 1) for name, value in seconds.items()})


async def invariants(mongo_uri: str) -> dict[str, str]:
    """Every invariant of the stores by name: `ok`, or what is broken."""
    from throughline.invariants import check

    try:
        return {one.name: "ok" if one.ok else one.detail for one in await check(mongo_uri)}
    except PyMongoError as error:
        return {"stores-can-be-read": type(error).__name__}


def write_summary(summary: Summary, path: Path) -> None:
    """Write the summary as JSON; raises OSError."""
    path.write_text(json.dumps(summary.as_json(), indent=2, default=str) + "\n")
