"""Which supporter hears of a transition, and who is kept silent."""

from datetime import timedelta
from itertools import permutations

import pytest

from common.contracts.family import SupporterKeptSilent, SupporterToBeTold
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.contracts.words import RecipientKind, ReleaseScope, TransitionKind
from family.domain.network import SupportNetwork

from .story import (
    ANA,
    AUNT,
    FRIEND,
    MOVE,
    NOON,
    PLAN,
    after,
    approved,
    asks_of,
    compensated,
    facts_of,
    granted,
    hear,
    moved,
    named,
    revoked,
)


def only(contracts: list[Contract]) -> Contract:
    """The only one."""
    (one,) = contracts
    return one


@pytest.mark.parametrize("scope", [PLAN, ReleaseScope.SCHEDULE])
@pytest.mark.parametrize(("news", "about"), [(approved(), "transition-planned"), (moved(), "transition-happened")])
def test_a_supporter_who_may_hear_of_it_is_to_be_told(news: Contract, about: str, scope: ReleaseScope) -> None:
    """FA-S1."""
    outcomes = hear(after(named(), granted(scope)), news)

    told, notice = only(facts_of(outcomes)), only(asks_of(outcomes))
    assert isinstance(told, SupporterToBeTold)
    assert (told.supporter_id, told.about, told.scope, told.transition_id) == (AUNT, about, scope, MOVE)
    assert isinstance(notice, SendNotice)
    assert (notice.recipient_kind, notice.recipient_id) == (RecipientKind.SUPPORTER, AUNT)
    assert (notice.template, notice.scope, notice.notice_id) == (about, scope, told.notice_id)


def test_the_plan_is_the_scope_it_rests_on_where_both_are_released() -> None:
    """FA-S1."""
    told = only(facts_of(hear(after(granted(ReleaseScope.SCHEDULE, PLAN)), approved())))

    assert isinstance(told, SupporterToBeTold)
    assert told.scope is PLAN


def test_news_settles_for_an_hour_before_it_is_sent() -> None:
    """FA-S4."""
    notice = only(asks_of(hear(after(granted()), approved())))

    assert isinstance(notice, SendNotice)
    assert notice.due_at == NOON + timedelta(minutes=60)


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        (after(named()), "no-release"),
        (after(named(), granted(release="r-2", to=FRIEND)), "no-release"),
        (after(granted(ReleaseScope.FAMILY_SESSIONS)), "scope-not-released"),
        (after(granted(ReleaseScope.FAMILY_SESSIONS), revoked()), "no-release"),
        (after(granted(expires_on=NOON.date() - timedelta(days=1))), "release-expired"),
        (after(granted(), revoked()), "release-revoked"),
        (after(revoked(), granted()), "release-revoked"),
    ],
)
def test_a_supporter_who_may_not_hear_is_kept_silent_and_the_reason_is_noted(
    network: SupportNetwork, reason: str
) -> None:
    """FA-S2."""
    outcomes = hear(network, approved())

    silent = next(f for f in facts_of(outcomes) if isinstance(f, SupporterKeptSilent))
    assert (silent.supporter_id, silent.reason) == (AUNT, reason)
    assert all(isinstance(ask, SendNotice) and ask.recipient_id != AUNT for ask in asks_of(outcomes))


def test_each_supporter_is_looked_at_alone() -> None:
    """FA-S1, FA-S2."""
    outcomes = hear(after(named(), named(FRIEND), granted()), approved())

    assert [type(fact).__name__ for fact in facts_of(outcomes)] == ["SupporterToBeTold", "SupporterKeptSilent"]


@pytest.mark.parametrize("news", [approved(), moved()])
@pytest.mark.parametrize("before", [(named(),), (granted(),)])
def test_news_heard_twice_is_told_once(news: Contract, before: tuple[Contract, ...]) -> None:
    """FA-S1, FA-S2."""
    assert hear(after(*before, news), news) == []


@pytest.mark.parametrize("kind", list(TransitionKind))
def test_an_admission_is_not_told(kind: TransitionKind) -> None:
    """FA-S1: nor is an emergency, which a person tells, nor a mistake of ours."""
    untold = (TransitionKind.ADMISSION, TransitionKind.EMERGENCY, TransitionKind.REOPENING)
    assert (hear(after(granted()), moved(kind)) == []) == (kind in untold)


@pytest.mark.parametrize("kind", [None, *TransitionKind])
def test_what_nobody_planned_is_not_told_as_a_plan(kind: TransitionKind | None) -> None:
    """FA-S1: an approval without a kind is an older one, and told."""
    untold = (TransitionKind.EMERGENCY, TransitionKind.REOPENING)
    planned = approved().model_copy(update={"kind": kind})
    assert (hear(after(granted()), planned) == []) == (kind in untold)


def test_a_plan_that_is_off_is_taken_back_with_those_who_were_told() -> None:
    """FA-S3."""
    outcomes = hear(after(named(FRIEND), granted(), approved()), compensated())

    told = only(facts_of(outcomes))
    assert isinstance(told, SupporterToBeTold)
    assert (told.supporter_id, told.about) == (AUNT, "plans-changed")


@pytest.mark.parametrize(
    "network", [after(named(), granted()), after(named(), approved(), granted()), SupportNetwork(id=ANA)]
)
def test_a_plan_nobody_was_told_is_not_taken_back(network: SupportNetwork) -> None:
    """FA-S3."""
    assert hear(network, compensated()) == []


def test_a_plan_is_not_taken_back_with_somebody_who_may_no_longer_hear() -> None:
    """FA-S2, FA-S3."""
    silent = only(facts_of(hear(after(granted(), approved(), revoked()), compensated())))

    assert isinstance(silent, SupporterKeptSilent)
    assert silent.reason == "release-revoked"


def test_a_plan_is_taken_back_once() -> None:
    """FA-S3."""
    assert hear(after(granted(), approved(), compensated()), compensated()) == []


@pytest.mark.parametrize("news", [moved(), compensated()])
def test_later_news_overtakes_the_plan_while_that_still_waits(news: Contract) -> None:
    """FA-S4."""
    plan = only(asks_of(hear(after(granted()), approved())))
    later = only(asks_of(hear(after(granted(), approved()), news)))

    assert isinstance(plan, SendNotice)
    assert isinstance(later, SendNotice)
    assert plan.follows is None
    assert later.follows == plan.notice_id != later.notice_id


def test_news_without_a_told_plan_follows_nothing() -> None:
    """FA-S4."""
    notice = only(asks_of(hear(after(granted()), moved())))

    assert isinstance(notice, SendNotice)
    assert notice.follows is None


def test_no_order_of_events_tells_without_a_release_or_twice() -> None:
    """FA-S1, FA-S2: every order of naming, grant, revocation, news and repeats."""
    for order in permutations([granted(), revoked(), approved(), moved(), compensated(), approved()]):
        network, allowed, ended, told = SupportNetwork(id=ANA), False, False, list[str]()
        for data in order:
            ended = ended or data == revoked()
            allowed = (allowed or data == granted()) and not ended
            outcomes = hear(network, data)
            for ask in asks_of(outcomes):
                assert isinstance(ask, SendNotice)
                assert allowed
                told.append(ask.notice_id)
            for fact in facts_of(outcomes):
                network = network.after(fact)
        assert len(set(told)) == len(told)
