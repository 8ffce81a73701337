"""How a signed transition moves: it asks, hears, waits, and either completes or gives everything back."""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from common.change import Ask, Forget, NotFound, Outcome, Refused, Remind
from common.contracts import intake as said
from common.contracts.notifications import SendNotice
from common.contracts.words import (
    EpisodeId,
    LevelOfCare,
    NoticeId,
    RecipientKind,
    StaffId,
    TransitionId,
    TransitionKind,
)
from intake.domain.episode import Episode, Rules, Status
from intake.domain.evaluation import evaluate
from intake.domain.orders import DEADLINE, ask_next, ask_undo, check_authorisation, resume_stay
from intake.domain.process import Process, follow_ups
from intake.domain.program_days import midnight
from intake.domain.transition import WAITS_FOR_MIDNIGHT, Phase, Step

F = TypeVar("F", bound=said.TransitionEvent)

IDS = UUID("5b0c8a54-6f0b-5d0e-9c35-5d3b8a1f2f10")
EFFECTIVE, HELD_TOO_LONG = "effective", "held-too-long"


def tell(kind: type[F], episode: Episode, at: datetime, /, **more: object) -> F:
    """A fact about the open transition of this episode."""
    transition_id = episode.transition.id if episode.transition else ""
    about = {"participant_id": episode.id, "episode_id": episode.episode_id, "transition_id": transition_id}
    return kind.model_validate({**about, "at": at, **more})


def notice(episode: Episode, template: str, about: str, at: datetime) -> Ask:
    """Tell the primary therapist, once per thing told about."""
    id = NoticeId(str(uuid5(IDS, f"{template}|{about}|{episode.primary_therapist}")))
    return Ask(
        SendNotice(
            at=at,
            participant_id=episode.participant_id,
            notice_id=id,
            recipient_kind=RecipientKind.STAFF,
            recipient_id=episode.primary_therapist,
            template=template,
        )
    )


def next_midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """The first instant of the next local date, in UTC. Source: facts 0.1 row 4, 9.9."""
    return midnight(at.astimezone(zone).date() + timedelta(days=1), zone)


def begin(episode: Episode, rules: Rules, at: datetime) -> list[Outcome]:
    """Ask for the first step of the preparation; where there is none, all is in place."""
    return ask_next(episode, rules.policy.process, at) or be_ready(episode, rules, at)


def step_done(episode: Episode, id: TransitionId, step: Step, detail: str, rules: Rules, at: datetime) -> list[Outcome]:
    """A step answered well; ask for the next one, or be ready. Late and repeated news change nothing. Rule: IN-T2."""
    transition = episode.transition
    if transition is None or transition.id != id or transition.waits_for() is not step:
        return []
    done = tell(said.TransitionStepDone, episode, at, step=step, detail=detail)
    after = episode.after(done)
    held = [Forget(HELD_TOO_LONG)] if transition.phase is Phase.HELD else []
    if after.transition and after.transition.waits_for():
        return [done, *held, *ask_next(after, rules.policy.process, at)]
    return [done, *held, Forget(DEADLINE), *be_ready(after, rules, at)]


def be_ready(episode: Episode, rules: Rules, at: datetime) -> list[Outcome]:
    """Everything is in place: it takes effect at its instant, or now, where that is past. Rule: IN-T3."""
    transition = episode.transition
    if transition is None or transition.effective_at is None:
        return []
    effective_at = transition.effective_at
    if effective_at < at and transition.at_midnight:
        effective_at = next_midnight(at, rules.zone)
    ready = tell(said.TransitionReady, episode, at, effective_at=effective_at)
    if effective_at <= at:
        return [ready, *take_effect(episode.after(ready), transition.id, rules, at)]
    return [ready, Remind(EFFECTIVE, effective_at, {"transition_id": transition.id})]


def take_effect(episode: Episode, id: str, rules: Rules, at: datetime) -> list[Outcome]:
    """The effective instant: look again, then ask the destination to confirm, or say why not. Rules: IN-T3, IN-T10."""
    transition = episode.transition
    if transition is None or transition.id != id or transition.phase is not Phase.READY:
        return []
    process = rules.policy.process
    if transition.kind in WAITS_FOR_MIDNIGHT:
        if _danger(episode, rules, at):
            return compensate(episode, id, "evidence-changed", process, at)
        if episode.status is Status.ON_LEAVE or episode.away.missing_since:
            return [*_held(episode, "on-leave", process, at), Forget(EFFECTIVE)]
    due = tell(said.TransitionDue, episode, at)
    after = episode.after(due)
    return [
        due,
        *check_authorisation(episode, at),
        *(ask_next(after, process, at) if transition.needs_place else change_level(after, id, process, at)),
    ]


def _danger(episode: Episode, rules: Rules, at: datetime) -> bool:
    """Whether what the policy says now is a reason to stop a step down; people decide what follows."""
    if episode.level is None or episode.level_since is None:
        return False
    now = evaluate(
        episode.evidence,
        rules.policy,
        level=episode.level,
        level_since=episode.level_since,
        conditions=episode.conditions,
        now=at,
        tz=rules.zone,
        watch_until=episode.watch_until(rules),
    )
    return now.answer in ("emergency", "step-up")


def resume(episode: Episode, rules: Rules, at: datetime) -> list[Outcome]:
    """Back from leave: what waited for that goes on, at the next instant it may. Rule: IN-T10."""
    transition = episode.transition
    if transition is None or transition.phase is not Phase.HELD or transition.waits_for():
        return []
    return [Forget(HELD_TOO_LONG), *be_ready(episode, rules, at)]


def change_level(episode: Episode, id: str, process: Process, at: datetime) -> list[Outcome]:
    """The destination confirmed: close the old level and open the new one, at one instant. Rule: IN-T3."""
    transition = episode.transition
    if transition is None or transition.id != id or transition.phase is not Phase.CONFIRMING:
        return []
    confirmed = tell(said.TransitionStepDone, episode, at, step=Step.CONFIRM)
    after, changed = episode.after(confirmed), _changed(episode, at)
    for fact in changed:
        after = after.after(fact)
    told = [_tell_participant(after, transition.id, at)] if changed else []
    over = complete(after, id, at) if transition.frees is None else ask_next(after, process, at)
    contacts = follow_ups(process, after.level_since or at) if transition.to_level is LevelOfCare.ALUMNI else []
    return [confirmed, *changed, *told, *resume_stay(after, at), *over, *contacts]


def _changed(episode: Episode, at: datetime) -> list[said.LevelOfCareChanged]:
    """The change itself; after a reopening there is none, for the level never ended."""
    transition = episode.transition
    if transition is None or transition.kind is TransitionKind.REOPENING:
        return []
    changed = said.LevelOfCareChanged(
        at=transition.effective_at or at,
        participant_id=episode.participant_id,
        episode_id=episode.episode_id or EpisodeId(""),
        transition_id=transition.id,
        kind=transition.kind,
        from_level=transition.from_level,
        to_level=transition.to_level,
        primary_therapist=episode.primary_therapist,
        known_at=at,
        undoes=transition.undoes,
    )
    return [changed]


def _tell_participant(episode: Episode, about: str, at: datetime) -> Ask:
    return Ask(
        SendNotice(
            at=at,
            participant_id=episode.participant_id,
            notice_id=NoticeId(str(uuid5(IDS, f"level-changed|{about}"))),
            recipient_kind=RecipientKind.PARTICIPANT,
            recipient_id=episode.id,
            template="level-changed",
        )
    )


def complete(episode: Episode, id: str, at: datetime) -> list[Outcome]:
    """The old place is free: the transition is over."""
    transition = episode.transition
    if transition is None or transition.id != id or transition.phase is not Phase.LEAVING:
        return []
    levels = {"from_level": transition.from_level, "to_level": transition.to_level}
    return [tell(said.TransitionCompleted, episode, at, kind=transition.kind, **levels), Forget(DEADLINE)]


def hold(episode: Episode, id: TransitionId, process: Process, at: datetime) -> list[Outcome]:
    """No place: the transition waits with its reason, the old level stays. Rule: IN-T4."""
    transition = episode.transition
    if transition is None or transition.id != id or transition.phase is not Phase.PREPARING:
        return []
    if transition.waits_for() is not Step.PLACE:
        return []
    return [*_held(episode, "no-place", process, at), Forget(DEADLINE)]


def _held(episode: Episode, reason: str, process: Process, at: datetime) -> list[Outcome]:
    """It waits, with its reason; not for ever, unless the participant is at that level already."""
    transition = episode.transition
    if transition is None:
        return []
    until = max(at, transition.effective_at or at) + timedelta(days=process.held_at_most_days)
    ends = (
        []
        if transition.kind is TransitionKind.REOPENING
        else [Remind(HELD_TOO_LONG, until, {"transition_id": transition.id})]
    )
    return [
        tell(said.TransitionHeld, episode, at, reason=reason, to_level=transition.to_level),
        *ends,
        _held_notice(episode, reason, transition.id, at),
    ]


def _held_notice(episode: Episode, reason: str, id: str, at: datetime) -> Ask:
    if reason == "no-place":
        return notice(episode, "transition-held", id, at)
    return notice(episode, "transition-waits-for-return", f"{id}|{at.isoformat()}", at)


def compensate(
    episode: Episode, id: str, reason: str, process: Process, at: datetime, by: StaffId | None = None
) -> list[Outcome]:
    """Stop before the effective instant and give everything back, last step first. Rule: IN-T6."""
    transition = episode.transition
    if transition is None or transition.id != id or transition.phase in TOO_EARLY_OR_LATE:
        return []
    undo = tuple(str(step) for step in reversed(transition.asked()))
    compensating = tell(said.TransitionCompensating, episode, at, reason=reason, undo=undo, stopped_by=by)
    after = episode.after(compensating)
    given_back = ask_undo(after, process, at) if undo else [_all_given_back(after, reason, at)]
    timers = [Forget(EFFECTIVE), Forget(HELD_TOO_LONG)]
    return [compensating, *timers, *given_back, notice(episode, "transition-compensated", id, at)]


def _all_given_back(episode: Episode, reason: str, at: datetime) -> said.TransitionCompensated:
    return tell(said.TransitionCompensated, episode, at, reason=reason)


TOO_EARLY_OR_LATE = frozenset({Phase.PROPOSED, Phase.LEAVING, Phase.COMPENSATING})
"""Phases in which there is nothing to give back, or no way back, or it is under way."""


def cancel(
    episode: Episode, id: TransitionId, reason: str, process: Process, at: datetime, by: StaffId | None = None
) -> list[Outcome]:
    """A clinician stops a signed transition before its effective instant. Rule: IN-T6."""
    if episode.transition is None or episode.transition.id != id:
        if episode.history.version_of(id):
            raise Refused("cannot-cancel", "this change took effect; undo it instead")
        raise NotFound("no-such-transition", "no open transition of this participant has this id")
    if episode.transition.kind is TransitionKind.REOPENING:
        raise Refused("cannot-cancel", "the participant is at this level; discharge them instead")
    if episode.transition.phase is Phase.COMPENSATING:
        return []
    if episode.transition.phase in (Phase.PROPOSED, Phase.LEAVING):
        raise Refused(
            "cannot-cancel", "refuse an unsigned transition; a change that took effect is followed by another"
        )
    return compensate(episode, id, reason, process, at, by)


def step_undone(episode: Episode, id: TransitionId, step: Step, at: datetime) -> list[Outcome]:
    """One arranged step is given back; after the last one everything is as before. Rule: IN-T6."""
    transition = episode.transition
    if transition is None or transition.id != id or step not in transition.undo:
        return []
    if transition.phase is not Phase.COMPENSATING:
        return []
    undone = tell(said.TransitionStepUndone, episode, at, step=step)
    if transition.undo != (step,):
        return [undone]
    return [undone, _all_given_back(episode, transition.reason, at), Forget(DEADLINE)]


def step_late(episode: Episode, id: str, step: str, attempt: int, rules: Rules, at: datetime) -> list[Outcome]:
    """Ask again, then go on without family, or give back; what must not fail is asked for ever. Rules: IN-T5, IN-T7."""
    transition, process = episode.transition, rules.policy.process
    if transition is None or transition.id != id:
        return []
    if transition.phase is Phase.COMPENSATING:
        late = tell(said.TransitionStepLate, episode, at, step="undo", attempt=attempt)
        return [late, *ask_undo(episode, process, at, attempt + 1)]
    if transition.waits_for() != step or transition.phase is Phase.HELD:
        return []
    if step == Step.FAMILY and attempt >= process.step_attempts:
        return step_done(episode, TransitionId(id), Step.FAMILY, "no-answer", rules, at)
    late = tell(said.TransitionStepLate, episode, at, step=step, attempt=attempt)
    if attempt < process.step_attempts or step == Step.LEAVE or transition.kind is TransitionKind.REOPENING:
        return [late, *ask_next(episode, process, at, attempt + 1)]
    return [late, *compensate(episode, id, "step-late", process, at)]
