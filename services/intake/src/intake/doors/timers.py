"""What intake does when a durable timer falls due, one line a name."""

from collections.abc import Callable, Mapping
from functools import partial

from common.change import Effects, TimerFired
from intake import handlers
from intake.domain import (
    acute,
    consents,
    coverage_watch,
    deferral,
    leave,
    leave_ahead,
    moves,
    orders,
    referral,
    review,
    signing,
    therapist,
)
from intake.domain.episode import Rules
from intake.domain.process import FOLLOW_UP, Process

TABLE: Mapping[str, Callable[[Rules, TimerFired], Effects]] = {
    review.REVIEW: handlers.review_daily,
    moves.EFFECTIVE: handlers.take_effect,
    orders.DEADLINE: handlers.miss_deadline,
    moves.HELD_TOO_LONG: handlers.give_up_waiting,
    signing.EXPIRY: handlers.expire_proposal,
    therapist.STILL_OPEN: handlers.look_at_hand_over,
    consents.EXPIRY: handlers.expire_releases,
    coverage_watch.LOOK: handlers.look_at_coverage,
    consents.VERBAL_OVER: handlers.end_verbal,
    consents.COMING_OF_AGE: handlers.come_of_age,
    referral.FIRST_CONTACT: handlers.notice_late_contact,
    leave.OVERDUE: handlers.notice_overdue_leave,
    leave.LONG_OVERDUE: handlers.call_for_decision,
    leave_ahead.STARTS: handlers.begin_planned_leave,
    acute.KEPT_PLACE: handlers.give_up_kept_place,
    deferral.DEFERRED: handlers.ask_again,
}


def timers(rules: Rules) -> dict[str, Callable[[TimerFired], Effects]]:
    """The table, with the rules its handlers go by; one name per follow-up contact."""
    process: Process = rules.policy.process
    follow_ups = {f"{FOLLOW_UP}-{f.step}": handlers.remember_follow_up for f in process.follow_ups}
    return {name: partial(handler, rules) for name, handler in {**TABLE, **follow_ups}.items()}
