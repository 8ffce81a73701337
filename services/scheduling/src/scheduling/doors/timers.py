"""What scheduling does when a durable timer falls due, one line a name."""

from collections.abc import Callable, Mapping

from common.change import Effects, TimerFired

TIMERS: Mapping[str, Callable[[TimerFired], Effects]] = {}
