"""The transition: a process that listens. Its state, and how facts move it; `moves.py` decides.

| step    | we ask                   | good news                          | bad news, we do                 | deadline |
|---------|--------------------------|------------------------------------|---------------------------------|----------|
| place   | HoldPlace                | PlaceHeld                          | PlaceUnavailable: held, waits   | step     |
| family  | ArrangeTransitionMeeting | TransitionMeetingArranged,         | none: never blocks (IN-T5)      | step     |
|         |                          | AlternativeSupportPlanUsed         |                                 |          |
| skills  | CarryCurriculum          | CurriculumCarried                  | CurriculumNotCarried: give back | step     |
| confirm | ConfirmPlace             | PlaceConfirmed: the level changes  | PlaceNotConfirmed: give back    | step     |
| leave   | ReleasePlace (old level) | PlaceReleased: completed           | none: forward only              | step     |

An emergency has no steps: it is true already. A return to a place that was kept has none either. A reopening asks for
a place and its confirmation, while the level goes on; a leave at the effective instant holds a step down (IN-T10).
Until `confirm` everything can be given back completely and the old level stays active; after it, forward only.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from common.contracts import intake as said
from common.contracts.message import Contract
from common.contracts.moves import ParticipantViewRecorded, TransitionDeferred
from common.contracts.words import GroupId, LevelOfCare, Role, StaffId, TransitionId, TransitionKind


class Phase(StrEnum):
    """Where an open transition is."""

    PROPOSED = "proposed"
    PREPARING = "preparing"
    HELD = "held"
    READY = "ready"
    CONFIRMING = "confirming"
    LEAVING = "leaving"
    COMPENSATING = "compensating"


class Step(StrEnum):
    """The steps of a transition."""

    PLACE = "place"
    FAMILY = "family"
    SKILLS = "skills"
    CONFIRM = "confirm"
    LEAVE = "leave"


ENTRY = (Step.PLACE,)
CARRY = (Step.PLACE, Step.FAMILY, Step.SKILLS)
PREPARATION: dict[TransitionKind, tuple[Step, ...]] = {
    TransitionKind.ADMISSION: ENTRY,
    TransitionKind.READMISSION: ENTRY,
    TransitionKind.STEP_DOWN: CARRY,
    TransitionKind.STEP_UP: CARRY,
    TransitionKind.COMPLETION: CARRY,
    TransitionKind.EMERGENCY: (),
    TransitionKind.RETURN: ENTRY,
    TransitionKind.REOPENING: ENTRY,
}
"""What must be in place before a change of level: at the door a place, later also family and skills."""

WAITS_FOR_MIDNIGHT = frozenset({TransitionKind.STEP_DOWN, TransitionKind.COMPLETION})
"""One billable level per date: these change at the program's midnight. Source: facts 0.1 row 4, 9.9."""


WITHOUT_PLACES = frozenset({None, LevelOfCare.CLOSED, LevelOfCare.EXTERNAL_ACUTE})
"""These have no place of ours."""


class Signature(BaseModel):
    """Who signed, as what."""

    model_config = ConfigDict(frozen=True)

    by: StaffId
    role: Role


class Transition(BaseModel):
    """One open transition of one participant."""

    model_config = ConfigDict(frozen=True)

    id: TransitionId
    kind: TransitionKind
    from_level: LevelOfCare | None
    to_level: LevelOfCare
    phase: Phase = Phase.PROPOSED
    by_policy: bool
    signatures_needed: int
    signatures: tuple[Signature, ...] = ()
    effective_at: datetime | None = None
    done: tuple[Step, ...] = ()
    undo: tuple[str, ...] = ()
    reason: str = ""
    planned_on: date | None = None
    undoes: TransitionId | None = None
    frees: LevelOfCare | None = None
    """Whose place is free once the level has changed."""
    needs_place: bool = True
    """False: the place was kept, or there is none to have."""
    preferred_group: GroupId | None = None
    """The group somebody who signed would have the participant sit in. Rule: IN-T13."""
    deferred_until: datetime | None = None
    participant_agrees: bool | None = None

    @property
    def at_midnight(self) -> bool:
        """Whether it takes effect as a local date begins; what takes an error back does not wait for that."""
        return self.kind in WAITS_FOR_MIDNIGHT and self.undoes is None

    @property
    def steps(self) -> tuple[Step, ...]:
        """What must be in place before this change."""
        return PREPARATION[self.kind] if self.needs_place else ()

    def after(self, fact: Contract) -> Self | None:
        """The transition once `fact` is true; None once it is over."""
        match fact:
            case said.TransitionApproved(effective_at=at):
                return self._with(phase=Phase.PREPARING, effective_at=at)
            case said.TransitionStepDone(step=step):
                return self._with(done=(*self.done, Step(step)), phase=_after_step(Step(step)))
            case said.TransitionHeld(reason=reason):
                return self._with(phase=Phase.HELD, reason=reason)
            case said.TransitionReady(effective_at=at):
                return self._with(phase=Phase.READY, effective_at=at)
            case said.TransitionDue():
                return self._with(phase=Phase.CONFIRMING)
            case said.TransitionCompensating(reason=reason, undo=undo):
                return self._with(phase=Phase.COMPENSATING, reason=reason, undo=undo)
            case said.TransitionStepUndone(step=step):
                return self._with(undo=tuple(left for left in self.undo if left != step))
        return None if isinstance(fact, ENDINGS) else self._after_talk(fact)

    def _after_talk(self, fact: Contract) -> Self:
        """The transition once somebody said what they think of it."""
        match fact:
            case said.TransitionSigned(signed_by=by, role=role, preferred_group_id=group):
                signatures = (*self.signatures, Signature(by=by, role=Role(role)))
                return self._with(signatures=signatures, preferred_group=group or self.preferred_group)
            case TransitionDeferred(until=until):
                return self._with(deferred_until=until)
            case ParticipantViewRecorded(agrees=agrees):
                return self._with(participant_agrees=agrees)
        return self

    def waits_for(self) -> Step | None:
        """The step that has been asked for and not answered."""
        match self.phase:
            case Phase.PREPARING | Phase.HELD:
                return next((step for step in self.steps if step not in self.done), None)
            case Phase.CONFIRMING:
                return Step.CONFIRM
            case Phase.LEAVING:
                return Step.LEAVE
        return None

    def asked(self) -> tuple[Step, ...]:
        """The steps of the preparation that somebody may have acted on: done, or asked for."""
        waiting = self.waits_for()
        return tuple(step for step in self.steps if step in self.done or step is waiting)

    def _with(self, **changes: object) -> Self:
        return self.model_copy(update=changes)


def _after_step(step: Step) -> Phase:
    return Phase.LEAVING if step is Step.CONFIRM else Phase.PREPARING


ENDINGS = (
    said.TransitionRefused,
    said.TransitionStale,
    said.TransitionExpired,
    said.TransitionCompleted,
    said.TransitionCompensated,
)
"""Facts after which a transition is over."""
