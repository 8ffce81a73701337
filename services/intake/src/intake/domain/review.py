"""Evidence comes in, the policy looks, and what it says becomes a proposal for people, or nothing."""

from datetime import UTC, datetime, time, timedelta

from common.change import Outcome, Remind
from common.contracts import intake as said
from common.contracts.words import EpisodeId, RiskLevel, StaffId, TransitionKind
from intake.domain.asks import more_support, tell_tasks
from intake.domain.case import Case
from intake.domain.danger_items import Flag, Screen, Target
from intake.domain.episode import ITEM, Episode, Rules, Status
from intake.domain.evaluation import Evaluation, evaluated
from intake.domain.evidence import evidence_of
from intake.domain.evidence_items import CoachingCall, DiaryDay, EvidenceItem, Score, SupportRequest, Voided
from intake.domain.moves import compensate
from intake.domain.notices import page_staff
from intake.domain.signing import go_stale, propose_by_policy
from intake.domain.transition import Phase
from intake.domain.waiting import step_down_waits

REVIEW = "review"
URGENT = (Screen, Flag, Target, Score, Voided, SupportRequest, CoachingCall)
"""Evidence that may mean danger or deterioration: looked at when it comes, not at the next review."""
CHANGED, CORRECTED = "evidence-changed", "evidence-corrected"
"""Why a proposal is withdrawn, for anybody who watches; what the policy answers now is clinical."""
LADDERS = {RiskLevel.MODERATE: "risk-moderate", RiskLevel.LOW: "risk-low"}
"""How soon a flag must be answered; by the text alone, at once. Source: facts 7.1."""
CALM = ("stay", "step-down-met")


def note(episode: Episode, item: EvidenceItem, rules: Rules, at: datetime) -> list[Outcome]:
    """Count one piece of evidence once, by event time, and look again if it may matter now. Rules: IN-V1, IN-V2."""
    if episode.episode_id is None or episode.evidence.noted(item) == episode.evidence:
        return []
    noted = said.EvidenceNoted(
        at=at,
        participant_id=episode.participant_id,
        episode_id=episode.episode_id,
        event_id=item.event_id,
        kind=type(item).__name__,
        body=ITEM.dump_json(item).decode(),
    )
    after = episode.after(noted)
    flagged = _flag_notice(episode, item, at)
    if not _matters_now(after, item):
        return [noted, *flagged]
    withdrawn = _correction_withdraws(episode, after, item, rules, at)
    looked = look(after, rules, at)
    return [noted, *flagged, *looked, *withdrawn]


def ask_for_more(
    episode: Episode, event_id: str, asked_by: str, staff: StaffId, rules: Rules, at: datetime
) -> list[Outcome]:
    """Somebody asks for more support: evidence for U8, looked at now. Rule: IN-P6."""
    asked = more_support(episode, asked_by, staff, at)
    item = evidence_of(asked, event_id)
    return [asked, *(note(episode, item, rules, at) if item else [])]


def _correction_withdraws(
    before: Episode, after: Episode, item: EvidenceItem, rules: Rules, at: datetime
) -> list[Outcome]:
    """An unsigned step up goes stale where a correction alone takes its reason away.

    Calmer days, ageing and missing evidence never withdraw it: people look at it. Rule: IN-S6.
    """
    transition = before.transition
    if transition is None or transition.kind is not TransitionKind.STEP_UP or transition.phase is not Phase.PROPOSED:
        return []
    if not transition.by_policy or not before.evidence.corrected_by(item):
        return []
    was, now = (_evaluation_of(episode, rules, at) for episode in (before, after))
    if was is None or now is None or was.answer != "step-up" or now.answer not in CALM:
        return []
    return go_stale(after, CORRECTED, at)


def _flag_notice(episode: Episode, item: EvidenceItem, at: datetime) -> list[Outcome]:
    """A raised flag reaches the therapist at once, whatever the policy says; raised again, anew. Rule: IN-V4."""
    if not isinstance(item, Flag) or not episode.in_care:
        return []
    before = any(held.flag_id == item.flag_id and held.at != item.at for held in episode.evidence.flags)
    matter = f"{item.flag_id}@{int(item.at.timestamp())}" if before else item.matter or item.flag_id
    ladder = LADDERS.get(item.level, "")
    return [page_staff(episode.primary_therapist, episode.id, "risk-flag-raised", matter, at, ladder)]


def _matters_now(episode: Episode, item: EvidenceItem) -> bool:
    if not episode.in_care:
        return False
    worrying = isinstance(item, DiaryDay) and (item.self_harm or (item.suicide_urge or 0) >= 1)
    return worrying or isinstance(item, URGENT) or episode.transition is not None


def daily_review(episode: Episode, rules: Rules, at: datetime) -> list[Outcome]:
    """Once a day the policy looks, also when nothing came: missing evidence grows old. Rule: IN-V3."""
    if episode.status is Status.CLOSED or episode.episode_id is None:
        return []
    return [*look(episode, rules, at, daily=True), next_review(at, rules)]


def next_review(at: datetime, rules: Rules) -> Remind:
    """The timer for the next review, at the program's review hour."""
    local = at.astimezone(rules.zone)
    due = datetime.combine(local.date(), time(rules.policy.process.review_hour), rules.zone)
    if due <= at:
        due = datetime.combine(local.date() + timedelta(days=1), due.timetz().replace(tzinfo=None), rules.zone)
    return Remind(REVIEW, due)


def look(episode: Episode, rules: Rules, at: datetime, *, daily: bool = False) -> list[Outcome]:
    """Evaluate the policy and act on its answer; it never changes a level by itself. Rules: IN-V2, IN-S2, IN-S6."""
    case = case_of(episode, rules, at)
    if case is None:
        return []
    evaluation = evaluated(case)
    told = _tell_change(episode, evaluation, at)
    after = episode
    for fact in told:
        after = after.after(fact)
    asked = tell_tasks(after, case, evaluation, daily=daily)
    return [*told, *_act_on(after, evaluation, rules, at), *asked]


def case_of(episode: Episode, rules: Rules, at: datetime) -> Case | None:
    """What the rules look at, of this episode at `at`; None where no level of care is active."""
    if not episode.in_care or episode.level is None or episode.level_since is None:
        return None
    watch = episode.watch_until(rules)
    return Case(
        evidence=episode.evidence,
        policy=rules.policy,
        level=episode.level,
        level_since=episode.level_since.astimezone(UTC),
        conditions=tuple(sorted(set(episode.conditions))),
        now=at.astimezone(UTC),
        tz=rules.zone,
        watch_until=watch and watch.astimezone(UTC),
    )


def _evaluation_of(episode: Episode, rules: Rules, at: datetime) -> Evaluation | None:
    case = case_of(episode, rules, at)
    return evaluated(case) if case else None


def _tell_change(episode: Episode, evaluation: Evaluation, at: datetime) -> list[said.PolicyEvaluated]:
    if evaluation.answer == episode.answer:
        return []
    return [
        said.PolicyEvaluated(
            at=at,
            participant_id=episode.participant_id,
            episode_id=episode.episode_id or EpisodeId(""),
            policy=evaluation.policy,
            answer=evaluation.answer,
            outcomes=evaluation.outcomes,
            evidence_hash=evaluation.evidence_hash,
        )
    ]


def _act_on(episode: Episode, evaluation: Evaluation, rules: Rules, at: datetime) -> list[Outcome]:
    stopped = _stop_what_no_longer_holds(episode, evaluation, rules, at)
    if stopped or episode.transition is not None:
        return stopped
    if evaluation.answer == "step-up":
        return propose_by_policy(episode, evaluation, TransitionKind.STEP_UP, rules, at)
    if evaluation.answer == "step-down-met" and _may_step_down(episode, rules, at):
        return propose_by_policy(episode, evaluation, TransitionKind.STEP_DOWN, rules, at)
    return []


def _may_step_down(episode: Episode, rules: Rules, at: datetime) -> bool:
    """Met twice far enough apart, no cool-down, and the participant is here. Source: policy 1.0, P3, P4."""
    if episode.status is Status.ON_LEAVE or episode.away.missing_since:
        return False
    steps = (episode.stepped_down_at, episode.stepped_up_at)
    return episode.met_since is not None and not step_down_waits(
        episode.met_since, at, rules.policy, rules.zone, *steps
    )


def _stop_what_no_longer_holds(episode: Episode, evaluation: Evaluation, rules: Rules, at: datetime) -> list[Outcome]:
    """An unsigned policy proposal whose answer changed goes stale; danger stops a signed step down. Rule: IN-S6."""
    transition = episode.transition
    if transition is None or transition.kind is not TransitionKind.STEP_DOWN:
        return []
    danger = evaluation.answer in ("emergency", "step-up")
    if transition.phase is Phase.PROPOSED:
        changed = danger or (transition.by_policy and evaluation.answer != "step-down-met")
        return go_stale(episode, CHANGED, at) if changed else []
    if danger:
        return compensate(episode, transition.id, CHANGED, rules.policy.process, at)
    return []
