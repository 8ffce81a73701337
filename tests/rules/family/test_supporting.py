"""What a supporter says by themselves: one answer to everybody who may not, and nothing beyond what they may."""

from collections.abc import Callable

import pytest

from common.change import Invalid, NotEntitled, NotFound
from common.contracts.message import Contract
from common.contracts.network import HomeAgreementAgreed, HomePracticeAgreed
from common.contracts.supporting import SupporterAimsSet
from common.contracts.words import ReleaseScope, StaffId, SupporterId
from family.app import STANDARD
from family.domain import distance, home, supporting
from family.domain.network import SupportNetwork

from .story import ANA, AUNT, EVA, FRIEND, HOUR, MOVE, NOON, after, granted, named, revoked

PRACTICE = HomePracticeAgreed(
    at=NOON, participant_id=ANA, practice_id="x", skill="STOP", supporter_ids=(AUNT,), recorded_by=EVA
)
AIMS = ("OWN_CHANGE", "VALIDATE_MORE")
SKILLS = granted(ReleaseScope.SKILLS_CURRICULUM)


def kept_away(*happened: Contract) -> SupportNetwork:
    """After all this Ana keeps her aunt at a distance."""
    network = after(*happened)
    return network.after(distance.hold_back(network, AUNT, NOON)[0])


def parted(*happened: Contract) -> SupportNetwork:
    """After all this Ana ends it with her aunt."""
    network = after(*happened)
    return network.after(distance.end_relation(network, AUNT, NOON)[0])


CLOSED = {
    "nobody known": after(),
    "somebody else named": after(named(FRIEND)),
    "named, and nothing released": after(named()),
    "released to somebody else": after(named(), granted(to=FRIEND)),
    "taken back": after(granted(), revoked()),
    "taken back before it was granted": after(revoked(), granted()),
    "over since yesterday": after(granted(expires_on=(NOON - 24 * HOUR).date())),
    "held back": kept_away(granted()),
    "ended": parted(granted()),
}


@pytest.mark.parametrize("network", CLOSED.values(), ids=CLOSED)
def test_every_reason_gives_one_answer(network: SupportNetwork) -> None:
    """FA-W2: who may not hear learns not even that there is such a participant."""
    acts: tuple[Callable[[], object], ...] = (
        lambda: supporting.must_be_open(network, AUNT, NOON),
        lambda: supporting.set_aims(network, AUNT, AIMS, STANDARD, NOON),
        lambda: supporting.set_aims(network, AUNT, ("NO_SUCH_GOAL",), STANDARD, NOON),
        lambda: supporting.log_practice(network, AUNT, "x", True, False, STANDARD, NOON),
        lambda: supporting.agree(network, AUNT, 1, NOON),
        lambda: supporting.decline(network, AUNT, MOVE, NOON),
    )
    for act in acts:
        with pytest.raises(NotEntitled) as no:
            act()
        assert (no.value.code, no.value.detail) == ("not-open", "there is nothing here for you now")


@pytest.mark.parametrize("scope", ReleaseScope)
def test_any_release_that_stands_opens_what_is_theirs(scope: ReleaseScope) -> None:
    """FA-W2."""
    assert supporting.must_be_open(after(granted(scope)), AUNT, NOON) == []


def test_aims_are_theirs_and_the_plan_stays() -> None:
    """FA-W3: said twice, noted once; a code the program does not have is none."""
    network = after(granted())
    (said,) = supporting.set_aims(network, AUNT, AIMS, STANDARD, NOON)
    assert said == SupporterAimsSet(at=NOON, participant_id=ANA, supporter_id=AUNT, goals=AIMS)
    assert supporting.set_aims(network.after(said), AUNT, AIMS, STANDARD, NOON) == []
    assert network.after(said).engagement.of(AUNT).plan is None
    with pytest.raises(Invalid, match="unknown-goal"):
        supporting.set_aims(network, AUNT, ("PERFECTION",), STANDARD, NOON)


def test_practice_is_logged_by_those_who_may_hear_of_the_skill() -> None:
    """FA-W3: another release opens the door, not this skill."""
    may = after(SKILLS).after(PRACTICE)
    assert [type(one).__name__ for one in supporting.log_practice(may, AUNT, "x", None, True, STANDARD, NOON)] == [
        "HomePracticeDone"
    ]
    with pytest.raises(NotEntitled, match="not-open"):
        supporting.log_practice(after(granted()).after(PRACTICE), AUNT, "x", None, True, STANDARD, NOON)
    with pytest.raises(NotFound, match="no-such-practice"):
        supporting.log_practice(may, AUNT, "y", None, True, STANDARD, NOON)
    friends = after(SKILLS, granted(ReleaseScope.SKILLS_CURRICULUM, release="r-2", to=FRIEND)).after(PRACTICE)
    with pytest.raises(NotFound, match="no-such-practice"):
        supporting.log_practice(friends, FRIEND, "x", None, True, STANDARD, NOON)


def test_an_agreement_is_agreed_to_in_their_own_name() -> None:
    """FA-E7, FA-W3: recorded by themselves; another supporter's word it is not."""
    network = after(granted(), granted(release="r-2", to=FRIEND))
    network = network.after(home.write_agreement(network, 1, [AUNT], EVA, NOON)[0])
    (said,) = supporting.agree(network, AUNT, 1, NOON)
    assert isinstance(said, HomeAgreementAgreed)
    assert (said.supporter_id, said.recorded_by, said.in_force) == (AUNT, StaffId(AUNT), False)
    assert supporting.agree(network.after(said), AUNT, 1, NOON) == []
    with pytest.raises(NotFound, match="no-such-supporter"):
        supporting.agree(network, SupporterId(FRIEND), 1, NOON)
