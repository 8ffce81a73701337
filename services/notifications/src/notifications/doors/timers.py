"""What notifications does when a durable timer falls due, one line a name."""

from collections.abc import Callable, Mapping

from common.change import Effects, TimerFired
from notifications import handlers
from notifications.domain.ladder import CLIMB, CONTACT, FOLLOW_UP
from notifications.domain.leaving import UNREACHABLE
from notifications.domain.nudging import NUDGE
from notifications.domain.policy import Policy
from notifications.domain.sending import SEND


def timers(policy: Policy) -> Mapping[str, Callable[[TimerFired], Effects]]:
    """The timers, under one set of numbers."""
    return {
        SEND: handlers.send_due,
        NUDGE: lambda fired: handlers.nudge_due(fired, policy),
        CLIMB: handlers.climb,
        CONTACT: handlers.miss_contact,
        FOLLOW_UP: handlers.follow_up,
        UNREACHABLE: lambda fired: handlers.ask_the_front_desk(fired, policy),
    }
