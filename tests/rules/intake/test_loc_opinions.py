"""Opinions from outside the policy on the level of care: shown, heeded, never deciding."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from common.change import NotFound, Outcome, Refused
from common.contracts.intake import TransitionSigned
from common.contracts.notifications import SendNotice
from common.contracts.opinions import LocOpinionRecorded, LocTool, OpinionId
from common.contracts.words import Disposition, LevelOfCare, StaffId, TransitionId
from intake.domain import acute, correction, lifecycle, opinion_record, review, signing
from intake.domain.episode import Episode
from intake.domain.explanation import explain
from intake.domain.loc_opinions import Stands, conflict, standing
from intake.domain.opinion_record import Opinion
from intake.views.opinions import listed
from rules.intake.episode_cases import CLINICIAN, HOUR, MEDICAL, NOON, apply, approved, asked, at_level, facts, only
from rules.intake.policy_cases import at
from rules.intake.test_review import FIRST, RULES, SECOND, in_iop, in_php, proposed

A, B = StaffId("a"), StaffId("b")
RES, PHP, IOP = LevelOfCare.RESIDENTIAL, LevelOfCare.PHP, LevelOfCare.IOP
DAY = timedelta(days=1)
NOW = SECOND + HOUR


def told(
    episode: Episode,
    level: LevelOfCare = PHP,
    formed_at: datetime = SECOND,
    id: str = "o-1",
    rater: str = "payer",
    when: datetime = NOW,
    composite: int | None = None,
) -> list[Outcome]:
    """A LOCUS of a payer comes in."""
    opinion = Opinion(LocTool.LOCUS, level, composite, rater, formed_at)
    return opinion_record.record(episode, OpinionId(id), opinion, f"e-{id}-{when.isoformat()}", B, RULES, when)


def heard(episode: Episode, *levels: LevelOfCare, **more: Any) -> Episode:
    """With the opinions of as many raters."""
    for number, level in enumerate(levels):
        episode = apply(episode, told(episode, level, id=f"o-{number}", rater=f"rater-{number}", **more))
    return episode


def signed(episode: Episode, despite: str = "", when: datetime = NOW, **more: Any) -> list[Outcome]:
    """A clinician signs what is open."""
    assert episode.transition is not None
    return signing.sign(episode, episode.transition.id, A, CLINICIAN, RULES, when, despite=despite, **more)


def test_an_opinion_that_agrees_with_the_worked_example_changes_nothing_about_its_signature() -> None:
    """IN-O2, IN-O4: facts 9.9; LOCUS 2+3+3+3+2+3+2 is 18, level 3, which is IOP: no banner, no reason asked for."""
    level = opinion_record.level_of(LocTool.LOCUS, 2 + 3 + 3 + 3 + 2 + 3 + 2, None)
    episode = heard(proposed(), level)

    assert (level, conflict(episode, RULES, NOW)) == (IOP, ())
    assert only(signed(episode), TransitionSigned).despite_opinions == ()
    assert [one.asks_for_more for one in explain(episode, RULES, NOW).opinions] == [False]


def test_the_worked_example_with_a_sum_of_twenty_is_signed_only_with_a_reason() -> None:
    """IN-O2, IN-O3: facts 9.9 and 9.4; 20 is PHP, above IOP; reason and opinion stay with the signature."""
    episode = heard(proposed(), opinion_record.level_of(LocTool.LOCUS, 20, None))
    (shown,) = explain(episode, RULES, NOW).opinions

    assert (shown.level, shown.asks_for_more) == (PHP, True)
    with pytest.raises(Refused, match="opinion-asks-for-more"):
        signed(episode)
    yes = signed(episode, "sum-before-medication")
    fact = only(yes, TransitionSigned)
    assert (fact.despite_opinions, fact.despite_reason) == (("o-0",), "sum-before-medication")
    assert "TransitionApproved" in facts(yes)
    assert signed(apply(episode, yes)) == []


def test_an_opinion_never_changes_what_the_policy_answers() -> None:
    """IN-O2: never a block; answer, rules and results stay, whatever is asked for, and no proposal is withdrawn."""
    for level in LevelOfCare:
        episode = heard(proposed(), level)
        before, after = explain(proposed(), RULES, NOW), explain(episode, RULES, NOW)
        assert (after.answer, after.rules, after.says) == (before.answer, before.rules, before.says)
        assert episode.transition == proposed().transition
        assert review.daily_review(episode, RULES, NOW)[:-1] == []


@pytest.mark.parametrize(
    ("formed_at", "stands"),
    [
        (NOW - 7 * DAY, Stands.COUNTS),
        (NOW - 8 * DAY, Stands.TOO_OLD),
        (NOW - 90 * DAY, Stands.TOO_OLD),
    ],
)
def test_an_opinion_told_late_is_as_old_as_when_it_was_formed(formed_at: datetime, stands: Stands) -> None:
    """IN-O1: seven days by event time, policy 1.0 P6; told today, formed earlier."""
    episode = heard(proposed(), RES, formed_at=formed_at)

    assert list(standing(episode.evidence, RULES, NOW).values()) == [stands]
    assert bool(conflict(episode, RULES, NOW)) is (stands is Stands.COUNTS)


def test_the_seven_days_are_the_programs_days_also_when_the_clocks_change() -> None:
    """IN-O1: 8 March 2026 has 23 hours; formed on the 2nd at night it counts on the 9th until midnight."""
    episode = heard(in_php(), RES, formed_at=at(3, 2, 23, 30), when=at(3, 3))

    def counts(when: datetime) -> bool:
        return Stands.COUNTS in standing(episode.evidence, RULES, when).values()

    assert [counts(when) for when in (at(3, 9, 0, 30), at(3, 9, 23, 59), at(3, 10))] == [True, True, False]


def test_how_long_an_opinion_is_heeded_is_the_programs_to_say() -> None:
    """IN-O1: a parameter of the policy file."""
    longer = RULES.model_copy(update={"policy": RULES.policy.model_copy(update={"loc_opinion_days": 30})})
    episode = heard(proposed(), RES, formed_at=NOW - 20 * DAY)

    assert (len(conflict(episode, RULES, NOW)), len(conflict(episode, longer, NOW))) == (0, 1)


def test_of_one_rater_with_one_tool_the_newest_counts_in_whichever_order_they_are_told() -> None:
    """IN-O1: a payer that comes round, told in order and out of order; another rater still asks for more."""
    high, calm = (RES, SECOND - DAY, "o-1"), (IOP, SECOND, "o-2")
    for first, second in ((high, calm), (calm, high)):
        episode = apply(proposed(), told(proposed(), *first))
        episode = apply(episode, told(episode, *second))
        assert conflict(episode, RULES, NOW) == ()
        other = apply(episode, told(episode, PHP, SECOND, "o-3", rater="hospital"))
        assert [one.opinion_id for one in conflict(other, RULES, NOW)] == ["o-3"]


def test_what_comes_after_the_signatures_is_told_to_the_therapist_and_stops_nothing() -> None:
    """IN-O2: everybody has signed; the move goes on, and a person knows."""
    episode = apply(proposed(), signed(proposed()))
    late = told(episode, RES)
    after = apply(episode, late)

    assert only(late, SendNotice).template == "opinion-asks-for-more"
    assert after.transition == episode.transition
    assert told(after, RES) == []
    assert asked(told(episode, IOP)) == []


def test_of_two_who_must_sign_the_second_gives_the_reason_where_the_opinion_came_between() -> None:
    """IN-O3: the first signature stands as it was given; approval does not pass the opinion unseen."""
    id, episode = TransitionId("t-1"), in_php(level=RES)
    episode = apply(episode, signing.propose_by_person(episode, id, PHP, "r", A, CLINICIAN, RULES, NOW))
    episode = heard(episode, RES)
    with pytest.raises(Refused, match="opinion-asks-for-more"):
        signing.sign(episode, id, B, MEDICAL, RULES, NOW)
    assert "TransitionApproved" in facts(signing.sign(episode, id, B, MEDICAL, RULES, NOW, despite="stable-for-a-week"))


def test_a_persons_own_proposal_a_readmission_and_taking_back_are_signed_past_it_with_a_reason_only() -> None:
    """IN-O3: whatever is signed as it is said."""
    id = TransitionId("t-9")
    episode = heard(in_php(), RES)
    propose = signing.propose_by_person
    with pytest.raises(Refused, match="opinion-asks-for-more"):
        propose(episode, id, IOP, "r", A, CLINICIAN, RULES, NOW)
    assert "TransitionApproved" in facts(propose(episode, id, IOP, "r", A, CLINICIAN, RULES, NOW, despite="why"))

    process = RULES.policy.process
    closed = apply(episode, lifecycle.close(episode, Disposition.AGAINST_ADVICE, "left", A, process, NOW))
    with pytest.raises(Refused, match="opinion-asks-for-more"):
        lifecycle.readmit(closed, id, IOP, A, CLINICIAN, RULES, NOW + HOUR)
    assert "TransitionApproved" in facts(lifecycle.readmit(closed, id, IOP, A, CLINICIAN, RULES, NOW + HOUR, "why"))


def test_a_discharge_entered_in_error_is_reopened_without_a_reason_for_the_level() -> None:
    """IN-O3: the level never ended; there is nothing to decide about it."""
    episode = apply(at_level(PHP), told(at_level(PHP), RES, NOON, when=NOON))
    closed = apply(episode, lifecycle.close(episode, Disposition.COMPLETED, "r", A, RULES.policy.process, NOON))
    reopened = correction.reopen(closed, TransitionId("t-9"), "entered-in-error", A, CLINICIAN, RULES, NOON + HOUR)

    assert only(reopened, TransitionSigned).despite_opinions == ()
    assert conflict(apply(closed, reopened), RULES, NOON + HOUR) == ()


def test_a_step_up_below_what_is_asked_for_needs_the_reason_too_and_one_as_high_does_not() -> None:
    """IN-O3: higher than the proposal is what counts, not higher than now."""
    looked_at = at(4, 7, 18)
    up = apply(in_iop(), review.look(in_iop(), RULES, looked_at))
    assert up.transition is not None and up.transition.to_level is PHP
    as_high, higher = (heard(up, level, formed_at=looked_at, when=looked_at) for level in (PHP, RES))

    assert "TransitionApproved" in facts(signed(as_high, when=looked_at))
    with pytest.raises(Refused, match="opinion-asks-for-more"):
        signed(higher, when=looked_at)


def test_a_return_from_acute_care_and_a_completion_below_what_is_asked_for_need_the_reason() -> None:
    """IN-O3: any proposal; the hospital's own word is older than the return, and counts for its seven days."""
    propose = signing.propose_by_person
    sent = acute.send_to_acute(in_php(), TransitionId("t-8"), "act", NOW, A, CLINICIAN, RULES.policy.process, NOW)
    away = heard(apply(in_php(), sent), RES, when=NOW + HOUR)
    iop = heard(in_php(level=IOP), LevelOfCare.OUTPATIENT_BOOSTER)
    for episode, to_level in ((away, PHP), (iop, LevelOfCare.ALUMNI)):
        about = (episode, TransitionId("t-9"), to_level, "r", A, CLINICIAN, RULES, NOW + 2 * HOUR)
        with pytest.raises(Refused, match="opinion-asks-for-more"):
            propose(*about)
        assert "TransitionApproved" in facts(propose(*about, despite="seen-together"))
    as_high = propose(away, TransitionId("t-9"), RES, "r", A, CLINICIAN, RULES, NOW + 2 * HOUR)
    assert only(as_high, TransitionSigned).despite_opinions == ()


def test_an_opinion_taken_back_takes_the_banner_away_and_the_one_before_counts_again() -> None:
    """IN-O5: void, void again, and void without the one before."""
    episode = apply(proposed(), told(proposed(), PHP, SECOND - DAY, "o-1"))
    episode = apply(episode, told(episode, RES, SECOND, "o-2"))
    gone = opinion_record.void(episode, OpinionId("o-2"), "other-person", "e", B, RULES, NOW)
    after = apply(episode, gone)

    assert [one.opinion_id for one in conflict(after, RULES, NOW)] == ["o-1"]
    assert opinion_record.void(after, OpinionId("o-2"), "other-person", "e2", B, RULES, NOW + HOUR) == []
    nothing = apply(after, opinion_record.void(after, OpinionId("o-1"), "other-person", "e3", B, RULES, NOW))
    assert conflict(nothing, RULES, NOW) == ()
    assert "TransitionApproved" in facts(signed(nothing))


def test_an_opinion_put_right_brings_the_banner_or_takes_it_and_a_repetition_says_nothing() -> None:
    """IN-O5: also where the right instant is an earlier one; as it was told before, where none is named."""
    episode = apply(proposed(), told(proposed(), IOP))
    right = Opinion(LocTool.LOCUS, RES, 24, "payer", None)
    put_right = opinion_record.correct(episode, OpinionId("o-1"), right, "e-2", B, RULES, NOW)
    after = apply(episode, put_right)

    assert only(put_right, LocOpinionRecorded).at == SECOND
    assert only(put_right, SendNotice).template == "opinion-asks-for-more"
    assert [one.level for one in conflict(after, RULES, NOW)] == [RES]
    assert opinion_record.correct(after, OpinionId("o-1"), right, "e-3", B, RULES, NOW) == []
    older = right._replace(formed_at=NOW - 20 * DAY)
    aged = apply(after, opinion_record.correct(after, OpinionId("o-1"), older, "e-4", B, RULES, NOW))
    assert conflict(aged, RULES, NOW) == ()


def test_an_opinion_has_an_open_proposal_looked_at_again_and_one_whose_reasons_are_gone_goes_stale() -> None:
    """IN-O5, IN-S6: policy 1.0 P6; by then the first appointment has passed; nothing is left to speak against."""
    late = told(proposed(), RES, when=NOW + HOUR)

    assert "TransitionStale" in facts(late)
    assert only(late, SendNotice).template == "transition-stale"


def test_what_is_void_unknown_or_of_nobody_in_care_is_refused_and_changes_nothing() -> None:
    """IN-O5, IN-O1: bad input, each with its code."""
    episode = apply(proposed(), told(proposed(), RES))
    void = apply(episode, opinion_record.void(episode, OpinionId("o-1"), "r", "e", B, RULES, NOW))
    right = Opinion(LocTool.LOCUS, RES, None, "payer", None)
    with pytest.raises(Refused, match="opinion-void"):
        opinion_record.correct(void, OpinionId("o-1"), right, "e-2", B, RULES, NOW)
    with pytest.raises(NotFound, match="no-such-opinion"):
        opinion_record.correct(void, OpinionId("x"), right, "e-2", B, RULES, NOW)
    with pytest.raises(Refused, match="not-in-care"):
        told(Episode(id="p-2"))


def test_every_opinion_is_listed_with_how_it_stands() -> None:
    """IN-O1, IN-O2: what staff read."""
    episode = apply(proposed(), told(proposed(), RES, SECOND - 9 * DAY, "o-1", "hospital"))
    episode = apply(episode, told(episode, RES, SECOND - DAY, "o-2"))
    episode = apply(episode, told(episode, PHP, SECOND, "o-3", composite=21))
    rows = [(row["opinion_id"], row["stands"], row["asks_for_more"]) for row in listed(episode, RULES, NOW)]

    assert rows == [("o-1", "too-old", False), ("o-2", "outdone", False), ("o-3", "counts", True)]
    assert listed(in_php(), RULES, FIRST) == []


def test_once_the_level_has_changed_nothing_is_left_to_sign_past() -> None:
    """IN-O2: only while somebody could still act on it."""
    episode = heard(approved(), RES, formed_at=NOON, when=NOON)
    assert episode.transition is not None and conflict(episode, RULES, NOON)
    for phase in ("leaving", "compensating"):
        over = episode.transition.model_copy(update={"phase": phase})
        assert conflict(episode.model_copy(update={"transition": over}), RULES, NOON) == ()
