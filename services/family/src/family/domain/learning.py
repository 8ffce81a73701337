"""The family learns in step with the participant: who hears of this week's skill, and who may practise it with them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from common.change import Ask, Outcome
from common.contracts.family import SupporterKeptSilent, SupporterToBeTold
from common.contracts.notifications import SendNotice
from common.contracts.skills import SkillTaught
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, ReleaseScope, SupporterId
from family.domain.network import SupportNetwork, news_for
from family.domain.permission import permission
from family.domain.program import Program
from family.domain.releases import Allowed
from family.domain.telling import notice_id

TEMPLATE = "family-skill"
TOGETHER = (ReleaseScope.FAMILY_SESSIONS, ReleaseScope.TRANSITION_PLAN)
"""Either lets a supporter take part in an agreement on living together. Source: facts 6.1; ASSUMED."""


def about_lesson(lesson: str) -> str:
    """The code of the news that a lesson was taught."""
    return f"skill:{lesson}"


class Among(NamedTuple):
    """Of some supporters: those who may hear, by which release, and the record of those who may not."""

    allowed: dict[SupporterId, Allowed]
    silent: list[SupporterKeptSilent]


def tell_of_skill(network: SupportNetwork, taught: SkillTaught, program: Program, now: datetime) -> list[Outcome]:
    """Each supporter with a plan hears of the lesson as far as a release goes, once. Rules: FA-E2, FA-R5, FA-R6."""
    about = about_lesson(taught.lesson)
    learners = [who for who, work in network.engagement.work.items() if work.plan and work.plan.active]
    anew = [who for who in learners if news_for(about, None, who) not in network.tellings]
    may = among(network, anew, program.scopes_for(taught.lesson), about, max(taught.at, now))
    outcomes: list[Outcome] = [*may.silent]
    for who, allowed in may.allowed.items():
        told = SupporterToBeTold(
            at=now,
            participant_id=taught.participant_id,
            supporter_id=who,
            about=about,
            scope=allowed.scope,
            notice_id=notice_id(about, None, who),
            release_id=allowed.release_id,
        )
        outcomes += [told, Ask(_notice(told, program))]
    return outcomes


def among(
    network: SupportNetwork,
    people: Iterable[SupporterId],
    wanted: Sequence[ReleaseScope],
    about: str,
    at: datetime,
) -> Among:
    """Who of these may hear `about` at `at`; everybody else is on record with the reason. Rules: FA-R3, FA-S2."""
    found = Among({}, [])
    for who in dict.fromkeys(people):
        may = permission(network, who, wanted, at)
        if isinstance(may, Allowed):
            found.allowed[who] = may
            continue
        silent = SupporterKeptSilent(
            at=at,
            participant_id=ParticipantId(network.id),
            supporter_id=who,
            about=about,
            scope=wanted[0],
            reason=may,
        )
        found.silent.append(silent)
    return found


def _notice(told: SupporterToBeTold, program: Program) -> SendNotice:
    return SendNotice(
        at=told.at,
        participant_id=told.participant_id,
        notice_id=NoticeId(told.notice_id),
        recipient_kind=RecipientKind.SUPPORTER,
        recipient_id=told.supporter_id,
        template=TEMPLATE,
        scope=told.scope,
        due_at=told.at + program.settle,
    )
