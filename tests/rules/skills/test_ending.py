"""Once treatment ended nothing is due or missed; where it never ended, or begins again, everything is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from common.change import Forget, Outcome, Remind
from common.contracts.intake import EpisodeClosed, LevelOfCareChanged
from common.contracts.message import Contract
from common.contracts.moves import DischargeVoided, LevelOfCareCorrected
from common.contracts.words import Disposition, EpisodeId, LevelOfCare, RiskLevel, TransitionKind
from rules.skills.records import FORMS, NOW, PID, STAFF, SYLLABUS, enrolled, module_of
from rules.skills.records import after as once
from rules.skills.test_agenda import WEEK
from rules.skills.test_schedule import DAY, IOP, PHP, at_level, corrected, due, measured, missed, moved, told
from skills.domain import dit_care, measuring, watching
from skills.domain.agenda import Seen, agenda
from skills.domain.coverage import report
from skills.domain.forms import Forms
from skills.domain.record import SkillsRecord
from skills.domain.risk import Cause
from skills.domain.schedule import LOOK, Row, still_missed
from skills.domain.targets import Targets
from skills.domain.workbook import Workbook

CLOSED, OUT = LevelOfCare.CLOSED, LevelOfCare.OUTPATIENT_BOOSTER


def closed(days: float, known: float | None = None) -> EpisodeClosed:
    """Treatment ended so many days from now."""
    return EpisodeClosed(
        at=NOW + days * DAY,
        participant_id=PID,
        episode_id=EpisodeId("e-1"),
        from_level=PHP,
        disposition=Disposition.AGAINST_ADVICE,
        decided_by=STAFF,
        known_at=None if known is None else NOW + known * DAY,
    )


def voided(days: float, ended: float) -> DischargeVoided:
    """It turned out then that treatment had not ended."""
    return DischargeVoided(
        at=NOW + days * DAY,
        participant_id=PID,
        episode_id=EpisodeId("e-1"),
        level=PHP,
        level_since=NOW,
        ended_at=NOW + ended * DAY,
        primary_therapist=STAFF,
        voided_by=STAFF,
        reason="entered-in-error",
    )


def ended_at(was: float, days: float, known: float) -> LevelOfCareCorrected:
    """The end was at another instant."""
    end: dict[str, Any] = {"corrects": None, "from_level": PHP, "level": CLOSED, "known_at": NOW + known * DAY}
    return corrected(NOW + was * DAY, NOW + days * DAY).model_copy(update=end)


def readmitted(days: float, level: LevelOfCare = PHP) -> LevelOfCareChanged:
    """Back in treatment."""
    return moved(level, NOW + days * DAY, TransitionKind.READMISSION)


def heard(record: SkillsRecord, *messages: Contract, forms: Forms = FORMS) -> SkillsRecord:
    """The record once it heard these, one after the other."""
    for message in messages:
        record = told(record, answer(record, message, forms))
    return record


def answer(record: SkillsRecord, message: Contract, forms: Forms = FORMS) -> list[Outcome]:
    """What is said to one message of intake."""
    match message:
        case EpisodeClosed():
            return measuring.end_treatment(record, message, forms)
        case DischargeVoided():
            return measuring.go_on(record, message, forms)
        case LevelOfCareCorrected():
            return measuring.correct_level(record, message, forms)
        case LevelOfCareChanged():
            return measuring.change_level(record, message, forms)
    raise AssertionError(message)


def test_nothing_is_due_or_missed_once_treatment_ended() -> None:
    """SK-M23: from any level, told twice too; what was missed before is not counted any more."""
    for level in (LevelOfCare.RESIDENTIAL, PHP, IOP, OUT, LevelOfCare.ALUMNI):
        record, late = missed(at_level(level), 100)
        said = answer(record, closed(101))
        over = told(record, said)

        assert late and Forget(LOOK) in said
        assert due(over) == {} and missed(over, 900)[1] == []
        assert still_missed(over.plan, FORMS.schedule) == {}
        assert answer(over, closed(101)) == []


def test_a_program_may_measure_those_whose_treatment_ended() -> None:
    """SK-M23: its schedule names CLOSED, counted from the end; alumni go on counting from the end of the program."""
    row = Row(measure="PHQ9", every_days={PHP: 7}, on_days=dict.fromkeys((OUT, CLOSED), (30, 90)))
    forms = FORMS.model_copy(update={"schedule": FORMS.schedule.model_copy(update={"due": (row,)})})
    from_php = heard(at_level(PHP), closed(10), forms=forms)
    from_booster = heard(at_level(OUT), closed(40), forms=forms)

    assert [(one.due_at - NOW) / DAY for one in measuring.coming(from_php, forms)] == [40]
    assert [(one.due_at - NOW) / DAY for one in measuring.coming(measured(from_booster, 30), forms)] == [90]
    assert [one.level for one in measuring.look_for_missed(from_php, NOW + 50 * DAY, forms)[:1]] == [CLOSED]  # type: ignore[union-attr]


def test_a_voided_discharge_never_was() -> None:
    """SK-M23: turns, watch and misses are what they would have been; what was said is not said again."""
    record = measured(at_level(PHP), 0)
    never, once_missed = missed(record, 30)
    over = heard(record, closed(5))
    nothing = missed(over, 20)
    said = answer(nothing[0], voided(20, 5))
    back, all_missed = missed(told(over, said), 30)
    late = heard(never, closed(5, known=31), voided(32, 5))

    assert nothing[1] == [] and any(isinstance(one, Remind) for one in said)
    assert sorted(all_missed) == sorted(once_missed)
    assert due(back) == due(never) == due(late)
    assert back.plan.missed == never.plan.missed == late.plan.missed
    assert missed(late, 30)[1] == []


CHAINS: list[Sequence[Contract]] = [
    [closed(5), voided(8, 5)],
    [closed(5, known=9), ended_at(5, 4, 10), voided(12, 4)],
    [closed(5), voided(8, 5), closed(7, known=9)],
    [closed(5), voided(8, 5), closed(7, known=9), voided(10, 7)],
    [closed(5), ended_at(5, 3, 6)],
    [closed(5), readmitted(15)],
    [closed(5), voided(6, 5), closed(7), readmitted(20)],
]


@pytest.mark.parametrize("chain", CHAINS)
def test_endings_heard_in_any_order_end_the_same(chain: Sequence[Contract]) -> None:
    """SK-M23: late, repeated, out of order; what was known last stands."""
    expected = heard(at_level(PHP), *chain)
    for order in permutations(chain):
        for repeated in chain:
            assert heard(at_level(PHP), *order, repeated).plan == expected.plan


def test_readmitted_measures_are_due_from_then() -> None:
    """SK-M23: also at the level they left, and a new level as ever."""
    over = heard(measured(at_level(PHP), 0), closed(5))

    assert due(heard(over, readmitted(15)))["PHQ9"] == 15
    assert due(heard(over, readmitted(15, IOP)))["PHQ9"] == 15
    assert answer(heard(over, readmitted(15)), readmitted(15)) == []


def test_a_level_change_from_before_the_end_does_not_undo_it() -> None:
    """SK-M23, late: admission and step down heard again after the end."""
    down = moved(IOP, NOW + 2 * DAY, TransitionKind.STEP_DOWN)
    over = heard(at_level(PHP), down, closed(5), moved(PHP), down)

    assert due(over) == {}


def given_without(record: SkillsRecord, at: datetime) -> SkillsRecord:
    """A lesson was given without them."""
    return once(record, record.miss_lesson(SYLLABUS, module_of("STOP"), "STOP", at))


def asked_about(record: SkillsRecord) -> list[str]:
    """What of cards and lessons is to be spoken about."""
    coverage = report(SYLLABUS, record.curriculum, record.coverage.until(record.plan.ended_at))
    seen = Seen(record, Workbook(id=PID), Targets(id=PID), coverage)
    return [one.because for one in agenda(seen, WEEK) if one.what in ("lesson-missed", "no-diary-card")]


def test_no_lesson_is_missed_and_no_card_asked_for_after_the_end() -> None:
    """SK-C22: whichever was heard first; where treatment never ended they are missed."""
    gave, end = NOW - timedelta(hours=2), closed(-3)
    first, then = heard(given_without(enrolled(), gave), end), given_without(heard(enrolled(), end), gave)
    never = asked_about(given_without(enrolled(), gave))

    assert first == then
    assert [why[:24] for why in asked_about(first)] == ["no card of 3 of 3 days ("]
    assert [why[:24] for why in never] == ["no card of 6 of 6 days (", "lesson STOP was given on"]
    assert asked_about(heard(first, voided(0, -3))) == never


def test_no_milestone_is_missed_after_the_end() -> None:
    """SK-I8, SK-M23: a session told of late, from before the end, still warns."""
    record = enrolled()
    for day in range(3):
        record = once(record, dit_care.hold_session(record, NOW + day * DAY, None))
    over = heard(record, closed(5))

    def warned(of: SkillsRecord, day: float) -> bool:
        return "MilestonesMissed" in [type(one).__name__ for one in dit_care.hold_session(of, NOW + day * DAY, None)]

    assert warned(record, 6) and not warned(over, 6)
    assert warned(over, 4) and warned(heard(over, voided(8, 5)), 6)


def test_danger_is_looked_after_whether_treatment_ended_or_not() -> None:
    """SK-M23, SK-R16, SK-R18: an ending clears no flag, and its review day is over as ever."""
    raised = watching.watched(SkillsRecord.raise_flag)
    flag = Cause("SK-R8", RiskLevel.MODERATE, "person|1")
    record = told(at_level(PHP), raised(at_level(PHP), flag, NOW, None))
    over = heard(record, closed(1))

    assert over.risk == record.risk
    assert [type(one).__name__ for one in watching.look_for_late(over, NOW + 5 * DAY)][:1] == ["RiskFlagReviewLate"]
