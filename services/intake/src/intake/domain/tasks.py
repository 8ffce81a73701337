"""What the policy asks of people: reviews to hold, and missing evidence to collect."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Review(StrEnum):
    """Reviews the policy asks for; a person holds them. Source: program policy 1.0, triggers and continued stay."""

    SAME_DAY = "same-day"
    COACHING = "coaching"
    MORE_SUPPORT = "more-support"
    MEDICAL = "medical"
    ENGAGEMENT = "engagement"
    PLAN_REVISION = "plan-revision"
    GOALS = "goals"


class Task(BaseModel):
    """One thing to do, and the rules behind it."""

    model_config = ConfigDict(frozen=True)

    what: str
    rules: tuple[str, ...] = ()


class Tasks(BaseModel):
    """All that is asked of people about one participant."""

    model_config = ConfigDict(frozen=True)

    reviews: tuple[Task, ...] = ()
    collect: tuple[Task, ...] = ()
