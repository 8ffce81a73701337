"""What intake does when a durable timer falls due, one line a name."""

from collections.abc import Callable, Mapping
from functools import partial

from common.change import Effects, TimerFired
from intake import handlers
from intake.domain import consents, coverage_watch, lifecycle, moves, review, signing, therapist
from intake.domain.episode import Rules
from intake.domain.process import Process

TABLE: Mapping[str, Callable[[Rules, TimerFired], Effects]] = {
    review.REVIEW: handlers.review_daily,
    moves.EFFECTIVE: handlers.take_effect,
    moves.DEADLINE: handlers.miss_deadline,
    moves.HELD_TOO_LONG: handlers.give_up_waiting,
    signing.EXPIRY: handlers.expire_proposal,
    lifecycle.OVERDUE: handlers.notice_overdue_leave,
    therapist.STILL_OPEN: handlers.look_at_hand_over,
    consents.EXPIRY: handlers.expire_releases,
    coverage_watch.LOOK: handlers.look_at_coverage,
    consents.VERBAL_OVER: handlers.end_verbal,
    consents.COMING_OF_AGE: handlers.come_of_age,
}


def timers(rules: Rules) -> dict[str, Callable[[TimerFired], Effects]]:
    """The table, with the rules its handlers go by; one name per follow-up contact."""
    process: Process = rules.policy.process
    follow_ups = {f"{lifecycle.FOLLOW_UP}-{f.step}": handlers.remember_follow_up for f in process.follow_ups}
    return {name: partial(handler, rules) for name, handler in {**TABLE, **follow_ups}.items()}
