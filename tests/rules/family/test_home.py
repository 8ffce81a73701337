"""What they do at home together."""

import pytest

from common.change import Invalid, NotFound, Refused
from common.contracts.family import SupporterKeptSilent
from common.contracts.message import Contract
from common.contracts.network import HomeAgreementAgreed, HomePracticeAgreed
from common.contracts.words import ReleaseScope
from family.app import STANDARD as PROGRAM
from family.domain import home
from family.domain.network import SupportNetwork

from .story import AUNT, EVA, FRIEND, NOON, after, granted, named, revoked

SKILLS = granted(ReleaseScope.SKILLS_CURRICULUM)
BOTH = after(granted(), granted(release="r-2", to=FRIEND))


def then(network: SupportNetwork, *facts: Contract) -> SupportNetwork:
    """The network once these facts are true."""
    for fact in facts:
        network = network.after(fact)
    return network


def practising() -> SupportNetwork:
    """Ana and her aunt practise STOP."""
    network = after(SKILLS)
    return then(network, *home.agree_practice(network, "h-1", "STOP", (AUNT,), PROGRAM, EVA, NOON))


def written(network: SupportNetwork, version: int = 1) -> SupportNetwork:
    """An agreement waits for everybody's word."""
    return then(network, *home.write_agreement(network, version, (AUNT, FRIEND), EVA, NOON))


def all_agreed(network: SupportNetwork, version: int = 1) -> SupportNetwork:
    """Everybody gave it."""
    for who in (None, AUNT, FRIEND):
        network = then(network, *home.agree_to_agreement(network, version, who, EVA, NOON))
    return network


def test_practice_is_with_those_who_may_hear_of_the_skill_and_the_others_are_on_record() -> None:
    """FA-E4, FA-S2."""
    agreed, silent = home.agree_practice(
        after(SKILLS, named(FRIEND)), "h-1", "STOP", (AUNT, FRIEND), PROGRAM, EVA, NOON
    )

    assert isinstance(agreed, HomePracticeAgreed)
    assert agreed.supporter_ids == (AUNT,)
    assert isinstance(silent, SupporterKeptSilent)
    assert (silent.supporter_id, silent.reason) == (FRIEND, "no-release")


def test_without_anybody_who_may_hear_there_is_no_practice() -> None:
    """FA-E4."""
    (silent,) = home.agree_practice(after(SKILLS, revoked()), "h-1", "STOP", (AUNT,), PROGRAM, EVA, NOON)
    assert isinstance(silent, SupporterKeptSilent)
    with pytest.raises(Invalid, match="nobody-there"):
        home.agree_practice(after(SKILLS), "h-1", "STOP", (), PROGRAM, EVA, NOON)
    with pytest.raises(NotFound):
        home.agree_practice(after(SKILLS), "h-1", "STOP", (FRIEND,), PROGRAM, EVA, NOON)


def test_a_skill_that_speaks_of_substance_use_is_practised_under_that_consent_only() -> None:
    """FA-R6: no other scope implies it."""
    program = PROGRAM.model_copy(update={"substance_use": ("URGE_SURFING",)})
    (silent,) = home.agree_practice(after(SKILLS), "h-1", "URGE_SURFING", (AUNT,), program, EVA, NOON)
    assert isinstance(silent, SupporterKeptSilent)
    assert (silent.scope, silent.reason) == (ReleaseScope.SUD, "scope-not-released")

    signed = after(granted(ReleaseScope.SUD))
    assert len(home.agree_practice(signed, "h-1", "URGE_SURFING", (AUNT,), program, EVA, NOON)) == 1


def test_practice_agreed_twice_is_agreed_once() -> None:
    """FA-E4."""
    assert home.agree_practice(practising(), "h-1", "STOP", (AUNT,), PROGRAM, EVA, NOON) == []


def test_each_side_says_for_itself_that_it_was_practised() -> None:
    """FA-E4."""
    for who in (None, AUNT):
        assert len(home.log_practice(practising(), "h-1", who, None, False, NOON)) == 1
    for id, who in (("h-1", FRIEND), ("h-2", None)):
        with pytest.raises(NotFound):
            home.log_practice(practising(), id, who, True, True, NOON)


def test_an_agreement_is_in_force_once_everybody_gave_their_word() -> None:
    """FA-E7."""
    network = written(BOTH)
    for who, whole in ((AUNT, False), (None, False), (FRIEND, True)):
        (agreed,) = home.agree_to_agreement(network, 1, who, EVA, NOON)
        assert isinstance(agreed, HomeAgreementAgreed)
        assert agreed.in_force is whole
        network = then(network, agreed)
        assert home.agree_to_agreement(network, 1, who, EVA, NOON) == []


def test_another_version_waits_while_the_one_before_stays_in_force() -> None:
    """FA-E7."""
    network = written(all_agreed(written(BOTH)), 2)

    assert network.engagement.in_force and network.engagement.in_force.version == 1
    with pytest.raises(Refused, match="not-the-newest-version"):
        home.agree_to_agreement(network, 1, None, EVA, NOON)
    after_all = all_agreed(network, 2).engagement.in_force
    assert after_all and after_all.version == 2


@pytest.mark.parametrize("version", [1, 3])
def test_two_people_do_not_write_over_each_other(version: int) -> None:
    """FA-E7."""
    with pytest.raises(Refused, match="not-the-next-version"):
        home.write_agreement(written(BOTH), version, (AUNT,), EVA, NOON)


def test_an_agreement_is_made_with_those_who_may_take_part_and_nobody_else_agrees() -> None:
    """FA-E7, FA-R3."""
    with pytest.raises(Refused, match="no-release"):
        home.write_agreement(after(granted(), named(FRIEND)), 1, (AUNT, FRIEND), EVA, NOON)
    gone = then(written(BOTH), *after_revocation())
    with pytest.raises(Refused, match="release-revoked"):
        home.agree_to_agreement(gone, 1, AUNT, EVA, NOON)


def after_revocation() -> list[Contract]:
    """What is noted when the aunt's release is taken back."""
    return BOTH.note_revocation(revoked())


def test_somebody_it_is_not_with_does_not_agree_to_it() -> None:
    """FA-E7."""
    network = then(BOTH, *home.write_agreement(BOTH, 1, (AUNT,), EVA, NOON))
    with pytest.raises(NotFound):
        home.agree_to_agreement(network, 1, FRIEND, EVA, NOON)
