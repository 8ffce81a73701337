"""Eligibility: what does not fit, and what is not known, is put to a person, level by level."""

import copy
from datetime import date
from typing import Any

import pytest

from common.contracts.words import Condition, LevelOfCare
from intake.domain.eligibility import Known, age_on, level_questions, questions
from intake.domain.policy import Policy, PolicyInvalid
from intake.domain.process import Process
from rules.intake.episode_cases import PROCESS
from rules.intake.policy_cases import PARSED

FITS = Known(age=30, conditions=(Condition.ANXIETY,), mental_health_reason=True)


def process_with(**programs: dict[str, Any]) -> Process:
    """The process of a site that offers these programs."""
    parsed = copy.deepcopy(PARSED)
    parsed["process"]["admission"]["programs"] = programs
    return Policy.from_mapping(parsed).process


def asked_at(level: LevelOfCare, known: Known, process: Process) -> list[str]:
    """What is open at one level."""
    return [one.question for one in level_questions(known, process) if one.level is level]


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({}, ()),
        ({"deceased": True}, ("IN-R3: recorded-as-deceased",)),
        ({"age": None}, ("IN-R4: age-unknown",)),
        ({"age": 12}, ("IN-R4: too-young",)),
        ({"age": 13}, ("IN-R8: minor",)),
        ({"age": 17}, ("IN-R8: minor",)),
        ({"age": 18}, ()),
        ({"mental_health_reason": None}, ("IN-R5: reason-unknown",)),
        ({"mental_health_reason": False}, ("IN-R5: no-mental-health-reason",)),
        ({"requested_level": LevelOfCare.PHP}, ()),
        ({"requested_level": LevelOfCare.OUTPATIENT_BOOSTER}, ("IN-R7: level-not-offered",)),
        ({"requested_level": LevelOfCare.EXTERNAL_ACUTE}, ("IN-R7: level-not-offered",)),
    ],
)
def test_what_is_not_known_or_does_not_fit_is_put_to_a_person(known: dict[str, Any], asked: tuple[str]) -> None:
    """IN-R3, IN-R4, IN-R5, IN-R7, IN-R8: unknown is a question, never a pass."""
    assert questions(FITS._replace(**known), PROCESS) == asked


@pytest.mark.parametrize(
    ("born", "age"),
    [(date(2013, 6, 1), 13), (date(2013, 6, 2), 12), (date(2012, 2, 29), 14), (None, None)],
)
def test_age_is_whole_years_lived(born: date | None, age: int | None) -> None:
    """IN-R4: on the birthday itself one is a year older."""
    assert age_on(born, date(2026, 6, 1)) == age


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({}, []),
        ({"age": 17}, ["IN-R9: too-young-for-level"]),
        ({"age": 66}, ["IN-R9: too-old-for-level"]),
        ({"age": None}, []),
        ({"conditions": ()}, ["IN-R9: condition-unknown"]),
        ({"conditions": (Condition.EATING_DISORDER,)}, ["IN-R9: condition-not-treated"]),
        ({"conditions": (Condition.EATING_DISORDER, Condition.BPD)}, []),
    ],
)
def test_each_program_has_its_ages_and_conditions(known: dict[str, Any], asked: list[str]) -> None:
    """IN-R9: an unknown age is a question already, whatever the level (IN-R4)."""
    php = {"youngest_age": 18, "oldest_age": 65, "conditions": ["anxiety", "borderline-personality"]}
    process = process_with(PHP=php, IOP={"youngest_age": 13})
    assert asked_at(LevelOfCare.PHP, FITS._replace(**known), process) == asked
    assert asked_at(LevelOfCare.IOP, FITS._replace(**known), process) == []


def test_a_level_that_is_not_offered_is_a_question() -> None:
    """IN-R7: the program has no beds."""
    process = process_with(PHP={"youngest_age": 13})
    assert asked_at(LevelOfCare.RESIDENTIAL, FITS, process) == ["IN-R7: level-not-offered"]
    assert questions(FITS._replace(requested_level=LevelOfCare.RESIDENTIAL), process) == ("IN-R7: level-not-offered",)


@pytest.mark.parametrize(
    ("programs", "said"),
    [
        ({"ALUMNI": {"youngest_age": 13}}, "has ALUMNI"),
        ({"PHP": {"youngest_age": 30, "oldest_age": 20}}, "oldest_age is below youngest_age"),
        ({"PHP": {}}, "process.admission.programs.PHP.youngest_age: is missing"),
    ],
)
def test_a_program_that_makes_no_sense_is_said_when_the_policy_is_read(programs: dict[str, Any], said: str) -> None:
    """Settings that are wrong end the service at its start."""
    with pytest.raises(PolicyInvalid, match=said):
        process_with(**programs)


def test_every_priority_has_its_hours() -> None:
    """IN-R12: a referral whose first contact falls due at no time would be forgotten."""
    parsed = copy.deepcopy(PARSED)
    del parsed["process"]["admission"]["first_contact_hours"]["asap"]
    with pytest.raises(PolicyInvalid, match="first_contact_hours: lacks asap"):
        Policy.from_mapping(parsed)
