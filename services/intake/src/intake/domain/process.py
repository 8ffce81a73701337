"""The parameters of the process around the policy: deadlines, waits, follow-up."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from intake.domain.admission import Admission

Whole = Annotated[int, Field(strict=True, ge=1, le=10_000)]


class FollowUp(BaseModel):
    """One contact after an ending: its name and how many hours after."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: str
    after_hours: Whole


class Process(BaseModel):
    """How long steps may take and what happens after. Source of every number: the comments of `policy.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    review_hour: Annotated[int, Field(strict=True, ge=0, le=23)]
    step_deadline_minutes: Whole
    step_attempts: Whole
    held_at_most_days: Whole
    baseline_at_most_days: Whole
    step_down_again_hours: Whole
    step_up_again_hours: Whole
    readmission_days: Whole
    leave_overdue_minutes: Whole
    follow_ups: tuple[FollowUp, ...]
    youngest_age: Whole
    admission: Admission
