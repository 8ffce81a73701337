"""Gone from residential care without leave: people are paged at once; nothing ends by it. Source: facts 2.8."""

from datetime import datetime

from common.change import Invalid, Outcome, Refused
from common.contracts.absences import ElopementEnded, ElopementNoted
from common.contracts.words import EpisodeId, LevelOfCare, StaffId
from intake.domain.episode import Episode, Rules, Status
from intake.domain.moves import resume
from intake.domain.notices import page_staff

PAGE = "gone-without-leave"


def note_elopement(episode: Episode, seen_at: datetime, staff: StaffId, at: datetime) -> list[Outcome]:
    """Somebody is gone without leave, seen last at `seen_at`; said again while they are gone, nothing. Rule: IN-E17.

    Raises Refused for who is on leave (that is overdue, not gone) or not in residential care; Invalid for an
    instant before the level began.
    """
    if episode.away.missing_since:
        return []
    if not episode.in_care:
        raise Refused("not-in-care", "no level of care is active")
    if episode.level is not LevelOfCare.RESIDENTIAL:
        raise Refused("not-residential", "only residential care notices who is gone; others miss a session")
    if episode.status is Status.ON_LEAVE:
        raise Refused("on-leave", "this participant is on leave; who does not come back is overdue")
    if episode.level_since and seen_at < episode.level_since:
        raise Invalid("before-last-change", "this is before the level of care began")
    noted = ElopementNoted(
        at=seen_at,
        participant_id=episode.participant_id,
        episode_id=episode.episode_id or EpisodeId(""),
        level=episode.level,
        noted_by=staff,
        known_at=at,
    )
    matter = f"{episode.id}@{PAGE}-{at:%Y%m%d%H%M%S}"
    return [noted, page_staff(episode.primary_therapist, episode.id, PAGE, matter, at)]


def end_elopement(episode: Episode, staff: StaffId, rules: Rules, at: datetime) -> list[Outcome]:
    """Back, and what waited for that goes on; said again by somebody who is here, nothing. Rule: IN-E17."""
    if episode.away.missing_since is None:
        return []
    about = {"participant_id": episode.participant_id, "episode_id": episode.episode_id, "noted_by": staff}
    back = ElopementEnded.model_validate({"at": at, **about})
    return [back, *resume(episode.after(back), rules, at)]
