"""What danger asks of people: said at once, said late once, ended only by a named person."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from common.change import Forget, Invalid, NotFound, Outcome, Remind
from common.contracts.measuring import DangerSource, SuicideScreenAsked
from common.contracts.message import Contract
from common.contracts.skills import RiskFlagRaised
from common.contracts.words import FlagId, RiskLevel, ScreenVersion, TargetKind
from rules.skills.records import FORMS, NOW, STAFF, blank, card, kinds
from rules.skills.test_answers import filled
from rules.skills.test_measures import measure
from skills.domain import measuring, watching
from skills.domain.record import SkillsRecord
from skills.domain.risk import Screen, Target
from skills.domain.watch import LOOK
from skills.domain.watching import watched

HOUR = timedelta(hours=1)


def told(record: SkillsRecord, outcomes: list[Outcome]) -> SkillsRecord:
    """The record after a decision."""
    for one in outcomes:
        record = record.after(one) if isinstance(one, Contract) else record
    return record


def facts(outcomes: list[Outcome]) -> list[str]:
    """What was said."""
    return kinds([one for one in outcomes if isinstance(one, Contract)])


def endorsed(item: int) -> tuple[SkillsRecord, list[Outcome]]:
    """Somebody who answered PHQ-9 item 9 so."""
    said = watched(SkillsRecord.record_measure)(blank(), measure(risk_item=item), NOW, FORMS)
    return told(blank(), said), said


def screen(level: RiskLevel = RiskLevel.NONE, hours: float = 0) -> Screen:
    """A suicide screen."""
    at = NOW + hours * HOUR
    return Screen(instrument="C-SSRS", version=ScreenVersion.SINCE_LAST_CONTACT, level=level, screened_at=at)


@pytest.mark.parametrize(("item", "hours"), [(1, 12), (2, 2), (3, 2)])
def test_an_endorsed_item_asks_for_a_screen_at_once(item: int, hours: int) -> None:
    """SK-R11: with the flag, in the same breath, and a timer that will not forget."""
    _, said = endorsed(item)

    assert facts(said) == ["MeasureRecorded", "RiskFlagRaised", "SuicideScreenAsked"]
    assert [one.due_at for one in said if isinstance(one, SuicideScreenAsked)] == [NOW + hours * HOUR]
    assert Remind(LOOK, NOW + hours * HOUR) in said


def test_a_screen_that_nobody_did_is_said_to_be_late_once() -> None:
    """SK-R11, repeated"""
    record, _ = endorsed(2)
    assert facts(watching.look_for_late(record, NOW + 1.9 * HOUR)) == []
    late = watching.look_for_late(record, NOW + 2 * HOUR)
    assert facts(late) == ["SuicideScreenLate"]
    assert facts(watching.look_for_late(told(record, late), NOW + 3 * HOUR)) == []


def test_a_screen_since_is_the_screen_that_was_asked_for() -> None:
    """SK-R11, late and out of order: done before the form was entered, or after it; an older one does not count."""
    record, _ = endorsed(2)
    done = told(record, watched(SkillsRecord.record_screen)(record, screen(hours=1), STAFF, NOW))
    assert facts(watching.look_for_late(done, NOW + 9 * HOUR)) == []
    before = told(blank(), [*blank().record_screen(screen(hours=-1), STAFF, NOW)])
    asked = watched(SkillsRecord.record_measure)(before, measure(risk_item=2), NOW, FORMS)
    assert "SuicideScreenAsked" in facts(asked)
    since = watched(SkillsRecord.record_measure)(before, measure(risk_item=2, days=-1), NOW, FORMS)
    assert "SuicideScreenAsked" not in facts(since)


def test_a_flag_whose_review_day_is_over_is_said_to_be_and_stays() -> None:
    """SK-R16: a MODERATE one is looked at the next day; once for each day, and a kept one again."""
    said = watched(SkillsRecord.submit_card)(blank(), card(suicide_urge=4), NOW)
    record = told(blank(), said)
    over = NOW.replace(day=4, hour=0)
    (flag_id,) = record.risk.flags
    assert Remind(LOOK, over) in said
    late = watching.look_for_late(record, over)
    record = told(record, late)
    assert facts(late) == ["RiskFlagReviewLate"]
    assert facts(watching.look_for_late(record, over + HOUR)) == []
    assert record.risk.flags[flag_id].cleared_by is None
    kept = watching.review_flag(record, flag_id, date(2026, 3, 6), STAFF, over)
    assert facts(kept) == ["RiskFlagReviewed"]
    record = told(record, kept)
    assert watching.review_flag(record, flag_id, date(2026, 3, 6), STAFF, over) == []
    assert facts(watching.look_for_late(record, NOW.replace(day=7, hour=0))) == ["RiskFlagReviewLate"]


def test_what_cannot_be_reviewed_is_refused() -> None:
    """SK-R16"""
    record, _ = endorsed(2)
    (flag_id,) = record.risk.flags
    with pytest.raises(Invalid):
        watching.review_flag(record, flag_id, date(2026, 3, 1), STAFF, NOW)
    with pytest.raises(NotFound):
        watching.review_flag(record, FlagId("f"), date(2026, 3, 5), STAFF, NOW)
    cleared = told(record, [*record.clear_flag(flag_id, STAFF, NOW)])
    assert watching.review_flag(cleared, flag_id, date(2026, 3, 5), STAFF, NOW) == []
    assert watching.look_for_late(cleared, NOW + 99 * HOUR) == [Forget(LOOK)]


@pytest.mark.parametrize("source", list(DangerSource))
def test_a_report_of_danger_is_taken_from_anybody_and_once(source: DangerSource) -> None:
    """SK-R14, SK-R15: a flag at once; words in a text only ask a person to read."""
    said = watching.report_danger(blank(), "r-1", source, STAFF, NOW)
    levels = [one.level for one in said if isinstance(one, RiskFlagRaised)]

    assert kinds(said) == ["DangerNoted", "RiskFlagRaised"]
    assert levels == [RiskLevel.LOW if source is DangerSource.FREE_TEXT else RiskLevel.MODERATE]
    assert watching.report_danger(told(blank(), [*said]), "r-1", source, STAFF, NOW) == []


class NothingLowersAFlag(RuleBasedStateMachine):
    """SK-R18: calm data, gaps, voiding and time, in any order."""

    def __init__(self) -> None:
        """Somebody about whom nothing is known."""
        super().__init__()
        self.record, self.hours, self.raised = blank(), 0, dict[str, RiskLevel]()

    def tell(self, outcomes: Any) -> None:
        """Take what a decision says."""
        self.record = told(self.record, list(outcomes))
        for id, flag in self.record.risk.flags.items():
            self.raised.setdefault(id, flag.level)

    @rule(urge=st.one_of(st.none(), st.integers(0, 5)), day=st.integers(1, 9))
    def card(self, urge: int | None, day: int) -> None:
        """A diary card, worrying, calm or empty."""
        self.tell(watched(SkillsRecord.submit_card)(self.record, card(date(2026, 3, day), urge), NOW))

    @rule(
        item=st.one_of(st.none(), st.integers(0, 3)), rest=st.one_of(st.none(), st.integers(0, 3)), id=st.integers(1, 5)
    )
    def form(self, item: int | None, rest: int | None, id: int) -> None:
        """A PHQ-9 with or without gaps."""
        form = filled("PHQ9", *(rest,) * 8, item, id=f"m-{id}")
        self.tell(watched(measuring.take_answers)(self.record, form, NOW, FORMS))

    @rule(level=st.sampled_from(RiskLevel), hours=st.integers(0, 40))
    def screened(self, level: RiskLevel, hours: int) -> None:
        """A suicide screen."""
        self.tell(watched(SkillsRecord.record_screen)(self.record, screen(level, hours), STAFF, NOW))

    @rule(kind=st.sampled_from(TargetKind))
    def target(self, kind: TargetKind) -> None:
        """A target behaviour."""
        self.tell(watched(SkillsRecord.record_target)(self.record, Target(kind=kind, happened_at=NOW), NOW))

    @rule(id=st.integers(1, 5))
    def void(self, id: int) -> None:
        """A form does not count after all."""
        if f"m-{id}" in self.record.answers.taken:
            self.tell(self.record.void_measure(f"m-{id}", STAFF, NOW))

    @rule()
    def wait(self) -> None:
        """Time goes by."""
        self.hours += 30
        self.tell(watching.look_for_late(self.record, NOW + self.hours * HOUR))

    @invariant()
    def every_flag_is_open_at_its_height(self) -> None:
        """No flag was ever lowered, cleared or lost."""
        flags = self.record.risk.flags
        assert {id: flag.level for id, flag in flags.items()} == self.raised
        assert all(flag.cleared_by is None for flag in flags.values())


NothingLowersAFlag.TestCase.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
TestNothingLowersAFlag = NothingLowersAFlag.TestCase
