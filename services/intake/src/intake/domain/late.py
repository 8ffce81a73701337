"""What skills finds late or missing reaches a person: the primary therapist, or a clinician where nobody is it."""

from collections.abc import Mapping
from datetime import datetime

from common.change import Outcome
from common.contracts import dit, lessons, measuring
from common.contracts.words import Role
from intake.domain.episode import Episode
from intake.domain.notices import page_staff, tell_staff

Late = measuring.SuicideScreenLate | measuring.RiskFlagReviewLate
Missing = (
    measuring.MeasuresMissed
    | measuring.RiskItemUnanswered
    | measuring.AllianceDropped
    | dit.MilestonesMissed
    | dit.DitGapSeen
)

IN_WORDS: Mapping[type[Late | Missing], str] = {
    measuring.SuicideScreenLate: "check-late",
    measuring.RiskFlagReviewLate: "review-late",
    measuring.MeasuresMissed: "measures-missed",
    measuring.RiskItemUnanswered: "answer-missing",
    measuring.AllianceDropped: "alliance-fell",
    dit.MilestonesMissed: "milestones-missed",
    dit.DitGapSeen: "work-paused",
}
"""What was found -> the code of its text."""


def tell_late(episode: Episode, late: Late, at: datetime) -> list[Outcome]:
    """Danger that nobody looked at in time must be answered, in care or not; said again, it is one page. Rule: IN-V6.

    Nothing for a flag that was cleared, or looked at again, before this was heard.
    """
    if _seen_to(episode, late):
        return []
    when = late.due_at if isinstance(late, measuring.SuicideScreenLate) else late.review_on
    text, to = IN_WORDS[type(late)], episode.primary_therapist or Role.CLINICIAN.value
    return [page_staff(to, episode.id, text, f"{late.flag_id}@{text}-{when:%Y%m%d%H%M}", at)]


def tell_missing(episode: Episode, missing: Missing, at: datetime) -> list[Outcome]:
    """What did not come, or fell, while somebody is in care; said again, it is one notice. Rule: IN-V7."""
    if not episode.in_care:
        return []
    return [tell_staff(episode.primary_therapist, episode.id, IN_WORDS[type(missing)], _turn(missing), at)]


def tell_historical(episode: Episode, found: lessons.HistoricalRiskFound, at: datetime) -> list[Outcome]:
    """An old answer that speaks of danger is told like any news, in care or not; once for each answer. Rule: IN-V8."""
    to = episode.primary_therapist or Role.CLINICIAN.value
    return [tell_staff(to, episode.id, "old-answer-found", found.flag_id, at)]


def _seen_to(episode: Episode, late: Late) -> bool:
    flag = next((one for one in episode.evidence.flags if one.flag_id == late.flag_id), None)
    if flag is None:
        return False
    review = episode.evidence.last_review(flag)
    kept = isinstance(late, measuring.RiskFlagReviewLate) and review is not None and review.review_on > late.review_on
    return kept or flag not in episode.evidence.open_flags()


def _turn(missing: Missing) -> str:
    """Which of the times this could be true it is."""
    match missing:
        case measuring.MeasuresMissed(missed=missed):
            return "|".join(sorted(f"{one.measure} {one.due_at.timestamp():.0f}" for one in missed))
        case measuring.AllianceDropped(measure_id=measure_id) | measuring.RiskItemUnanswered(measure_id=measure_id):
            return measure_id
        case dit.DitGapSeen(since=since):
            return f"{since.timestamp():.0f}"
        case dit.MilestonesMissed(session_index=index, milestones=milestones):
            return "|".join((f"{missing.at.timestamp():.0f} {index}", *sorted(milestones)))
