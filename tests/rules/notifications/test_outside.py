"""What may leave the house, and what is said of what became of it."""

from datetime import timedelta

import pytest

from common.contracts.message import Contract
from common.contracts.notifications import NoticeDelivered, NoticeUndeliverable
from common.contracts.words import NoticeId, ReleaseId
from notifications.domain import outside
from notifications.domain.correspondence import Correspondence
from rules.notifications.story import NOON, after, granted, revoked, to_aunt, to_staff

N, STAFF = NoticeId("n-1"), NoticeId("n-staff")


def told(mail: Correspondence, *facts: Contract) -> Correspondence:
    """How it stands once these are true."""
    for fact in facts:
        mail = mail.after(fact)
    return mail


def test_a_standing_release_lets_it_leave() -> None:
    """NO-D3."""
    assert outside.why_not(after(granted(), to_aunt()).mail, N, NOON) == ""


@pytest.mark.parametrize("due_in", [timedelta(0), timedelta(hours=1)])
def test_a_release_taken_back_after_sending_keeps_it_in(due_in: timedelta) -> None:
    """NO-D3: sent at once or after waiting, it rests on the release it was sent under."""
    story = after(granted(), to_aunt(due_at=NOON + due_in))
    story.fire()
    story.hear(granted(release="r-2"))
    story.hear(revoked())

    assert outside.why_not(story.mail, N, NOON) == "release-revoked"


def test_a_release_holds_through_its_last_day() -> None:
    """NO-D3."""
    mail = after(granted(expires_on=NOON.date()), to_aunt()).mail

    assert outside.why_not(mail, N, NOON + timedelta(hours=11)) == ""
    assert outside.why_not(mail, N, NOON + timedelta(hours=12)) == "release-expired"


def test_a_notice_to_a_supporter_without_a_release_does_not_leave() -> None:
    """NO-D3: whatever an older state says."""
    mail = after(granted(), to_aunt()).mail
    bare = mail.model_copy(update={"notices": {N: mail.notices[N].model_copy(update={"release_id": None})}})

    assert outside.why_not(bare, N, NOON) == "no-active-release"


def test_staff_need_no_release() -> None:
    """NO-D3."""
    assert outside.why_not(after(to_staff()).mail, STAFF, NOON) == ""


def test_accepted_twice_it_is_said_once() -> None:
    """NO-D6: with the release it was said under."""
    mail = after(granted(), to_aunt()).mail
    (fact,) = outside.accept(mail, N, NOON)

    assert isinstance(fact, NoticeDelivered)
    assert fact.release_id == ReleaseId("r-1")
    assert outside.accept(told(mail, fact), N, NOON) == []


def test_given_up_twice_it_is_said_once() -> None:
    """NO-D4."""
    mail = after(to_staff()).mail
    (fact,) = outside.give_up(mail, STAFF, "provider-away", False, NOON)

    assert outside.give_up(told(mail, fact), STAFF, "refused-422", True, NOON) == []


def test_what_the_provider_has_is_never_given_up() -> None:
    """NO-D7."""
    mail = after(to_staff()).mail
    (accepted,) = outside.accept(mail, STAFF, NOON)

    assert outside.give_up(told(mail, accepted), STAFF, "release-revoked", False, NOON) == []


def test_an_acceptance_is_said_also_after_it_was_given_up() -> None:
    """NO-D7: and says no more after that."""
    mail = after(to_staff()).mail
    (given_up,) = outside.give_up(mail, STAFF, "release-revoked", True, NOON)
    (accepted,) = outside.accept(told(mail, given_up), STAFF, NOON)

    assert isinstance(given_up, NoticeUndeliverable)
    assert given_up.unsure
    assert outside.give_up(told(mail, given_up, accepted), STAFF, "release-revoked", True, NOON) == []


def test_leaving_changes_nothing_about_the_inbox() -> None:
    """NO-A1: seen stays seen, and sent stays sent."""
    mail = after(to_staff()).mail
    (accepted,) = outside.accept(mail, STAFF, NOON)

    assert told(mail, accepted).notices[STAFF].stage is mail.notices[STAFF].stage
