"""What was said wrongly is put right by saying more: another instant, a move back, an ending that never was."""

from datetime import datetime, timedelta

from common.change import Invalid, NotFound, Outcome, Refused, Remind
from common.contracts.moves import DischargeVoided, LevelOfCareCorrected
from common.contracts.words import EpisodeId, LevelOfCare, Role, StaffId, TransitionId, TransitionKind
from intake.domain.episode import Episode, Rules, Status
from intake.domain.history import ENDING, Turn
from intake.domain.orders import move_stay
from intake.domain.process import follow_ups, no_follow_ups
from intake.domain.program_days import midnight
from intake.domain.review import look, next_review
from intake.domain.signing import EXPIRY, begin_entry, kind_of, proposal, sign
from intake.domain.transition import WAITS_FOR_MIDNIGHT

ENTERED = frozenset({TransitionKind.ADMISSION, TransitionKind.READMISSION})
"""Changes into care: what takes them back is a discharge."""


def correct(
    episode: Episode,
    key: TransitionId | None,
    effective_at: datetime,
    reason: str,
    staff: StaffId,
    rules: Rules,
    at: datetime,
) -> list[Outcome]:
    """A change of level (None: the ending) was true at another instant; what was known stays known. Rule: IN-T11."""
    turn = _turn_of(episode, key)
    if turn.at == effective_at:
        return []
    before, _ = episode.history.around(turn)
    _refuse_unlikely(episode, turn, effective_at, rules, at)
    corrected = LevelOfCareCorrected(
        at=effective_at,
        participant_id=episode.participant_id,
        episode_id=turn.episode_id or EpisodeId(""),
        corrects=key,
        from_level=before.level if before else None,
        level=turn.level,
        current=turn == episode.history.last() and episode.level is not None,
        was_at=turn.at,
        known_at=at,
        corrected_by=staff,
        reason=reason,
    )
    contacts = follow_ups(rules.policy.process, effective_at) if _is_ending(turn) and corrected.current else []
    still_ahead = [contact for contact in contacts if contact.due_at > at]
    return [corrected, *move_stay(episode, corrected), *still_ahead, *look(episode.after(corrected), rules, at)]


def _turn_of(episode: Episode, key: TransitionId | None) -> Turn:
    known = episode.history.known()
    endings = [turn for turn in known if turn.key.startswith(ENDING)]
    found = endings if key is None else [turn for turn in known if turn.key == key and turn not in endings]
    if not found:
        raise NotFound("no-such-level-change", "no change of level of this participant is known by this id")
    return found[-1]


def _is_ending(turn: Turn) -> bool:
    return turn.level in (LevelOfCare.CLOSED, LevelOfCare.ALUMNI)


def _refuse_unlikely(episode: Episode, turn: Turn, effective_at: datetime, rules: Rules, at: datetime) -> None:
    if effective_at > at:
        raise Invalid("in-the-future", "this instant has not come yet")
    days = rules.policy.process.correct_at_most_days
    if at - effective_at > timedelta(days=days):
        raise Invalid("too-long-ago", f"what is known is corrected at most {days} days back")
    before, after = episode.history.around(turn)
    if (before and effective_at <= before.at) or (after and effective_at >= after.at):
        raise Invalid("outside-its-neighbours", "a change of level stays between the one before and the one after it")
    begins = midnight(effective_at.astimezone(rules.zone).date(), rules.zone)
    if turn.kind in WAITS_FOR_MIDNIGHT and turn.undoes is None and effective_at != begins:
        raise Invalid("not-at-midnight", "this kind of change takes effect as a local date begins")
    transition = episode.transition
    if transition and transition.effective_at and transition.effective_at <= effective_at:
        raise Refused("transition-open", "the open transition takes effect before that; wait until it is over")


def undo(
    episode: Episode,
    undone: TransitionId,
    id: TransitionId,
    staff: StaffId,
    roles: frozenset[Role],
    rules: Rules,
    at: datetime,
    despite: str = "",
) -> list[Outcome]:
    """The last change of level is taken back by a new move, named and signed; nothing is deleted. Rule: IN-T12."""
    last, transition = episode.history.last(), episode.transition
    if (last and last.undoes == undone) or (transition and transition.undoes == undone):
        return []
    before = _refuse_unless_last(episode, undone)
    if transition is not None:
        raise Refused("transition-open", "another transition of this participant is open")
    kind = kind_of(episode.level or before.level, before.level)
    back = proposal(episode, id, kind, before.level, staff, rules.policy, at)
    easier = {"signatures_needed": 1} if kind is TransitionKind.STEP_UP else {}
    proposed = back.model_copy(update={"reason": "undo", "undoes": undone, **easier})
    expiry = Remind(EXPIRY, proposed.expires_at, {"transition_id": id})
    return [proposed, expiry, *sign(episode.after(proposed), id, staff, roles, rules, at, despite=despite)]


def _refuse_unless_last(episode: Episode, undone: TransitionId) -> Turn:
    """The turn before the one to take back; raises NotFound or Refused where there is nothing to go back to."""
    last = episode.history.last()
    turn = episode.history.version_of(undone)
    if turn is None or turn.void:
        raise NotFound("no-such-level-change", "no change of level of this participant is known by this id")
    if turn != last:
        raise Refused("not-the-last-move", "the level of care changed again since then")
    before, _ = episode.history.around(turn)
    if before is None or turn.kind in ENTERED or turn.kind is TransitionKind.RETURN or not episode.in_care:
        raise Refused("cannot-undo", "an admission is ended by a discharge, a return by another emergency")
    return before


def reopen(
    episode: Episode,
    id: TransitionId,
    reason: str,
    staff: StaffId,
    roles: frozenset[Role],
    rules: Rules,
    at: datetime,
) -> list[Outcome]:
    """A discharge entered in error: the level never ended; its place is asked for again. Rule: IN-E14."""
    if episode.status is not Status.CLOSED:
        return _refuse_unless_reopened(episode)
    if episode.transition is not None:
        raise Refused("transition-open", "another transition of this participant is open")
    ending = episode.history.last()
    before = episode.history.around(ending)[0] if ending else None
    if ending is None or before is None:
        raise Refused("not-discharged", "only a discharge is reopened")
    voided = DischargeVoided(
        at=at,
        participant_id=episode.participant_id,
        episode_id=ending.episode_id or EpisodeId(""),
        level=before.level,
        level_since=before.at,
        ended_at=ending.at,
        primary_therapist=episode.primary_therapist,
        voided_by=staff,
        reason=reason,
    )
    kind, process = TransitionKind.REOPENING, rules.policy.process
    entry = begin_entry(episode.after(voided), id, kind, before.level, staff, roles, rules, at)
    return [voided, *no_follow_ups(process), *entry, next_review(at, rules)]


def _refuse_unless_reopened(episode: Episode) -> list[Outcome]:
    endings = [turn for turn in episode.history.turns if turn.key.startswith(ENDING)]
    if endings and endings[-1].void:
        return []
    raise Refused("not-discharged", "only a discharge is reopened")
