"""Participants for the tests of the cohort."""

from collections.abc import Mapping
from typing import Any

from common.contracts.words import Condition, Instrument, LevelOfCare, ParticipantId
from throughline.cohort.cases import Family
from throughline.cohort.people import THERAPISTS, Person, Plan, Referred


def somebody(number: int, *conditions: Condition, phq9: tuple[float, float] | None = None) -> Referred:
    """A referral; participants are told apart by number."""
    return Referred(
        label=f"file-{number:02}.json",
        referral_id=f"referral-{number}",
        participant_id=ParticipantId(f"participant-{number}"),
        questions="",
        conditions=conditions,
        baseline={Instrument.PHQ9: phq9} if phq9 else {},
    )


def person(
    level: LevelOfCare = LevelOfCare.RESIDENTIAL,
    prepared_after: Mapping[LevelOfCare, int] | None = None,
    phq9: tuple[float, float] | None = None,
    **more: Any,
) -> Person:
    """A participant in care at a level, played by nobody."""
    plan = Plan(0, level, THERAPISTS[0], prepared_after or {level: 7}, family=Family.NONE)
    someone = Person(somebody(1, Condition.DEPRESSION, phq9=phq9), plan, level=level, status="open")
    for name, value in more.items():
        setattr(someone, name, value)
    return someone
