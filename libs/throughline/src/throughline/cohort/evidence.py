"""What a day brings: the acts of staff that turn into evidence. Pure; the drive sends them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from common.contracts.words import Condition, Instrument, LevelOfCare, RiskLevel, ScreenVersion, SessionKind
from throughline.cohort.api import Json, Post
from throughline.cohort.cases import Family
from throughline.cohort.pace import ZONE
from throughline.cohort.people import (
    COLLECTOR,
    FAMILY_CLINICIAN,
    NEXT_LEVEL,
    PSYCHIATRIST,
    SCHEDULER,
    SKILLS_LEADER,
    Person,
)

WEEK, WORKDAYS = 7, 5
MOST_AT_ONCE = 200
"""Cards or administrations in one request, as skills takes them."""
GIVEN_TO_ALL = (Instrument.PHQ9, Instrument.GAD7)
GIVEN_SELDOM = (Instrument.WSAS, Instrument.UCLA3)

PRIMARY: Mapping[Condition, Instrument] = {
    Condition.DEPRESSION: Instrument.PHQ9,
    Condition.ANXIETY: Instrument.GAD7,
    Condition.BPD: Instrument.BSL23,
    Condition.TRAUMA: Instrument.PCL5,
    Condition.EATING_DISORDER: Instrument.EDEQS,
}
"""The measure each condition is followed by. Source: program policy 1.0, rule S1."""

COURSE: Mapping[Instrument, tuple[float, float]] = {
    Instrument.PHQ9: (17, 5),
    Instrument.GAD7: (13, 4),
    Instrument.WSAS: (26, 12),
    Instrument.BSL23: (2.4, 0.8),
    Instrument.PCL5: (48, 20),
    Instrument.EDEQS: (24, 9),
    Instrument.UCLA3: (7, 4),
}
"""Where somebody without a score in their referral starts, and where treatment leads. ASSUMED; PHQ-9 from the
mean of the depressed patients of the examples."""

WORSE = 9
"""Points of PHQ-9 and GAD-7 by which the case `step-up` gets worse: above the reliable change of both."""

LESSONS = (
    ("DISTRESS_TOLERANCE", "STOP"),
    ("DISTRESS_TOLERANCE", "TIP"),
    ("DISTRESS_TOLERANCE", "PROS_AND_CONS"),
    ("DISTRESS_TOLERANCE", "ACCEPTS"),
    ("DISTRESS_TOLERANCE", "SELF_SOOTHE"),
    ("DISTRESS_TOLERANCE", "IMPROVE"),
    ("MINDFULNESS", "WISE_MIND"),
    ("MINDFULNESS", "OBSERVE_DESCRIBE_PARTICIPATE"),
    ("MINDFULNESS", "NONJUDGMENTALLY_ONE_MINDFULLY_EFFECTIVELY"),
    ("EMOTION_REGULATION", "CHECK_THE_FACTS"),
    ("EMOTION_REGULATION", "OPPOSITE_ACTION"),
    ("EMOTION_REGULATION", "PROBLEM_SOLVING"),
    ("EMOTION_REGULATION", "PLEASE"),
    ("INTERPERSONAL_EFFECTIVENESS", "DEAR_MAN"),
    ("INTERPERSONAL_EFFECTIVENESS", "GIVE"),
    ("INTERPERSONAL_EFFECTIVENESS", "FAST"),
    ("INTERPERSONAL_EFFECTIVENESS", "VALIDATION"),
)
"""The lessons of the demonstration: the required ones first. Source: program policy 1.0, rule S5."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session of a level: its kind, its planned minutes, and on which weekdays (0 is Monday)."""

    kind: SessionKind
    minutes: int
    weekdays: frozenset[int]


MEETS: Mapping[LevelOfCare, Meeting] = {
    LevelOfCare.RESIDENTIAL: Meeting(SessionKind.PROGRAM, 300, frozenset(range(WEEK))),
    LevelOfCare.PHP: Meeting(SessionKind.PROGRAM, 300, frozenset(range(WORKDAYS))),
    LevelOfCare.IOP: Meeting(SessionKind.SKILLS_GROUP, 180, frozenset({0, 2, 4})),
    LevelOfCare.OUTPATIENT_BOOSTER: Meeting(SessionKind.SKILLS_GROUP, 90, frozenset({2})),
}
"""What a level's group does together; the day's lesson is part of it. ASSUMED."""


def supporter(person: Person) -> list[Post]:
    """Whom the participant names."""
    if person.plan.family is Family.NONE:
        return []
    body = {"relationship": "somebody close"}
    return [Post("family", f"/v1/participants/{person.id}/supporters", body, FAMILY_CLINICIAN)]


def release(person: Person) -> list[Post]:
    """What the named supporter may hear."""
    if person.plan.family is not Family.RELEASED:
        return []
    body = {"supporter_id": person.supporter_id, "scopes": ["TRANSITION_PLAN", "FAMILY_SESSIONS", "SKILLS_CURRICULUM"]}
    return [Post("intake", f"/v1/participants/{person.id}/releases", body, FAMILY_CLINICIAN)]


def morning(person: Person, today: date, chance: Random) -> list[Post]:
    """What one participant's day brings, in the order in which it happens; measures first."""
    if not person.in_care or person.level not in NEXT_LEVEL:
        return []
    return [
        *_measures(person, chance),
        *_diary(person, today, chance),
        *_screen(person),
        *(_preparation(person, today) if person.preparing else ()),
    ]


def _measures(person: Person, chance: Random) -> list[Post]:
    first_prepared = person.preparing and person.notes.get("prepared") != person.level
    if person.mornings % WEEK and not first_prepared and person.stage != "worse":
        return []
    wanted = [*GIVEN_TO_ALL, *(PRIMARY[c] for c in person.referred.conditions)]
    if person.all_mornings == 0 or first_prepared:
        wanted += GIVEN_SELDOM
    return [
        _post(person, "skills", "measures", {"instrument": i.value, "score": score(person, i, chance)})
        for i in dict.fromkeys(wanted)
    ]


def score(person: Person, instrument: Instrument, chance: Random) -> float:
    """A score on the way from the last one of the referral, or a usual one, to where treatment leads.

    Who is to go on has arrived there when the team prepares the step; the others get better slowly. Where
    treatment leads is never above the first score by more than two points, which the policy would call worse.
    """
    usual, goal = COURSE[instrument]
    first, last = person.referred.baseline.get(instrument, (usual, usual))
    goal = min(goal, last, first + 2)
    days = max(6, min(person.plan.prepared_after.values(), default=90) - 1)
    left = max(0.0, 1 - person.all_mornings / (90 if person.plan.ending else days))
    worse = WORSE if person.stage == "worse" and instrument in GIVEN_TO_ALL else 0
    value = goal + (last - goal) * left + worse
    wobble = 0 if left == 0 or worse else chance.choice((0, 0, 1))
    return round(min(value + wobble, HIGHEST.get(instrument, value)), 2 if instrument is Instrument.BSL23 else 0)


HIGHEST: Mapping[Instrument, float] = {
    Instrument.PHQ9: 27,
    Instrument.GAD7: 21,
    Instrument.WSAS: 40,
    Instrument.BSL23: 4,
    Instrument.PCL5: 80,
    Instrument.EDEQS: 36,
    Instrument.UCLA3: 9,
}
"""The highest score of each instrument. Source: the instruments."""


def _diary(person: Person, today: date, chance: Random) -> list[Post]:
    if person.level is LevelOfCare.OUTPATIENT_BOOSTER and person.mornings % 3:
        return []
    card = {
        "day": today.isoformat(),
        "suicide_urge": 2 if person.all_mornings < 2 else 3 if person.stage == "worse" else 0,
        "self_harm_urge": 1 if person.all_mornings < 3 else 0,
        "self_harm": False,
        "skill_codes": [chance.choice((3, 4)), 5 if chance.random() < 0.75 else 4],
    }
    return [_post(person, "skills", "diary-cards", card)]


def _screen(person: Person) -> list[Post]:
    if person.mornings % WEEK and not person.preparing and person.stage != "shaken":
        return []
    return [screen(person, RiskLevel.LOW if person.all_mornings < 3 else RiskLevel.NONE)]


def screen(person: Person, level: RiskLevel) -> Post:
    """A suicide screen about the time since the last contact."""
    asked = {"instrument": "C-SSRS", "version": ScreenVersion.SINCE_LAST_CONTACT.value, "level": level.value}
    return _post(person, "skills", "suicide-screens", asked)


def _preparation(person: Person, today: date) -> list[Post]:
    """What a step down asks for besides progress: safety plan, support, the first appointment there."""
    assert person.level is not None
    acts = []
    if person.notes.get("prepared") != person.level:
        acts = [_post(person, "intake", "safety-plan-reviews", {}), _support(person), *_clearance(person)]
    if person.level is LevelOfCare.OUTPATIENT_BOOSTER:
        return acts
    appointment = {
        "level": NEXT_LEVEL[person.level].value,
        "starts_at": datetime.combine(next_workday(today), time(10), ZONE).isoformat(),
        "receiving_team_accepted": True,
    }
    return [*acts, _post(person, "scheduling", "first-appointments", appointment)]


def _support(person: Person) -> Post:
    if not person.supporter_id:
        return _post(person, "family", "alternative-support-plan", {})
    session = {"kind": "FAM_TRANSITION", "supporter_ids": [person.supporter_id]}
    return _post(person, "family", "sessions", session)


def _clearance(person: Person) -> list[Post]:
    if Condition.EATING_DISORDER not in person.referred.conditions:
        return []
    path = f"/v1/participants/{person.id}/medical-clearances"
    return [Post("intake", path, {"required": True, "cleared": True}, PSYCHIATRIST)]


def _post(person: Person, service: str, what: str, body: Json) -> Post:
    who = FAMILY_CLINICIAN if service == "family" else person.plan.therapist
    return Post(service, f"/v1/participants/{person.id}/{what}", body, who)


def handed_on(acts: Iterable[Post]) -> list[Post]:
    """The same, with diary cards and measures as the systems hand them on that collect them: many at once."""
    rest, cards, administrations = list[Post](), list[Json](), list[Json]()
    for act in acts:
        pid, what = act.path.removeprefix("/v1/participants/").partition("/")[::2]
        if what in ("diary-cards", "measures"):
            (cards if what == "diary-cards" else administrations).append({"participant_id": pid, **act.body})
        else:
            rest.append(act)
    for path, name, items in (("diary-cards", "cards", cards), ("measures", "administrations", administrations)):
        rest += [Post("skills", f"/v1/{path}", {name: list(some)}, COLLECTOR) for some in batched(items, MOST_AT_ONCE)]
    return rest


def batched(items: Sequence[Json], size: int) -> Iterator[Sequence[Json]]:
    """The items in order, so many at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def next_workday(today: date) -> date:
    """The next day from Monday to Friday."""
    ahead = today + timedelta(days=1)
    while ahead.weekday() >= WORKDAYS:
        ahead += timedelta(days=1)
    return ahead


def together(people: Iterable[Person], today: date, index: int, chance: Random) -> list[Post]:
    """What a level does together today: one roster and one lesson for everybody there."""
    acts = []
    for level, meeting in MEETS.items():
        there = [p for p in people if p.in_care and p.level is level]
        if there and today.weekday() in meeting.weekdays:
            acts += [_roster(level, meeting, there, today, chance), _lesson(level, there, index)]
    return acts


def _roster(level: LevelOfCare, meeting: Meeting, there: Sequence[Person], today: date, chance: Random) -> Post:
    attended = [
        {"participant_id": p.id, "minutes": meeting.minutes if chance.random() < 0.94 else meeting.minutes // 2}
        for p in there
    ]
    body = {
        "kind": meeting.kind.value,
        "level": level.value,
        "starts_at": datetime.combine(today, time(8, 30), ZONE).isoformat(),
        "planned_minutes": meeting.minutes,
        "attended": attended,
    }
    return Post("scheduling", f"/v1/sessions/{level.value}-{today.isoformat()}/attendance", body, SCHEDULER)


def _lesson(level: LevelOfCare, there: Sequence[Person], index: int) -> Post:
    module, lesson = LESSONS[index % len(LESSONS)]
    body = {"module": module, "lesson": lesson, "participant_ids": [p.id for p in there]}
    return Post("skills", "/v1/lessons", body, SKILLS_LEADER)
