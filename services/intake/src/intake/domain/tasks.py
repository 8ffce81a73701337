"""What the policy asks of people: reviews to hold, and missing evidence to collect."""

from enum import StrEnum
from typing import Self

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
    CONTINUED_STAY = "continued-stay"


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

    @property
    def continued_stay(self) -> tuple[Task, ...]:
        """The review of a continued stay, where it is asked for: it waits for a person, whatever the evidence."""
        return tuple(task for task in self.reviews if task.what == Review.CONTINUED_STAY)

    def elsewhere(self) -> Self:
        """What is left of them at another level: a stay that ended is not reviewed."""
        return self.model_copy(update={"reviews": tuple(t for t in self.reviews if t not in self.continued_stay)})
