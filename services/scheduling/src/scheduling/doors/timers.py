"""What scheduling does when a durable timer falls due, one line a name."""

from collections.abc import Callable, Mapping

from common.change import Effects, TimerFired
from scheduling import handlers
from scheduling.domain.bedding import LOOK
from scheduling.domain.coaching import ANSWER

TIMERS: Mapping[str, Callable[[TimerFired], Effects]] = {
    ANSWER: handlers.look_at_calls,
    LOOK: handlers.look_at_beds,
}
