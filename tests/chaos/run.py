"""One run: a house, a cohort, faults, healing, and then the question whether anything was lost."""

import asyncio
import shutil
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx
from pymongo import AsyncMongoClient

from chaos.checks import verify
from chaos.counts import count
from chaos.evidence import Evidence
from chaos.faults import Fault, all_faults
from chaos.keeper import Keeper
from chaos.points import Orders
from chaos.poison import Poison
from chaos.report import Report
from chaos.schedule import Schedule, unseen
from chaos.setting import GATEWAY, chaos_folder, chaos_house, gateway_log
from chaos.stage import Stage
from chaos.unavailable import Watch, covered
from chaos.visitors import Visitors
from chaos.wire import KINDS
from chaos.workload import PatientApi, PatientDrive, PatientPace, send_again, start_of_run
from common.contracts import SERVICES
from throughline import invariants
from throughline.cohort.api import Problem
from throughline.cohort.floor import Floor
from throughline.cohort.pace import Stalled
from throughline.embedded.brokers import Broker
from throughline.embedded.clock_face import clock_file
from throughline.embedded.house import SERVERS, House
from throughline.referral_files import ReferralFile, read_files

REFERRALS = Path(__file__).parents[2] / "examples" / "referrals"
BY_DESIGN = ("Q1",)
"""The invariants that poison breaks on purpose; `checks` knows exactly what must be there instead."""
UP_SECONDS, END_SECONDS = 60.0, 120.0
"""How long the house may take to stand again after the last fault, and the cohort to come to an end."""

PATIENCE: dict[Broker, float] = {"embedded": 2.0, "kafka": 3.0}
"""ASSUMED: Kafka is away for 10 s when it dies, the embedded broker for one; a busy machine takes twice as long."""


@dataclass(frozen=True)
class Plan:
    """What a run is made of. `only` and `without` choose kinds of faults by the beginnings of their names."""

    root: Path
    seed: int
    seconds: float = 60.0
    people: int = 14
    slow: float = 1.0
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    mutant: str = ""
    broker: Broker = "embedded"
    quiet: bool = False

    def faults(self) -> list[Fault]:
        """The faults of this run."""
        found = [
            fault for fault in all_faults(self.broker) if not (self.without and fault.kind.startswith(self.without))
        ]
        return [fault for fault in found if fault.kind.startswith(self.only)] if self.only else found

    def files(self) -> list[ReferralFile]:
        """The referrals of this run, the same for the same seed."""
        readable = [file for file in read_files(REFERRALS) if isinstance(file, ReferralFile)]
        return Random(self.seed).sample(readable, min(self.people, len(readable)))


@dataclass
class Run:
    """A run under way: its house, its clients, what was seen so far."""

    plan: Plan
    house: House
    report: Report
    began: float = field(default_factory=time.monotonic)

    def say(self, line: str) -> None:
        """Note something, with the seconds since the beginning."""
        told = f"{time.monotonic() - self.began:6.1f}  {line}"
        if not self.plan.quiet:
            print(told, flush=True)
        with (self.house.run_folder / "faults.log").open("a") as log:
            log.write(f"{told}\n")

    def chance(self, of: str) -> Random:
        """A chance of its own for everybody, so that one's draws do not change another's."""
        return Random(f"{self.plan.seed}|{of}")

    async def drive(self, stage: Stage, drive: PatientDrive, visitors: Visitors) -> None:
        """The cohort lives while the faults happen; then everything is healed, and the house comes to rest."""
        schedule = Schedule(stage, self.plan.faults(), self.chance("schedule"), self.say, self.plan.slow)
        over_at = self.began + self.plan.seconds
        async with background(drive.run(self.plan.files())) as driving:
            async with background(visitors.run()):
                await schedule.run(lambda: time.monotonic() > over_at or driving.done())
            await self._heal(stage)
            healed = time.monotonic()
            drive.over = True
            await asyncio.wait([driving], timeout=END_SECONDS)
            self._note_end(driving)
        await self._rest(stage, drive)
        self.report.recovery_seconds = time.monotonic() - healed
        self.report.faults = dict(sorted(schedule.done.items()))
        self.report.days = drive.days

    def _note_end(self, driving: "asyncio.Task[None]") -> None:
        if not driving.done():
            self.report.wrong.append(f"the cohort did not come to its end in {END_SECONDS:.0f} s")
        elif error := driving.exception():
            self.report.wrong.append(f"the cohort broke off: {type(error).__name__}: {error}")

    async def _heal(self, stage: Stage) -> None:
        """Nothing is armed, nobody is frozen, the wire is honest, and everybody is there."""
        for order in (stage.folder / "armed").iterdir():
            order.unlink(missing_ok=True)
        stage.wire()
        for name in self.house.pids:
            await self.house.kill(name, signal.SIGCONT)
        if not await stage.keeper.until_up(patience=UP_SECONDS):
            self.report.wrong.append(f"somebody did not come back in {UP_SECONDS:.0f} s after the last fault")
        if not await stage.poison.confirmed():
            self.report.wrong.append(f"poison never arrived: {sorted(stage.poison.unconfirmed)[:3]}")
        self.say("everything is healed")

    async def _rest(self, stage: Stage, drive: PatientDrive) -> None:
        """Everything said is heard, everything due is done, and nothing waits to leave the house."""
        until = time.monotonic() + END_SECONDS
        due = 0
        async with AsyncMongoClient[dict[str, Any]](self.house.mongo) as client:
            try:
                while True:
                    await drive.pace.caught_up()
                    due = await client["notifications"]["deliveries"].count_documents({"state": "due"})
                    if not due or time.monotonic() > until:
                        break
                    await asyncio.sleep(0.2)
                await drive.pace.caught_up()
            except (Stalled, Problem) as error:
                self.report.wrong.append(f"{type(error).__name__}: {error}")
        if due:
            self.report.wrong.append(f"{due} deliveries did not leave in {END_SECONDS:.0f} s")

    def require(self, stage: Stage) -> None:
        """What every run must see, this one must have seen."""
        fired, counted = stage.orders.fired(), stage.orders.counted()
        self.report.reached(counted, fired)
        self.report.traffic = {name: counted[name] for name in ("published", "consumed", *KINDS)}
        for fault in self.plan.faults():
            if unseen(fault, stage.orders, Counter(self.report.faults)):
                self.report.wrong.append(f"{fault.kind}: never seen")


async def run(plan: Plan) -> Report:
    """Run once and judge. The run folder is removed unless something does not hold."""
    report, began = Report(plan.seed, plan.mutant), time.monotonic()
    folder: Path | None = None
    try:
        async with chaos_house(plan.root, plan.broker, plan.seed, plan.mutant) as (house, port):
            folder = house.run_folder
            await _live(Run(plan, house, report), port)
            report.seconds = time.monotonic() - began
    except (asyncio.CancelledError, SystemExit):
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    if report.holds and folder:
        shutil.rmtree(folder)
    else:
        report.folder = str(folder)
    return report


async def _live(this: Run, gateway_port: int) -> None:
    plan, house, report = this.plan, this.house, this.report
    keeper = Keeper(house, this.chance("keeper"), this.say)
    api = PatientApi(house.urls, house.run_folder, this.chance("api"))
    pace = PatientPace(api, clock_file(house.run_folder), start_of_run())
    pace.patience = PATIENCE[plan.broker]
    drive = PatientDrive(Floor(api, pace), plan.seed, plan.people, this.say, _nothing)
    stage = Stage(
        house=house,
        keeper=keeper,
        orders=Orders(chaos_folder(house)),
        poison=Poison(house.kafka, house.mongo, this.chance("poison")),
        chance=this.chance("faults"),
        seed=plan.seed,
        jump=pace.creep,
        gateway_port=gateway_port,
    )
    watch = Watch(house.urls)
    keeper.watch((*SERVERS, *SERVICES, GATEWAY))
    try:
        async with api, background(watch.run()), background(send_again(api, this.chance("again"), report.wrong)):
            await this.drive(stage, drive, Visitors(api, pace, this.chance("visitors"), report.wrong))
        this.require(stage)
        report.restarts = dict(sorted(keeper.restarts.items()))
        report.unavailable_seconds = covered([*watch.spans, *api.troubles])
        said = {"acknowledged": len(api.acknowledged), "asked again": api.asked_again, "retried": len(api.troubles)}
        report.acts = {**said, **{f"answered {status}": times for status, times in sorted(api.errors.items())}}
        if bugs := api.errors[httpx.codes.INTERNAL_SERVER_ERROR]:
            report.wrong.append(f"{bugs} answers of 500: an outage is said to be one, anything else is a bug")
        await _judge(report, stage, api)
    finally:
        await keeper.forget()


async def _judge(report: Report, stage: Stage, api: PatientApi) -> None:
    expected, house = stage.poison.expected, stage.house
    evidence = Evidence(
        mongo=house.mongo,
        kafka=house.kafka,
        folder=house.run_folder,
        acknowledged=api.acknowledged,
        expected_parked=expected.parked,
        expected_quarantined=len(expected.strays),
        broker_restarts=stage.broker_restarts,
        gateway_log=gateway_log(house),
    )
    report.expected_parked, report.expected_strays = len(expected.parked), len(expected.strays)
    report.counts = await count(house.mongo)
    findings = [one for one in await invariants.check(house.mongo) if not one.name.startswith(BY_DESIGN)]
    report.judge([*findings, *await verify(evidence)])


@asynccontextmanager
async def background(work: Coroutine[Any, Any, None]) -> AsyncIterator["asyncio.Task[None]"]:
    """Run something beside us and end it when we are done with it."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _nothing() -> None:
    """Nobody looks on."""
