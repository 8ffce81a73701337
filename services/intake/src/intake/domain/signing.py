"""Proposing, signing and refusing a transition: software proposes, named and entitled people decide."""

from datetime import date, datetime, timedelta
from uuid import uuid5

from common.change import Forget, Invalid, NotEntitled, NotFound, Outcome, Refused, Remind
from common.contracts import intake as said
from common.contracts.words import (
    INTENSITY,
    EpisodeId,
    GroupId,
    LevelOfCare,
    Role,
    StaffId,
    TransitionId,
    TransitionKind,
)
from intake.domain.episode import Episode, Rules
from intake.domain.evaluation import Evaluation
from intake.domain.loc_opinions import heeded
from intake.domain.moves import IDS, begin, next_midnight, notice, tell
from intake.domain.policy import STEPS, Approval, Policy
from intake.domain.process import Process
from intake.domain.program_days import midnight
from intake.domain.transition import WAITS_FOR_MIDNIGHT, Phase, Signature, Transition
from intake.domain.waiting import rests_until

ENTITLED = (Role.MEDICAL, Role.CLINICIAN)
"""Who may sign at all, the rarer first. Rule: IN-S1."""
EXPIRY = "proposal-expiry"


def propose_by_policy(
    episode: Episode, evaluation: Evaluation, kind: TransitionKind, rules: Rules, at: datetime
) -> list[Outcome]:
    """Put the policy's proposal before people; it rests on every rule it names. Rules: IN-S2, IN-S7."""
    if evaluation.to_level is None or _refused_lately(episode, kind, rules.policy.process, at):
        return []
    once = f"{episode.id}|{kind}|{at.isoformat()}|{evaluation.evidence_hash}|{len(episode.history.turns)}"
    id = TransitionId(str(uuid5(IDS, once)))
    proposed = proposal(
        episode, id, kind, evaluation.to_level, f"policy {evaluation.policy}", rules.policy, at
    ).model_copy(update={"outcomes": evaluation.outcomes, "evidence_hash": evaluation.evidence_hash})
    return [
        proposed,
        Remind(EXPIRY, proposed.expires_at, {"transition_id": id}),
        notice(episode, "proposal-to-sign", id, at),
    ]


def _refused_lately(episode: Episode, kind: TransitionKind, process: Process, at: datetime) -> bool:
    """Whether a person said no to this kind of move too short a while ago to be asked again. Rule: IN-S7."""
    refused_at = episode.refused.get(kind)
    return refused_at is not None and at < rests_until(kind, refused_at, process)


def propose_by_person(
    episode: Episode,
    id: TransitionId,
    to_level: LevelOfCare,
    reason: str,
    staff: StaffId,
    roles: frozenset[Role],
    rules: Rules,
    at: datetime,
    planned_on: date | None = None,
    group: GroupId | None = None,
    despite: str = "",
) -> list[Outcome]:
    """A clinician proposes another level, for now or later, and signs it. Rules: IN-S1, IN-T1, IN-T8, IN-T13."""
    if not episode.in_care or episode.level is None:
        raise Refused("not-in-care", "no level of care is active")
    if episode.transition is not None:
        raise Refused("transition-open", "another transition of this participant is open")
    if to_level not in allowed(episode.level):
        raise Invalid("no-such-move", f"there is no move from {episode.level} to {to_level}")
    if not reason:
        raise Invalid("reason-missing", "a person's proposal needs a reason")
    kind = kind_of(episode.level, to_level)
    refuse_impossible_date(planned_on, kind, rules, at)
    more = {"reason": reason, "planned_on": planned_on}
    proposed = proposal(episode, id, kind, to_level, staff, rules.policy, at).model_copy(update=more)
    return [
        proposed,
        Remind(EXPIRY, proposed.expires_at, {"transition_id": id}),
        *sign(episode.after(proposed), id, staff, roles, rules, at, group, despite),
    ]


def begin_entry(
    episode: Episode,
    id: TransitionId,
    kind: TransitionKind,
    to_level: LevelOfCare,
    staff: StaffId,
    roles: frozenset[Role],
    rules: Rules,
    at: datetime,
    despite: str = "",
) -> list[Outcome]:
    """Admission, readmission or reopening: the person who decides it signs it. Rule: IN-T1."""
    if to_level not in INTO_CARE and kind is not TransitionKind.REOPENING:
        raise Invalid("no-such-move", f"nobody is admitted to {to_level}")
    proposed = proposal(episode, id, kind, to_level, staff, rules.policy, at)
    return [proposed, *sign(episode.after(proposed), id, staff, roles, rules, at, despite=despite)]


INTO_CARE = (LevelOfCare.RESIDENTIAL, LevelOfCare.PHP, LevelOfCare.IOP)
"""Levels by which one enters treatment. Source: facts 2.5."""


def kind_of(from_level: LevelOfCare, to_level: LevelOfCare) -> TransitionKind:
    """What a move between two active levels is called."""
    if to_level is LevelOfCare.ALUMNI:
        return TransitionKind.COMPLETION
    if from_level is LevelOfCare.EXTERNAL_ACUTE:
        return TransitionKind.RETURN
    up = INTENSITY[to_level] > INTENSITY[from_level]
    return TransitionKind.STEP_UP if up else TransitionKind.STEP_DOWN


def allowed(level: LevelOfCare) -> frozenset[LevelOfCare]:
    """Where one may move from a level. Source: facts 2.5."""
    table = {
        LevelOfCare.RESIDENTIAL: (LevelOfCare.PHP, LevelOfCare.IOP),
        LevelOfCare.PHP: (LevelOfCare.RESIDENTIAL, LevelOfCare.IOP, LevelOfCare.OUTPATIENT_BOOSTER),
        LevelOfCare.IOP: (
            LevelOfCare.RESIDENTIAL,
            LevelOfCare.PHP,
            LevelOfCare.OUTPATIENT_BOOSTER,
            LevelOfCare.ALUMNI,
        ),
        LevelOfCare.OUTPATIENT_BOOSTER: (
            LevelOfCare.RESIDENTIAL,
            LevelOfCare.PHP,
            LevelOfCare.IOP,
            LevelOfCare.ALUMNI,
        ),
        LevelOfCare.EXTERNAL_ACUTE: INTO_CARE,
    }
    return frozenset(table.get(level, ()))


def proposal(
    episode: Episode,
    id: TransitionId,
    kind: TransitionKind,
    to_level: LevelOfCare,
    by: str,
    policy: Policy,
    at: datetime,
) -> said.TransitionProposed:
    """Another level is proposed, with as many signatures as it needs. Rule: IN-S3."""
    inside = kind not in (TransitionKind.ADMISSION, TransitionKind.READMISSION, TransitionKind.REOPENING)
    needed = signatures_needed(episode.level if inside else None, to_level, kind, policy)
    if kind is TransitionKind.RETURN:
        needed = _to_return(episode, to_level, policy)
    return said.TransitionProposed(
        at=at,
        participant_id=episode.participant_id,
        episode_id=episode.episode_id or EpisodeId(""),
        transition_id=id,
        kind=kind,
        from_level=episode.level if inside else None,
        to_level=to_level,
        proposed_by=by,
        signatures_needed=needed,
        expires_at=at + timedelta(hours=policy.proposal_expiry_hours),
    )


def signatures_needed(
    from_level: LevelOfCare | None, to_level: LevelOfCare, kind: TransitionKind, policy: Policy
) -> int:
    """How many people must sign. Source: program policy 1.0, approval; facts 2.7. Rule: IN-S3."""
    if from_level is None or kind is TransitionKind.COMPLETION:
        return 1
    if kind is TransitionKind.STEP_UP:
        return policy.approvals[Approval.SKIP_LEVEL if (from_level, to_level) in SKIPS_UP else Approval.STEP_UP]
    step, usual_level = STEPS.get(from_level, (None, None))
    return policy.approvals[Approval(step) if step and usual_level is to_level else Approval.SKIP_LEVEL]


SKIPS_UP = (
    (LevelOfCare.IOP, LevelOfCare.RESIDENTIAL),
    (LevelOfCare.OUTPATIENT_BOOSTER, LevelOfCare.RESIDENTIAL),
)
"""Up by more than the table lets one person sign. Source: facts 2.5; from the booster, "re-assess": ASSUMED."""


def _to_return(episode: Episode, to_level: LevelOfCare, policy: Policy) -> int:
    """A return to a lower level than before acute care is signed like the step down it is. Rule: IN-E12."""
    turns = episode.history.known()
    before = turns[-2].level if len(turns) > 1 else to_level
    if INTENSITY[to_level] >= INTENSITY[before]:
        return 1
    return signatures_needed(before, to_level, TransitionKind.STEP_DOWN, policy)


def refuse_impossible_date(planned_on: date | None, kind: TransitionKind, rules: Rules, at: datetime) -> None:
    """Raise Invalid for a date on which this cannot take effect, or too far ahead. Rule: IN-T8."""
    if planned_on is None:
        return
    today = at.astimezone(rules.zone).date()
    if planned_on < today:
        raise Invalid("in-the-past", "a change of level is not planned for a date that is over")
    if planned_on == today and kind in WAITS_FOR_MIDNIGHT:
        raise Invalid("too-soon", "this date has its level of care; the next date is the first possible one")
    days = rules.policy.process.plan_at_most_days
    if (planned_on - today).days > days:
        raise Invalid("too-far-ahead", f"a change of level is planned at most {days} days ahead")


def _takes_effect(transition: Transition, rules: Rules, at: datetime) -> datetime:
    """When what everybody signed takes effect: at once, at midnight, or as its date begins. Rules: IN-T3, IN-T8."""
    soonest = next_midnight(at, rules.zone) if transition.at_midnight else at
    planned = midnight(transition.planned_on, rules.zone) if transition.planned_on else soonest
    return max(planned, soonest)


def sign(
    episode: Episode,
    id: TransitionId,
    staff: StaffId,
    roles: frozenset[Role],
    rules: Rules,
    at: datetime,
    group: GroupId | None = None,
    despite: str = "",
) -> list[Outcome]:
    """One entitled person says yes; the last signature starts it. Rules: IN-S1, IN-S3, IN-T13, IN-O3."""
    transition = open_transition(episode, id)
    if any(signature.by == staff for signature in transition.signatures):
        return []
    if transition.phase is not Phase.PROPOSED:
        raise Refused("already-approved", "this transition has all its signatures")
    role = _role_for(transition, roles)
    yes = {"signed_by": staff, "role": role, "preferred_group_id": group, **heeded(episode, despite, rules, at)}
    signed = tell(said.TransitionSigned, episode, at, **yes)
    signatures = (*transition.signatures, Signature(by=staff, role=role))
    if len(signatures) < transition.signatures_needed:
        return [signed]
    about = {"kind": transition.kind, "to_level": transition.to_level}
    approved = tell(said.TransitionApproved, episode, at, effective_at=_takes_effect(transition, rules, at), **about)
    return [signed, approved, Forget(EXPIRY), *begin(episode.after(signed).after(approved), rules, at)]


def _role_for(transition: Transition, roles: frozenset[Role]) -> Role:
    """The role somebody signs in; out of residential care one clinician and one medical provider sign."""
    able = [role for role in ENTITLED if role in roles]
    if not able:
        raise NotEntitled("role-missing", "signing needs the role clinician or medical")
    if transition.from_level is LevelOfCare.RESIDENTIAL and transition.signatures_needed > 1:
        missing = [role for role in able if role not in {s.role for s in transition.signatures}]
        if not missing:
            raise NotEntitled("other-role-needed", "leaving residential care needs a clinician and a medical provider")
        return missing[0]
    return able[-1]


def refuse(
    episode: Episode, id: TransitionId, reason: str, staff: StaffId, roles: frozenset[Role], at: datetime
) -> list[Outcome]:
    """One entitled person says no, with a coded reason; final for this proposal. Rule: IN-S4."""
    transition = open_transition(episode, id)
    if not roles & set(ENTITLED):
        raise NotEntitled("role-missing", "refusing needs the role clinician or medical")
    if transition.phase is not Phase.PROPOSED:
        raise Refused("already-approved", "this transition has all its signatures; cancel it instead")
    return [
        tell(said.TransitionRefused, episode, at, refused_by=staff, reason=reason),
        Forget(EXPIRY),
    ]


def expire(episode: Episode, id: str, at: datetime) -> list[Outcome]:
    """Nobody signed in time. Rule: IN-S5."""
    transition = episode.transition
    if transition is None or transition.id != id or transition.phase is not Phase.PROPOSED:
        return []
    return [tell(said.TransitionExpired, episode, at)]


def go_stale(episode: Episode, reason: str, at: datetime) -> list[Outcome]:
    """The evidence changed under an unsigned proposal. Rule: IN-S6."""
    if episode.transition is None:
        return []
    return [
        tell(said.TransitionStale, episode, at, reason=reason),
        Forget(EXPIRY),
        notice(episode, "transition-stale", episode.transition.id, at),
    ]


def open_transition(episode: Episode, id: TransitionId) -> Transition:
    """The open transition of this id; raises NotFound."""
    if episode.transition is None or episode.transition.id != id:
        raise NotFound("no-such-transition", "no open transition of this participant has this id")
    return episode.transition
