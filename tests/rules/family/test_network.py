"""The people who matter to one participant."""

import pytest

from common.change import Invalid, NotFound
from common.contracts.family import AlternativeSupportPlanAccepted, ReleaseNoted, SupporterNamed
from common.contracts.words import ReleaseScope, SupporterId
from family.domain.network import SESSION_KINDS, SupportNetwork

from .story import ANA, AUNT, EVA, FRIEND, NOON, after, facts_of, granted, hear, named, revoked

NOBODY = SupportNetwork(id=ANA)


@pytest.mark.parametrize("relationship", ["mother", "the neighbour who feeds my cat", "Pfarrer", "my 'chosen' sister"])
def test_anybody_may_matter(relationship: str) -> None:
    """FA-N1."""
    (fact,) = NOBODY.name_supporter(AUNT, relationship, NOON)

    assert isinstance(fact, SupporterNamed)
    assert fact.relationship == relationship


def test_a_supporter_named_twice_is_named_once() -> None:
    """FA-N1."""
    assert after(named()).name_supporter(AUNT, "aunt", NOON) == []


def test_a_supporter_without_any_word_for_them_is_not_named() -> None:
    """FA-N1."""
    with pytest.raises(Invalid, match="relationship-missing"):
        NOBODY.name_supporter(AUNT, "  ", NOON)


@pytest.mark.parametrize("kind", sorted(SESSION_KINDS))
def test_a_session_of_each_kind_can_be_held(kind: str) -> None:
    """FA-N2."""
    assert len(after(named()).hold_session(kind, (AUNT, AUNT), EVA, NOON)) == 1


def test_a_session_of_an_unknown_kind_is_not_held() -> None:
    """FA-N2."""
    with pytest.raises(Invalid, match="unknown-session-kind"):
        after(named()).hold_session("FAM_PICNIC", (AUNT,), EVA, NOON)


def test_a_session_with_nobody_is_no_session() -> None:
    """FA-N2."""
    with pytest.raises(Invalid, match="nobody-there"):
        after(named()).hold_session("FAM_INDIV", (), EVA, NOON)


def test_a_session_with_somebody_not_named_is_not_held() -> None:
    """FA-N2."""
    with pytest.raises(NotFound, match="no-such-supporter"):
        after(named()).hold_session("FAM_INDIV", (AUNT, FRIEND), EVA, NOON)


def test_whoever_holds_a_release_was_named_by_it() -> None:
    """FA-N2: a release for somebody is a way of naming them."""
    assert after(granted()).hold_session("FAM_INDIV", (AUNT,), EVA, NOON) != []


@pytest.mark.parametrize("rating", [0, 10])
def test_the_climate_at_home_is_rated(rating: int) -> None:
    """FA-N3."""
    assert len(after(named()).rate_home_climate(AUNT, rating, NOON)) == 1


@pytest.mark.parametrize("rating", [-1, 11])
def test_a_rating_outside_the_scale_is_not_taken(rating: int) -> None:
    """FA-N3."""
    with pytest.raises(Invalid, match="rating-out-of-range"):
        after(named()).rate_home_climate(AUNT, rating, NOON)


def test_only_a_supporter_rates_the_climate() -> None:
    """FA-N3."""
    with pytest.raises(NotFound):
        NOBODY.rate_home_climate(SupporterId("s-unknown"), 5, NOON)


def test_the_alternative_plan_is_accepted_once() -> None:
    """FA-T2."""
    (fact,) = NOBODY.accept_alternative_plan(EVA, NOON)

    assert isinstance(fact, AlternativeSupportPlanAccepted)
    assert after(fact).accept_alternative_plan(EVA, NOON) == []


def test_a_release_is_noted_as_it_was_granted() -> None:
    """FA-R1."""
    (noted,) = hear(NOBODY, granted(ReleaseScope.SCHEDULE, expires_on=NOON.date()))

    assert isinstance(noted, ReleaseNoted)
    assert (noted.scopes, noted.expires_on, noted.active) == ((ReleaseScope.SCHEDULE,), NOON.date(), True)


def test_a_release_said_twice_is_noted_once() -> None:
    """FA-R1."""
    assert hear(after(granted()), granted()) == []


def test_a_revocation_said_twice_is_noted_once() -> None:
    """FA-R1."""
    network = after(granted(), revoked())

    assert not network.releases[granted().release_id].active
    assert hear(network, revoked()) == []


def test_a_revocation_that_comes_before_its_grant_wins() -> None:
    """FA-R1."""
    network = after(revoked(), granted())

    assert not network.releases[granted().release_id].active
    assert network.releases[granted().release_id].scopes == granted().scopes


def test_a_late_repeat_of_the_grant_does_not_wake_a_revoked_release() -> None:
    """FA-R1."""
    assert facts_of(hear(after(granted(), revoked()), granted())) == []
