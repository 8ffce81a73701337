"""Storms of notices, and a day without providers: nobody is woken or flooded, and what matters passes."""

import random
from datetime import timedelta
from itertools import pairwise

from common.contracts.notices import NudgeDropped, NudgeSent
from common.contracts.words import RecipientKind
from notifications.app import STANDARD

from .reading import BY_TEXT, MINUTE, Reader, kinds
from .story import HOUR, NOON

STORMS = 10_000
DAY, WEEK = timedelta(days=1), timedelta(days=7)
ZONES = ("UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")


def storm(chance: random.Random) -> Reader:
    """A few to a dozen notices for one recipient within moments or days; some matter at once."""
    contact = BY_TEXT.model_copy(update={"zone": chance.choice(ZONES)})
    reader = Reader(contact, RecipientKind.STAFF, now=NOON + chance.randrange(1440) * MINUTE)
    widest = chance.choice((1, 60, 1440))
    for number in range(chance.randint(3, 7)):
        critical = chance.random() < 0.2
        said = reader.offer(f"n-{number}", "risk-flag-raised" if critical else "proposal-to-sign")
        assert (kinds(said) == ["NudgeSent"]) is critical
        reader.wait(chance.randrange(1, widest + 1) * MINUTE)
        if chance.random() < 0.7:
            reader.accept()
    reader.wait(2 * DAY)
    return reader


def test_in_ten_thousand_storms_caps_and_quiet_hours_hold_and_what_is_critical_passes() -> None:
    """NO-N3, NO-N4, NO-N6, NO-N1: and no notice is said twice."""
    chance = random.Random(6)
    for _ in range(STORMS):
        reader = storm(chance)
        quiet, zone = STANDARD.quiet, reader.state.contact.zone_of(STANDARD) if reader.state.contact else None
        assert zone is not None
        sounds = [sent for sent in reader.sent() if not sent.critical]
        assert not any(quiet.holds(sent.at.astimezone(zone).time()) for sent in sounds)
        assert all(later.at - first.at >= DAY for first, later in zip(sounds, sounds[3:], strict=False))
        assert all(later.at - first.at >= WEEK for first, later in zip(sounds, sounds[10:], strict=False))
        said = [notice.notice_id for sent in reader.sent() for notice in sent.notices]
        assert len(said) == len(set(said))


def test_after_a_day_without_a_provider_what_is_still_true_is_said_once() -> None:
    """NO-N5, NO-N7: five notices, one sound; the one that waited the day out is dropped with its reason."""
    reader = Reader()
    for number in range(5):
        reader.offer(f"n-{number}")
        reader.wait(4 * HOUR)
    assert len(reader.sent()) == 1

    reader.wait(DAY - 20 * HOUR + MINUTE)
    given_up = reader.fail("sms~n-0", "provider-away")
    after = reader.wait(DAY)
    covered = reader.accept()

    assert kinds(given_up) == ["provider-away"]
    (sent,) = [fact for fact in after if isinstance(fact, NudgeSent)]
    assert (sent.text, len(sent.notices)) == ("messages", 4)
    assert kinds(covered) == ["NudgeDelivered"]
    assert kinds(reader.wait(WEEK)) == []


def test_a_notice_that_is_too_old_after_an_outage_of_ours_is_dropped_with_its_reason() -> None:
    """NO-N5: the house itself was away for days; what is newer is said once, all together."""
    reader = Reader()
    reader.offer("old")
    reader.now += STANDARD.expiry - 10 * HOUR
    reader.offer("new")
    reader.offer("newer")
    back = reader.now + 11 * HOUR

    reader.now = back
    said = reader.until(back + DAY)

    dropped = [fact for fact in said if isinstance(fact, NudgeDropped)]
    assert [(fact.notice.notice_id, fact.reason) for fact in dropped] == [("old", "expired")]
    assert [len(fact.notices) for fact in said if isinstance(fact, NudgeSent)] == [2]


def test_sounds_of_a_busy_month_keep_their_distance() -> None:
    """NO-N4: forty notices a day, for a month."""
    reader = Reader()
    for number in range(30 * 8):
        reader.offer(f"n-{number}")
        reader.wait(3 * HOUR)
        reader.accept()

    sounds = [sent.at for sent in reader.sent()]
    assert len(sounds) >= 40
    assert all(first < later for first, later in pairwise(sounds))
    assert all(later - first >= WEEK for first, later in zip(sounds, sounds[10:], strict=False))
