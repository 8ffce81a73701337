"""What family does when a durable timer falls due, one line a name."""

from collections.abc import Callable, Mapping

from common.change import Effects, TimerFired
from family import handlers
from family.domain.alumnus import STEPS
from family.domain.asking import LOOK
from family.domain.program import Program
from family.domain.report import UNREAD
from family.domain.talks import PASSED


def timers(program: Program) -> Mapping[str, Callable[[TimerFired], Effects]]:
    """All of them, by the program of the site."""
    return {**TIMERS, LOOK: lambda fired: handlers.look_for_answers(fired, program)}


TIMERS: Mapping[str, Callable[[TimerFired], Effects]] = {
    PASSED: handlers.ask_whether_held,
    UNREAD: handlers.ask_who_reads,
    **dict.fromkeys(STEPS, handlers.get_in_touch),
}
