"""What skills finds late or missing reaches somebody, once each time it is true."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from common.change import Ask, Outcome
from common.contracts.dit import DitGapSeen, Milestone, MilestonesMissed
from common.contracts.lessons import HistoricalRiskFound
from common.contracts.measuring import (
    AllianceDropped,
    MeasuresMissed,
    MissedMeasure,
    RiskFlagReviewLate,
    RiskItemUnanswered,
    SuicideScreenLate,
)
from common.contracts.notifications import SendNotice, matter_of
from common.contracts.words import FlagId, LevelOfCare, ParticipantId, RiskLevel, StaffId
from intake.domain import late, review
from intake.domain.episode import Episode, Status
from intake.domain.evidence_items import EvidenceItem
from notifications.domain.wording import TEMPLATES
from rules.intake.policy_cases import STEPPING_DOWN, at, flag, flag_cleared, flag_reviewed, noting
from rules.intake.test_review import RULES, in_php

NOON = datetime(2026, 3, 23, 20, tzinfo=UTC)
WHO: dict[str, Any] = {"at": NOON, "participant_id": ParticipantId("p-1")}
FLAG = FlagId("f1")
SCREEN_LATE = SuicideScreenLate(**WHO, flag_id=FLAG, due_at=NOON)
REVIEW_LATE = RiskFlagReviewLate(**WHO, flag_id=FLAG, review_on=date(2026, 3, 20))


def missed(*measures: str, due: datetime = NOON) -> MeasuresMissed:
    """Measures that were due and did not come."""
    late = tuple(MissedMeasure(measure=measure, due_at=due) for measure in measures)
    return MeasuresMissed(**WHO, level=LevelOfCare.PHP, missed=late)


def fell(measure_id: str = "m-1") -> AllianceDropped:
    """The alliance is rated lower."""
    told = {"since_previous": True, "since_baseline": False, "below_cut": False}
    return AllianceDropped(**WHO, measure_id=measure_id, instrument="WAI_SR", **told)


def open_milestones(index: int = 4, when: datetime = NOON) -> MilestonesMissed:
    """The focus is not agreed by the fourth session."""
    return MilestonesMissed(**{**WHO, "at": when}, session_index=index, milestones=(Milestone.FOCUS_AGREED,))


def unanswered(measure_id: str = "m-1") -> RiskItemUnanswered:
    """Item 9 was left out."""
    return RiskItemUnanswered(**WHO, measure_id=measure_id, instrument="PHQ9", item=9)


LATE = [SCREEN_LATE, REVIEW_LATE]
GAP = DitGapSeen(**WHO, since=NOON - timedelta(days=25))
MISSING = [missed("PHQ9"), unanswered(), fell(), open_milestones(), GAP]


def told(outcomes: list[Outcome]) -> list[SendNotice]:
    """The notices asked for."""
    return [one.command for one in outcomes if isinstance(one, Ask) and isinstance(one.command, SendNotice)]


def asked(fact: Any, episode: Episode | None = None, when: datetime = NOON) -> list[SendNotice]:
    """What a fact has told."""
    tell: Any = late.tell_late if isinstance(fact, (SuicideScreenLate, RiskFlagReviewLate)) else late.tell_missing
    return told(tell(episode or in_php(), fact, when))


def with_(*items: EvidenceItem) -> Episode:
    """At PHP, with this evidence."""
    return in_php(noting(STEPPING_DOWN, *items))


@pytest.mark.parametrize("fact", [*LATE, *MISSING], ids=lambda fact: type(fact).__name__)
def test_the_therapist_is_told_once_in_words_that_exist(fact: Any) -> None:
    """IN-V6, IN-V7: said again, even a day later, it is the same notice."""
    (notice,) = asked(fact)
    (again,) = asked(fact, when=NOON + timedelta(days=1))

    assert (notice.recipient_id, notice.participant_id) == ("th-1", "p-1")
    assert notice.template in TEMPLATES
    assert notice.notice_id == again.notice_id


@pytest.mark.parametrize(
    ("fact", "another"),
    [
        (SCREEN_LATE, SCREEN_LATE.model_copy(update={"due_at": NOON + timedelta(hours=3)})),
        (SCREEN_LATE, SCREEN_LATE.model_copy(update={"flag_id": FlagId("f2")})),
        (REVIEW_LATE, REVIEW_LATE.model_copy(update={"review_on": date(2026, 3, 22)})),
        (missed("PHQ9"), missed("PHQ9", due=NOON + timedelta(days=7))),
        (missed("PHQ9"), missed("GAD7")),
        (fell(), fell("m-2")),
        (unanswered(), unanswered("m-2")),
        (unanswered(), fell()),
        (GAP, GAP.model_copy(update={"since": NOON})),
        (open_milestones(), open_milestones(8)),
        (open_milestones(), open_milestones(when=NOON + timedelta(days=200))),
    ],
)
def test_what_is_true_again_is_told_again(fact: Any, another: Any) -> None:
    """IN-V6, IN-V7: another turn is another notice."""
    assert asked(fact)[0].notice_id != asked(another)[0].notice_id


def test_measures_missed_together_are_one_notice_in_any_order() -> None:
    """IN-V7: ordinary news, said once."""
    assert asked(missed("PHQ9", "GAD7")) == asked(missed("GAD7", "PHQ9"))


def test_each_late_thing_has_a_matter_of_its_own_whoever_is_told() -> None:
    """IN-V6, NO-L8: a new therapist is told as well, and nobody is paged twice for it."""
    other = in_php(primary_therapist=StaffId("th-2"))
    matters = {matter_of(asked(fact, who)[0].notice_id) for fact in LATE for who in (in_php(), other)}

    assert len(matters) == len(LATE)
    assert all(matter.startswith(f"{FLAG}@") for matter in matters)


def test_late_danger_reaches_somebody_who_is_not_in_care_or_has_no_therapist() -> None:
    """IN-V6: what only came too late, or too early, for care is ordinary and is not told."""
    ended, nobody = in_php(status=Status.CLOSED), Episode(id="p-1")

    assert [asked(fact, ended)[0].recipient_id for fact in LATE] == ["th-1", "th-1"]
    assert [asked(fact, nobody)[0].recipient_id for fact in LATE] == ["clinician", "clinician"]
    assert [asked(fact, who) for fact in MISSING for who in (ended, nobody)] == [[]] * 2 * len(MISSING)


def test_nobody_is_paged_for_a_flag_that_was_seen_to_before_this_was_heard() -> None:
    """IN-V6: heard out of order, after a clearing or a review; an older review does not hide it."""
    raised = flag(RiskLevel.MODERATE, at(3, 18), date(2026, 3, 20))
    cleared = with_(raised, flag_cleared(at(3, 21)))
    kept = with_(raised, flag_reviewed(at(3, 21), date(2026, 3, 24)))
    kept_before = with_(raised, flag_reviewed(at(3, 19), date(2026, 3, 20)))

    assert [asked(fact, cleared) for fact in LATE] == [[], []]
    assert asked(REVIEW_LATE, kept) == []
    assert len(asked(SCREEN_LATE, kept)) == len(asked(REVIEW_LATE, kept_before)) == 1


def test_a_flag_raised_again_is_told_again_and_a_new_therapist_has_the_same_ladder() -> None:
    """IN-V4, NO-L8: the id names the flag, and the time where it is not the first."""
    first, again = flag(RiskLevel.HIGH, at(3, 20)), flag(RiskLevel.HIGH, at(3, 22))
    (one,) = told(review.note(in_php(), first, RULES, NOON))[:1]
    (other,) = told(review.note(in_php(primary_therapist=StaffId("th-2")), first, RULES, NOON))[:1]
    (anew,) = told(review.note(with_(first), again, RULES, NOON))[:1]
    repeated = told(review.note(with_(first), first.model_copy(update={"event_id": "z"}), RULES, NOON))

    assert matter_of(one.notice_id) == matter_of(other.notice_id) == FLAG
    assert one.notice_id != other.notice_id
    assert matter_of(anew.notice_id) == f"{FLAG}@{int(again.at.timestamp())}"
    assert [notice.notice_id for notice in repeated if notice.template == one.template] == [one.notice_id]


def test_an_old_answer_that_speaks_of_danger_is_told_once_like_any_news() -> None:
    """IN-V8: in care or not, to somebody; no ladder begins, and another answer is told of itself."""
    found = HistoricalRiskFound(
        **WHO, flag_id=FLAG, measured_at=at(1, 2), level=RiskLevel.LOW, rule="SK-R20", review_on=date(2026, 3, 30)
    )
    other = found.model_copy(update={"flag_id": FlagId("f2")})

    def tell(fact: HistoricalRiskFound, who: Episode) -> SendNotice:
        """The one notice of it."""
        (notice,) = told(late.tell_historical(who, fact, NOON))
        return notice

    assert tell(found, in_php()) == tell(found, in_php())
    assert tell(found, in_php()).notice_id != tell(other, in_php()).notice_id
    assert [tell(found, who).recipient_id for who in (in_php(), Episode(id=ParticipantId("p-1")))] == [
        "th-1",
        "clinician",
    ]
    assert tell(found, in_php()).template in TEMPLATES
    assert matter_of(tell(found, in_php()).notice_id) == tell(found, in_php()).notice_id
