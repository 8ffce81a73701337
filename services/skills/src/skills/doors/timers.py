"""What skills does when a durable timer falls due, one line a name."""

from collections.abc import Callable, Mapping

from common.change import Effects, TimerFired
from skills import handlers
from skills.domain import schedule, watch
from skills.domain.forms import Forms


def timers(forms: Forms) -> Mapping[str, Callable[[TimerFired], Effects]]:
    """What each timer means, with the program's schedule."""
    return {
        schedule.LOOK: lambda fired: handlers.look_for_missed(fired, forms),
        watch.LOOK: handlers.look_for_late,
    }
