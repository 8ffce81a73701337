"""What staff do in the named cases, of an afternoon and in the evening."""

from collections.abc import Mapping
from datetime import time

from common.contracts.words import Disposition, LevelOfCare, RiskLevel
from throughline.cohort import evidence, scenes
from throughline.cohort.floor import SOONEST_FREED_DAYS, Floor
from throughline.cohort.learning import family_learns
from throughline.cohort.people import Person
from throughline.cohort.scenes import Hand


async def afternoon(floor: Floor, person: Person) -> bool:
    """What one participant's team does before the evening; returns whether anything was done."""
    played = AFTERNOONS.get(person.plan.case)
    before = person.stage
    if played:
        await played(floor, person)
    acted = person.stage != before
    return await floor.usual(person) or acted


async def evening(floor: Floor, person: Person) -> bool:
    """What happens once the day's approvals are prepared; returns whether anything did."""
    played, before = EVENINGS.get(person.plan.case), person.stage
    if played:
        await played(floor, person)
    return person.stage != before


async def destination_full(floor: Floor, person: Person) -> None:
    """The day program has no place when the step down is signed; later one is freed."""
    if person.stage == "" and person.phase == "proposed":
        await floor.close_spare_places(LevelOfCare.PHP)
        person.stage = "closed"
    elif floor.waits_for(person) >= SOONEST_FREED_DAYS:
        await floor.free_a_place(LevelOfCare.PHP)
    elif person.stage == "closed" and person.level is LevelOfCare.PHP:
        await floor.open_again(LevelOfCare.PHP)
        person.stage = "opened"


async def waiting_admission(floor: Floor, person: Person) -> None:
    """The residence was full on the day of admission; later a place is freed."""
    if floor.waits_for(person) >= SOONEST_FREED_DAYS:
        await floor.free_a_place(LevelOfCare.RESIDENTIAL)
    elif person.stage == "closed" and person.level is LevelOfCare.RESIDENTIAL:
        await floor.open_again(LevelOfCare.RESIDENTIAL)
        person.stage = "opened"


async def refused(floor: Floor, person: Person) -> None:
    """The clinician says no to the first proposal."""
    if person.stage == "" and person.phase == "proposed":
        await floor.refuse(person, "more-time-needed")
        person.stage, person.postponed, person.transition = "refused", 6, None


async def against_advice(floor: Floor, person: Person) -> None:
    """The participant leaves against advice after some days."""
    if person.in_care and floor.today - person.since >= 6:
        await floor.discharge(person, Disposition.AGAINST_ADVICE, "left-against-advice")
        person.stage = "left"


async def leave(floor: Floor, person: Person) -> None:
    """Two nights away, and back on time."""
    if person.stage == "" and person.in_care and person.mornings >= 5 and not person.transition:
        due = floor.pace.instant(floor.today + 2, time(18)).isoformat()
        await floor.act(person, "leave", {"return_due_at": due})
        person.stage, person.notes["left-on"] = "away", str(floor.today)
    elif person.stage == "away" and floor.today >= int(person.notes["left-on"]) + 2:
        await floor.act(person, "leave/return", {})
        person.stage = "back"


async def readmission(floor: Floor, person: Person) -> None:
    """Discharged for reasons of administration, and back a week later."""
    if person.stage == "" and person.in_care and floor.today - person.since >= 8:
        await floor.discharge(person, Disposition.ADMINISTRATIVE, "coverage-ended")
        person.stage, person.notes["left-on"] = "left", str(floor.today)
    elif person.stage == "left" and floor.today >= int(person.notes["left-on"]) + 8:
        await floor.act(person, "readmission", {"level": LevelOfCare.PHP.value})
        person.stage = "back"


async def step_up(floor: Floor, person: Person) -> None:
    """After some days in intensive outpatient the scores rise; signed, they fall again."""
    if person.stage == "" and person.level is LevelOfCare.IOP and person.mornings >= 4:
        person.stage = "worse"
    elif person.stage == "worse" and person.level is LevelOfCare.PHP:
        person.stage = "steadier"


async def compensated(floor: Floor, person: Person) -> None:
    """Hours after the approval a screen is HIGH."""
    if person.stage == "" and person.phase == "ready":
        await floor.api.do(evidence.screen(person, RiskLevel.HIGH))
        await floor.withdraw(person)
        person.stage, person.postponed = "shaken", 90


async def cancelled(floor: Floor, person: Person) -> None:
    """Hours after the approval the clinician stops it."""
    if person.stage == "" and person.phase == "ready" and person.transition:
        reason = {"reason": "participant-asked-to-wait"}
        await floor.act(person, f"transitions/{person.transition['id']}/cancel", reason)
        await floor.withdraw(person)
        person.stage, person.postponed = "cancelled", 90


async def revoked_release(floor: Floor, person: Person) -> None:
    """Hours after the approval the participant takes the release back."""
    if person.stage == "" and person.phase == "ready":
        await floor.act(person, f"releases/{person.release_id}/revoke", {})
        person.stage = "revoked"


AFTERNOONS: Mapping[str, Hand] = {
    **scenes.AFTERNOONS,
    "full-way": family_learns,
    "destination-full": destination_full,
    "waiting-admission": waiting_admission,
    "refused": refused,
    "against-advice": against_advice,
    "leave": leave,
    "readmission": readmission,
    "step-up": step_up,
}
EVENINGS: Mapping[str, Hand] = {
    "compensated": compensated,
    "cancelled": cancelled,
    "revoked-release": revoked_release,
}
