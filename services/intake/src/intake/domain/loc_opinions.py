"""Opinions from outside the policy on the level of care: they decide nothing, and nobody signs past them unaware.

Source: facts 9.2, and the last line of 9.4: never a block, always a reason.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from common.change import Refused
from common.contracts.words import INTENSITY, LevelOfCare, TransitionKind
from intake.domain.episode import Episode, Rules
from intake.domain.evidence import Evidence
from intake.domain.evidence_items import LocOpinion
from intake.domain.transition import Phase

TOO_LATE = (Phase.LEAVING, Phase.COMPENSATING)
"""The level has changed, or will not."""


class Stands(StrEnum):
    """How an opinion stands: only one that counts is heeded."""

    COUNTS = "counts"
    OUTDONE = "outdone"
    """The same rater with the same tool thought something else later."""
    TOO_OLD = "too-old"
    VOID = "void"


def standing(evidence: Evidence, rules: Rules, now: datetime) -> Mapping[LocOpinion, Stands]:
    """Every opinion and how it stands, oldest first, by when it was formed and not when it was told. Rule: IN-O1."""
    newest = {(one.tool, one.rater): one for one in evidence.loc_opinions if not one.void}
    today, days = now.astimezone(rules.zone).date(), rules.policy.loc_opinion_days

    def stands(one: LocOpinion) -> Stands:
        if one.void:
            return Stands.VOID
        if newest[one.tool, one.rater] is not one:
            return Stands.OUTDONE
        old = (today - one.at.astimezone(rules.zone).date()).days > days
        return Stands.TOO_OLD if old else Stands.COUNTS

    return {one: stands(one) for one in evidence.loc_opinions}


def asking_for_more(evidence: Evidence, to_level: LevelOfCare, rules: Rules, now: datetime) -> tuple[LocOpinion, ...]:
    """The opinions that count and ask for a higher level than `to_level`: the conflict to show. Rule: IN-O2."""
    counting = (one for one, stands in standing(evidence, rules, now).items() if stands is Stands.COUNTS)
    return tuple(one for one in counting if INTENSITY[one.level] > INTENSITY[to_level])


def conflict(episode: Episode, rules: Rules, now: datetime) -> tuple[LocOpinion, ...]:
    """What speaks against the open transition; nothing where none is open, or a discharge never was. Rule: IN-O2."""
    transition = episode.transition
    if transition is None or transition.kind is TransitionKind.REOPENING or transition.phase in TOO_LATE:
        return ()
    return asking_for_more(episode.evidence, transition.to_level, rules, now)


def heeded(episode: Episode, reason: str, rules: Rules, now: datetime) -> dict[str, object]:
    """What a signature says of opinions that ask for more; raises Refused where it has no reason. Rule: IN-O3."""
    against = conflict(episode, rules, now)
    if not against:
        return {}
    if not reason:
        levels = ", ".join(f"{one.tool}: {one.level}" for one in against)
        raise Refused("opinion-asks-for-more", f"an outside opinion asks for more ({levels}); say `despite_opinion`")
    return {"despite_opinions": tuple(one.opinion_id for one in against), "despite_reason": reason}
