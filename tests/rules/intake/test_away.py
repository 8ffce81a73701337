"""Who is not here: on an agreed leave, or gone without one; and what people say in words when they decide."""

from datetime import timedelta

import pytest

from common.change import Invalid, Outcome, Refused
from common.contracts.absences import DecisionAct, DecisionWorded, ElopementNoted
from common.contracts.intake import (
    LeaveReturned,
    LeaveStarted,
    ReleaseGranted,
    ReleaseRevoked,
    TransitionHeld,
    TransitionReady,
    TransitionRefused,
)
from common.contracts.message import Privacy, privacy_of
from common.contracts.notifications import SendNotice
from common.contracts.words import (
    ConsentSetting,
    Disposition,
    LeaveDestination,
    LevelOfCare,
    ReleaseId,
    ReleaseScope,
    RiskLevel,
    ScreenVersion,
    StaffId,
    SupporterId,
)
from intake.domain import elopement, leave, lifecycle, moves, signing
from intake.domain.away import Away
from intake.domain.consents import Consents, Wanted
from intake.domain.danger_items import Screen
from intake.domain.episode import Episode
from intake.domain.evidence_items import PlanReview
from intake.domain.in_words import Words, in_words
from intake.domain.leave import Agreed
from rules.intake.episode_cases import (
    CLINICIAN,
    HOUR,
    MIDNIGHT,
    NOON,
    PROCESS,
    RULES,
    T,
    apply,
    at_level,
    facts,
    only,
    ready,
)

A, MOTHER = StaffId("a"), SupporterId("su-1")
RES, PHP = LevelOfCare.RESIDENTIAL, LevelOfCare.PHP
DAY = timedelta(days=1)
WHOLE = Agreed(destination=LeaveDestination.FAMILY, supporter_id=MOTHER, medication_plan=True)


def screened(hours_ago: int, version: ScreenVersion = ScreenVersion.SINCE_LAST_CONTACT, reviewed: int = 1) -> Episode:
    """In residential care, with a suicide screen so many hours ago and the safety plan gone through days ago."""
    episode, when = at_level(RES), NOON - hours_ago * HOUR
    screen = Screen(event_id="e-1", at=when, instrument="C-SSRS", version=version, level=RiskLevel.LOW)
    review = PlanReview(event_id="e-2", at=NOON - reviewed * DAY)
    return episode.model_copy(update={"evidence": episode.evidence.noted(screen).noted(review)})


def started(episode: Episode, agreed: Agreed = WHOLE) -> LeaveStarted:
    """A pass until tomorrow."""
    found = only(leave.start_leave(episode, NOON + DAY, A, RULES, NOON, agreed), LeaveStarted)
    assert isinstance(found, LeaveStarted)
    return found


def test_a_pass_with_all_that_belongs_to_it_lacks_nothing_and_names_its_screen() -> None:
    """IN-E16: facts 2.8; the screen is the event it was heard by."""
    fact = started(screened(24))

    assert (fact.lacking, fact.screen_event_id) == ((), "e-1")
    assert (fact.destination, fact.supporter_id, fact.medication_plan) == (LeaveDestination.FAMILY, MOTHER, True)
    away = screened(24).after(fact).away
    assert (away.destination, away.supporter_id, away.screen_event_id) == (LeaveDestination.FAMILY, MOTHER, "e-1")


@pytest.mark.parametrize(
    ("episode", "agreed", "lacking"),
    [
        (screened(25), WHOLE, ("suicide-screen",)),
        (screened(1, ScreenVersion.RECENT), WHOLE, ("suicide-screen",)),
        (screened(1, reviewed=8), WHOLE, ("safety-plan",)),
        (screened(1), WHOLE.model_copy(update={"medication_plan": False}), ("medication-plan",)),
        (screened(1), Agreed(), ("destination", "supporter", "medication-plan")),
        (at_level(PHP), Agreed(), ()),
    ],
)
def test_what_a_pass_lacks_is_said_and_stops_nothing(
    episode: Episode, agreed: Agreed, lacking: tuple[str, ...]
) -> None:
    """IN-E16: an older screen, and one that asks for another period, are none; of residential care alone."""
    assert started(episode, agreed).lacking == lacking


def test_the_check_on_return_has_a_name_and_the_leave_is_forgotten() -> None:
    """IN-E16: also where nobody went through it."""
    away = screened(1).after(started(screened(1)))
    back = leave.return_from_leave(away, RULES, NOON + HOUR, A)

    assert only(back, LeaveReturned).checked_by == A
    assert only(leave.return_from_leave(away, RULES, NOON + HOUR), LeaveReturned).checked_by is None
    assert apply(away, back).away == at_level(RES).away


def test_only_who_may_hear_of_the_schedule_answers_for_somebody_on_leave() -> None:
    """IN-E16, facts 6.5: nobody unknown, nobody with another scope, nobody whose release was taken back."""
    nobody = Consents(id="p-1")

    def granted(scope: ReleaseScope) -> Consents:
        wanted = Wanted(supporter_id=MOTHER, scopes=(scope,))
        said = nobody.grant(ReleaseId("rel-1"), wanted, ConsentSetting.RESIDENTIAL, RULES, NOON)
        return nobody.after(only(said, ReleaseGranted))

    told = granted(ReleaseScope.SCHEDULE)
    revoked = told.after(only(told.revoke(ReleaseId("rel-1"), RULES, NOON), ReleaseRevoked))
    assert told.lets_answer_for(MOTHER, NOON) == []
    for consents in (nobody, granted(ReleaseScope.PRESENCE), revoked):
        with pytest.raises(Refused, match="not-released"):
            consents.lets_answer_for(MOTHER, NOON)


def gone(episode: Episode) -> list[Outcome]:
    """Seen last two hours ago."""
    return elopement.note_elopement(episode, NOON - 2 * HOUR, A, NOON)


def test_who_is_gone_from_residential_care_without_leave_is_paged_for_at_once_and_nothing_ends() -> None:
    """IN-E17: facts 2.8; level and place stay, it is no discharge; said again, once."""
    told = gone(at_level(RES))
    after = apply(at_level(RES), told)
    fact = only(told, ElopementNoted)

    assert (fact.at, fact.known_at) == (NOON - 2 * HOUR, NOON)
    assert (only(told, SendNotice).template, only(told, SendNotice).recipient_id) == (elopement.PAGE, "th-1")
    assert (after.status, after.level, after.in_care) == (at_level(RES).status, RES, True)
    assert gone(after) == []


def test_back_is_back_once_and_gone_again_pages_again() -> None:
    """IN-E17: repeated and out of order; another absence is another matter."""
    after = apply(at_level(RES), gone(at_level(RES)))
    back = elopement.end_elopement(after, A, RULES, NOON + HOUR)
    here = apply(after, back)
    again = elopement.note_elopement(here, NOON + HOUR, A, NOON + 2 * HOUR)

    assert facts(back) == ["ElopementEnded"]
    assert elopement.end_elopement(here, A, RULES, NOON + HOUR) == []
    assert elopement.end_elopement(at_level(RES), A, RULES, NOON) == []
    assert only(again, SendNotice).notice_id != only(gone(at_level(RES)), SendNotice).notice_id


def test_nobody_is_gone_who_is_elsewhere_on_leave_or_in_no_care() -> None:
    """IN-E17: facts 2.8; overdue is another matter, and a day program has absences."""
    on_leave = screened(1).after(started(screened(1)))
    for episode, code in ((at_level(PHP), "not-residential"), (on_leave, "on-leave"), (Episode(id="p"), "not-in-care")):
        with pytest.raises(Refused, match=code):
            gone(episode)
    with pytest.raises(Invalid, match="before-last-change"):
        elopement.note_elopement(at_level(RES), NOON - 400 * DAY, A, NOON)
    with pytest.raises(Refused, match="away-without-leave"):
        leave.start_leave(apply(at_level(RES), gone(at_level(RES))), NOON + DAY, A, RULES, NOON)


def test_a_step_down_waits_for_who_is_gone_and_goes_on_when_they_are_back() -> None:
    """IN-E17, IN-T10: nobody moves down who is not there; the next midnight is the first after the return."""
    going = ready().model_copy(update={"away": Away(missing_since=NOON)})
    waits = moves.take_effect(going, T, RULES, MIDNIGHT)
    back = elopement.end_elopement(apply(going, waits), A, RULES, MIDNIGHT + HOUR)

    assert only(waits, TransitionHeld).reason == "on-leave"
    assert facts(back) == ["ElopementEnded", "TransitionReady"]
    assert only(back, TransitionReady).effective_at == MIDNIGHT + DAY


def test_a_discharge_ends_the_absence() -> None:
    """IN-E17: who decides that somebody has left, decides it as ever; contacts fall due as ever (IN-E6)."""
    episode = apply(at_level(RES), gone(at_level(RES)))
    left = lifecycle.close(episode, Disposition.AGAINST_ADVICE, "did-not-return", A, PROCESS, NOON + DAY)

    assert apply(episode, left).away.missing_since is None


def proposed() -> Episode:
    """A proposal that needs another signature."""
    episode = at_level(RES)
    return apply(episode, signing.propose_by_person(episode, T, PHP, "goals-met", A, CLINICIAN, RULES, NOON))


def worded(episode: Episode, said: str) -> list[Outcome]:
    """Somebody says no, in words."""
    words = Words(T, DecisionAct.REFUSED, said, StaffId("b"), NOON)
    return in_words(episode, words, lambda e: signing.refuse(e, T, "not-yet", StaffId("b"), CLINICIAN, NOON))


def test_a_decision_has_its_code_and_its_words_and_the_words_travel_alone() -> None:
    """IN-S10: facts 2.7; words may name people: marked so, on the restricted stream, and not in the fact of record."""
    told = worded(proposed(), "  She asked to wait for her sister.  ")
    fact = only(told, DecisionWorded)

    assert (only(told, TransitionRefused).reason, fact.words) == ("not-yet", "She asked to wait for her sister.")
    assert (fact.TOPIC, privacy_of(DecisionWorded, "words")) == ("intake.contacts", Privacy.IDENTIFIER)
    assert apply(proposed(), told).transition is None


def test_without_words_a_code_is_enough_and_what_was_decided_already_is_not_said_again() -> None:
    """IN-S10: nothing decided, nothing worded."""
    assert facts(worded(proposed(), "   ")) == ["TransitionRefused"]
    stopped = apply(
        proposed(), signing.sign(proposed(), T, StaffId("m"), frozenset({signing.ENTITLED[0]}), RULES, NOON)
    )
    cancelled = apply(stopped, moves.cancel(stopped, T, "wish", PROCESS, NOON, A))
    words = Words(T, DecisionAct.CANCELLED, "words", A, NOON)
    assert in_words(cancelled, words, lambda e: moves.cancel(e, T, "wish", PROCESS, NOON, A)) == []
