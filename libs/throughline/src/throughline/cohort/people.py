"""Who takes part: what a referral told us, what is planned for each participant, and where they are now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType

from common.contracts.words import Condition, Disposition, Instrument, LevelOfCare, ParticipantId, Role, StaffId
from throughline.cohort.api import Json, Staff
from throughline.cohort.cases import CASES, Case, Family
from throughline.cohort.teds import STAYS, ending_of, length_of

THERAPISTS = tuple(Staff(f"therapist-{n}", (Role.CLINICIAN,)) for n in range(1, 7))
PSYCHIATRIST = Staff("psychiatrist-1", (Role.MEDICAL,))
FAMILY_CLINICIAN = Staff("family-clinician-1", (Role.FAMILY_CLINICIAN,))
SKILLS_LEADER = Staff("skills-leader-1", (Role.SKILLS_LEADER,))
SCHEDULER = Staff("scheduler-1", (Role.SCHEDULER,))
COLLECTOR = Staff("diary-app", (Role.INTEGRATION,))
REFERRAL_DESK = Staff("referral-desk", (Role.INTEGRATION,))

NEXT_LEVEL: Mapping[LevelOfCare, LevelOfCare] = {
    LevelOfCare.RESIDENTIAL: LevelOfCare.PHP,
    LevelOfCare.PHP: LevelOfCare.IOP,
    LevelOfCare.IOP: LevelOfCare.OUTPATIENT_BOOSTER,
    LevelOfCare.OUTPATIENT_BOOSTER: LevelOfCare.ALUMNI,
}

PREPARED_AFTER: Mapping[LevelOfCare, int] = {
    LevelOfCare.RESIDENTIAL: 7,
    LevelOfCare.PHP: 12,
    LevelOfCare.IOP: 15,
    LevelOfCare.OUTPATIENT_BOOSTER: 7,
}
"""Mornings at a level before a team prepares the next; before them the policy's windows cannot be full (G7)."""

ENTRY = ((LevelOfCare.RESIDENTIAL, 0.5), (LevelOfCare.PHP, 0.3), (LevelOfCare.IOP, 0.2))
"""ASSUMED: shares of the levels by which people are admitted."""

FIRST_ADMISSION, LAST_ADMISSION = 3, 18
"""Days of the run on which the others are admitted. ASSUMED."""

DECLINED_WHEN: Mapping[str, str] = {"recorded-as-deceased": "recorded-as-deceased", "too-young": "too-young"}
"""Eligibility question -> the reason with which the clinician of the demonstration declines."""


@dataclass(frozen=True, slots=True)
class Referred:
    """A referral that intake has received and that waits for a decision."""

    label: str
    referral_id: str
    participant_id: ParticipantId
    questions: str
    conditions: tuple[Condition, ...]
    baseline: Mapping[Instrument, tuple[float, float]]
    """Instrument -> first and last score that came with the referral."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is meant to happen with one participant; what happens is up to the house."""

    day: int
    level: LevelOfCare
    therapist: Staff
    prepared_after: Mapping[LevelOfCare, int]
    ending: tuple[Disposition, int] | None = None
    family: Family = Family.NONE
    case: str = ""


@dataclass
class Person:
    """One participant: the plan, and what the services say of them. `mornings` counts those at the present level."""

    referred: Referred
    plan: Plan
    level: LevelOfCare | None = None
    status: str = ""
    transition: Json | None = None
    mornings: int = 0
    all_mornings: int = 0
    supporter_id: str = ""
    release_id: str = ""
    stage: str = ""
    since: int = 0
    postponed: int = 0
    notes: dict[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    """What a case asked the services about them, as marks."""

    @property
    def id(self) -> ParticipantId:
        """The participant's id."""
        return self.referred.participant_id

    @property
    def short(self) -> str:
        """Enough of the id to recognise it."""
        return self.id[:8]

    @property
    def in_care(self) -> bool:
        """Whether a level of care is active and the participant is there."""
        return self.status == "open" and self.level is not None

    @property
    def phase(self) -> str:
        """Where the open transition is; empty where there is none."""
        return str(self.transition["phase"]) if self.transition else ""

    @property
    def preparing(self) -> bool:
        """Whether the team gathers what a step down needs."""
        after = self.plan.prepared_after.get(self.level) if self.level else None
        return after is not None and self.mornings >= after + self.postponed and self.phase in ("", "proposed")

    def learn(self, episode: Json) -> None:
        """Take over what intake says; a new level starts the count of mornings anew."""
        level = LevelOfCare(episode["level"]) if episode["level"] else None
        if level != self.level:
            self.mornings, self.postponed = 0, 0
        self.level, self.status, self.transition = level, episode["status"], episode["transition"]


def referred(receipt: Json, label: str, known: Json) -> Referred:
    """What intake's receipt and its view of a referral tell."""
    scores: dict[Instrument, tuple[float, float]] = {}
    for one in sorted(known["baseline"], key=lambda b: b["administered_at"]):
        instrument = Instrument(one["instrument"])
        first = scores.get(instrument, (one["score"], one["score"]))[0]
        scores[instrument] = (first, one["score"])
    extra = receipt["extra"]
    return Referred(
        label=label,
        referral_id=extra["referral_id"],
        participant_id=ParticipantId(known["goes_by"]),
        questions=extra["questions"],
        conditions=tuple(Condition(c) for c in known["conditions"]),
        baseline=MappingProxyType(scores),
    )


def reason_to_decline(one: Referred) -> str:
    """The coded reason with which a person declines; empty where they accept."""
    return next((reason for question, reason in DECLINED_WHEN.items() if question in one.questions), "")


def cast(people: Sequence[Referred]) -> dict[str, Case]:
    """Participant id -> the case they play, as far as there are people.

    Who was worst at first begins in the residence, who is best now in the day program.
    """
    ill = sorted((p for p in people if p.conditions), key=lambda p: (-_phq9(p)[0], p.label))
    rest = [p for p in people if not p.conditions]
    played: dict[str, Case] = {}
    for case in CASES.values():
        pool = ill if case.by_policy or not rest else rest
        if case.plays and pool:
            best = pool is ill and case.level is not LevelOfCare.RESIDENTIAL
            one = min(pool, key=lambda p: _phq9(p)[1]) if best else pool[0]
            pool.remove(one)
            played[one.participant_id] = case
    return played


SEVERE, MUCH_WORSE = 20, 6
"""PHQ-9, and its rise since the first one, from which somebody is admitted to the residence: at a lower level
the policy would propose it. Source: program policy 1.0, trigger U4, top band and reliable change."""


def _phq9(one: Referred) -> tuple[float, float]:
    """First and last PHQ-9 of the referral."""
    return one.baseline.get(Instrument.PHQ9, (0.0, 0.0))


def plans(people: Sequence[Referred], seed: int) -> dict[str, Plan]:
    """A plan for everybody, by participant id: a named case, or one drawn from the seed."""
    played = cast(people)
    chosen: dict[str, Plan] = {}
    for number, one in enumerate(people):
        therapist = THERAPISTS[number % len(THERAPISTS)]
        case = played.get(one.participant_id)
        chance = Random(f"{seed}|{one.label}")
        chosen[one.participant_id] = _of_case(case, therapist) if case else _drawn(one, therapist, chance)
    return chosen


def _of_case(case: Case, therapist: Staff) -> Plan:
    return Plan(
        day=case.day,
        level=case.level,
        therapist=therapist,
        prepared_after=case.prepared_after,
        family=case.family,
        case=case.name,
    )


def _drawn(one: Referred, therapist: Staff, chance: Random) -> Plan:
    level = chance.choices([level for level, _ in ENTRY], [share for _, share in ENTRY])[0]
    first, last = _phq9(one)
    if last >= SEVERE or last - first >= MUCH_WORSE:
        level = LevelOfCare.RESIDENTIAL
    prepared = {at: max(PREPARED_AFTER[at], length_of(at, chance) if at in STAYS else 0) for at in NEXT_LEVEL}
    ending, days = None, 0
    for at in (level, *(later for later in STAYS if list(STAYS).index(later) > list(STAYS).index(level))):
        days += prepared[at]
        if (disposition := ending_of(at, chance)) is not None:
            ending = (disposition, max(2, days - chance.randint(1, 4)))
            break
    return Plan(
        day=chance.randint(FIRST_ADMISSION, LAST_ADMISSION),
        level=level,
        therapist=therapist,
        prepared_after=prepared,
        ending=ending,
        family=chance.choice((Family.NONE, Family.NOT_RELEASED, Family.RELEASED)),
    )


def staff_id(staff: Staff) -> StaffId:
    """The staff id as intake takes it."""
    return StaffId(staff.id)
