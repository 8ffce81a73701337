"""Which measures are due when, and what is said of those that did not come."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from common.change import Forget, Outcome, Remind
from common.contracts.care import ConditionNoted, ConditionSetAside
from common.contracts.intake import EpisodeOpened, LevelOfCareChanged, PrimaryTherapistChanged
from common.contracts.measuring import MeasurePlanSet, MeasuresMissed
from common.contracts.message import Contract
from common.contracts.moves import LevelOfCareCorrected
from common.contracts.words import (
    Condition,
    EpisodeId,
    LevelOfCare,
    ReferralId,
    RiskLevel,
    ScreenVersion,
    StaffId,
    TransitionId,
    TransitionKind,
)
from rules.skills.records import FORMS, NOW, PID, STAFF, blank
from rules.skills.test_measures import measure
from skills.domain import measuring
from skills.domain.record import SkillsRecord
from skills.domain.risk import Screen
from skills.domain.schedule import LOOK, SCREEN

POLICY = Path(__file__).parents[3] / "services/intake/src/intake/policy.yaml"
DAY = timedelta(days=1)
PHP, IOP, OUT, ALUMNI = LevelOfCare.PHP, LevelOfCare.IOP, LevelOfCare.OUTPATIENT_BOOSTER, LevelOfCare.ALUMNI


def opened(*conditions: Condition, at: datetime = NOW) -> EpisodeOpened:
    """An episode for these conditions."""
    return EpisodeOpened(
        at=at,
        participant_id=PID,
        episode_id=EpisodeId("e-1"),
        referral_id=ReferralId("r-1"),
        primary_therapist=STAFF,
        conditions=conditions,
    )


def moved(to: LevelOfCare, at: datetime = NOW, kind: TransitionKind = TransitionKind.ADMISSION) -> LevelOfCareChanged:
    """A change of level."""
    return LevelOfCareChanged(
        at=at,
        participant_id=PID,
        episode_id=EpisodeId("e-1"),
        transition_id=TransitionId("t-1"),
        kind=kind,
        from_level=None,
        to_level=to,
        primary_therapist=STAFF,
    )


def told(record: SkillsRecord, outcomes: list[Outcome]) -> SkillsRecord:
    """The record after a decision."""
    for one in outcomes:
        record = record.after(one) if isinstance(one, Contract) else record
    return record


def at_level(level: LevelOfCare, *conditions: Condition) -> SkillsRecord:
    """Somebody whose episode and level began now."""
    record = told(blank(), measuring.open_episode(blank(), opened(*conditions), FORMS))
    return told(record, measuring.change_level(record, moved(level), FORMS))


def measured(record: SkillsRecord, days: float, **more: Any) -> SkillsRecord:
    """The record with a PHQ-9 so many days from now."""
    one = measure(measure_id=f"m-{days}", **more).model_copy(update={"administered_at": NOW + days * DAY})
    return told(record, [*record.record_measure(one, NOW, FORMS)])


def due(record: SkillsRecord) -> dict[str, float]:
    """Measure -> in how many days it is due."""
    return {one.measure: (one.due_at - NOW) / DAY for one in measuring.coming(record, FORMS)}


def missed(record: SkillsRecord, days: float) -> tuple[SkillsRecord, list[tuple[str, float]]]:
    """What is said to be missed when somebody looks after so many days."""
    said = measuring.look_for_missed(record, NOW + days * DAY, FORMS)
    late = [one for fact in said if isinstance(fact, MeasuresMissed) for one in fact.missed]
    return told(record, said), [(one.measure, (one.due_at - NOW) / DAY) for one in late]


def test_everybody_has_everybodys_measures_and_conditions_choose_the_rest() -> None:
    """SK-M15: each is due at the beginning of a level."""
    everybodys = {"PHQ9", "GAD7", "WSAS", "UCLA3", SCREEN, "WAISR"}

    assert set(due(at_level(PHP))) == everybodys
    assert set(due(at_level(PHP, Condition.BPD))) == everybodys | {"BSL23", "DERS16"}
    assert set(due(at_level(PHP, Condition.TRAUMA, Condition.EATING_DISORDER))) == everybodys | {"PCL5", "EDEQS"}
    assert {days for code, days in due(at_level(PHP)).items() if code != "WAISR"} == {0}


def test_a_measure_is_due_again_after_its_interval() -> None:
    """SK-M15: given early, late, or shortly before the level began."""
    for days, next_one in ((0, 7), (3, 10), (-6, 1), (-8, 0)):
        assert due(measured(at_level(PHP), days))["PHQ9"] == next_one


def test_after_a_step_down_measures_come_twice_as_often() -> None:
    """SK-M16: for the fourteen days of the watch."""
    record = at_level(PHP)
    record = told(record, measuring.change_level(record, moved(IOP, NOW, TransitionKind.STEP_DOWN), FORMS))

    assert due(measured(record, 0))["PHQ9"] == 3.5
    assert due(measured(record, 15))["PHQ9"] == 22


def test_after_the_program_measures_are_due_on_fixed_days() -> None:
    """SK-M15: 30, 90, 180, 365; alumni go on counting from the end of the program."""
    record = at_level(OUT)
    assert due(record)["PHQ9"] == 30
    assert due(measured(record, 25))["PHQ9"] == 90
    record = told(record, measuring.change_level(record, moved(ALUMNI, NOW + 60 * DAY), FORMS))
    assert due(measured(record, 70))["PHQ9"] == 90
    assert due(measured(record, 360)).get("PHQ9") is None


def test_a_missed_measure_is_said_once_for_each_turn() -> None:
    """SK-M17: two days after it was due; looked at again nothing is new."""
    record = measured(at_level(PHP), 0)
    record, early = missed(record, 8)
    assert ("PHQ9", 7) not in early
    record, late = missed(record, 9)
    assert [one for one in late if one[0] == "PHQ9"] == [("PHQ9", 7)]
    assert missed(record, 9)[1] == []
    assert [one for one in missed(record, 16)[1] if one[0] == "PHQ9"] == [("PHQ9", 14)]


def test_a_measure_that_came_was_not_missed() -> None:
    """SK-M17, late: an administration heard of late moves the next turn, what was said stays said."""
    record, _ = missed(measured(at_level(PHP), 0), 9)

    assert due(measured(record, 7))["PHQ9"] == 14
    assert [one for one in missed(measured(record, 7), 15)[1] if one[0] == "PHQ9"] == []


def test_the_timer_is_set_for_the_first_that_could_be_missed_and_taken_away_at_the_end() -> None:
    """SK-M17: one timer a participant; nothing is due once treatment ended."""
    record = at_level(PHP)
    assert Remind(LOOK, NOW + DAY) in measuring.change_level(blank(), moved(PHP), FORMS)
    assert Forget(LOOK) in measuring.change_level(record, moved(LevelOfCare.CLOSED, NOW + DAY), FORMS)
    ended = told(record, measuring.change_level(record, moved(LevelOfCare.CLOSED, NOW + DAY), FORMS))
    assert due(ended) == {}
    assert missed(ended, 400)[1] == []


def test_a_suicide_screen_is_due_at_every_transition() -> None:
    """SK-M15: in residential care at the beginning, in PHP and IOP weekly too; a day of grace."""
    record = at_level(LevelOfCare.RESIDENTIAL)
    screen = Screen(instrument="C-SSRS", version=ScreenVersion.SINCE_LAST_CONTACT, level=RiskLevel.LOW, screened_at=NOW)
    screened = told(record, [*record.record_screen(screen, STAFF, NOW)])

    assert (SCREEN, 0) in missed(record, 1)[1]
    assert SCREEN not in due(screened)
    stepped = told(screened, measuring.change_level(screened, moved(PHP, NOW + 20 * DAY), FORMS))
    assert due(stepped)[SCREEN] == 20


def test_the_same_told_again_changes_nothing() -> None:
    """SK-M15, repeated"""
    record = at_level(PHP, Condition.BPD)
    noted = ConditionNoted(at=NOW, participant_id=PID, condition=Condition.BPD, noted_by=STAFF)

    assert measuring.open_episode(record, opened(Condition.BPD), FORMS) == []
    assert measuring.change_level(record, moved(PHP), FORMS) == []
    assert measuring.note_condition(record, noted, FORMS) == []


def test_a_condition_that_is_noted_or_set_aside_chooses_anew() -> None:
    """SK-M15"""
    noted = ConditionNoted(at=NOW, participant_id=PID, condition=Condition.TRAUMA, noted_by=STAFF)
    aside = ConditionSetAside(at=NOW, participant_id=PID, condition=Condition.TRAUMA, reason="r", set_aside_by=STAFF)
    record = at_level(PHP)
    record = told(record, measuring.note_condition(record, noted, FORMS))
    assert "PCL5" in due(record)
    assert "PCL5" not in due(told(record, measuring.note_condition(record, aside, FORMS)))


def test_with_another_therapist_the_alliance_is_asked_about_sooner() -> None:
    """SK-M18: after three weeks; after a change of therapist after two."""
    record = at_level(PHP)
    other = PrimaryTherapistChanged(
        at=NOW + 10 * DAY,
        participant_id=PID,
        episode_id=EpisodeId("e-1"),
        from_staff=STAFF,
        to_staff=StaffId("s-2"),
        reason="leave",
    )
    said = measuring.change_therapist(record, other, FORMS)

    assert due(record)["WAISR"] == 21
    assert due(told(record, said))["WAISR"] == 24
    assert [f.therapist_changed for f in said if isinstance(f, MeasurePlanSet)] == [True]
    assert measuring.change_therapist(told(record, said), other, FORMS) == []


@pytest.mark.parametrize("level", [LevelOfCare.RESIDENTIAL, PHP, IOP, OUT])
def test_the_schedule_and_the_transition_policy_count_the_same_days(level: LevelOfCare) -> None:
    """SK-M15: what the policy takes for stale is what is due here."""
    policy = yaml.safe_load(POLICY.read_text())["measures"]
    rows = {row.measure: row for row in FORMS.schedule.due}
    for code, rule in policy.items():
        first = (rows[code].on_days.get(level) or (rows[code].every_days.get(level),))[0]
        assert first == rule["interval_days"][level], code


def corrected(was_at: datetime, at: datetime, *, first: bool = True) -> LevelOfCareCorrected:
    """The change said to have been at one instant was at another."""
    return LevelOfCareCorrected(
        at=at,
        participant_id=PID,
        episode_id=EpisodeId("e-1"),
        corrects=TransitionId("t-1"),
        from_level=None if first else PHP,
        level=PHP if first else IOP,
        current=True,
        was_at=was_at,
        known_at=NOW + 3 * DAY,
        corrected_by=STAFF,
        reason="entered-wrong",
    )


def test_measures_follow_a_level_that_began_at_another_instant() -> None:
    """SK-M20: earlier or later; said twice it is said once; about a change before this one it moves nothing."""
    record = at_level(PHP)
    earlier = corrected(NOW, NOW - 2 * DAY)
    said = measuring.correct_level(record, earlier, FORMS)
    record = told(record, said)
    again = measuring.correct_level(record, earlier, FORMS)
    back = told(record, measuring.correct_level(record, corrected(NOW - 2 * DAY, NOW + DAY), FORMS))

    assert [type(one) for one in said] == [MeasurePlanSet, Remind]
    assert due(record)["PHQ9"] == -2
    assert again == []
    assert due(back)["PHQ9"] == 1
    assert measuring.correct_level(record, corrected(NOW - 50 * DAY, NOW - 40 * DAY), FORMS) == []


def test_a_correction_moves_the_watch_and_repeats_no_miss() -> None:
    """SK-M20: the watch after a step down is counted from when it was; what was said to be missed stays said."""
    record = at_level(PHP)
    record = told(record, measuring.change_level(record, moved(IOP, NOW, TransitionKind.STEP_DOWN), FORMS))
    record, first = missed(record, 10)
    record = told(record, measuring.correct_level(record, corrected(NOW, NOW - DAY, first=False), FORMS))
    _, then = missed(record, 10)

    assert record.plan.watch_until == NOW + 13 * DAY
    assert ("PHQ9", 0) in first
    assert [one for one in then if one[0] == "PHQ9"] == []
