"""After treatment: contacts once each, until treatment goes on or the participant wants no more."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.change import Ask, Forget, NotFound, Outcome, Refused, Remind
from common.contracts.alumni import AlumniCareBegan, AlumniCareEnded, AlumniContactDue, AlumnusLeft, AlumnusReturned
from common.contracts.intake import LevelOfCareChanged
from common.contracts.message import Contract
from common.contracts.moves import LevelOfCareCorrected
from common.contracts.notifications import SendNotice
from common.contracts.words import GroupId, LevelOfCare, NoticeId, RecipientKind, Role, TransitionKind
from family.domain.alumnus import STEPS, TREATMENT, Alumnus

from .story import ANA, EVA, NOON, facts_of, moved

DAY = timedelta(days=1)
FIRST = "alumni-30d"


def level(to: LevelOfCare, at: datetime = NOON) -> LevelOfCareChanged:
    """Ana comes to this level."""
    return moved(TransitionKind.STEP_DOWN).model_copy(update={"to_level": to, "at": at})


def told(alumnus: Alumnus, outcomes: Iterable[Outcome]) -> Alumnus:
    """The alumnus once what was said is true."""
    for fact in facts_of(outcomes):
        alumnus = alumnus.after(fact)
    return alumnus


def ended(at: datetime = NOON, now: datetime | None = None) -> Alumnus:
    """Ana's treatment is over."""
    one = Alumnus(id=ANA)
    return told(one, one.end_treatment(at, now or at))


def timers(outcomes: Iterable[Outcome]) -> dict[str, datetime]:
    """The timers set, by name."""
    return {outcome.name: outcome.due_at for outcome in outcomes if isinstance(outcome, Remind)}


def notices(outcomes: Iterable[Outcome]) -> list[SendNotice]:
    """The notices asked for."""
    return [o.command for o in outcomes if isinstance(o, Ask) and isinstance(o.command, SendNotice)]


def corrected(was: datetime, at: datetime) -> LevelOfCareCorrected:
    """The end was at another instant."""
    about = {"participant_id": ANA, "episode_id": "e-1", "corrects": None, "from_level": "IOP", "level": "CLOSED"}
    more = {"current": True, "was_at": was, "known_at": NOON, "corrected_by": EVA, "reason": "slip", "at": at}
    return LevelOfCareCorrected.model_validate({**about, **more})


@pytest.mark.parametrize("how", ["completed", "closed"])
def test_the_end_of_treatment_plans_a_contact_after_30_90_180_and_365_days(how: str) -> None:
    """FA-A1: by completion or by any other ending."""
    one = Alumnus(id=ANA)
    said = one.see_level(level(LevelOfCare.ALUMNI), NOON) if how == "completed" else one.end_treatment(NOON, NOON)

    assert timers(said) == {f"alumni-{days}d": NOON + timedelta(days=days) for days in (30, 90, 180, 365)}
    (began,) = facts_of(said)
    assert isinstance(began, AlumniCareBegan)
    assert began.at == NOON


def test_completion_and_then_the_ending_is_one_ending() -> None:
    """FA-A1: said twice, planned once."""
    assert ended().end_treatment(NOON + 3 * DAY, NOON + 3 * DAY) == []
    assert ended().see_level(level(LevelOfCare.ALUMNI), NOON) == []


def test_a_contact_is_written_once() -> None:
    """FA-A1, FA-A3."""
    one, now = ended(), NOON + 30 * DAY
    said = one.fall_due(FIRST, now)
    (fact,) = facts_of(said)
    (notice,) = notices(said)

    assert isinstance(fact, AlumniContactDue)
    assert (notice.recipient_kind, notice.recipient_id, notice.template) == (
        RecipientKind.PARTICIPANT,
        ANA,
        "alumni-contact",
    )
    assert told(one, said).fall_due(FIRST, now) == []


def test_the_late_contacts_ask_the_family_clinician_too() -> None:
    """FA-A1: for the first two intake asks the therapist."""
    asked = {step: [n.recipient_id for n in notices(ended().fall_due(step, NOON + STEPS[step]))] for step in STEPS}

    assert [len(asked[step]) for step in STEPS] == [1, 1, 2, 2]
    assert asked["alumni-365d"] == [ANA, Role.FAMILY_CLINICIAN]


def test_a_timer_too_early_or_after_the_end_says_nothing() -> None:
    """FA-A3: a timer that fires late, or against what it was set for, is asked whether it still holds."""
    assert ended().fall_due(FIRST, NOON + 29 * DAY) == []
    assert Alumnus(id=ANA).fall_due(FIRST, NOON + 40 * DAY) == []


@pytest.mark.parametrize("to", sorted(TREATMENT))
def test_treatment_again_cancels_what_was_still_to_come(to: LevelOfCare) -> None:
    """FA-A3."""
    one = told(ended(), ended().fall_due(FIRST, NOON + 30 * DAY))
    said = one.see_level(level(to, NOON + 40 * DAY), NOON + 40 * DAY)

    assert facts_of(said) == [AlumniCareEnded(at=NOON + 40 * DAY, participant_id=ANA, reason="readmitted")]
    assert {o.name for o in said if isinstance(o, Forget)} == set(STEPS) - {FIRST}
    assert all(told(one, said).fall_due(step, NOON + 400 * DAY) == [] for step in STEPS)


@pytest.mark.parametrize("to", [LevelOfCare.EXTERNAL_ACUTE, LevelOfCare.CLOSED])
def test_acute_care_elsewhere_is_only_noted(to: LevelOfCare) -> None:
    """FA-A3."""
    assert ended().see_level(level(to), NOON) == []


def test_treatment_that_never_ended_has_nothing_to_cancel() -> None:
    """FA-A3: the cancellation that comes first, or twice."""
    assert Alumnus(id=ANA).go_on("readmitted", NOON) == []
    once = told(ended(), ended().go_on("discharge-voided", NOON))
    assert once.go_on("discharge-voided", NOON) == []


def test_after_a_second_ending_contacts_begin_anew_under_other_notices() -> None:
    """FA-A1, FA-A3: a notice id used before would be taken for said already."""
    first = ended().fall_due(FIRST, NOON + 30 * DAY)
    back = told(told(ended(), first), ended().go_on("readmitted", NOON + 40 * DAY))
    again = told(back, back.end_treatment(NOON + 60 * DAY, NOON + 60 * DAY))
    second = again.fall_due(FIRST, NOON + 90 * DAY)

    assert notices(second)[0].notice_id != notices(first)[0].notice_id


def test_an_ending_known_late_writes_once_for_all_that_was_missed() -> None:
    """FA-A2: the latest contact alone, at once; the others as they come."""
    said = Alumnus(id=ANA).end_treatment(NOON, NOON + 100 * DAY)

    assert sorted(timers(said)) == ["alumni-180d", "alumni-365d", "alumni-90d"]
    assert timers(said)["alumni-90d"] <= NOON + 100 * DAY


def test_a_corrected_ending_moves_what_is_not_said_yet() -> None:
    """FA-A2."""
    one = told(ended(), ended().fall_due(FIRST, NOON + 30 * DAY))
    said = one.correct_end(corrected(NOON, NOON - 10 * DAY), NOON + 31 * DAY)

    assert timers(said) == {step: NOON - 10 * DAY + STEPS[step] for step in STEPS if step != FIRST}
    after = told(one, said)
    assert after.fall_due(FIRST, NOON + 400 * DAY) == []
    assert after.fall_due("alumni-90d", NOON + 80 * DAY) != []


def test_a_correction_of_another_instant_moves_nothing() -> None:
    """FA-A2: some other change of level, or the same correction again."""
    assert ended().correct_end(corrected(NOON - DAY, NOON - 10 * DAY), NOON) == []
    assert Alumnus(id=ANA).correct_end(corrected(NOON, NOON - 10 * DAY), NOON) == []
    moved_once = told(ended(), ended().correct_end(corrected(NOON, NOON - DAY), NOON))
    assert moved_once.correct_end(corrected(NOON, NOON - DAY), NOON) == []


def test_leaving_ends_all_of_it_at_once_and_lasts_over_another_treatment() -> None:
    """FA-A4."""
    one = ended()
    said = one.leave([GroupId("g-a")], [NoticeId("n-tie")], 0, NOON + DAY)
    (left,) = facts_of(said)
    assert isinstance(left, AlumnusLeft)
    assert (left.group_ids, left.notice_ids) == (("g-a",), ("n-tie",))
    assert {o.name for o in said if isinstance(o, Forget)} == set(STEPS)

    gone = told(one, said)
    assert gone.leave([], [], 0, NOON + 2 * DAY) == []
    assert all(gone.fall_due(step, NOON + 400 * DAY) == [] for step in STEPS)
    with pytest.raises(Refused, match="has-left"):
        gone.must_not_have_left()
    back = told(gone, gone.go_on("readmitted", NOON + 2 * DAY))
    assert timers(back.end_treatment(NOON + 9 * DAY, NOON + 9 * DAY)) == {}


def test_leaving_names_what_was_written_lately_and_may_be_on_its_way() -> None:
    """FA-A4: nothing more is sent, also not what waits for the morning."""
    one = told(ended(), said := ended().fall_due(FIRST, NOON + 30 * DAY))
    (notice,) = notices(said)

    (soon,) = facts_of(one.leave([], [], 0, NOON + 31 * DAY))
    (late,) = facts_of(one.leave([], [], 0, NOON + 60 * DAY))
    assert isinstance(soon, AlumnusLeft)
    assert isinstance(late, AlumnusLeft)
    assert (soon.notice_ids, late.notice_ids) == ((notice.notice_id,), ())


def test_who_comes_back_gets_what_is_still_to_come_and_nothing_again() -> None:
    """FA-A4."""
    one = told(ended(), ended().fall_due(FIRST, NOON + 30 * DAY))
    one = told(one, one.leave([], [], 0, NOON + 40 * DAY))
    said = one.come_back(NOON + 100 * DAY)

    assert sorted(timers(said)) == ["alumni-180d", "alumni-365d"]
    assert isinstance(facts_of(said)[0], AlumnusReturned)
    assert told(one, said).come_back(NOON + 100 * DAY) == []


def test_whether_somebody_was_reached_is_noted_once_it_was_due() -> None:
    """FA-A5."""
    with pytest.raises(NotFound, match="no-such-contact"):
        ended().note_contact("alumni-7d", reached=True, by=EVA, now=NOON)
    with pytest.raises(Refused, match="contact-not-due"):
        ended().note_contact(FIRST, reached=True, by=EVA, now=NOON)

    due = told(ended(), ended().fall_due(FIRST, NOON + 30 * DAY))
    said = due.note_contact(FIRST, reached=False, by=EVA, now=NOON + 31 * DAY)
    noted = told(due, said)
    assert noted.note_contact(FIRST, reached=False, by=EVA, now=NOON + 31 * DAY) == []
    assert noted.note_contact(FIRST, reached=True, by=EVA, now=NOON + 32 * DAY) != []


ACTS = st.lists(st.sampled_from(["end", "again", "leave", "return", "voided", *STEPS]), max_size=14)


@given(ACTS, st.lists(st.integers(0, 200), min_size=14, max_size=14))
@settings(max_examples=300, deadline=None)
def test_in_no_order_is_a_contact_said_twice_or_to_somebody_who_left(acts: list[str], days: list[int]) -> None:
    """FA-A1, FA-A3, FA-A4: every order of endings, readmissions, leaving, coming back and late timers."""
    one, now, ids, left = Alumnus(id=ANA), NOON, set[str](), False
    for act, passed in zip(acts, days, strict=False):
        now += passed * DAY
        said = _act(one, act, now)
        for notice in notices(said):
            assert not left
            assert notice.notice_id not in ids
            ids.add(notice.notice_id)
        left = left if act not in ("leave", "return") else act == "leave"
        one = told(one, said)
        assert one.left is left


def _act(one: Alumnus, act: str, now: datetime) -> list[Outcome]:
    acts: dict[str, list[Outcome]] = {
        "end": one.end_treatment(now, now),
        "again": one.see_level(level(LevelOfCare.IOP, now), now),
        "leave": one.leave([], [], 0, now),
        "return": one.come_back(now),
        "voided": one.go_on("discharge-voided", now),
    }
    return acts[act] if act in acts else one.fall_due(act, now)


def test_facts_of_others_leave_it_as_it_is() -> None:
    """FA-A1: an aggregate moves by its own facts."""
    other: Contract = level(LevelOfCare.ALUMNI)
    assert ended().after(other) == ended()
