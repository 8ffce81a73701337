"""The episode of care: one participant, one level at a time, at most one open transition, by construction."""

from datetime import datetime
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from common.change import Aggregate
from common.contracts import care
from common.contracts import intake as said
from common.contracts import moves as said_of_moves
from common.contracts.message import Contract
from common.contracts.policy import PolicyTask, PolicyTasksChanged, ReviewHeld
from common.contracts.words import (
    Condition,
    Disposition,
    EpisodeId,
    LevelOfCare,
    ParticipantId,
    ReferralId,
    StaffId,
    TransitionId,
    TransitionKind,
)
from intake.domain.away import Away
from intake.domain.care_rules import CareRules
from intake.domain.evidence import Evidence
from intake.domain.evidence_items import EvidenceItem
from intake.domain.hand_over import HandOver, hand_over_after
from intake.domain.history import History
from intake.domain.policy import Policy
from intake.domain.program_days import days_later
from intake.domain.tasks import Task, Tasks
from intake.domain.transition import WITHOUT_PLACES, Transition

ITEM: TypeAdapter[EvidenceItem] = TypeAdapter(EvidenceItem)


class Rules(BaseModel):
    """What decisions go by: the policy, the rules of care around it, and the program's time zone."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    policy: Policy
    care: CareRules
    zone: ZoneInfo


class Status(StrEnum):
    """Whether treatment goes on."""

    NONE = "none"
    OPEN = "open"
    ON_LEAVE = "on-leave"
    CLOSED = "closed"


class Episode(Aggregate):
    """Everything intake knows of one participant's care. `id` is the participant's."""

    episode_id: EpisodeId | None = None
    referral_id: ReferralId | None = None
    status: Status = Status.NONE
    level: LevelOfCare | None = None
    level_since: datetime | None = None
    primary_therapist: StaffId = StaffId("")
    hand_over: HandOver | None = None
    conditions: tuple[Condition, ...] = ()
    transition: Transition | None = None
    evidence: Evidence = Evidence()
    answer: str = ""
    met_since: datetime | None = None
    stepped_down_at: datetime | None = None
    stepped_up_at: datetime | None = None
    refused: dict[TransitionKind, datetime] = Field(default_factory=dict)
    tasks: Tasks = Tasks()
    reviews_held: dict[str, datetime] = Field(default_factory=dict)
    leave_due_at: datetime | None = None
    away: Away = Away()
    closed_at: datetime | None = None
    disposition: Disposition | None = None
    history: History = History()
    kept_place: LevelOfCare | None = None
    """Whose place waits while the participant is in acute care elsewhere."""
    kept_by: TransitionId | None = None
    """The emergency that took the participant there."""

    @property
    def participant_id(self) -> ParticipantId:
        """Whom this is about."""
        return ParticipantId(self.id)

    @property
    def in_care(self) -> bool:
        """Whether a level of care is active."""
        return self.status in (Status.OPEN, Status.ON_LEAVE) and self.level is not None

    def watch_until(self, rules: Rules) -> datetime | None:
        """Until when a step down is watched more closely. Source: program policy 1.0, principle P4."""
        if self.stepped_down_at is None:
            return None
        return days_later(self.stepped_down_at, rules.policy.step_up.watch_days_after_step_down, rules.zone)

    def after(self, fact: Contract) -> Self:
        """The episode once `fact` is true."""
        moved = self.model_copy(update={**self._moved_by(fact), **self._asked_by(fact), "away": self.away.after(fact)})
        if self.transition is None or getattr(fact, "transition_id", "") != self.transition.id:
            return moved
        return moved.model_copy(update={"transition": self.transition.after(fact)})

    def _moved_by(self, fact: Contract) -> dict[str, object]:
        match fact:
            case said.EvidenceNoted(body=body):
                return {"evidence": self.evidence.noted(ITEM.validate_json(body))}
            case said.PolicyEvaluated(answer=answer, at=at):
                return {"answer": answer, "met_since": at if answer == "step-down-met" else None}
            case said.EpisodeOpened():
                return _opened(fact)
            case said.LevelOfCareChanged():
                return self._at_new_level(fact)
            case said.TransitionProposed() as proposed:
                return self._proposed(proposed)
            case said.TransitionRefused(at=at):
                return self._refused(at)
            case said.LeaveStarted() | said.LeaveReturned():
                return _leave(fact)
            case said.EpisodeClosed(at=at, disposition=disposition):
                return {**_closed(at, disposition), "history": self.history.ended(fact)}
        return self._put_right_by(fact)

    def _put_right_by(self, fact: Contract) -> dict[str, object]:
        match fact:
            case said_of_moves.LevelOfCareCorrected():
                return self._corrected(fact)
            case said_of_moves.DischargeVoided():
                return self._reopened(fact)
            case said_of_moves.KeptPlaceGivenUp():
                return {"kept_place": None, "kept_by": None}
        return self._cared_for_by(fact)

    def _cared_for_by(self, fact: Contract) -> dict[str, object]:
        match fact:
            case said.PrimaryTherapistChanged(to_staff=staff):
                return {"primary_therapist": staff, "hand_over": hand_over_after(self.hand_over, fact)}
            case care.HandOverEvent():
                return {"hand_over": hand_over_after(self.hand_over, fact)}
            case care.ConditionNoted(condition=condition):
                return {"conditions": tuple(dict.fromkeys((*self.conditions, condition)))}
            case care.ConditionSetAside(condition=condition):
                return {"conditions": tuple(c for c in self.conditions if c != condition)}
        return {}

    def _asked_by(self, fact: Contract) -> dict[str, object]:
        match fact:
            case PolicyTasksChanged(reviews=reviews, collect=collect):
                return {"tasks": _tasks(reviews, collect)}
            case ReviewHeld(review=review, at=at):
                return {"reviews_held": {**self.reviews_held, review: at}}
        return {}

    def _proposed(self, fact: said.TransitionProposed) -> dict[str, object]:
        """Takes the one slot for an open transition; an emergency is over as it is said, and needs none."""
        if fact.kind is TransitionKind.EMERGENCY:
            return {}
        kept = fact.kind is TransitionKind.RETURN and self.kept_place == fact.to_level
        left = self.kept_place if fact.kind is TransitionKind.RETURN else fact.from_level
        return {
            "transition": Transition(
                id=fact.transition_id,
                kind=fact.kind,
                from_level=fact.from_level,
                to_level=fact.to_level,
                by_policy=fact.proposed_by.startswith("policy "),
                signatures_needed=fact.signatures_needed,
                planned_on=fact.planned_on,
                undoes=fact.undoes,
                frees=None if kept or left in WITHOUT_PLACES else left,
                needs_place=not kept and fact.to_level not in WITHOUT_PLACES,
            )
        }

    def _refused(self, at: datetime) -> dict[str, object]:
        if self.transition is None or not self.transition.by_policy:
            return {}
        return {"refused": {**self.refused, self.transition.kind: at}}

    def _at_new_level(self, changed: said.LevelOfCareChanged) -> dict[str, object]:
        moved: dict[str, object] = {
            "level": changed.to_level,
            "level_since": changed.at,
            "status": Status.OPEN,
            "leave_due_at": None,
            "closed_at": None,
            "disposition": None,
            "answer": "",
            "met_since": None,
            "refused": {},
            "history": self.history.changed(changed),
            "kept_place": None,
            "kept_by": None,
            "tasks": self.tasks.elsewhere(),
        }
        if changed.kind is TransitionKind.EMERGENCY:
            moved |= {"kept_place": self._place_to_keep(), "kept_by": changed.transition_id}
        return moved | self._stepped(changed.kind, changed.at, changed.undoes)

    def _place_to_keep(self) -> LevelOfCare | None:
        """The place of the present level, unless a reopening still asks for it."""
        regaining = self.transition is not None and self.transition.kind is TransitionKind.REOPENING
        return None if regaining or self.level in WITHOUT_PLACES else self.level

    def _stepped(self, kind: TransitionKind, at: datetime, undoes: TransitionId | None) -> dict[str, object]:
        """From when cool-downs and the watch count; a step taken back counts as none."""
        steps: dict[TransitionKind, str] = {
            TransitionKind.STEP_DOWN: "stepped_down_at",
            TransitionKind.STEP_UP: "stepped_up_at",
        }
        if undoes and kind in steps:
            return {name: None for other, name in steps.items() if other is not kind}
        return {steps[kind]: at} if kind in steps else {}

    def _corrected(self, fact: said_of_moves.LevelOfCareCorrected) -> dict[str, object]:
        """Another instant for one change of level: the old one stays known as what was known before."""
        known = (turn for turn in self.history.known() if turn.at == fact.was_at and turn.level == fact.level)
        old = next(turn for turn in known if fact.corrects in (None, turn.key))
        newer = old.model_copy(update={"at": fact.at, "known_at": fact.known_at})
        moved: dict[str, object] = {"history": self.history.knowing(newer)}
        if fact.current:
            moved["level_since"] = fact.at
        if fact.current and fact.corrects is None:
            moved["closed_at"] = fact.at
        steps = self._stepped(TransitionKind(old.kind), fact.at, old.undoes) if fact.corrects else {}
        return moved | {name: at for name, at in steps.items() if at and getattr(self, name) == fact.was_at}

    def _reopened(self, fact: said_of_moves.DischargeVoided) -> dict[str, object]:
        ending = self.history.last()
        if ending is None:
            return {}
        never = ending.model_copy(update={"void": True, "known_at": fact.at})
        return {
            "status": Status.OPEN,
            "level": fact.level,
            "level_since": fact.level_since,
            "closed_at": None,
            "disposition": None,
            "history": self.history.knowing(never),
        }


def _tasks(reviews: tuple[PolicyTask, ...], collect: tuple[PolicyTask, ...]) -> Tasks:
    return Tasks(
        reviews=tuple(Task(what=task.what, rules=task.rules) for task in reviews),
        collect=tuple(Task(what=task.what, rules=task.rules) for task in collect),
    )


def _opened(fact: said.EpisodeOpened) -> dict[str, object]:
    return {
        "episode_id": fact.episode_id,
        "referral_id": fact.referral_id,
        "status": Status.OPEN,
        "level": None,
        "level_since": None,
        "primary_therapist": fact.primary_therapist,
        "hand_over": None,
        "conditions": fact.conditions,
        "transition": None,
        "evidence": Evidence(),
        "answer": "",
        "met_since": None,
        "stepped_down_at": None,
        "stepped_up_at": None,
        "refused": {},
        "closed_at": None,
        "disposition": None,
    }


def _leave(fact: said.LeaveStarted | said.LeaveReturned) -> dict[str, object]:
    if isinstance(fact, said.LeaveStarted):
        return {"status": Status.ON_LEAVE, "leave_due_at": fact.return_due_at}
    return {"status": Status.OPEN, "leave_due_at": None}


def _closed(at: datetime, disposition: Disposition) -> dict[str, object]:
    return {
        "status": Status.CLOSED,
        "level": LevelOfCare.CLOSED,
        "level_since": at,
        "leave_due_at": None,
        "hand_over": None,
        "closed_at": at,
        "disposition": disposition,
        "answer": "",
        "met_since": None,
        "kept_place": None,
        "kept_by": None,
    }
