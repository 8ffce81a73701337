"""The parameters of the process around the policy: deadlines, waits, follow-up."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from common.change import Forget, Remind
from intake.domain.admission import Admission
from intake.domain.allowed import Hour, Many, Text

FOLLOW_UP = "follow-up"
"""How the names of the timers after an ending begin."""


class FollowUp(BaseModel):
    """One contact after an ending: its name and how many hours after."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: Text
    after_hours: Many


class Process(BaseModel):
    """How long steps may take and what happens after. Source of every number: the comments of `policy.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    review_hour: Hour
    step_deadline_minutes: Many
    step_attempts: Many
    held_at_most_days: Many
    baseline_at_most_days: Many
    step_down_again_hours: Many
    step_up_again_hours: Many
    readmission_days: Many
    leave_overdue_minutes: Many
    leave_decision_minutes: Many
    acute_place_days: Many
    plan_at_most_days: Many
    defer_at_most_days: Many
    correct_at_most_days: Many
    outreach_before: tuple[Text, ...]
    follow_ups: tuple[FollowUp, ...]
    youngest_age: Many
    admission: Admission


def follow_ups(process: Process, ended: datetime) -> list[Remind]:
    """The contacts after an ending, counted from when it was true. Rule: IN-E6."""
    return [
        Remind(f"{FOLLOW_UP}-{f.step}", ended + timedelta(hours=f.after_hours), {"step": f.step})
        for f in process.follow_ups
    ]


def no_follow_ups(process: Process) -> list[Forget]:
    """None of them any more: treatment goes on."""
    return [Forget(f"{FOLLOW_UP}-{f.step}") for f in process.follow_ups]
