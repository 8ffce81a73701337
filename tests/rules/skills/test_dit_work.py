"""The work of a DIT course: one lead model, a focus that is agreed, defences that are discussed, warnings said once."""

from datetime import timedelta

import pytest

from common.change import Invalid, NotFound, Refused
from common.contracts.dit import (
    Defence,
    DitGapSeen,
    DitSessionNoted,
    Era,
    FocusAgreed,
    FocusDrafted,
    InsightRated,
    LeadModel,
    Milestone,
    MilestonesMissed,
    PatternSeen,
    Rater,
    Sharing,
    Technique,
)
from common.contracts.message import Contract
from common.contracts.words import DitPhase, LevelOfCare, StaffId
from rules.skills.records import NOW, PID, STAFF, after, blank, kinds
from rules.skills.test_schedule import at_level
from skills.domain import dit_care as care
from skills.domain.record import SkillsRecord

WEEK = timedelta(weeks=1)


def sessions(record: SkillsRecord, number: int, days: int = 7) -> tuple[SkillsRecord, list[Contract]]:
    """The record after so many more sessions, and all that was said."""
    said: list[Contract] = []
    for _ in range(number):
        facts = care.hold_session(record, NOW + record.dit.session_index * timedelta(days=days), None)
        record, said = after(record, facts), [*said, *facts]
    return record, said


def drafted(record: SkillsRecord, words: str = "w-1", narratives: int = 3) -> SkillsRecord:
    """The record with another version of the focus."""
    return after(record, care.draft_focus(record, words, narratives, STAFF, NOW))


def warnings(said: list[Contract]) -> dict[int, tuple[Milestone, ...]]:
    """Session -> what was said to be missing."""
    return {fact.session_index: fact.milestones for fact in said if isinstance(fact, MilestonesMissed)}


def test_one_model_leads_and_the_other_gives_components_only() -> None:
    """SK-I1, repeated: under DBT there is no second contract; who had no word about it goes on as before."""
    led = after(blank(), care.set_lead(blank(), LeadModel.DBT, ("mindfulness",), STAFF, NOW))

    assert care.set_lead(led, LeadModel.DBT, ("mindfulness",), STAFF, NOW) == []
    with pytest.raises(Refused) as refused:
        care.hold_session(led, NOW, None)
    assert refused.value.code == "dit-not-lead"
    other = after(led, care.set_lead(led, LeadModel.DIT, ("skills-group",), STAFF, NOW))
    assert kinds(care.hold_session(other, NOW, None)) == kinds(care.hold_session(blank(), NOW, None))
    assert other.dit_work.lead is LeadModel.DIT


def test_a_focus_is_a_new_version_each_time_and_the_newest_is_agreed() -> None:
    """SK-I2, repeated and late: an older version cannot be agreed to behind a newer one's back."""
    record = drafted(drafted(blank()), "w-2")

    assert [focus.version for focus in record.dit_work.focus] == [1, 2]
    assert record.dit_work.agreed_focus() is None
    with pytest.raises(Refused) as refused:
        care.agree_focus(record, 1, STAFF, NOW)
    assert refused.value.code == "focus-replaced"
    agreed = after(record, care.agree_focus(record, 2, STAFF, NOW))
    assert [focus.version for focus in [agreed.dit_work.agreed_focus()] if focus] == [2]
    assert care.agree_focus(agreed, 2, STAFF, NOW) == []
    assert care.draft_focus(agreed, "w-2", 3, STAFF, NOW) == []
    later = drafted(agreed, "w-3").dit_work.agreed_focus()
    assert later is not None
    assert later.version == 2


def test_a_focus_rests_on_three_narratives() -> None:
    """SK-I3"""
    with pytest.raises(Refused) as refused:
        care.agree_focus(drafted(blank(), narratives=2), 1, STAFF, NOW)
    assert refused.value.code == "narratives-missing"
    with pytest.raises(NotFound):
        care.agree_focus(blank(), 1, STAFF, NOW)


def test_the_words_are_never_said() -> None:
    """SK-I2: what goes out is that there is a version, and where its words are."""
    assert set(FocusDrafted.model_fields) == {
        "at",
        "participant_id",
        "recorded_by",
        "version",
        "words_id",
        "narratives",
    }
    assert set(FocusAgreed.model_fields) == {"at", "participant_id", "recorded_by", "version"}


def test_a_pattern_is_seen_in_its_era_once() -> None:
    """SK-I4, repeated"""
    record = after(blank(), care.name_pattern(blank(), "p", STAFF, NOW))
    seen = PatternSeen(
        at=NOW, participant_id=PID, recorded_by=STAFF, pattern_id="p", instance_id="i-1", era=Era.IN_THERAPY
    )
    record = after(record, care.see_pattern(record, seen))

    assert care.see_pattern(record, seen.model_copy(update={"instance_id": "i-2"})) == []
    assert kinds(care.see_pattern(record, seen.model_copy(update={"era": Era.PAST}))) == ["PatternSeen"]
    assert care.name_pattern(record, "p", STAFF, NOW) == []
    with pytest.raises(NotFound):
        care.see_pattern(record, seen.model_copy(update={"pattern_id": "q"}))


def test_a_defence_is_the_clinicians_until_it_was_discussed() -> None:
    """SK-I5, repeated"""
    record = after(blank(), care.observe_defence(blank(), "d", Defence.DENIAL, STAFF, NOW))
    assert record.dit_work.defences["d"].discussed_at is None
    told = after(record, care.discuss_defence(record, "d", STAFF, NOW + WEEK))
    assert told.dit_work.defences["d"].discussed_at == NOW + WEEK
    assert care.discuss_defence(told, "d", STAFF, NOW) == []
    with pytest.raises(NotFound):
        care.discuss_defence(record, "e", STAFF, NOW)


def test_a_reflection_is_private_until_its_writer_shares_it_and_can_be_taken_back() -> None:
    """SK-I6, repeated"""
    record = after(blank(), care.write_reflection(blank(), "r", STAFF, NOW))
    assert record.dit_work.reflections["r"].sharing is Sharing.PRIVATE
    assert care.share_reflection(record, "r", Sharing.PRIVATE, STAFF, NOW) == []
    shared = after(record, care.share_reflection(record, "r", Sharing.TEAM, STAFF, NOW))
    back = after(shared, care.share_reflection(shared, "r", Sharing.PRIVATE, STAFF, NOW))
    assert [one.dit_work.reflections["r"].sharing for one in (shared, back)] == [Sharing.TEAM, Sharing.PRIVATE]
    with pytest.raises(NotFound):
        care.share_reflection(record, "q", Sharing.TEAM, STAFF, NOW)


def test_the_letter_is_drafted_discussed_and_given() -> None:
    """SK-I7, repeated and out of order"""
    record = after(blank(), care.write_letter(blank(), "w-1", STAFF, NOW))
    record = after(record, care.write_letter(record, "w-2", STAFF, NOW))
    with pytest.raises(Refused) as refused:
        care.discuss_letter(record, 1, False, STAFF, NOW)
    assert refused.value.code == "letter-replaced"
    record = after(record, care.discuss_letter(record, 2, False, STAFF, NOW))
    assert care.discuss_letter(record, 2, False, STAFF, NOW) == []
    record = after(record, care.discuss_letter(record, 2, True, STAFF, NOW))
    assert care.discuss_letter(record, 2, True, STAFF, NOW) == []
    assert {Milestone.LETTER_DRAFTED, Milestone.LETTER_FINAL} <= care.reached(record)
    with pytest.raises(Refused):
        care.write_letter(record, "w-3", STAFF, NOW)


def test_what_a_course_should_have_come_to_is_warned_of_once() -> None:
    """SK-I8: after sessions 4, 8, 12 and 16; the course goes on all the same."""
    record, said = sessions(blank(), 16)

    assert record.dit.session_index == 16
    assert warnings(said) == {
        4: (Milestone.FOCUS_AGREED,),
        8: (Milestone.MID_REVIEW,),
        12: (Milestone.ENDING_DISCUSSED, Milestone.LETTER_DRAFTED),
        16: (Milestone.LETTER_FINAL, Milestone.OUTCOME_SET, Milestone.ONWARD_PLAN),
    }


def test_what_was_reached_in_time_is_not_warned_of() -> None:
    """SK-I8, repeated: reached once, and what follows of itself is not said by hand."""
    record = drafted(blank())
    record = after(record, care.agree_focus(record, 1, STAFF, NOW))
    record = after(record, care.reach_milestone(record, Milestone.MID_REVIEW, STAFF, NOW))

    assert warnings(sessions(record, 11)[1]) == {}
    assert care.reach_milestone(record, Milestone.MID_REVIEW, STAFF, NOW) == []
    with pytest.raises(Invalid) as refused:
        care.reach_milestone(record, Milestone.FOCUS_AGREED, STAFF, NOW)
    assert refused.value.code == "milestone-of-itself"


def test_a_session_says_what_it_was_made_of_once() -> None:
    """SK-I8, repeated: and on which focus it worked, if there is one."""
    note = DitSessionNoted(
        at=NOW, participant_id=PID, recorded_by=STAFF, techniques=(Technique.HERE_AND_NOW,), focus_version=1
    )
    said = care.hold_session(drafted(blank()), NOW, note)

    assert kinds(said) == ["DitSessionHeld", "DitSessionNoted"]
    assert care.hold_session(after(drafted(blank()), said), NOW, note) == []
    with pytest.raises(NotFound):
        care.hold_session(blank(), NOW, note)


@pytest.mark.parametrize(("days", "gaps"), [(7, 0), (20, 0), (21, 1)])
def test_three_weeks_without_a_session_are_seen(days: int, gaps: int) -> None:
    """SK-I9: a clinician decides about a new beginning; the index goes on."""
    record, said = sessions(blank(), 2, days)

    assert sum(isinstance(fact, DitGapSeen) for fact in said) == gaps
    assert record.dit.session_index == 2


def test_another_therapist_reopens_the_contract_in_the_middle_of_a_course() -> None:
    """SK-I10: not before it, not after it, not for the same one."""
    other = StaffId("s-2")
    begun, _ = sessions(at_level_php(), 3)

    assert kinds(care.reopen_contract(begun, other, NOW)) == ["DitContractReopened"]
    assert care.reopen_contract(begun, STAFF, NOW) == []
    assert care.reopen_contract(at_level_php(), other, NOW) == []
    assert care.reopen_contract(sessions(at_level_php(), 16)[0], other, NOW) == []


def at_level_php() -> SkillsRecord:
    """Somebody in PHP with their therapist."""
    return at_level(LevelOfCare.PHP)


def test_insight_is_rated_in_its_phase() -> None:
    """SK-I11"""
    record, _ = sessions(blank(), 5)
    said = care.rate_insight(record, Rater.PARTICIPANT, 6, STAFF, NOW)

    assert [(fact.phase, fact.rating) for fact in said if isinstance(fact, InsightRated)] == [(DitPhase.MIDDLE, 6)]
    for broken, code in ((blank(), "dit-not-begun"), (record, "rating-out-of-range")):
        with pytest.raises(Refused) as refused:
            care.rate_insight(broken, Rater.THERAPIST, 11, STAFF, NOW)
        assert refused.value.code == code
