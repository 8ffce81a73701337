"""Whether what is said about risk is heard at all: silence is paged as danger is."""

from datetime import datetime
from typing import Self

from common.change import Aggregate, Outcome
from common.contracts.message import Contract
from common.contracts.paging import RiskStreamHeard, RiskStreamLate
from common.contracts.words import ParticipantId
from notifications.domain.policy import Policy

STREAM = "risk-stream"
"""The id of the one watch there is, and how the matters begin that are paged for it."""
HOUSE = ParticipantId("the-house")
"""Whom notices are about that are about nobody."""


class RiskWatch(Aggregate):
    """The stream on which risk flags come, as this service hears it."""

    incident: int = 0
    late: bool = False

    def after(self, fact: Contract) -> Self:
        """The state once `fact` is true."""
        match fact:
            case RiskStreamLate():
                return self.model_copy(update={"incident": fact.incident, "late": True})
            case RiskStreamHeard():
                return self.model_copy(update={"late": False})
        return self


def look(watch: RiskWatch, heard_until: datetime, now: datetime, at: datetime, policy: Policy) -> list[Outcome]:
    """An incident begins once nothing was heard for too long, and ends with what is heard; each said once. Rule: NO-K1.

    `heard_until` and `now` are real time, `at` is the program's.
    """
    late = now - heard_until > policy.risk_patience
    if late and not watch.late:
        return [RiskStreamLate(at=at, incident=watch.incident + 1, heard_until=heard_until)]
    if watch.late and not late:
        return [RiskStreamHeard(at=at, incident=watch.incident)]
    return []


def instead(policy: Policy) -> tuple[str, ...]:
    """Who hears of the stream where nobody is on call: the second rung of the ladder for danger. Rule: NO-L6."""
    rule = policy.ladder_of("", "risk-flag-raised")
    return rule.rungs[1].to if rule and len(rule.rungs) > 1 else ()
