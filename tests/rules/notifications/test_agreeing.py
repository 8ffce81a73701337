"""What a recipient agrees to, stops and takes back."""

from datetime import timedelta

import pytest

from common.change import Invalid
from common.contracts.words import RecipientKind
from notifications.app import STANDARD
from notifications.domain import agreeing, leaving
from notifications.domain.contact import Channel, Contact, meant_by

from .reading import BY_ALL, BY_TEXT, EVA, MINUTE, Reader, kinds
from .story import ANA, NOON, after, granted, to_aunt

SETTLED = timedelta(minutes=STANDARD.settle_minutes)


def test_stop_holds_at_once_for_what_waits_and_what_is_underway() -> None:
    """NO-C3: and said twice, it is said once."""
    reader = Reader()
    reader.offer("n-1")
    reader.wait(SETTLED)
    reader.offer("n-2")
    assert kinds(reader.apply(agreeing.stop(reader.state, Channel.SMS, reader.now))) == ["ChannelStopped"]
    assert agreeing.stop(reader.state, Channel.SMS, reader.now) == []

    mails = {ANA: after(granted(), to_aunt("n-1")).mail}
    assert leaving.why_not(reader.state, mails, "sms~n-1", reader.now, STANDARD) == "stopped"
    assert kinds(reader.wait(MINUTE)) == ["stopped"]
    assert kinds(reader.offer("n-3")) == ["stopped"]


def test_after_start_it_may_leave_again() -> None:
    """NO-C3: what was dropped meanwhile stays dropped."""
    reader = Reader()
    reader.apply(agreeing.stop(reader.state, Channel.SMS, reader.now))
    reader.apply(agreeing.allow_again(reader.state, Channel.SMS, reader.now))

    assert kinds(reader.offer("n-1")) == ["NudgeHeld"]
    assert agreeing.allow_again(reader.state, Channel.SMS, reader.now) == []


def test_a_safety_page_reaches_staff_who_stopped_texts() -> None:
    """NO-C3: STOP does not touch safety pages to staff."""
    reader = Reader(BY_TEXT, RecipientKind.STAFF)
    reader.apply(agreeing.stop(reader.state, Channel.SMS, reader.now))

    assert kinds(reader.offer("n-1", "risk-flag-raised")) == ["NudgeSent"]
    assert kinds(reader.offer("n-2", "proposal-to-sign")) == ["stopped"]


def test_for_a_silenced_recipient_nothing_leaves_until_it_is_taken_back() -> None:
    """NO-C4."""
    reader = Reader(BY_ALL)
    reader.apply(agreeing.silence(reader.state, "deceased", EVA, reader.now))
    assert kinds(reader.offer("n-1", "risk-flag-raised")) == ["silenced"]

    reader.apply(agreeing.hear_again(reader.state, EVA, reader.now))
    assert kinds(reader.offer("n-2")) == ["NudgeHeld"]


@pytest.mark.parametrize(
    ("contact", "code"),
    [
        (Contact(channels=(Channel.SMS,)), "no-consent-to-text"),
        (Contact(channels=(Channel.EMAIL, Channel.EMAIL)), "channel-twice"),
        (Contact(channels=(Channel.EMAIL,), in_app_only=True), "in-app-only"),
        (Contact(language="fr"), "language-unknown"),
        (Contact(quiet_from="22:00"), "quiet-hours-narrower"),
        (Contact(quiet_until="07:59"), "quiet-hours-narrower"),
    ],
)
def test_what_cannot_be_agreed_to_is_said(contact: Contact, code: str) -> None:
    """NO-C1, NO-C2: and nothing changes."""
    with pytest.raises(Invalid) as refused:
        agreeing.agree(Reader(None).state, contact, STANDARD, EVA, NOON)

    assert refused.value.code == code


def test_what_is_agreed_to_twice_is_said_once() -> None:
    """NO-C1: and staff need no consent to texts at work."""
    assert agreeing.agree(Reader().state, BY_TEXT, STANDARD, EVA, NOON) == []
    at_work = Contact(channels=(Channel.SMS,), quiet_from="20:30", quiet_until="09:00")
    assert kinds(Reader(at_work, RecipientKind.STAFF).said) == ["ContactAgreed"]


@pytest.mark.parametrize(
    ("words", "meant"),
    [("STOP", "stop"), (" stop. ", "stop"), ("Alto", "stop"), ("Start", "start"), ("help", "help"), ("stop it", "")],
)
def test_words_that_stop(words: str, meant: str) -> None:
    """NO-C3."""
    assert meant_by(words) == meant
