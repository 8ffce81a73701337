"""What notifications does when a durable timer falls due, one line a name."""

from collections.abc import Callable, Mapping

from common.change import Effects, TimerFired
from notifications import handlers
from notifications.domain.sending import SEND

TIMERS: Mapping[str, Callable[[TimerFired], Effects]] = {SEND: handlers.send_due}
