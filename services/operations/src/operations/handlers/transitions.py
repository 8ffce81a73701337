"""Each transition: its state, since when, which steps are in place, and why it waits or stopped."""

from collections.abc import Callable
from typing import Any

from common.change import Effects, Record
from common.contracts.intake import (
    TransitionApproved,
    TransitionCompensating,
    TransitionCompleted,
    TransitionEvent,
    TransitionHeld,
    TransitionProposed,
    TransitionReady,
    TransitionSigned,
    TransitionStepDone,
    TransitionStepLate,
    TransitionStepUndone,
)
from common.contracts.message import Message
from operations.domain.transitions import waiting_from
from operations.handlers.events import remember

TRANSITIONS = "transitions"


def propose(message: Message[TransitionProposed]) -> Effects:
    """Another level of care is proposed; people decide."""
    proposed = message.data
    return _moved(
        message,
        "proposed",
        kind=proposed.kind.value,
        from_level=proposed.from_level.value if proposed.from_level else None,
        to_level=proposed.to_level.value,
        signatures_needed=proposed.signatures_needed,
        expires_at=proposed.expires_at,
    )


def sign(message: Message[TransitionSigned]) -> Effects:
    """One entitled person said yes."""
    signed = message.data
    entry = {"by": signed.signed_by, "role": signed.role, "at": signed.at}
    return _added(message, {"$push": {"signatures": entry}})


def approve(message: Message[TransitionApproved]) -> Effects:
    """Everybody signed; preparation starts."""
    approved = message.data
    return _moved(message, "approved", to_level=approved.to_level.value, effective_at=approved.effective_at)


def finish_step(message: Message[TransitionStepDone]) -> Effects:
    """One step is in place."""
    done = message.data
    update: dict[str, Any] = {"$push": {"steps": {"step": done.step, "at": done.at}}}
    if done.step == "place":
        update["$set"] = {"placed_at": done.at}
    return _added(message, update)


def miss_step(message: Message[TransitionStepLate]) -> Effects:
    """A step did not answer in time."""
    late = message.data
    return _added(message, {"$push": {"late": {"step": late.step, "attempt": late.attempt, "at": late.at}}})


def undo_step(message: Message[TransitionStepUndone]) -> Effects:
    """One arranged step was given back."""
    undone = message.data
    return _added(message, {"$push": {"undone": {"step": undone.step, "at": undone.at}}})


def hold(message: Message[TransitionHeld]) -> Effects:
    """The transition waits, with a reason; the old level stays active."""
    return _moved(message, "held", reason=message.data.reason, to_level=message.data.to_level.value)


def make_ready(message: Message[TransitionReady]) -> Effects:
    """Everything is in place; it waits only for its effective instant. Rule: OP-4."""
    ready = message.data
    waits = waiting_from(ready.at, ready.effective_at)
    return _moved(message, "ready", effective_at=ready.effective_at, waiting_since=waits)


def complete(message: Message[TransitionCompleted]) -> Effects:
    """The new level is active."""
    completed = message.data
    return _moved(
        message,
        "completed",
        kind=completed.kind.value,
        from_level=completed.from_level.value if completed.from_level else None,
        to_level=completed.to_level.value,
    )


def compensate(message: Message[TransitionCompensating]) -> Effects:
    """It stops; everything arranged is given back."""
    return _moved(message, "compensating", reason=message.data.reason, to_undo=list(message.data.undo))


def end_as(state: str) -> Callable[[Message[Any]], Effects]:
    """A handler for the ends that have nothing to say but their name and, where there is one, a coded reason."""

    def end(message: Message[Any]) -> Effects:
        """It is over; the old level stays."""
        return _moved(message, state, reason=getattr(message.data, "reason", ""))

    return end


def _moved(message: Message[Any], state: str, **fields: Any) -> Effects:
    about: TransitionEvent = message.data
    facts = {"state": state, "state_since": about.at, "waiting_since": about.at, "reason": ""} | fields
    return _added(message, {"$set": facts})


def _added(message: Message[Any], update: dict[str, Any]) -> Effects:
    about: TransitionEvent = message.data
    whose = {"participant_id": about.participant_id, "episode_id": about.episode_id}
    always = {**update, "$set": whose | update.get("$set", {})}
    return (*remember(message), Record(TRANSITIONS, about.transition_id, always))
