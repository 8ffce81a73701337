"""What came of a run: the numbers, the cases, the invariants; the same for the table and the file."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from prometheus_client.parser import text_string_to_metric_families

from common.contracts import SERVICES
from throughline.cohort.api import Api, Json
from throughline.cohort.cases import CASES
from throughline.cohort.drive import Drive
from throughline.cohort.judging import Verdict, judge, judge_unreadable, not_played
from throughline.cohort.pace import WATCHER, Streams
from throughline.cohort.people import Person

COUNTED: Mapping[str, str] = {
    "proposed": "TransitionProposed",
    "approved": "TransitionApproved",
    "refused_by_a_person": "TransitionRefused",
    "completed": "TransitionCompleted",
    "held": "TransitionHeld",
    "compensated": "TransitionCompensated",
    "stale": "TransitionStale",
    "expired": "TransitionExpired",
}
"""Line of the summary -> the event it counts."""


@dataclass(frozen=True)
class Summary:
    """One run. Counts unless a name says otherwise; times in seconds, memory in MiB."""

    referrals: Mapping[str, int]
    episodes: int
    episodes_by_level: Mapping[str, int]
    transitions: Mapping[str, int]
    families: Mapping[str, int]
    notices: Mapping[str, int]
    messages: Mapping[str, int]
    cases: Sequence[Verdict]
    invariants: Mapping[str, str]
    """Name -> `ok`, or what is broken."""
    seconds: Mapping[str, float]
    peak_memory_mib: Mapping[str, int]
    days: int

    @property
    def ok(self) -> bool:
        """Whether every case that was played went as expected and every invariant holds."""
        return all(v.ok for v in self.cases) and all(found == "ok" for found in self.invariants.values())

    def with_seconds(self, seconds: Mapping[str, float]) -> "Summary":
        """The same run, with how long it took."""
        return replace(self, seconds=seconds)

    def as_json(self) -> Json:
        """For a file."""
        cases = [{**asdict(v), "result": "ok" if v.ok else v.differs} for v in self.cases]
        return {"ok": self.ok, **asdict(self), "cases": cases}


async def count_journeys(api: Api) -> Counter[str]:
    """Every event of the house by type, as operations counted them for the participants."""
    counted: Counter[str] = Counter()
    after: str | None = ""
    while after is not None:
        page = await api.get("operations", "/v1/journeys", WATCHER, after=after, limit=500)
        for journey in page["items"]:
            counted.update(journey["counters"])
        after = page["next"]
    return counted


async def count_messages(api: Api, streams: Streams) -> dict[str, int]:
    """Messages published and parked, by the journals; taken and dropped as duplicates since each service's start."""
    found: Counter[str] = Counter()
    for service in SERVICES:
        found.update(metrics_of(await api.text(service, "/metrics")))
    return {
        "published": streams.published,
        "consumed": found["consumed"],
        "duplicates_dropped": found["duplicates_dropped"],
        "parked": streams.parked,
    }


def metrics_of(page: str) -> Counter[str]:
    """The counts of one service's `/metrics` page that a summary names."""
    found: Counter[str] = Counter()
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            if sample.name == "throughline_taken_total":
                found[TAKEN_AS.get(sample.labels["outcome"], "other")] += int(sample.value)
    return found


TAKEN_AS: Mapping[str, str] = {"next": "consumed", "duplicate": "duplicates_dropped"}
"""What became of a unit -> the line it counts in."""


async def family_counts(api: Api, people: Iterable[Person]) -> dict[str, int]:
    """Supporters told, and kept silent, of whole families: who was told what, under which release or why not."""
    told: Counter[str] = Counter()
    for person in people:
        if person.supporter_id:
            rows = await api.get("family", f"/v1/participants/{person.id}/told", WATCHER)
            told.update({row["outcome"] for row in rows})
    return {"told": told["told"], "kept_silent": told["kept-silent"]}


async def judge_cases(api: Api, drive: Drive) -> list[Verdict]:
    """Every named case against the journey of who played it."""
    played = {plan.case: pid for pid, plan in drive.plans.items() if plan.case}
    if drive.night and drive.night.person:
        played["night-flag"] = drive.night.person.id
    verdicts = []
    for case in CASES.values():
        if case.name == "unreadable-referral":
            verdicts.append(judge_unreadable(len(drive.referrals.unreadable)))
        elif pid := played.get(case.name):
            journey = await api.get("operations", f"/v1/journeys/{pid}", WATCHER)
            person = drive.floor.people.get(pid)
            verdicts.append(judge(case, pid[:8], journey["timeline"], person.seen if person else ()))
        else:
            verdicts.append(not_played(case))
    return verdicts


def referral_counts(drive: Drive) -> dict[str, int]:
    """What became of the referrals; `waiting` for a decision are those that nobody decided."""
    sent, taken_in = drive.referrals, len(drive.floor.people)
    imported = len(sent.received) + sent.declined + sent.already_in_care + len(sent.again)
    return {
        "imported": imported,
        "accepted": taken_in,
        "declined": sent.declined,
        "waiting": imported - taken_in - sent.declined,
        "already_in_care": sent.already_in_care,
        "unreadable": len(sent.unreadable),
    }
