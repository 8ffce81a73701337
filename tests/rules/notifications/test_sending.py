"""When a notice is sent, and when it is better not said."""

from datetime import timedelta

import pytest

from common.change import NotEntitled, NotFound, Refused
from common.contracts.message import Contract
from common.contracts.notifications import (
    NoticeAcknowledged,
    NoticeQueued,
    NoticeSent,
    NoticeSuppressed,
    SendNotice,
)
from common.contracts.words import NoticeId, ReleaseId, ReleaseScope
from notifications.domain import sending

from .story import HOUR, NOON, Story, after, granted, revoked, to_aunt, to_staff

LATER = NOON + HOUR


def kinds(said: list[Contract]) -> list[str]:
    """What was said, briefly."""
    return [getattr(fact, "reason", type(fact).__name__) for fact in said]


def test_a_notice_to_staff_is_sent_at_once_and_rests_on_no_release() -> None:
    """NO-S3."""
    (sent,) = Story().hear(to_staff())

    assert isinstance(sent, NoticeSent)
    assert (sent.channel, sent.release_id) == ("in-app", None)


def test_a_notice_to_a_supporter_says_under_which_release_it_was_sent() -> None:
    """NO-S1."""
    (sent,) = after(granted(ReleaseScope.PRESENCE, release="r-0"), granted()).hear(to_aunt())

    assert isinstance(sent, NoticeSent)
    assert sent.release_id == ReleaseId("r-1")


@pytest.mark.parametrize("first", [to_staff(), to_aunt(), to_aunt(due_at=LATER)])
def test_a_notice_asked_for_twice_is_one_notice(first: SendNotice) -> None:
    """NO-Q1."""
    assert after(granted(), first).hear(first) == []


def test_a_notice_that_is_not_due_waits() -> None:
    """NO-S1."""
    story = after(granted())

    assert kinds(story.hear(to_aunt(due_at=LATER))) == ["NoticeQueued"]
    assert story.timer is not None
    assert story.timer["due_at"] == LATER


def test_a_waiting_notice_is_sent_when_it_is_due() -> None:
    """NO-S1."""
    (sent,) = after(granted(), to_aunt(due_at=LATER)).fire()

    assert isinstance(sent, NoticeSent)
    assert sent.at == LATER


def test_a_timer_that_fires_again_sends_nothing_again() -> None:
    """NO-S1."""
    story = after(granted(), to_aunt(due_at=LATER))
    story.fire()

    assert story.timer is None
    assert sending.send_due(story.mail, LATER) == []


def test_a_revocation_while_a_notice_waits_wins() -> None:
    """NO-S1."""
    assert kinds(after(granted(), to_aunt(due_at=LATER), revoked()).fire()) == ["release-revoked"]


def test_a_release_that_runs_out_while_a_notice_waits_does_not_cover_it() -> None:
    """NO-S1, NO-R2."""
    story = after(granted(expires_on=NOON.date()), to_aunt(due_at=NOON + timedelta(days=1)))

    assert kinds(story.fire()) == ["release-expired"]


def test_a_release_that_comes_while_a_notice_waits_covers_it() -> None:
    """NO-S1: it is decided on what holds at sending, not at asking."""
    assert kinds(after(to_aunt(due_at=LATER), granted()).fire()) == ["NoticeSent"]


def test_each_notice_waits_for_its_own_time() -> None:
    """NO-S1."""
    story = after(granted(), to_aunt("late", due_at=LATER + HOUR), to_aunt("soon", due_at=LATER))

    assert [getattr(fact, "notice_id", None) for fact in story.fire()] == ["soon"]
    assert [getattr(fact, "notice_id", None) for fact in story.fire()] == ["late"]
    assert story.timer is None


def test_a_notice_whose_time_is_past_is_decided_at_once() -> None:
    """NO-S1."""
    assert kinds(after(granted()).hear(to_aunt(due_at=NOON - HOUR))) == ["NoticeSent"]


def test_a_notice_whose_time_is_past_is_decided_at_once_whatever_was_decided_before() -> None:
    """NO-S1."""
    story = after(granted(), to_aunt("n-1", at=NOON - 3 * HOUR))

    assert kinds(story.hear(to_aunt("n-2", due_at=NOON - HOUR))) == ["NoticeSent"]


def test_a_request_that_comes_after_its_time_is_decided_at_once() -> None:
    """NO-S1: an instant up to which we decided lies in the past, however late the request comes."""
    story = after(granted(), to_aunt("n-1", due_at=LATER))
    story.fire()

    assert kinds(story.hear(to_aunt("n-2", due_at=LATER))) == ["NoticeSent"]


def test_a_notice_is_never_sent_before_its_time() -> None:
    """NO-S1: timers keep whole seconds, so the fraction counts upwards."""
    (queued,) = after(granted()).hear(to_aunt(due_at=LATER + timedelta(microseconds=1)))

    assert isinstance(queued, NoticeQueued)
    assert queued.due_at == LATER + timedelta(seconds=1)


def test_a_notice_overtakes_the_one_it_follows_while_that_one_waits() -> None:
    """NO-Q2."""
    story = after(granted(), to_aunt("plan", due_at=LATER))
    happened = to_aunt("done", template="transition-happened", due_at=LATER + HOUR, follows="plan")

    assert kinds(story.hear(happened)) == ["overtaken", "NoticeQueued"]
    assert kinds(story.fire()) == ["NoticeSent"]


def test_with_nothing_left_to_wait_for_the_timer_is_taken_away() -> None:
    """NO-Q2."""
    story = after(granted(), to_aunt("plan", due_at=LATER))
    story.hear(to_aunt("done", template="transition-happened", follows="plan"))

    assert story.timer is None


def test_a_notice_overtakes_nothing_of_another_recipient() -> None:
    """NO-Q2."""
    story = after(granted(), to_aunt("plan", due_at=LATER))

    assert kinds(story.hear(to_staff().model_copy(update={"follows": NoticeId("plan")}))) == ["NoticeSent"]


def test_a_notice_that_was_sent_cannot_be_overtaken() -> None:
    """NO-Q2."""
    story = after(granted(), to_aunt("plan"))

    assert kinds(story.hear(to_aunt("done", template="transition-happened", follows="plan"))) == ["NoticeSent"]


def test_a_plan_that_was_told_is_taken_back() -> None:
    """NO-Q3."""
    story = after(granted(), to_aunt("plan"))

    assert kinds(story.hear(to_aunt("off", template="plans-changed", follows="plan"))) == ["NoticeSent"]


def test_a_plan_that_still_waits_needs_no_taking_back() -> None:
    """NO-Q2, NO-Q3: who heard nothing hears nothing of its end."""
    story = after(granted(), to_aunt("plan", due_at=LATER))
    off = to_aunt("off", template="plans-changed", due_at=LATER + HOUR, follows="plan")

    assert kinds(story.hear(off)) == ["overtaken", "NoticeQueued"]
    assert kinds(story.fire()) == ["nothing-to-take-back"]


def test_a_plan_nobody_was_told_needs_no_taking_back() -> None:
    """NO-Q3."""
    story = after(to_aunt("plan"), granted())

    assert kinds(story.hear(to_aunt("off", template="plans-changed", follows="plan"))) == ["nothing-to-take-back"]


def test_an_unknown_text_is_refused() -> None:
    """NO-W1."""
    with pytest.raises(Refused, match="unknown-template"):
        Story().hear(to_staff(template="hello"))


def test_a_text_for_staff_never_reaches_a_supporter() -> None:
    """NO-S4."""
    with pytest.raises(Refused, match="not-for-supporters"):
        after(granted(ReleaseScope.RISK_ALERTS)).hear(
            to_aunt(template="risk-flag-raised", scope=ReleaseScope.RISK_ALERTS)
        )


def test_a_notice_to_a_supporter_without_a_scope_is_refused() -> None:
    """NO-S4."""
    with pytest.raises(Refused, match="scope-missing"):
        after(granted()).hear(to_aunt(scope=None))


def test_the_recipient_says_that_a_notice_was_seen() -> None:
    """NO-A1."""
    said = sending.acknowledge(after(to_staff()).mail, NoticeId("n-staff"), {"staff-eva", "clinician"}, NOON)

    assert [type(fact) for fact in said] == [NoticeAcknowledged]


def test_seen_said_twice_is_noted_once() -> None:
    """NO-A1."""
    mail = after(to_staff()).mail
    (seen,) = sending.acknowledge(mail, NoticeId("n-staff"), {"staff-eva"}, NOON)
    assert isinstance(seen, NoticeAcknowledged)

    assert sending.acknowledge(mail.after(seen), NoticeId("n-staff"), {"staff-eva"}, NOON) == []


def test_nobody_acknowledges_for_another_member_of_staff() -> None:
    """NO-A1."""
    with pytest.raises(NotEntitled, match="not-the-recipient"):
        sending.acknowledge(after(to_staff()).mail, NoticeId("n-staff"), {"staff-max", "clinician"}, NOON)


@pytest.mark.parametrize("story", [after(to_aunt()), after(granted(), to_aunt(due_at=LATER))])
def test_a_notice_nobody_got_cannot_have_been_seen(story: Story) -> None:
    """NO-A1."""
    with pytest.raises(Refused, match="notice-not-sent"):
        sending.acknowledge(story.mail, NoticeId("n-1"), {"staff-eva"}, NOON)


def test_an_unknown_notice_cannot_have_been_seen() -> None:
    """NO-A1."""
    with pytest.raises(NotFound):
        sending.acknowledge(Story().mail, NoticeId("n-9"), {"staff-eva"}, NOON)


def test_a_notice_already_seen_was_sent() -> None:
    """NO-Q3: what was seen can be taken back."""
    story = after(granted(), to_aunt("plan"))
    (seen,) = sending.acknowledge(story.mail, NoticeId("plan"), {"staff-eva"}, NOON)
    assert isinstance(seen, NoticeAcknowledged)

    assert story.mail.after(seen).was_sent(NoticeId("plan"))
    assert not any(isinstance(fact, NoticeSuppressed) for fact in story.said)
