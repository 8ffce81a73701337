"""How a signed transition moves: it asks, hears, waits, and either completes or gives everything back."""

from datetime import UTC, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from common.change import Ask, Forget, NotFound, Outcome, Refused, Remind
from common.contracts import family, scheduling, skills
from common.contracts import intake as said
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.contracts.words import EpisodeId, LevelOfCare, NoticeId, RecipientKind, TransitionId
from intake.domain.episode import Episode, Rules
from intake.domain.process import Process
from intake.domain.transition import WAITS_FOR_MIDNIGHT, Phase, Step, Transition

F = TypeVar("F", bound=said.TransitionEvent)

IDS = UUID("5b0c8a54-6f0b-5d0e-9c35-5d3b8a1f2f10")
DEADLINE, EFFECTIVE, HELD_TOO_LONG = "step-deadline", "effective", "held-too-long"
WITHOUT_PLACES = frozenset({None, LevelOfCare.CLOSED, LevelOfCare.EXTERNAL_ACUTE})
"""Coming from these there is no place of ours to give back."""


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
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, zone).astimezone(UTC)


def begin(episode: Episode, process: Process, at: datetime) -> list[Outcome]:
    """Ask for the first step of the preparation."""
    return _ask_next(episode, process, at)


def step_done(episode: Episode, id: TransitionId, step: Step, detail: str, rules: Rules, at: datetime) -> list[Outcome]:
    """A step answered well; ask for the next one, or be ready. Late and repeated news change nothing. Rule: IN-T2."""
    transition = episode.transition
    if transition is None or transition.id != id or transition.waits_for() is not step:
        return []
    done = tell(said.TransitionStepDone, episode, at, step=step, detail=detail)
    after = episode.after(done)
    held = [Forget(HELD_TOO_LONG)] if transition.phase is Phase.HELD else []
    if after.transition and after.transition.waits_for():
        return [done, *held, *_ask_next(after, rules.policy.process, at)]
    return [done, *held, Forget(DEADLINE), *_be_ready(after, rules, at)]


def _be_ready(episode: Episode, rules: Rules, at: datetime) -> list[Outcome]:
    transition = episode.transition
    if transition is None or transition.effective_at is None:
        return []
    effective_at = transition.effective_at
    if effective_at < at and transition.kind in WAITS_FOR_MIDNIGHT:
        effective_at = next_midnight(at, rules.zone)
    ready = tell(said.TransitionReady, episode, at, effective_at=effective_at)
    if effective_at <= at:
        return [ready, *take_effect(episode.after(ready), transition.id, rules.policy.process, at)]
    return [ready, Remind(EFFECTIVE, effective_at, {"transition_id": transition.id})]


def take_effect(episode: Episode, id: str, process: Process, at: datetime) -> list[Outcome]:
    """The effective instant: ask the destination to confirm; the old level stays active until it does. Rule: IN-T3."""
    transition = episode.transition
    if transition is None or transition.id != id or transition.phase is not Phase.READY:
        return []
    due = tell(said.TransitionDue, episode, at)
    return [due, *_ask_next(episode.after(due), process, at)]


def change_level(episode: Episode, id: TransitionId, process: Process, at: datetime) -> list[Outcome]:
    """The destination confirmed: close the old level and open the new one, at one instant. Rule: IN-T3."""
    transition = episode.transition
    if transition is None or transition.id != id or transition.phase is not Phase.CONFIRMING:
        return []
    effective_at = transition.effective_at or at
    changed = said.LevelOfCareChanged(
        at=effective_at,
        participant_id=episode.participant_id,
        episode_id=episode.episode_id or EpisodeId(""),
        transition_id=transition.id,
        kind=transition.kind,
        from_level=transition.from_level,
        to_level=transition.to_level,
        primary_therapist=episode.primary_therapist,
    )
    confirmed = tell(said.TransitionStepDone, episode, at, step=Step.CONFIRM)
    after = episode.after(confirmed).after(changed)
    told = _tell_participant(after, transition.id, at)
    if transition.from_level in WITHOUT_PLACES:
        return [confirmed, changed, told, *complete(after, id, at)]
    return [confirmed, changed, told, *_ask_next(after, process, at)]


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


def complete(episode: Episode, id: TransitionId, at: datetime) -> list[Outcome]:
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
    return [
        tell(said.TransitionHeld, episode, at, reason="no-place", to_level=transition.to_level),
        Forget(DEADLINE),
        Remind(HELD_TOO_LONG, at + timedelta(days=process.held_at_most_days), {"transition_id": id}),
        notice(episode, "transition-held", id, at),
    ]


def compensate(episode: Episode, id: str, reason: str, process: Process, at: datetime) -> list[Outcome]:
    """Stop before the effective instant and give everything back, last step first. Rule: IN-T6."""
    transition = episode.transition
    if transition is None or transition.id != id or transition.phase in TOO_EARLY_OR_LATE:
        return []
    undo = tuple(str(step) for step in reversed(transition.asked()))
    compensating = tell(said.TransitionCompensating, episode, at, reason=reason, undo=undo)
    after = episode.after(compensating)
    timers = [Forget(EFFECTIVE), Forget(HELD_TOO_LONG)]
    return [compensating, *timers, *_ask_undo(after, process, at), notice(episode, "transition-compensated", id, at)]


TOO_EARLY_OR_LATE = frozenset({Phase.PROPOSED, Phase.LEAVING, Phase.COMPENSATING})
"""Phases in which there is nothing to give back, or no way back, or it is under way."""


def cancel(episode: Episode, id: TransitionId, reason: str, process: Process, at: datetime) -> list[Outcome]:
    """A clinician stops a signed transition before its effective instant. Rule: IN-T6."""
    if episode.transition is None or episode.transition.id != id:
        raise NotFound("no-such-transition", "no open transition of this participant has this id")
    if episode.transition.phase is Phase.COMPENSATING:
        return []
    if episode.transition.phase in (Phase.PROPOSED, Phase.LEAVING):
        raise Refused(
            "cannot-cancel", "refuse an unsigned transition; a change that took effect is followed by another"
        )
    return compensate(episode, id, reason, process, at)


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
    return [undone, tell(said.TransitionCompensated, episode, at, reason=transition.reason), Forget(DEADLINE)]


def step_late(episode: Episode, id: str, step: str, attempt: int, process: Process, at: datetime) -> list[Outcome]:
    """A step did not answer: ask again, then give back; what must not fail is asked for ever. Rule: IN-T7."""
    transition = episode.transition
    if transition is None or transition.id != id:
        return []
    if transition.phase is Phase.COMPENSATING:
        late = tell(said.TransitionStepLate, episode, at, step="undo", attempt=attempt)
        return [late, *_ask_undo(episode, process, at, attempt + 1)]
    if transition.waits_for() != step or transition.phase is Phase.HELD:
        return []
    late = tell(said.TransitionStepLate, episode, at, step=step, attempt=attempt)
    if attempt < process.step_attempts or step == Step.LEAVE:
        return [late, *_ask_next(episode, process, at, attempt + 1)]
    return [late, *compensate(episode, id, "step-late", process, at)]


def _ask_next(episode: Episode, process: Process, at: datetime, attempt: int = 1) -> list[Outcome]:
    transition = episode.transition
    step = transition.waits_for() if transition else None
    if transition is None or step is None:
        return []
    return [Ask(_command(episode, transition, step, at)), _deadline(transition, step, process, at, attempt)]


def _ask_undo(episode: Episode, process: Process, at: datetime, attempt: int = 1) -> list[Outcome]:
    transition = episode.transition
    if transition is None:
        return []
    asks: list[Outcome] = [Ask(_undo(episode, transition, Step(step), at)) for step in transition.undo]
    return [*asks, _deadline(transition, Step(transition.undo[0]), process, at, attempt)]


def _deadline(transition: Transition, step: Step, process: Process, at: datetime, attempt: int) -> Remind:
    due = at + timedelta(minutes=process.step_deadline_minutes)
    return Remind(DEADLINE, due, {"transition_id": transition.id, "step": step, "attempt": str(attempt)})


def _command(episode: Episode, transition: Transition, step: Step, at: datetime) -> Contract:
    about = {"at": at, "transition_id": transition.id, "participant_id": episode.id}
    effective_at = transition.effective_at or at
    match step:
        case Step.PLACE:
            return scheduling.HoldPlace.model_validate({**about, "level": transition.to_level})
        case Step.FAMILY:
            more = {"to_level": transition.to_level, "effective_at": effective_at}
            return family.ArrangeTransitionMeeting.model_validate({**about, **more})
        case Step.SKILLS:
            return skills.CarryCurriculum.model_validate({**about, "to_level": transition.to_level})
        case Step.CONFIRM:
            return scheduling.ConfirmPlace.model_validate({**about, "level": transition.to_level})
        case Step.LEAVE:
            return scheduling.ReleasePlace.model_validate({**about, "level": transition.from_level})


def _undo(episode: Episode, transition: Transition, step: Step, at: datetime) -> Contract:
    about = {"at": at, "transition_id": transition.id, "participant_id": episode.id}
    match step:
        case Step.FAMILY:
            return family.CancelTransitionMeeting.model_validate(about)
        case Step.SKILLS:
            return skills.UndoCarryCurriculum.model_validate(about)
        case _:
            return scheduling.ReleasePlace.model_validate({**about, "level": transition.to_level})
