"""Cases that staff plan: a move for a date, a bed that slips, a move taken back, a placement with its reasons."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, time

from common.contracts.words import LevelOfCare
from throughline.cohort.api import Json, Post
from throughline.cohort.floor import GROUPS, Floor
from throughline.cohort.pace import WATCHER
from throughline.cohort.people import PSYCHIATRIST, SCHEDULER, Person

Hand = Callable[[Floor, Person], Awaitable[None]]

PHP, IOP, RESIDENTIAL = LevelOfCare.PHP, LevelOfCare.IOP, LevelOfCare.RESIDENTIAL
AHEAD_DAYS = 4
"""So far ahead the demonstration plans. ASSUMED."""
BEDS_FROM, PLACEMENT_FROM = 9, 16
"""Days of the run from which the residence has beds, and there are peers to keep in intensive outpatient. ASSUMED."""
SPARE_BEDS = 4
MOST_MOVERS = 5
SECONDS = 2
"""How long placement is searched for."""
EVENINGS = (
    ("evening-sun", "room-3", "therapist-1", "therapist-3"),
    ("evening-moon", "room-4", "therapist-2", "therapist-4"),
)
"""The groups of intensive outpatient: where they meet, and who leads them. ASSUMED."""


async def planned_move(floor: Floor, person: Person) -> None:
    """A step down is agreed for a date days ahead; afterwards intake is asked since when it is true."""
    if person.stage == "" and person.level is PHP and person.mornings >= 2 and not person.transition:
        day = floor.today + AHEAD_DAYS
        await _propose(floor, person, IOP, "agreed-date", planned_on=floor.pace.day(day).isoformat())
        person.stage, person.notes["on"] = "planned", str(day)
    elif person.stage == "planned" and person.level is IOP:
        since = (await _levels(floor, person))[-1]["from_at"]
        begins = floor.pace.instant(int(person.notes["on"]), time())
        person.seen += ["on its date"] if datetime.fromisoformat(since) == begins else [f"since {since}"]
        person.stage = "moved"


async def bed_replanned(floor: Floor, person: Person) -> None:
    """A stay in the residence is agreed for a date; whose bed it will be stays longer than was thought."""
    if person.stage == "" and _may_plan_a_bed(floor, person):
        await _set_up_beds(floor)
        leaver, day = _somebody_who_stays(floor), floor.today + AHEAD_DAYS
        await _leaves(floor, leaver, day - 1)
        said = await _propose(floor, person, RESIDENTIAL, "respite", planned_on=floor.pace.day(day).isoformat())
        if "TransitionApproved.v1" not in said["said"]:
            await floor.act(person, f"transitions/{said['extra']['transition_id']}/sign", {}, PSYCHIATRIST)
        person.stage, person.notes["leaver"], person.notes["on"] = "promised", leaver, str(floor.today)
    elif person.stage == "promised" and floor.today > int(person.notes["on"]):
        await _leaves(floor, person.notes["leaver"], floor.today + AHEAD_DAYS + 2)
        person.stage, person.notes["on"] = "slipped", str(floor.today)
    elif person.stage == "slipped" and floor.today > int(person.notes["on"]):
        told = await _whose_bed_moved(floor)
        person.seen += ["nobody else told"] if told == {person.id} else [f"{len(told)} told"]
        person.stage = "told"


async def undone_move(floor: Floor, person: Person) -> None:
    """After two days of cards, attendance and a safety plan at the new level, the move is taken back."""
    if person.stage == "" and person.level is PHP and person.mornings >= 3 and not person.transition:
        said = await _propose(floor, person, IOP, "clinical-judgement")
        person.stage, person.notes["move"] = "moving", said["extra"]["transition_id"]
    elif person.stage == "moving" and person.level is IOP and person.mornings >= 2 and not person.transition:
        await floor.act(person, "safety-plan-reviews", {})
        person.notes["cards"] = str(await _cards(floor, person))
        await floor.act(person, f"transitions/{person.notes['move']}/undo", {})
        person.stage = "taken-back"
    elif person.stage == "taken-back" and person.level is PHP:
        levels = [stay["level"] for stay in await _levels(floor, person)]
        person.seen += ["both moves kept"] if levels[-3:] == [PHP, IOP, PHP] else ["->".join(levels)]
        person.seen += ["documents kept"] if await _cards(floor, person) >= int(person.notes["cards"]) > 0 else []
        person.stage = "back"


async def placement(floor: Floor, person: Person) -> None:
    """The best groups for those who may move next are asked for; the one proposed is named with the signature."""
    if person.stage == "" and person.in_care and floor.today >= BEDS_FROM:
        await _plan_groups(floor)
        person.stage = "groups-planned"
    elif person.stage == "groups-planned" and _may_be_placed(floor, person):
        answer = await _ask_for_placement(floor, person)
        one = next(placed for placed in answer["movers"] if placed["participant_id"] == person.id)
        person.seen += checked(answer)
        for line in in_words(person.short, answer, one):
            floor.tell(line)
        person.notes["group"] = next(iter(one["groups"]), "")
        wish = {"preferred_group_id": person.notes["group"]} if one["groups"] else {}
        await _propose(floor, person, IOP, "clinical-judgement", **wish)
        person.stage = "placed"
    elif person.stage == "placed" and person.level is IOP:
        board = await floor.api.get("scheduling", f"/v1/levels/{IOP}", SCHEDULER)
        sits = [group["group_id"] for group in board["groups"] if person.id in group["members"]]
        person.seen += ["sits where proposed"] if sits == [person.notes["group"]] else [f"sits in {sits}"]
        person.stage = "seated"


def checked(answer: Json) -> list[str]:
    """What a proposal of placement shows, as marks."""
    every = all(verdict["reasons"] for mover in answer["movers"] for verdict in mover["verdicts"])
    proven = answer["proven"] and not any(proof["gap"] for proof in answer["proofs"])
    better = answer["gained_therapists"] >= 0 and (answer["gained_therapists"] > 0 or answer["gained_peers"] >= 0)
    marks = (("every group explained", every), ("proven", proven), ("not worse than by hand", better))
    return [mark for mark, true in marks if true]


def in_words(who: str, answer: Json, one: Json) -> list[str]:
    """A proposal of placement in three lines: this person's groups and why, the others and why not, all together."""
    chosen = [verdict for verdict in one["verdicts"] if verdict["chosen"]]
    others = [verdict for verdict in one["verdicts"] if not verdict["chosen"]]
    now, by_hand = answer["outcome"], answer["by_hand"]
    gap = sum(proof["gap"] for proof in answer["proofs"])
    return [
        f"placement of {who}: " + ("; ".join(map(_verdict, chosen)) or "no group this week, the move goes on"),
        "  not " + ("; not ".join(map(_verdict, others)) or "chosen: none"),
        f"  {len(answer['movers'])} people together: therapists kept {now['therapists_kept']} (one after the other "
        f"{by_hand['therapists_kept']}), peers kept {now['peers_kept']} ({by_hand['peers_kept']}); "
        + ("proven, nothing better exists" if answer["proven"] else f"a better choice could gain {gap} at most"),
    ]


def _verdict(verdict: Json) -> str:
    return f"{verdict['group_id']}: " + ", ".join(map(_reason, verdict["reasons"]))


def _reason(reason: Json) -> str:
    """A reason in words; one without words of its own as its code, with what it is about."""
    ids, by = reason["ids"], f"{reason['by']} {reason['aim']}"
    said = {
        "needed-kind": "a kind they need",
        "gives-hours": f"gives {(reason['minutes'] or 0) / 60:g} hours a week",
        "keeps-therapist": "keeps their therapist",
        "keeps-peers": f"keeps {len(ids)} peers",
        "clashes": f"meets when {', '.join(ids) or 'they have something else'} does",
        "one-of-a-kind": "one such group is enough",
        "worse-by": f"worse by {by}",
        "full": "full",
    }
    return said.get(reason["code"], " ".join([reason["code"], *ids, str(reason["until"] or "")]).strip())


async def _ask_for_placement(floor: Floor, person: Person) -> Json:
    tomorrow = floor.pace.day(floor.today + 1).isoformat()
    others = [p for p in floor.people.values() if p.in_care and p.level is PHP and not p.transition and p is not person]
    movers = [
        {"participant_id": p.id, "level": IOP.value, "starts_on": tomorrow, "therapist_id": p.plan.therapist.id}
        for p in (person, *others[: MOST_MOVERS - 1])
    ]
    asked = {"movers": movers, "seconds": SECONDS}
    return await floor.api.do(Post("scheduling", "/v1/placements/preview", asked, SCHEDULER))


def _may_be_placed(floor: Floor, person: Person) -> bool:
    return person.level is PHP and floor.today >= PLACEMENT_FROM and not person.transition


async def _plan_groups(floor: Floor) -> None:
    """The evening groups are planned from the next Monday on."""
    first_at = floor.pace.instant(floor.today + 7 - floor.today % 7, time(17)).isoformat()
    meets = {"first_at": first_at, "zone": "America/New_York", "rule": "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=9"}
    seats = dict(GROUPS[IOP][1])
    for group, room, leader, co_leader in EVENINGS:
        led = {"room": room, "leader": leader, "co_leader": co_leader, "minutes": 180, "at_most": seats[group]}
        await floor.api.put(
            "scheduling", f"/v1/groups/{group}", SCHEDULER, {"kind": "SKILLS", "level": IOP.value, **meets, **led}
        )


def _may_plan_a_bed(floor: Floor, person: Person) -> bool:
    ready = person.level is PHP and not person.transition and floor.today >= BEDS_FROM
    return ready and RESIDENTIAL not in floor.closed and bool(_somebody_who_stays(floor))


def _somebody_who_stays(floor: Floor) -> str:
    """Who is in the residence and will be for a while; empty where nobody is."""
    there = [p for p in floor.people.values() if p.in_care and p.level is RESIDENTIAL and not p.transition]
    stays = sorted(there, key=lambda p: (p.preparing, bool(p.plan.ending), -p.mornings, p.id))
    return stays[0].id if stays else ""


async def _set_up_beds(floor: Floor) -> None:
    """The residence has beds from now on, a few more than places; who is there lies down in one."""
    places = (GROUPS[RESIDENTIAL][0] or 0) + SPARE_BEDS
    beds = [
        {"bed_id": f"bed-{n:02}", "site": "main", "unit": ("oak", "elm")[n % 2], "room": f"{n // 2}", "bed": "a"}
        for n in range(places)
    ]
    await floor.api.put("scheduling", f"/v1/levels/{RESIDENTIAL}/beds", SCHEDULER, {"beds": beds})


async def _leaves(floor: Floor, participant: str, day: int) -> None:
    """Somebody is expected to leave late on a day of the run."""
    until = floor.pace.instant(day, time(22)).isoformat()
    path = f"/v1/levels/{RESIDENTIAL}/stays/{participant}/leaving"
    await floor.api.put("scheduling", path, SCHEDULER, {"until_at": until})


async def _whose_bed_moved(floor: Floor) -> set[str]:
    """Everybody of whom operations heard that their bed was planned anew, or that they were told of it."""
    page = await floor.api.get("operations", "/v1/journeys", WATCHER, limit=500)
    return {one["participant_id"] for one in page["items"] if one["counters"].get("BedHoldReplanned")}


async def _cards(floor: Floor, person: Person) -> int:
    """How many diary cards operations know of."""
    journey = await floor.api.get("operations", f"/v1/journeys/{person.id}", WATCHER)
    return int(journey["journey"]["counters"].get("DiaryCardSubmitted", 0))


async def _levels(floor: Floor, person: Person) -> Sequence[Json]:
    """Every level of care with its interval, as intake knows them."""
    known = await floor.api.get("intake", f"/v1/participants/{person.id}/levels", WATCHER)
    levels: Sequence[Json] = known["levels"]
    return levels


async def _propose(floor: Floor, person: Person, to_level: LevelOfCare, reason: str, **more: str) -> Json:
    return await floor.act(person, "transitions", {"to_level": to_level.value, "reason": reason, **more})


AFTERNOONS: Mapping[str, Hand] = {
    "planned-move": planned_move,
    "bed-replanned": bed_replanned,
    "undone-move": undone_move,
    "placement": placement,
}
