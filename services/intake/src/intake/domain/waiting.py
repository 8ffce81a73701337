"""What a step down that is met still waits for, and until when. Source: program policy 1.0, principles P3, P4."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from common.contracts.words import TransitionKind
from intake.domain.policy import Policy
from intake.domain.process import Process
from intake.domain.program_days import days_later, midnight, nth_open_day

SECOND_LOOK, AFTER_STEP_DOWN, AFTER_STEP_UP = "second-look", "cool-down-after-step-down", "cool-down-after-step-up"


def step_down_waits(
    met_since: datetime | None,
    now: datetime,
    policy: Policy,
    tz: ZoneInfo,
    last_step_down_at: datetime | None,
    last_step_up_at: datetime | None,
) -> Mapping[str, datetime]:
    """What still has to pass before a step down met since `met_since` may be proposed, and when it will have (UTC).

    Two looks 24 real hours apart; after a step down five program days, the first of them included; after a step up
    seven days by the clock on the wall. `tz` is the program's zone.
    """
    rules, until = policy.step_down, dict[str, datetime]()
    if met_since is not None:
        until[SECOND_LOOK] = met_since.astimezone(UTC) + timedelta(hours=rules.confirm_gap_hours)
    if last_step_down_at is not None:
        day_before = last_step_down_at.astimezone(tz).date() - timedelta(days=1)
        last = nth_open_day(day_before, rules.cooldown_program_days, policy.closed_on)
        until[AFTER_STEP_DOWN] = midnight(last + timedelta(days=1), tz)
    if last_step_up_at is not None:
        until[AFTER_STEP_UP] = days_later(last_step_up_at, rules.cooldown_after_step_up_days, tz)
    return {wait: at for wait, at in until.items() if at > now}


def rests_until(kind: TransitionKind, refused_at: datetime, process: Process) -> datetime:
    """Until when the policy does not propose a kind of move again that a person refused. Rule: IN-S7."""
    up = kind is TransitionKind.STEP_UP
    hours = process.step_up_again_hours if up else process.step_down_again_hours
    return refused_at.astimezone(UTC) + timedelta(hours=hours)
