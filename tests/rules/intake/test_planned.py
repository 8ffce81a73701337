"""Changes of level for a later date, what holds them when the date is here, and proposals that wait."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from common.change import Ask, Invalid, NotEntitled, NotFound, Outcome, Refused
from common.contracts import intake as said
from common.contracts.moves import ParticipantViewRecorded, TransitionDeferred
from common.contracts.scheduling import HoldPlace
from common.contracts.words import GroupId, LevelOfCare, RiskLevel, Role, ScreenVersion, StaffId
from intake.domain import deferral, leave, moves, signing
from intake.domain.danger_items import Screen
from intake.domain.episode import Episode, Rules
from intake.domain.program_days import midnight
from intake.domain.transition import Phase, Step
from rules.intake.episode_cases import (
    CARE,
    CLINICIAN,
    HOUR,
    MIDNIGHT,
    NOON,
    POLICY,
    PROCESS,
    RULES,
    T,
    apply,
    approved,
    asked,
    at_level,
    facts,
    only,
    proposed,
    ready,
    reminded,
    twice,
)

A = StaffId("a")
PHP, IOP, RES = LevelOfCare.PHP, LevelOfCare.IOP, LevelOfCare.RESIDENTIAL
DAY = timedelta(days=1)


def planned(on: date | None, to_level: LevelOfCare = IOP, rules: Rules = RULES) -> list[Outcome]:
    """A clinician's proposal from PHP for a date."""
    return signing.propose_by_person(at_level(PHP), T, to_level, "goals-met", A, CLINICIAN, rules, NOON, on)


def prepared(on: date) -> Episode:
    """Planned, and everything in place."""
    episode = apply(at_level(PHP), planned(on))
    for step in (Step.PLACE, Step.FAMILY, Step.SKILLS):
        episode = apply(episode, moves.step_done(episode, T, step, "", RULES, NOON + HOUR))
    return episode


def test_the_group_that_was_named_last_is_asked_for_with_the_place() -> None:
    """IN-T13: by who proposes, or by a later signature; a signature without one keeps it."""
    amber, blue, medical = GroupId("amber"), GroupId("blue"), frozenset({Role.MEDICAL})
    about = (T, PHP, "goals-met", A, CLINICIAN, RULES, NOON, None)
    from_home = apply(at_level(RES), signing.propose_by_person(at_level(RES), *about, amber))

    for named, wanted in ((None, amber), (blue, blue)):
        signed = signing.sign(from_home, T, StaffId("m"), medical, RULES, NOON, named)
        (hold,) = [one.command for one in signed if isinstance(one, Ask)]
        assert isinstance(hold, HoldPlace)
        assert hold.preferred_group_id == wanted
    again = apply(from_home, signing.sign(from_home, T, StaffId("m"), medical, RULES, NOON, blue))
    assert signing.sign(again, T, StaffId("m"), medical, RULES, NOON, amber) == []


def test_a_planned_change_holds_its_place_now_and_waits_for_its_date() -> None:
    """IN-T8: the place is asked for at once, with the instant it is needed; the timer is durable."""
    on = date(2026, 6, 15)
    told = planned(on)
    begins = midnight(on, RULES.zone)
    assert only(told, said.TransitionProposed).planned_on == on
    assert only(told, said.TransitionApproved).effective_at == begins
    assert only(told, HoldPlace).effective_at == begins
    episode = prepared(on)
    assert episode.transition is not None
    assert (episode.transition.phase, episode.transition.effective_at) == (Phase.READY, begins)
    held = moves.hold(apply(at_level(PHP), told), T, PROCESS, NOON)
    assert reminded(held)["held-too-long"] == begins + 30 * DAY


@pytest.mark.parametrize(
    ("zone", "on", "begins"),
    [
        ("America/New_York", date(2026, 11, 1), "2026-11-01T04:00:00+00:00"),
        ("America/New_York", date(2026, 11, 2), "2026-11-02T05:00:00+00:00"),
        ("America/New_York", date(2027, 3, 14), "2027-03-14T05:00:00+00:00"),
        ("America/New_York", date(2027, 3, 15), "2027-03-15T04:00:00+00:00"),
        ("America/Santiago", date(2026, 9, 6), "2026-09-06T04:00:00+00:00"),
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00:00+00:00"),
    ],
)
def test_a_date_begins_when_it_does_there_also_where_midnight_is_missing_or_comes_twice(
    zone: str, on: date, begins: str
) -> None:
    """IN-T8: daylight saving, on the day, the day after, and where the clock changes at midnight itself."""
    assert midnight(on, ZoneInfo(zone)).isoformat() == begins
    far = Rules(
        policy=POLICY.model_copy(update={"process": PROCESS.model_copy(update={"plan_at_most_days": 400})}),
        care=CARE,
        zone=ZoneInfo(zone),
    )
    assert only(planned(on, rules=far), said.TransitionApproved).effective_at.isoformat() == begins


def test_a_step_up_may_be_planned_too_and_today_is_now() -> None:
    """IN-T8: what is planned for today does not wait."""
    assert only(planned(date(2026, 6, 3), RES), said.TransitionApproved).effective_at == MIDNIGHT + DAY
    assert only(planned(date(2026, 6, 1), RES), said.TransitionApproved).effective_at == NOON


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2026, 5, 31), "in-the-past"),
        (date(2026, 6, 1), "too-soon"),
        (date(2026, 8, 31), "too-far-ahead"),
        (date.max, "too-far-ahead"),
    ],
)
def test_an_impossible_date_is_refused(on: date, code: str) -> None:
    """IN-T8: over, already with a level of its own, or out of sight."""
    with pytest.raises(Invalid, match=code):
        planned(on)


def test_signed_after_its_date_it_takes_effect_as_soon_as_it_may() -> None:
    """IN-T8: a late second signature never makes a change of the past."""
    about = (at_level(RES), T, PHP, "goals-met", A, CLINICIAN, RULES, NOON, date(2026, 6, 2))
    waiting = apply(at_level(RES), signing.propose_by_person(*about))
    signed = signing.sign(waiting, T, StaffId("m"), frozenset({Role.MEDICAL}), RULES, NOON + 2 * DAY)
    assert only(signed, said.TransitionApproved).effective_at == MIDNIGHT + 2 * DAY


def away(episode: Episode) -> Episode:
    """On leave over the midnight."""
    return apply(episode, leave.start_leave(episode, NOON + 2 * DAY, A, RULES, NOON + HOUR))


def test_at_its_instant_a_step_down_waits_for_somebody_on_leave() -> None:
    """IN-T10: says why not, tells the therapist, and goes on at the midnight after the return; once."""
    waits = moves.take_effect(away(ready()), T, RULES, MIDNIGHT)
    held = apply(away(ready()), waits)
    assert only(waits, said.TransitionHeld).reason == "on-leave"
    assert (asked(waits), held.level) == (["SendNotice"], PHP)
    assert twice(lambda e: moves.take_effect(e, T, RULES, MIDNIGHT), away(ready())) == []
    back = leave.return_from_leave(held, RULES, MIDNIGHT + 8 * HOUR)
    assert facts(back) == ["LeaveReturned", "TransitionReady"]
    assert reminded(back)["effective"] == MIDNIGHT + DAY
    going = apply(held, back)
    assert asked(moves.take_effect(going, T, RULES, MIDNIGHT + DAY)) == ["CheckAuthorisation", "ConfirmPlace"]
    assert facts(leave.return_from_leave(going, RULES, MIDNIGHT + 9 * HOUR)) == []


def test_a_step_up_does_not_wait_for_a_return() -> None:
    """IN-T10: who gets worse on leave is not kept waiting."""
    episode = away(at_level(IOP))
    episode = apply(episode, [signing.proposal(episode, T, signing.kind_of(IOP, PHP), PHP, "c", POLICY, NOON)])
    episode = apply(episode, signing.sign(episode, T, A, CLINICIAN, RULES, NOON + 2 * HOUR))
    for step in (Step.PLACE, Step.FAMILY):
        episode = apply(episode, moves.step_done(episode, T, step, "", RULES, NOON + 2 * HOUR))
    assert "ConfirmPlace" in asked(moves.step_done(episode, T, Step.SKILLS, "", RULES, NOON + 2 * HOUR))


def test_danger_that_is_known_at_the_instant_stops_a_step_down() -> None:
    """IN-T10, IN-S6: looked at once more before anybody is moved; everything is given back."""
    high = Screen(
        event_id="s",
        at=NOON + HOUR,
        instrument="C-SSRS",
        version=ScreenVersion.SINCE_LAST_CONTACT,
        level=RiskLevel.HIGH,
    )
    episode = ready()
    worse = episode.model_copy(update={"evidence": episode.evidence.noted(high)})
    stopped = moves.take_effect(worse, T, RULES, MIDNIGHT)
    assert only(stopped, said.TransitionCompensating).reason == "evidence-changed"
    assert apply(worse, stopped).level is PHP


def deferred(episode: Episode, until: timedelta = 2 * DAY) -> list[Outcome]:
    """Not now."""
    return deferral.defer(episode, T, NOON + until, "family-visit", A, CLINICIAN, RULES, NOON)


def test_a_proposal_may_wait_and_is_asked_about_again() -> None:
    """IN-S8: it expires only after it was put before people again."""
    told = deferred(proposed(PHP, IOP))
    after = apply(proposed(PHP, IOP), told)
    assert only(told, TransitionDeferred).deferred_by == A
    assert reminded(told) == {"proposal-deferred": NOON + 2 * DAY, "proposal-expiry": NOON + 5 * DAY}
    assert asked(deferral.ask_again(after, T, NOON + 2 * DAY)) == ["SendNotice"]
    assert twice(deferred, proposed(PHP, IOP)) == []
    assert "TransitionApproved" in facts(signing.sign(after, T, A, CLINICIAN, RULES, NOON + HOUR))
    assert deferral.ask_again(approved(), T, NOON) == []


def test_a_proposal_does_not_wait_for_ever_nor_once_it_is_signed() -> None:
    """IN-S8: what is refused, with which code."""
    for until, code in ((timedelta(0), "in-the-past"), (15 * DAY, "too-far-ahead")):
        with pytest.raises(Invalid, match=code):
            deferred(proposed(PHP, IOP), until)
    with pytest.raises(Refused, match="already-approved"):
        deferred(approved())
    with pytest.raises(NotFound):
        deferred(at_level(PHP))
    with pytest.raises(NotEntitled):
        deferral.defer(proposed(PHP, IOP), T, NOON + DAY, "r", A, frozenset({Role.SCHEDULER}), RULES, NOON)


def view(episode: Episode, agrees: bool) -> list[Outcome]:
    """What the participant thinks of it."""
    return deferral.record_view(episode, T, agrees, A, CLINICIAN, NOON)


def test_a_participant_who_disagrees_is_talked_to_and_has_no_veto() -> None:
    """IN-S9"""
    no = view(proposed(PHP, IOP), agrees=False)
    after = apply(proposed(PHP, IOP), no)
    assert only(no, ParticipantViewRecorded).agrees is False
    assert asked(no) == ["SendNotice"]
    assert view(after, agrees=False) == []
    assert asked(view(after, agrees=True)) == []
    assert "TransitionApproved" in facts(signing.sign(after, T, A, CLINICIAN, RULES, NOON))
