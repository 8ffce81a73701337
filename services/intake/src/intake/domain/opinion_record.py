"""An opinion on the level of care is recorded, put right, or taken back; a conflict it makes is told at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from common.change import Ask, Invalid, NotFound, Outcome, Refused
from common.contracts.message import Contract
from common.contracts.opinions import LocOpinionRecorded, LocOpinionVoided, LocTool, OpinionId
from common.contracts.words import EpisodeId, LevelOfCare, StaffId
from intake.domain.episode import Episode, Rules, Status
from intake.domain.evidence import evidence_of
from intake.domain.evidence_items import LocOpinion
from intake.domain.loc_opinions import conflict
from intake.domain.moves import notice
from intake.domain.review import note

SUMMED = (LocTool.LOCUS, LocTool.CALOCUS)
"""Tools with a composite. Source: facts 2.3."""
BANDS: tuple[tuple[range, LevelOfCare], ...] = (
    (range(7, 10), LevelOfCare.ALUMNI),
    (range(10, 17), LevelOfCare.OUTPATIENT_BOOSTER),
    (range(17, 20), LevelOfCare.IOP),
    (range(20, 23), LevelOfCare.PHP),
    (range(23, 28), LevelOfCare.RESIDENTIAL),
    (range(28, 36), LevelOfCare.EXTERNAL_ACUTE),
)
"""Composite -> our level. Source: facts 2.3; of its two for 10 to 13 the higher: ASSUMED."""


class Opinion(NamedTuple):
    """What somebody thinks, with what, and since when: None as it was told before, or now."""

    tool: LocTool
    level: LevelOfCare
    composite: int | None
    rater: str
    formed_at: datetime | None


def level_of(tool: LocTool, composite: int | None, level: LevelOfCare | None) -> LevelOfCare:
    """The level an opinion asks for: the rater's own, else the one its composite stands for. Rule: IN-O4.

    A rater may depart from the sum, which has overriding criteria. Raises Invalid for a sum that cannot be.
    """
    if composite is not None and tool not in SUMMED:
        raise Invalid("no-composite", f"only {' and '.join(SUMMED)} have a sum")
    of_sum = next((told for band, told in BANDS if composite in band), None)
    if composite is not None and of_sum is None:
        raise Invalid("composite-out-of-range", "a sum is 7 to 35")
    asked = level or of_sum
    if asked is None or asked is LevelOfCare.CLOSED:
        raise Invalid("level-missing", "an opinion names a level of care, or its sum does")
    return asked


def record(
    episode: Episode, id: OpinionId, opinion: Opinion, event_id: str, staff: StaffId, rules: Rules, at: datetime
) -> list[Outcome]:
    """An opinion, new or put right; the same again says nothing. Rules: IN-O1, IN-O4."""
    held = _held(episode, id)
    told = LocOpinionRecorded(
        at=opinion.formed_at or at,
        participant_id=episode.participant_id,
        episode_id=_open_id(episode),
        opinion_id=id,
        tool=opinion.tool,
        level=opinion.level,
        composite=opinion.composite,
        rater=opinion.rater,
        recorded_by=staff,
        known_at=at,
        revision=held.revision + 1 if held else 1,
    )
    item = evidence_of(told, event_id)
    if not isinstance(item, LocOpinion) or _says_the_same(held, item):
        return []
    noted = note(episode, item, rules, at)
    return [told, *noted, *_tell_conflict(episode, noted, item, rules, at)]


def correct(
    episode: Episode, id: OpinionId, opinion: Opinion, event_id: str, staff: StaffId, rules: Rules, at: datetime
) -> list[Outcome]:
    """An opinion was told wrongly; raises NotFound, or Refused where it is void. Rule: IN-O5."""
    known = _known(episode, id)
    if known.void:
        raise Refused("opinion-void", "this opinion was taken back; record another")
    right = opinion._replace(formed_at=opinion.formed_at or known.at)
    return record(episode, id, right, event_id, staff, rules, at)


def void(
    episode: Episode, id: OpinionId, reason: str, event_id: str, staff: StaffId, rules: Rules, at: datetime
) -> list[Outcome]:
    """An opinion was recorded in error: the one before it counts again. Raises NotFound. Rule: IN-O5."""
    known = _known(episode, id)
    if known.void:
        return []
    never = known.model_copy(update={"void": True, "revision": known.revision + 1, "event_id": event_id})
    voided = LocOpinionVoided(
        at=at,
        participant_id=episode.participant_id,
        episode_id=_open_id(episode),
        opinion_id=id,
        voided_by=staff,
        reason=reason,
    )
    return [voided, *note(episode, never, rules, at)]


def _tell_conflict(
    episode: Episode, noted: Iterable[Outcome], item: LocOpinion, rules: Rules, at: datetime
) -> list[Ask]:
    """The therapist hears that it speaks against what is still open, whoever has signed already. Rule: IN-O2."""
    for fact in noted:
        episode = episode.after(fact) if isinstance(fact, Contract) else episode
    if episode.transition is None or item not in conflict(episode, rules, at):
        return []
    return [notice(episode, "opinion-asks-for-more", f"{episode.transition.id}|{item.opinion_id}|{item.level}", at)]


def _says_the_same(held: LocOpinion | None, item: LocOpinion) -> bool:
    telling = {"event_id": item.event_id, "revision": item.revision}
    return held is not None and held.model_copy(update=telling) == item


def _held(episode: Episode, id: OpinionId) -> LocOpinion | None:
    return next((one for one in episode.evidence.loc_opinions if one.opinion_id == id), None)


def _known(episode: Episode, id: OpinionId) -> LocOpinion:
    if (held := _held(episode, id)) is None:
        raise NotFound("no-such-opinion", "no opinion about this participant is known by this id")
    return held


def _open_id(episode: Episode) -> EpisodeId:
    if episode.episode_id is None or episode.status is Status.CLOSED:
        raise Refused("not-in-care", "there is no open episode of care")
    return episode.episode_id
