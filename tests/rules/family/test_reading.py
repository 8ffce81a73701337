"""That a supporter read is said: under which releases, once a day; or why they were shown nothing."""

from datetime import timedelta

import pytest

from common.contracts.supporting import SupporterRead, SupporterReadNothing
from common.contracts.words import ReleaseScope
from family.domain import distance, reading
from family.domain.network import SupportNetwork

from .story import ANA, AUNT, FRIEND, HOUR, NOON, after, granted, named, revoked

TODAY = NOON.date()


def read(network: SupportNetwork, days: int = 0) -> list[str]:
    """The aunt looks, so many days later; what is said of it."""
    at = NOON + days * 24 * HOUR
    said = reading.note(network, AUNT, TODAY + timedelta(days=days), at)
    under = [fact.release_id for fact in said if isinstance(fact, SupporterRead)]
    return [*under, *(fact.reason for fact in said if isinstance(fact, SupporterReadNothing))]


def once_read(network: SupportNetwork, days: int = 0) -> SupportNetwork:
    """The network once she has looked."""
    at = NOON + days * 24 * HOUR
    for fact in reading.note(network, AUNT, TODAY + timedelta(days=days), at):
        network = network.after(fact)
    return network


def test_it_is_said_for_each_release_that_stands_and_once_a_day() -> None:
    """FA-W7: said again the same day it is nothing; a release that came since is said for itself."""
    network = after(named(), granted(), granted(release="r-over", expires_on=TODAY - timedelta(days=1)))
    assert read(network) == ["r-1"]
    network = once_read(network)
    assert read(network) == []
    network = network.after(network.note_grant(granted(ReleaseScope.SCHEDULE, release="r-2"))[0])
    assert read(network) == ["r-2"]
    assert read(once_read(network), days=1) == ["r-1", "r-2"]


def test_who_is_shown_nothing_is_said_with_why() -> None:
    """FA-W7, FA-S2: another reason on the same day is said too; granted again, what they read is."""
    network = once_read(after(granted(), revoked()))
    assert read(network) == []
    for fact in distance.hold_back(network, AUNT, NOON):
        network = network.after(fact)
    assert read(network) == ["held-back"]
    for fact in [*distance.let_in(network, AUNT, NOON), *network.note_grant(granted(release="r-2"))]:
        network = network.after(fact)
    assert read(network) == ["r-2"]


@pytest.mark.parametrize("network", [after(), after(named(FRIEND)), after(granted(to=FRIEND))])
def test_of_somebody_nobody_named_nothing_is_said(network: SupportNetwork) -> None:
    """FA-W7, FA-W2: whoever guesses an id writes nothing on anybody's record."""
    assert reading.note(network, AUNT, TODAY, NOON) == []


def test_what_was_told_late_is_said_under_the_day_it_was_read() -> None:
    """FA-W7: a release that comes after its own revocation was none, and nothing is read under it."""
    assert read(after(revoked(), granted())) == ["release-revoked"]
    assert ANA not in once_read(after(granted())).read
