"""Made-up weeks of movers, from a number: the same number makes the same week."""

from collections.abc import Sequence
from datetime import date
from random import Random

from common.contracts.words import GroupId, LevelOfCare, ParticipantId, StaffId
from scheduling.domain.placement.problem import AT_MOST_OVER, SKILLS, Group, Meeting, Mover, Problem

MONDAY = date(2026, 3, 2)
NEEDED = {LevelOfCare.PHP: 1200, LevelOfCare.IOP: 540, LevelOfCare.OUTPATIENT_BOOSTER: 60}
LEVELS = tuple(NEEDED)
KINDS = ("SKILLS", "SKILLS", "PROCESS", "MINDFULNESS")


def week_of(seed: int, movers: int, groups: int, participants: int, levels: Sequence[LevelOfCare] = LEVELS) -> Problem:
    """So many movers among so many groups with so many participants; therapists lead, peers have sat together."""
    random = Random(seed)
    people = [ParticipantId(f"p{n:03}") for n in range(participants)]
    staff = [StaffId(f"staff-{n}") for n in range(max(2, groups // 4))]
    there = tuple(_group(random, n, people[movers:], staff, levels) for n in range(groups))
    return Problem.of([_mover(random, who, people, staff, levels) for who in people[:movers]], there)


def _group(
    random: Random, number: int, people: list[ParticipantId], staff: list[StaffId], levels: Sequence[LevelOfCare]
) -> Group:
    kind, seats = KINDS[number % len(KINDS)], random.randint(6, 12)
    days = random.sample(range(1, 6), 3 if kind == "SKILLS" else random.randint(1, 3))
    starts, long = random.choice((540, 630, 720, 780, 870, 960)), random.choice((50, 60, 90, 180))
    seated = random.sample(people, min(len(people), random.randint(seats - 4, seats)))
    return Group(
        id=GroupId(f"g{number:02}"),
        levels=frozenset({random.choice(levels)}),
        kind=kind,
        meets=tuple(Meeting(day, starts, starts + long) for day in sorted(days)),
        seats=seats,
        led_by=frozenset(random.sample(staff, min(2, len(staff)))),
        roster=frozenset(seated),
        open_entry=random.random() < 0.5,
        joins_in=(MONDAY,) if random.random() < 0.5 else (date(2026, 3, 16),),
    )


def _mover(
    random: Random, who: ParticipantId, people: list[ParticipantId], staff: list[StaffId], levels: Sequence[LevelOfCare]
) -> Mover:
    level = random.choice(levels)
    others = [other for other in people if other != who]
    known = random.sample(others, min(len(others), random.randint(5, 25)))
    needed = NEEDED[level]
    return Mover(
        id=who,
        level=level,
        starts_on=MONDAY,
        minutes_needed=needed,
        minutes_at_most=needed + random.choice((AT_MOST_OVER, AT_MOST_OVER, 50)),
        therapist=random.choice(staff),
        kinds=frozenset({SKILLS}),
        separated_from=frozenset(random.sample(others, min(len(others), random.choice((0, 0, 1))))),
        busy=(Meeting(random.randint(1, 5), 600, 660),) if random.random() < 0.5 else (),
        sat_with={other: random.randint(1, 30) for other in known},
    )
