"""What notifications knows about releases."""

from datetime import timedelta

import pytest

from common.contracts.message import Contract
from common.contracts.network import RelationEnded, SupporterHeldBack, SupporterLetIn
from common.contracts.notifications import NoticeSent, NoticeSuppressed, ReleaseHeeded
from common.contracts.words import NoticeId, ReleaseScope
from notifications.domain import outside

from .story import ANA, AUNT, FRIEND, HOUR, NOON, Story, after, granted, revoked, to_aunt

LATE_THAT_DAY = NOON.replace(hour=23, minute=59)
SECOND_DAY = NOON.date()
HELD = SupporterHeldBack(at=NOON, participant_id=ANA, supporter_id=AUNT)
LET_IN = SupporterLetIn(at=NOON, participant_id=ANA, supporter_id=AUNT)
ENDED = RelationEnded(at=NOON, participant_id=ANA, supporter_id=AUNT)


def outcome_of(story: Story, request_at_late: bool = False) -> str:
    """Whether a notice asked for now is sent, or the reason why not."""
    (said,) = story.hear(to_aunt(at=LATE_THAT_DAY if request_at_late else NOON))
    assert isinstance(said, (NoticeSent, NoticeSuppressed))
    return "sent" if isinstance(said, NoticeSent) else said.reason


def test_a_release_is_heeded_as_it_was_granted() -> None:
    """NO-R1."""
    (heeded,) = Story().hear(granted())

    assert isinstance(heeded, ReleaseHeeded)
    assert (heeded.scopes, heeded.active) == ((ReleaseScope.TRANSITION_PLAN,), True)


def test_a_release_said_twice_is_heeded_once() -> None:
    """NO-R1."""
    assert after(granted()).hear(granted()) == []


def test_a_revocation_keeps_the_scopes_and_ends_the_permission() -> None:
    """NO-R1."""
    (heeded,) = after(granted()).hear(revoked())

    assert isinstance(heeded, ReleaseHeeded)
    assert (heeded.scopes, heeded.active) == ((ReleaseScope.TRANSITION_PLAN,), False)


def test_a_revocation_said_twice_is_heeded_once() -> None:
    """NO-R1."""
    assert after(granted(), revoked()).hear(revoked()) == []


def test_a_revocation_that_comes_before_its_grant_wins() -> None:
    """NO-R1."""
    assert outcome_of(after(revoked(), granted())) == "release-revoked"


def test_a_new_release_allows_again_what_an_old_one_no_longer_does() -> None:
    """NO-R1."""
    assert outcome_of(after(granted(), revoked(), granted(release="r-2"))) == "sent"


def test_a_release_holds_through_its_last_day() -> None:
    """NO-R2."""
    assert outcome_of(after(granted(expires_on=SECOND_DAY)), request_at_late=True) == "sent"


def test_a_release_ends_with_its_last_day() -> None:
    """NO-R2."""
    assert outcome_of(after(granted(expires_on=SECOND_DAY - timedelta(days=1)))) == "release-expired"


def test_without_any_release_nothing_is_said() -> None:
    """NO-S2."""
    assert outcome_of(Story()) == "no-active-release"


def test_what_a_friend_may_hear_says_nothing_about_the_aunt() -> None:
    """NO-S2."""
    assert outcome_of(after(granted(to=FRIEND))) == "no-active-release"


def test_another_scope_does_not_cover_it() -> None:
    """NO-S2."""
    assert outcome_of(after(granted(ReleaseScope.PRESENCE))) == "scope-not-released"


def test_a_revoked_release_for_another_scope_is_no_release() -> None:
    """NO-S2."""
    assert outcome_of(after(granted(ReleaseScope.PRESENCE), revoked())) == "no-active-release"


@pytest.mark.parametrize("said", [HELD, ENDED])
def test_whom_the_participant_keeps_away_gets_nothing(said: Contract) -> None:
    """NO-R3: whatever was released, before or after."""
    assert outcome_of(after(granted(), said)) == "held-back"
    assert outcome_of(after(said, granted())) == "held-back"


def test_what_waits_does_not_reach_somebody_kept_away_meanwhile() -> None:
    """NO-R3, NO-S1."""
    story = after(granted(), to_aunt(due_at=NOON + HOUR), HELD)
    (said,) = story.fire()

    assert isinstance(said, NoticeSuppressed)
    assert said.reason == "held-back"


def test_what_is_on_its_way_out_is_asked_again() -> None:
    """NO-R3, NO-D3."""
    story = after(granted(), to_aunt(), HELD)
    assert outside.why_not(story.mail, NoticeId("n-1"), NOON) == "held-back"

    story.hear(LET_IN)
    assert outside.why_not(story.mail, NoticeId("n-1"), NOON) == ""


def test_distance_said_twice_is_heeded_once() -> None:
    """NO-R3."""
    assert len(after(HELD).said) == 1
    assert after(HELD).hear(HELD) == []
    assert Story().hear(LET_IN) == []
