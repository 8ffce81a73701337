"""The parameters of the process around the policy: deadlines, waits, follow-up."""

from pydantic import BaseModel, ConfigDict

from intake.domain.allowed import Hour, Many, Text


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
    follow_ups: tuple[FollowUp, ...]
    youngest_age: Many
