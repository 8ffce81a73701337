"""What family does when a durable timer falls due, one line a name."""

from collections.abc import Callable, Mapping

from common.change import Effects, TimerFired
from family import handlers
from family.domain.alumnus import STEPS
from family.domain.report import UNREAD

TIMERS: Mapping[str, Callable[[TimerFired], Effects]] = {
    UNREAD: handlers.ask_who_reads,
    **dict.fromkeys(STEPS, handlers.get_in_touch),
}
