"""Intentions in a DIT course: what a clinician or the participant does, and what the course should have come to."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from common.change import Invalid, NotFound, Refused
from common.contracts.dit import (
    Defence,
    DefenceDiscussed,
    DefenceObserved,
    DitContractReopened,
    DitGapSeen,
    DitSessionNoted,
    FocusAgreed,
    FocusDrafted,
    InsightRated,
    LeadModel,
    LeadModelSet,
    LetterDiscussed,
    LetterWritten,
    Milestone,
    MilestoneReached,
    MilestonesMissed,
    PatternNamed,
    PatternSeen,
    Rater,
    ReflectionShared,
    ReflectionWritten,
    Sharing,
)
from common.contracts.message import Contract
from common.contracts.words import ParticipantId, StaffId
from skills.domain.dit import SESSIONS, phase_of
from skills.domain.record import SkillsRecord

NARRATIVES = 3
"""A focus rests on so many, from different times and people. Source: facts 4.2, DEFAULT."""
GAP = timedelta(weeks=3)
"""Source: facts 4.3, DEFAULT."""
HIGHEST_INSIGHT = 10
"""ASSUMED."""
BY_SESSION: Mapping[int, tuple[Milestone, ...]] = {
    4: (Milestone.FOCUS_AGREED,),
    8: (Milestone.MID_REVIEW,),
    12: (Milestone.ENDING_DISCUSSED, Milestone.LETTER_DRAFTED),
    16: (Milestone.LETTER_FINAL, Milestone.OUTCOME_SET, Milestone.ONWARD_PLAN),
}
"""What a course has come to when so many sessions were held. Source: facts 4.3."""
OF_ITSELF = frozenset({Milestone.FOCUS_AGREED, Milestone.LETTER_DRAFTED, Milestone.LETTER_FINAL})
"""Reached by what is done, not by saying so."""


def set_lead(
    record: SkillsRecord, model: LeadModel, components: tuple[str, ...], by: StaffId, now: datetime
) -> list[Contract]:
    """One model leads; of the other one only named components. Rule: SK-I1."""
    if (record.dit_work.lead, record.dit_work.components) == (model, components):
        return []
    return [LeadModelSet(at=now, participant_id=_who(record), recorded_by=by, model=model, components=components)]


def hold_session(record: SkillsRecord, at: datetime, note: DitSessionNoted | None) -> list[Contract]:
    """A session, what it was made of, and what it shows to be missing.

    Raises Refused `dit-complete`, `dit-not-lead`, NotFound `focus-unknown`. Rules: SK-T2, SK-I1, SK-I8, SK-I9.
    """
    held = record.hold_dit_session(at)
    if held and record.dit_work.lead is LeadModel.DBT:
        raise Refused("dit-not-lead", "DBT leads this treatment; a course of DIT would be a second contract")
    if note and note.focus_version and note.focus_version > len(record.dit_work.focus):
        raise NotFound("focus-unknown", "there is no focus of this version")
    if not held:
        return []
    return [*held, *_gap(record, at), *([note] if note else []), *_missed(record, record.dit.session_index + 1, at)]


def reopen_contract(record: SkillsRecord, therapist: StaffId, at: datetime) -> list[Contract]:
    """Another therapist in the middle of a course: the contract is talked over again. Rule: SK-I10."""
    if not 0 < record.dit.session_index < SESSIONS or record.plan.therapist == therapist:
        return []
    return [DitContractReopened(at=at, participant_id=_who(record), therapist=therapist)]


def draft_focus(record: SkillsRecord, words_id: str, narratives: int, by: StaffId, now: datetime) -> list[Contract]:
    """Another version of the focus; nobody is shown it before it is agreed. Rule: SK-I2."""
    if any(focus.words_id == words_id for focus in record.dit_work.focus):
        return []
    version = len(record.dit_work.focus) + 1
    return [
        FocusDrafted(
            at=now,
            participant_id=_who(record),
            recorded_by=by,
            version=version,
            words_id=words_id,
            narratives=narratives,
        )
    ]


def agree_focus(record: SkillsRecord, version: int, by: StaffId, now: datetime) -> list[Contract]:
    """The participant agrees to the newest version.

    Raises NotFound `focus-unknown`, Refused `focus-replaced`, `narratives-missing`. Rules: SK-I2, SK-I3.
    """
    if not 1 <= version <= len(record.dit_work.focus):
        raise NotFound("focus-unknown", "there is no focus of this version")
    focus = record.dit_work.focus[version - 1]
    if focus.agreed_at is not None:
        return []
    if version < len(record.dit_work.focus):
        raise Refused("focus-replaced", "there is a newer version; that one is talked about")
    if focus.narratives < NARRATIVES:
        raise Refused("narratives-missing", f"a focus rests on at least {NARRATIVES} narratives")
    return [FocusAgreed(at=now, participant_id=_who(record), recorded_by=by, version=version)]


def name_pattern(record: SkillsRecord, pattern_id: str, by: StaffId, now: datetime) -> list[Contract]:
    """A pattern that recurs. Rule: SK-I4."""
    if pattern_id in record.dit_work.patterns:
        return []
    return [PatternNamed(at=now, participant_id=_who(record), recorded_by=by, pattern_id=pattern_id)]


def see_pattern(record: SkillsRecord, seen: PatternSeen) -> list[Contract]:
    """It showed again; raises NotFound `pattern-unknown`. Rule: SK-I4."""
    if seen.pattern_id not in record.dit_work.patterns:
        raise NotFound("pattern-unknown", "there is no pattern of this id")
    known = record.dit_work.patterns[seen.pattern_id]
    same = any((one.at, one.era, one.supporter_id) == (seen.at, seen.era, seen.supporter_id) for one in known)
    return [] if same else [seen]


def observe_defence(
    record: SkillsRecord, observation_id: str, mechanism: Defence, by: StaffId, at: datetime
) -> list[Contract]:
    """A clinician sees a defence; it is theirs alone until it was discussed. Rule: SK-I5."""
    if observation_id in record.dit_work.defences:
        return []
    return [
        DefenceObserved(
            at=at, participant_id=_who(record), recorded_by=by, observation_id=observation_id, mechanism=mechanism
        )
    ]


def discuss_defence(record: SkillsRecord, observation_id: str, by: StaffId, now: datetime) -> list[Contract]:
    """It was discussed; now the participant may read it. Raises NotFound `defence-unknown`. Rule: SK-I5."""
    held = record.dit_work.defences.get(observation_id)
    if held is None:
        raise NotFound("defence-unknown", "there is no observation of this id")
    if held.discussed_at is not None:
        return []
    return [DefenceDiscussed(at=now, participant_id=_who(record), recorded_by=by, observation_id=observation_id)]


def write_reflection(record: SkillsRecord, reflection_id: str, by: StaffId, now: datetime) -> list[Contract]:
    """The participant writes for themself. Rule: SK-I6."""
    if reflection_id in record.dit_work.reflections:
        return []
    return [ReflectionWritten(at=now, participant_id=_who(record), recorded_by=by, reflection_id=reflection_id)]


def share_reflection(
    record: SkillsRecord, reflection_id: str, sharing: Sharing, by: StaffId, now: datetime
) -> list[Contract]:
    """The participant says who may read it; raises NotFound `reflection-unknown`. Rule: SK-I6."""
    held = record.dit_work.reflections.get(reflection_id)
    if held is None:
        raise NotFound("reflection-unknown", "there is no reflection of this id")
    if held.sharing is sharing:
        return []
    return [
        ReflectionShared(
            at=now, participant_id=_who(record), recorded_by=by, reflection_id=reflection_id, sharing=sharing
        )
    ]


def write_letter(record: SkillsRecord, words_id: str, by: StaffId, now: datetime) -> list[Contract]:
    """A version of the goodbye letter; raises Refused `letter-final`. Rule: SK-I7."""
    letters = record.dit_work.letters
    if any(letter.words_id == words_id for letter in letters):
        return []
    if any(letter.final for letter in letters):
        raise Refused("letter-final", "the letter was given; it is not written anew")
    return [
        LetterWritten(at=now, participant_id=_who(record), recorded_by=by, version=len(letters) + 1, words_id=words_id)
    ]


def discuss_letter(record: SkillsRecord, version: int, final: bool, by: StaffId, now: datetime) -> list[Contract]:
    """The newest version was discussed, and may be the letter.

    Raises NotFound `letter-unknown`, Refused `letter-replaced`. Rule: SK-I7.
    """
    letters = record.dit_work.letters
    if not 1 <= version <= len(letters):
        raise NotFound("letter-unknown", "there is no letter of this version")
    letter = letters[version - 1]
    if letter.discussed_at is not None and (letter.final or not final):
        return []
    if version < len(letters):
        raise Refused("letter-replaced", "there is a newer version; that one is discussed")
    return [LetterDiscussed(at=now, participant_id=_who(record), recorded_by=by, version=version, final=final)]


def reach_milestone(record: SkillsRecord, milestone: Milestone, by: StaffId, now: datetime) -> list[Contract]:
    """The course came to a milestone that nothing else shows; raises Invalid `milestone-of-itself`. Rule: SK-I8."""
    if milestone in OF_ITSELF:
        raise Invalid("milestone-of-itself", "this follows from the focus or the letter")
    if milestone in record.dit_work.reached:
        return []
    return [MilestoneReached(at=now, participant_id=_who(record), recorded_by=by, milestone=milestone)]


def rate_insight(record: SkillsRecord, rater: Rater, rating: int, by: StaffId, now: datetime) -> list[Contract]:
    """Insight in the present phase; raises Refused `dit-not-begun`, Invalid `rating-out-of-range`. Rule: SK-I11."""
    if not record.dit.session_index:
        raise Refused("dit-not-begun", "there was no session yet")
    if not 0 <= rating <= HIGHEST_INSIGHT:
        raise Invalid("rating-out-of-range", f"a rating is from 0 to {HIGHEST_INSIGHT}")
    phase = phase_of(record.dit.session_index)
    return [InsightRated(at=now, participant_id=_who(record), recorded_by=by, phase=phase, rater=rater, rating=rating)]


def reached(record: SkillsRecord) -> set[Milestone]:
    """What the course has come to. Rule: SK-I8."""
    work, found = record.dit_work, set(record.dit_work.reached)
    found |= {Milestone.FOCUS_AGREED} if work.agreed_focus() else set()
    found |= {Milestone.LETTER_DRAFTED} if work.letters else set()
    return found | ({Milestone.LETTER_FINAL} if any(letter.final for letter in work.letters) else set())


def _missed(record: SkillsRecord, index: int, at: datetime) -> list[Contract]:
    there, warned = reached(record), record.dit_work.warned
    due = [one for session, some in BY_SESSION.items() if session <= index for one in some]
    missing = tuple(one for one in due if one not in there and one not in warned)
    if not missing or record.plan.over(at):
        return []
    return [MilestonesMissed(at=at, participant_id=_who(record), session_index=index, milestones=missing)]


def _gap(record: SkillsRecord, at: datetime) -> list[Contract]:
    before = max((held for held in record.dit.held_at if held < at), default=None)
    if before is None or at - before < GAP or any(held > at for held in record.dit.held_at):
        return []
    return [DitGapSeen(at=at, participant_id=_who(record), since=before)]


def _who(record: SkillsRecord) -> ParticipantId:
    return ParticipantId(record.id)
