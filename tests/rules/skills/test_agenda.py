"""The agenda: by the fixed hierarchy, explained, and nothing of rank 1 ever left out."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.contracts.curriculum import HomeworkOutcome, PracticeContext
from common.contracts.measuring import AllianceDropped
from common.contracts.message import Contract
from common.contracts.targets import ChainKind, CommitmentKind, CommitmentOutcome, MomentKind
from common.contracts.words import RiskLevel, TargetKind
from rules.skills.records import DAY, NOW, PID, PROGRAM, STAFF, SYLLABUS, after, card, enrolled
from skills.domain.agenda import Item, Period, Seen, agenda, chains_due
from skills.domain.card_book import Sheet
from skills.domain.coverage import report
from skills.domain.practice import Use
from skills.domain.record import SkillsRecord
from skills.domain.risk import Cause, Target
from skills.domain.targets import Chain, Commitment, Moment, Targets, WorkedOn
from skills.domain.workbook import Workbook

ZONE = ZoneInfo("America/New_York")
WEEK = Period(DAY - timedelta(days=6), DAY, ZONE)


def folded(aggregate: Any, *said: Sequence[Contract]) -> Any:
    """An aggregate once all of it was said."""
    for facts in said:
        for fact in facts:
            aggregate = aggregate.after(fact)
    return aggregate


class Story:
    """What happened in a week, told bit by bit."""

    def __init__(self) -> None:
        self.record: SkillsRecord = enrolled()
        self.book, self.targets = Workbook(id=PID), Targets(id=PID)

    def items(self, period: Period = WEEK) -> list[Item]:
        """The agenda."""
        coverage = report(SYLLABUS, self.record.curriculum, self.record.coverage)
        return agenda(Seen(self.record, self.book, self.targets, coverage), period)

    def carded(self, *, day: date = DAY, **more: Any) -> "Story":
        """A diary card came."""
        self.record = after(self.record, self.record.submit_card(card(day, **more), NOW))
        return self

    def every_day(self) -> "Story":
        """A calm card of each day came."""
        for day in WEEK.days:
            self.carded(day=day, suicide_urge=0)
        return self

    def sheet(self, **more: Any) -> "Story":
        """A card by the template came."""
        one = Sheet(**{"day": DAY, "template": "1.0", "filled_at": NOW, **more})
        self.book = folded(self.book, self.book.fill_card(PROGRAM, one, ZONE, NOW))
        return self

    def acted(self, kind: TargetKind, *, day: date = DAY, care: bool = False) -> "Story":
        """A target behaviour was recorded."""
        at = datetime.combine(day, time(17), UTC)
        target = Target(kind=kind, happened_at=at, needed_medical_care=care)
        self.record = after(self.record, self.record.record_target(target, NOW))
        return self

    def analysed(self, about: str) -> "Story":
        """A chain analysis was recorded."""
        chain = Chain(kind=ChainKind.CHAIN, about=about, at=NOW)
        self.targets = folded(self.targets, self.targets.analyse(SYLLABUS, f"c-{about}", chain, 3, STAFF))
        return self


def whats(items: Sequence[Item]) -> list[str]:
    """What is spoken about, in order."""
    return [item.what for item in items]


def test_life_comes_before_therapy_before_quality_of_life_before_skills() -> None:
    """SK-T4: the order is fixed, whatever came last."""
    story = Story().every_day().acted(TargetKind.QUALITY_OF_LIFE).acted(TargetKind.THERAPY_INTERFERING)
    story.sheet(skills={"STOP": 3}).acted(TargetKind.SELF_HARM, day=DAY - timedelta(days=5))
    items = story.items()

    assert [item.rank for item in items] == sorted(item.rank for item in items)
    assert whats(items)[0] == "self-harm"
    assert {item.rank for item in items} == {1, 2, 3, 4}


def test_within_a_rank_severity_decides_and_then_recency() -> None:
    """SK-T5: a suicidal act long ago before self-harm today; of two alike the newer one."""
    story = Story().every_day().acted(TargetKind.SUICIDAL_ACT, day=DAY - timedelta(days=6))
    story.acted(TargetKind.SELF_HARM, day=DAY - timedelta(days=2)).acted(TargetKind.SELF_HARM)
    story.acted(TargetKind.SELF_HARM, day=DAY - timedelta(days=4), care=True)
    acts = [item for item in story.items() if item.what in ("suicidal-act", "self-harm")]

    assert [item.on for item in acts] == [DAY - timedelta(days=n) for n in (6, 4, 0, 2)]


def test_one_act_told_of_by_card_and_staff_is_one_thing_and_says_both() -> None:
    """SK-T5: what happened once is spoken about once."""
    story = Story().every_day().carded(self_harm=True).acted(TargetKind.SELF_HARM)
    (item,) = [item for item in story.items() if item.what == "self-harm"]

    assert item.about == f"self-harm.{DAY}"
    assert "recorded by staff" in item.because
    assert "on the diary card" in item.because


def test_every_act_needs_a_chain_analysis_until_it_has_one() -> None:
    """SK-T6: any rank-1 event must be addressed; what was analysed stays on the agenda."""
    story = Story().every_day().acted(TargetKind.SELF_HARM).sheet(suicidal_act=True)
    before = chains_due(story.items())
    story.analysed(f"self-harm.{DAY}")

    assert before == [f"suicidal-act.{DAY}", f"self-harm.{DAY}"]
    assert chains_due(story.items()) == [f"suicidal-act.{DAY}"]
    assert all(item.must for item in story.items() if item.rank == 1)
    assert "self-harm" in whats(story.items())


def test_urges_stand_with_their_height_and_alarming_ones_get_a_chain() -> None:
    """SK-T5, SK-T6: an urge is no act; unanswered is no zero."""
    story = Story().every_day().carded(suicide_urge=4).carded(day=DAY - timedelta(days=1), suicide_urge=None)
    (item,) = [item for item in story.items() if item.what == "suicide-urge"]

    assert (item.on, item.chain_needed) == (DAY, True)
    assert item.because.startswith("highest 4")
    assert "suicide-urge" not in whats(Story().every_day().items())


def test_days_without_a_card_are_asked_about_not_taken_for_calm() -> None:
    """SK-T5: unknown is never improvement."""
    (item,) = [item for item in Story().carded().items() if item.what == "no-diary-card"]

    assert (item.rank, item.severity) == (2, 6)
    assert str(DAY - timedelta(days=6)) in item.because
    assert "no-diary-card" not in whats(Story().every_day().items())


def test_an_open_flag_stays_on_the_agenda_however_old_it_is() -> None:
    """SK-T5, SK-R7: only a person clears it."""
    story = Story().every_day()
    raised = story.record.raise_flag(Cause("family-report", RiskLevel.HIGH, "x"), NOW - timedelta(days=90), None)
    story.record = after(story.record, raised)
    assert whats(story.items())[0] == "risk-flag"

    (flag_id,) = story.record.risk.flags
    story.record = after(story.record, story.record.clear_flag(flag_id, STAFF, NOW))
    assert "risk-flag" not in whats(story.items())


def test_behaviour_that_needed_medical_care_is_rank_one_by_local_rule() -> None:
    """SK-T5: a medically unstable eating disorder is life-threatening."""
    item = Story().every_day().acted(TargetKind.QUALITY_OF_LIFE, care=True).items()[0]

    assert (item.rank, item.what, item.must, item.chain_needed) == (1, "quality-of-life", True, True)


def test_homework_and_commitments_are_gone_through_when_due() -> None:
    """SK-C17, SK-T8: not before, and no more once they were."""
    story = Story().every_day()
    for days in (0, 3):
        due = DAY + timedelta(days=days)
        story.book = folded(story.book, story.book.give_homework(SYLLABUS, "STOP", due, STAFF, NOW))
        made = Commitment(kind=CommitmentKind.UNTIL_A_DAY, what="call", due_on=due)
        story.targets = folded(story.targets, story.targets.commit(f"k-{days}", made, STAFF, NOW))
    assert whats(story.items()) == ["commitment", "homework"]

    reviewed = story.book.review_homework(f"STOP.{DAY}", HomeworkOutcome.NOT_YET, None, STAFF, NOW)
    story.book = folded(story.book, reviewed)
    story.targets = folded(story.targets, story.targets.settle("k-0", CommitmentOutcome.KEPT, STAFF, NOW))
    assert whats(story.items()) == ["missing-links"]


def test_successes_are_on_the_agenda_too_and_ruptures_belong_to_the_therapy() -> None:
    """SK-T9"""
    story = Story().every_day()
    for kind in (MomentKind.SUCCESS, MomentKind.RUPTURE):
        moment = Moment(kind=kind, happened_at=NOW, skill="STOP")
        story.targets = folded(story.targets, story.targets.note(SYLLABUS, f"m-{kind}", moment, NOW))

    assert [(item.rank, item.what) for item in story.items()] == [(2, "rupture"), (4, "success")]


def test_helping_and_being_helped_are_good_news_beside_successes() -> None:
    """SK-T9, A27: both ways, and neither is a difficulty or a rupture."""
    story = Story().every_day()
    for kind in (MomentKind.HELP_GIVEN, MomentKind.HELP_RECEIVED, MomentKind.DIFFICULTY):
        moment = Moment(kind=kind, happened_at=NOW)
        story.targets = folded(story.targets, story.targets.note(SYLLABUS, f"m-{kind}", moment, NOW))

    assert [(item.rank, item.what) for item in story.items()] == [
        (3, "difficulty"),
        (4, "help-given"),
        (4, "help-received"),
    ]


def test_a_fall_of_the_alliance_is_on_the_agenda_until_it_was_repaired() -> None:
    """SK-M21: however old; a repair from before it is no repair of it, and a fall told late hides no newer one."""
    story = Story().every_day()
    for weeks in (0, 5):
        fell = NOW - timedelta(weeks=weeks)
        drop = {"since_previous": True, "since_baseline": False, "below_cut": False, "therapist": STAFF}
        story.record = after(
            story.record,
            [AllianceDropped(at=fell, participant_id=PID, measure_id="m-1", instrument="WAISR", **drop)],
        )
    assert [(item.rank, item.on) for item in story.items() if item.what == "alliance-fell"] == [(2, DAY)]

    for days, whats_left in ((-1, ["alliance-fell"]), (1, [])):
        repair = Moment(kind=MomentKind.REPAIR, happened_at=NOW + timedelta(days=days))
        story.targets = folded(story.targets, story.targets.note(SYLLABUS, f"m-{days}", repair, NOW))
        assert [what for what in whats(story.items()) if what == "alliance-fell"] == whats_left


def test_targets_stand_at_their_rank_and_a_missed_lesson_at_the_last() -> None:
    """SK-T7, SK-C12"""
    story = Story().every_day()
    target = WorkedOn(rank=3, what="housing", agreed=True, since=NOW)
    story.targets = folded(story.targets, story.targets.set_target("housing", target, STAFF))
    missed = story.record.miss_lesson(SYLLABUS, SYLLABUS.module_of["STOP"], "STOP", NOW)
    story.record = after(story.record, missed)

    assert [(item.rank, item.what) for item in story.items()] == [(3, "target"), (4, "lesson-missed")]


def test_a_day_is_the_programs_not_that_of_utc() -> None:
    """SK-T5: what happened late on Sunday in New York happened on Sunday."""
    story = Story().every_day()
    target = Target(kind=TargetKind.SELF_HARM, happened_at=datetime(2026, 3, 3, 3, 0, tzinfo=UTC))
    story.record = after(story.record, story.record.record_target(target, NOW))

    assert story.items()[0].about == "self-harm.2026-03-02"


STEPS = st.tuples(
    st.sampled_from(["act", "harm", "urge", "card", "interfere", "quality", "alert", "practice", "chain"]),
    st.integers(0, 6),
)


@given(st.lists(STEPS, max_size=15))
def test_whatever_happens_the_order_holds_and_every_item_says_why(steps: list[tuple[str, int]]) -> None:
    """SK-T4, SK-T5, SK-T6: sorted, each once, each explained by a rule, each act of the week there."""
    story, acts = Story(), set[str]()
    for step, ago in steps:
        day = DAY - timedelta(days=ago)
        match step:
            case "act" | "harm":
                kind = TargetKind.SUICIDAL_ACT if step == "act" else TargetKind.SELF_HARM
                story.acted(kind, day=day)
                acts.add(f"{kind.lower().replace('_', '-')}.{day}")
            case "urge":
                story.carded(day=day, suicide_urge=5)
            case "card":
                story.carded(day=day)
            case "interfere" | "quality":
                story.acted(
                    TargetKind.THERAPY_INTERFERING if step == "interfere" else TargetKind.QUALITY_OF_LIFE, day=day
                )
            case "alert":
                story.sheet(day=day, ratings={"URGE_QUIT": 5})
            case "practice":
                use = Use(skill="TIP", day=day, code=3, context=PracticeContext.HOME)
                story.book = folded(story.book, story.book.practise(SYLLABUS, [use], NOW))
            case "chain":
                story.analysed(f"self-harm.{day}")
    items = story.items()
    order = [(item.rank, -item.severity, -item.on.toordinal()) for item in items]

    assert order == sorted(order)
    assert acts <= {item.about for item in items if item.rank == 1 and item.must}
    assert len({item.about for item in items}) == len(items)
    assert all(item.because and item.rule.startswith("SK-") for item in items)


@pytest.mark.parametrize("days", [1, 30])
def test_only_the_days_asked_for_are_looked_at(days: int) -> None:
    """SK-T5: what was spoken about last time does not come back by itself."""
    story = Story().every_day().acted(TargetKind.SELF_HARM, day=DAY - timedelta(days=10))
    period = Period(DAY - timedelta(days=days - 1), DAY, ZONE)

    assert ("self-harm" in whats(story.items(period))) is (days == 30)
