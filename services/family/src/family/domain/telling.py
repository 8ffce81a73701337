"""Which supporter hears of a transition, and who is kept silent."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from common.change import Ask, Outcome
from common.contracts.family import SupporterKeptSilent, SupporterToBeTold
from common.contracts.intake import LevelOfCareChanged, TransitionApproved, TransitionCompensated
from common.contracts.notifications import SendNotice
from common.contracts.words import (
    NoticeId,
    RecipientKind,
    ReleaseScope,
    SupporterId,
    TransitionId,
    TransitionKind,
)
from family.domain.network import SupportNetwork, news_for
from family.domain.permission import permission

PLANNED = "transition-planned"
HAPPENED = "transition-happened"
CHANGED = "plans-changed"

WANTED = (ReleaseScope.TRANSITION_PLAN, ReleaseScope.SCHEDULE)
"""Either lets a supporter hear that dates change. Source: facts 7.1, transfer, family."""

TOLD_OF = frozenset(
    {
        TransitionKind.STEP_DOWN,
        TransitionKind.STEP_UP,
        TransitionKind.COMPLETION,
        TransitionKind.READMISSION,
        TransitionKind.RETURN,
    }
)
"""An admission is not news for those who were there. ASSUMED."""

NEVER_PLANNED = frozenset({TransitionKind.EMERGENCY, TransitionKind.REOPENING})
"""A person calls after an emergency; a mistake of ours is no news. ASSUMED."""

SETTLE = timedelta(minutes=60)
"""ASSUMED: a transition that still moves should not be told three times."""

TELLINGS = UUID("0b0e8f0c-6e0b-5d55-8a6e-9b7f5f7d3a52")
"""Namespace of notice ids: the same news for the same supporter is one notice."""

News = TransitionApproved | LevelOfCareChanged | TransitionCompensated


def notice_id(about: str, transition_id: TransitionId | None, supporter_id: SupporterId) -> NoticeId:
    """The id of the notice that brings one piece of news to one supporter; always the same."""
    return NoticeId(str(uuid5(TELLINGS, news_for(about, transition_id, supporter_id))))


def tell_of_plan(network: SupportNetwork, news: TransitionApproved, now: datetime) -> list[Outcome]:
    """A change is planned. Rules: FA-S1, FA-S2."""
    return [] if news.kind in NEVER_PLANNED else _tell(network, network.people(), PLANNED, news, now)


def tell_of_change(network: SupportNetwork, news: LevelOfCareChanged, now: datetime) -> list[Outcome]:
    """The change took place. Rules: FA-S1, FA-S2, FA-S4."""
    return _tell(network, network.people(), HAPPENED, news, now) if news.kind in TOLD_OF else []


def tell_of_withdrawal(network: SupportNetwork, news: TransitionCompensated, now: datetime) -> list[Outcome]:
    """The plan is off: for those who were told of it, and nobody else. Rule: FA-S3."""
    told = [who for who in network.people() if _was_told(network, news.transition_id, who)]
    return _tell(network, told, CHANGED, news, now)


def _tell(
    network: SupportNetwork, people: Iterable[SupporterId], about: str, news: News, now: datetime
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for who in people:
        if news_for(about, news.transition_id, who) not in network.tellings:
            outcomes += _tell_one(network, who, about, news, now)
    return outcomes


def _tell_one(network: SupportNetwork, who: SupporterId, about: str, news: News, now: datetime) -> list[Outcome]:
    """Whether they may hear is judged now, not when the news was new: what is played again asks again. Rule: FA-R5."""
    may = permission(network, who, WANTED, max(news.at, now))
    if isinstance(may, str):
        silent = SupporterKeptSilent(
            at=news.at,
            participant_id=news.participant_id,
            supporter_id=who,
            about=about,
            scope=WANTED[0],
            reason=may,
            transition_id=news.transition_id,
        )
        return [silent]
    told = SupporterToBeTold(
        at=news.at,
        participant_id=news.participant_id,
        supporter_id=who,
        about=about,
        scope=may.scope,
        notice_id=notice_id(about, news.transition_id, who),
        transition_id=news.transition_id,
        release_id=may.release_id,
    )
    return [told, Ask(_notice(network, told, news))]


def _notice(network: SupportNetwork, told: SupporterToBeTold, news: News) -> SendNotice:
    """The request; it overtakes what was said about the plan, if that still waits. Rule: FA-S4."""
    planned = _was_told(network, news.transition_id, told.supporter_id) and told.about != PLANNED
    return SendNotice(
        at=news.at,
        participant_id=news.participant_id,
        notice_id=NoticeId(told.notice_id),
        recipient_kind=RecipientKind.SUPPORTER,
        recipient_id=told.supporter_id,
        template=told.about,
        scope=told.scope,
        due_at=news.at + SETTLE,
        follows=notice_id(PLANNED, news.transition_id, told.supporter_id) if planned else None,
    )


def _was_told(network: SupportNetwork, transition_id: TransitionId, who: SupporterId) -> bool:
    return network.tellings.get(news_for(PLANNED, transition_id, who), False)
