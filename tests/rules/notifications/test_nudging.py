"""When a nudge leaves for what stands in the inbox, and when nobody is disturbed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.contracts.notices import NudgeSent, RecipientUnreachable
from common.contracts.words import RecipientKind
from notifications.app import STANDARD
from notifications.domain import leaving
from notifications.domain.contact import Contact
from notifications.domain.policy import Quiet

from .reading import BY_ALL, BY_TEXT, MINUTE, Reader, kinds
from .story import ANA, HOUR, NOON, after, granted, revoked, to_aunt

EVENING = NOON.replace(hour=22)
MORNING = NOON.replace(hour=8) + timedelta(days=1)
DAY = timedelta(days=1)
SETTLED = timedelta(minutes=STANDARD.settle_minutes)


def test_who_agreed_to_nothing_gets_no_nudge_and_nothing_is_said() -> None:
    """NO-N1: the inbox is as it was before there were channels."""
    assert Reader(contact=None).offer("n-1") == []


def test_a_nudge_leaves_once_the_matter_has_settled() -> None:
    """NO-N2: not before, and once."""
    reader = Reader()
    assert kinds(reader.offer("n-1")) == ["NudgeHeld"]
    assert reader.wait(SETTLED - MINUTE) == []

    (sent,) = reader.wait(MINUTE)

    assert (sent.channel, sent.text, sent.critical) == ("sms", "message", False)
    assert reader.wait(9 * DAY) == []


def test_a_notice_offered_twice_is_nudged_once() -> None:
    """NO-N1: also after the nudge has left."""
    reader = Reader()
    reader.offer("n-1")
    assert reader.offer("n-1") == []
    reader.wait(SETTLED)
    assert reader.offer("n-1") == []
    reader.accept()
    assert reader.offer("n-1") == []


def test_a_matter_that_still_moves_makes_one_sound() -> None:
    """NO-N2: planned, changed, planned anew within the settling time is one nudge."""
    reader = Reader()
    for number in range(3):
        reader.offer(f"n-{number}")
        reader.wait(3 * MINUTE)
    reader.wait(HOUR)
    reader.accept()
    reader.wait(DAY)

    assert len(reader.sent()) == 1


def test_in_quiet_hours_it_waits_for_the_morning() -> None:
    """NO-N3."""
    reader = Reader(now=EVENING)
    reader.offer("n-1")

    assert reader.until(MORNING - MINUTE) == []
    assert kinds(reader.until(MORNING)) == ["NudgeSent"]


def test_quiet_hours_are_the_recipients() -> None:
    """NO-N3: noon in UTC is four in the morning in Los Angeles."""
    reader = Reader(BY_TEXT.model_copy(update={"zone": "America/Los_Angeles"}))
    reader.offer("n-1")

    assert reader.wait(3 * HOUR + 59 * MINUTE) == []
    assert kinds(reader.wait(MINUTE)) == ["NudgeSent"]


def test_what_is_critical_knows_no_quiet_hours_no_caps_and_every_channel() -> None:
    """NO-N6."""
    reader = Reader(BY_ALL, RecipientKind.STAFF, now=EVENING)
    for number in range(20):
        sent = reader.offer(f"n-{number}", "risk-flag-raised")
        assert [(fact.channel, fact.text) for fact in sent] == [(c.value, "page") for c in BY_ALL.channels]


def test_over_the_cap_of_a_day_it_waits_and_goes_out_together() -> None:
    """NO-N4: three a day, and what is over it is one nudge the day after."""
    reader = Reader()
    for number in range(8):
        reader.offer(f"n-{number}")
        reader.wait(SETTLED)
        if number < 3:
            reader.accept()
    assert len(reader.sent()) == 3

    (digest,) = [fact for fact in reader.until(NOON + DAY + SETTLED) if isinstance(fact, NudgeSent)]

    assert (digest.text, len(digest.notices)) == ("messages", 5)


def test_what_waited_while_a_nudge_was_on_its_way_is_covered_by_it() -> None:
    """NO-N7: one sound says all of it."""
    reader = Reader()
    reader.offer("n-1")
    reader.wait(SETTLED)
    reader.offer("n-2")
    assert reader.wait(HOUR) == []

    assert kinds(reader.accept()) == ["NudgeDelivered", "covered"]
    assert reader.wait(9 * DAY) == []


def test_a_nudge_that_is_too_old_is_dropped_and_says_so() -> None:
    """NO-N5."""
    reader = Reader()
    reader.offer("n-1")
    reader.now += STANDARD.expiry + MINUTE

    assert kinds(reader.until(reader.now)) == ["expired"]


def test_who_is_busy_for_ever_holds_nothing_back() -> None:
    """NO-N7: a nudge nobody settles lets the next one go after two days."""
    reader = Reader(policy=STANDARD.model_copy(update={"expires_hours": 999}))
    reader.offer("n-1")
    reader.wait(SETTLED)
    reader.offer("n-2")

    assert len([fact for fact in reader.wait(3 * DAY) if isinstance(fact, NudgeSent)]) == 1


@pytest.mark.parametrize(
    ("contact", "reason"),
    [(Contact(in_app_only=True), "in-app-only"), (Contact(), "no-channel")],
)
def test_who_wants_the_inbox_only_gets_the_inbox_only(contact: Contact, reason: str) -> None:
    """NO-C1: also what is critical."""
    reader = Reader(contact)

    assert kinds(reader.offer("n-1")) == [reason]
    assert kinds(reader.offer("n-2", "leave-overdue")) == [reason]


def test_a_channel_that_fails_is_followed_by_the_next_and_the_second_failure_is_a_task() -> None:
    """NO-N8: once, until somebody finds out how to reach them."""
    reader = Reader(BY_ALL)
    reader.offer("n-1")
    reader.wait(SETTLED)

    first = reader.fail("sms~n-1")
    second = reader.fail("email~n-1", "provider-away")
    third = reader.fail("webhook~n-1")

    assert kinds(first) == ["refused-422", "NudgeSent"]
    assert kinds(second) == ["provider-away", "NudgeSent", "RecipientUnreachable"]
    assert kinds(third) == ["refused-422"]
    assert reader.timers["unreachable"].data == {"participant_id": ANA}
    assert isinstance(second[2], RecipientUnreachable)
    assert leaving.give_up(reader.state, "sms~n-1", "refused-422", False, reader.now, STANDARD) == []


def test_what_may_not_leave_is_no_failure() -> None:
    """NO-N8: a release taken back says nothing about the number."""
    reader = Reader(BY_ALL)
    reader.offer("n-1")
    reader.wait(SETTLED)

    assert kinds(reader.fail("sms~n-1", "release-revoked")) == ["release-revoked"]
    assert reader.state.failures == 0


def test_an_acceptance_ends_the_count_of_failures() -> None:
    """NO-N8: in a row."""
    reader = Reader()
    for number in range(3):
        reader.offer(f"n-{number}")
        reader.wait(SETTLED)
        reader.accept() if number == 1 else reader.fail(f"sms~n-{number}")

    assert reader.state.failures == 1
    assert not reader.state.unreachable


def test_right_before_it_leaves_release_and_inbox_are_asked_again() -> None:
    """NO-N9: taken back, or read already, it does not leave."""
    reader = Reader()
    reader.offer("n-1")
    reader.wait(SETTLED)
    story = after(granted(), to_aunt("n-1"))
    assert leaving.why_not(reader.state, {ANA: story.mail}, "sms~n-1", reader.now, STANDARD) == ""

    story.hear(revoked())

    assert leaving.why_not(reader.state, {ANA: story.mail}, "sms~n-1", reader.now, STANDARD) == "release-revoked"
    assert leaving.why_not(reader.state, {}, "sms~n-1", reader.now, STANDARD) == "no-such-notice"
    late = reader.now + STANDARD.expiry + MINUTE
    assert leaving.why_not(reader.state, {ANA: story.mail}, "sms~n-1", late, STANDARD) == "expired"
    assert leaving.why_not(reader.state, {ANA: story.mail}, "sms~n-9", reader.now, STANDARD) == "settled"


ZONES = st.sampled_from(["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"])
CLOCKS = st.times(max_value=time(23, 59)).map(lambda clock: clock.replace(second=0, microsecond=0))
YEARS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))


@given(YEARS, CLOCKS, CLOCKS, ZONES)
def test_when_quiet_hours_end_it_is_not_quiet(at: datetime, start: time, until: time, name: str) -> None:
    """NO-N3: on every day of every zone, also when clocks are changed; and what is not quiet does not wait."""
    quiet, zone = Quiet.model_validate({"from": start, "until": until}), ZoneInfo(name)

    ends = quiet.ends(at, zone)

    assert at <= ends <= at + timedelta(hours=26)
    assert not quiet.holds(ends.astimezone(zone).time())
    assert ends == at or quiet.holds(at.astimezone(zone).time())
