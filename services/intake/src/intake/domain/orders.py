"""What a transition asks of others: the next step, or each step given back, and by when."""

from datetime import datetime, timedelta

from common.change import Ask, Outcome, Remind
from common.contracts import coverage, family, scheduling, skills
from common.contracts.message import Contract
from common.contracts.moves import LevelOfCareCorrected
from common.contracts.words import LevelOfCare
from intake.domain.coverage import COUNTED
from intake.domain.episode import Episode
from intake.domain.process import Process
from intake.domain.transition import Step, Transition

DEADLINE = "step-deadline"


def ask_next(episode: Episode, process: Process, at: datetime, attempt: int = 1) -> list[Outcome]:
    """Ask for the step that is next, with its deadline. Rules: IN-T2, IN-T7."""
    transition = episode.transition
    step = transition.waits_for() if transition else None
    if transition is None or step is None:
        return []
    return [Ask(_command(episode, transition, step, at)), _deadline(transition, step, process, at, attempt)]


def ask_undo(episode: Episode, process: Process, at: datetime, attempt: int = 1) -> list[Outcome]:
    """Ask for everything that is not given back yet. Rules: IN-T6, IN-T7."""
    transition = episode.transition
    if transition is None or not transition.undo:
        return []
    asks: list[Outcome] = [Ask(_undo(episode, transition, Step(step), at)) for step in transition.undo]
    return [*asks, _deadline(transition, Step(transition.undo[0]), process, at, attempt)]


def check_authorisation(episode: Episode, at: datetime) -> list[Outcome]:
    """Ask how the authorisation stands as this takes effect, which it does whatever the answer. Rule: IN-A7.

    A payer's paper decides who pays, never whether somebody is cared for. Source: facts 2.2.
    """
    transition = episode.transition
    if transition is None or transition.to_level not in COUNTED:
        return []
    return [_stay(coverage.CheckAuthorisation, episode, transition.to_level, at, transition_id=transition.id)]


def pause_stay(episode: Episode, at: datetime) -> list[Outcome]:
    """Where a place is kept, nothing of it is counted from now on. Rule: IN-A8."""
    kept = episode.kept_place
    return [_stay(coverage.PauseStay, episode, kept, at, from_at=episode.level_since)] if kept in COUNTED else []


def resume_stay(episode: Episode, at: datetime) -> list[Outcome]:
    """Back at the place that was kept, it counts again. Rule: IN-A8."""
    back = episode.level if episode.transition and not episode.transition.needs_place else None
    return [_stay(coverage.ResumeStay, episode, back, at, from_at=episode.level_since)] if back in COUNTED else []


def move_stay(episode: Episode, corrected: LevelOfCareCorrected) -> list[Outcome]:
    """A change of level was true at another instant: so are the stays it began and ended. Rule: IN-A9."""
    more = {"from_level": corrected.from_level, "was_at": corrected.was_at, "from_at": corrected.at}
    return [_stay(coverage.MoveStay, episode, corrected.level, corrected.known_at, **more)]


def _stay(
    kind: type[coverage.StayCommand], episode: Episode, level: LevelOfCare | None, at: datetime, /, **more: object
) -> Ask:
    return Ask(kind.model_validate({"at": at, "participant_id": episode.id, "level": level, **more}))


def _deadline(transition: Transition, step: Step, process: Process, at: datetime, attempt: int) -> Remind:
    due = at + timedelta(minutes=process.step_deadline_minutes)
    return Remind(DEADLINE, due, {"transition_id": transition.id, "step": step, "attempt": str(attempt)})


def _command(episode: Episode, transition: Transition, step: Step, at: datetime) -> Contract:
    about = {"at": at, "transition_id": transition.id, "participant_id": episode.id}
    effective_at = transition.effective_at or at
    match step:
        case Step.PLACE:
            needed = {"level": transition.to_level, "effective_at": transition.effective_at}
            return scheduling.HoldPlace.model_validate(
                {**about, **needed, "preferred_group_id": transition.preferred_group}
            )
        case Step.FAMILY:
            more = {"to_level": transition.to_level, "effective_at": effective_at}
            return family.ArrangeTransitionMeeting.model_validate({**about, **more})
        case Step.SKILLS:
            return skills.CarryCurriculum.model_validate({**about, "to_level": transition.to_level})
        case Step.CONFIRM:
            return scheduling.ConfirmPlace.model_validate({**about, "level": transition.to_level})
        case Step.LEAVE:
            return scheduling.ReleasePlace.model_validate({**about, "level": transition.frees})


def _undo(episode: Episode, transition: Transition, step: Step, at: datetime) -> Contract:
    about = {"at": at, "transition_id": transition.id, "participant_id": episode.id}
    match step:
        case Step.FAMILY:
            return family.CancelTransitionMeeting.model_validate(about)
        case Step.SKILLS:
            return skills.UndoCarryCurriculum.model_validate(about)
        case _:
            return scheduling.ReleasePlace.model_validate({**about, "level": transition.to_level})
