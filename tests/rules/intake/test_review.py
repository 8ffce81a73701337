"""From evidence to a proposal: noted once, looked at, put to people, withdrawn when it no longer holds."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from common.contracts import intake as said
from common.contracts.message import only_plain
from common.contracts.words import EpisodeId, LevelOfCare, RiskLevel, StaffId, TransitionKind
from intake.domain import review, signing
from intake.domain.episode import Episode, Rules, Status
from intake.domain.evidence import Evidence
from rules.intake.episode_cases import CARE, CLINICIAN, apply, asked, facts, only, reminded
from rules.intake.policy_cases import (
    BOTH,
    POLICY,
    STEPPING_DOWN,
    TZ,
    WATCHED,
    appointment,
    at,
    card,
    flag,
    lesson,
    noting,
    screen,
)

RULES = Rules(policy=POLICY, care=CARE, zone=TZ)
FIRST, SECOND = at(3, 23, 11, 10), at(3, 24, 11, 30)


def in_php(evidence: Evidence = STEPPING_DOWN, **changes: Any) -> Episode:
    """Worked example A, at PHP since 2 March."""
    episode = Episode(
        id="p-1",
        episode_id=EpisodeId("e-1"),
        status=Status.OPEN,
        level=LevelOfCare.PHP,
        level_since=at(3, 2, 10),
        primary_therapist=StaffId("th-1"),
        conditions=BOTH,
        evidence=evidence,
    )
    return episode.model_copy(update=changes)


def proposed() -> Episode:
    """Met on two reviews a day apart, and proposed."""
    episode = apply(in_php(), review.daily_review(in_php(), RULES, FIRST))
    return apply(episode, review.daily_review(episode, RULES, SECOND))


def in_iop(**changes: Any) -> Episode:
    """Worked example B, at IOP since 25 March."""
    since: dict[str, Any] = {"level": LevelOfCare.IOP, "level_since": at(3, 25), "stepped_down_at": at(3, 25)}
    return in_php(WATCHED, **since, **changes)


def refused(episode: Episode, when: datetime) -> Episode:
    """The open proposal, refused."""
    assert episode.transition is not None
    no = signing.refuse(episode, episode.transition.id, "not-yet", StaffId("c"), CLINICIAN, when)
    return apply(episode, no)


def signed() -> Episode:
    """The proposal, signed on the afternoon of the same day."""
    episode = proposed()
    assert episode.transition is not None
    yes = signing.sign(episode, episode.transition.id, StaffId("c"), CLINICIAN, RULES, at(3, 24, 15))
    return apply(episode, yes)


def test_a_step_down_is_proposed_only_on_the_second_review_a_day_later() -> None:
    """IN-S2: principle P3, two evaluations at least 24 hours apart."""
    first = review.daily_review(in_php(), RULES, FIRST)
    once = apply(in_php(), first)
    early = review.daily_review(once, RULES, FIRST + timedelta(hours=23))
    second = review.daily_review(once, RULES, SECOND)

    assert facts(first) == ["PolicyEvaluated"]
    assert facts(early) == []
    assert facts(second) == ["TransitionProposed"]
    assert asked(second) == ["SendNotice"]
    proposal = only(second, said.TransitionProposed)
    assert (proposal.kind, proposal.to_level) == (TransitionKind.STEP_DOWN, LevelOfCare.IOP)
    assert proposal.proposed_by == f"policy {POLICY.id}"
    assert {o.rule for o in proposal.outcomes} >= {"G1", "G12", "S1", "S7"}
    assert proposal.expires_at == SECOND + timedelta(hours=72)


def test_a_proposal_carries_everything_it_rests_on() -> None:
    """IN-P1: principle P5: policy, every rule with its limit, event ids and their times, missing items, hash."""
    proposal = only(
        review.daily_review(apply(in_php(), review.daily_review(in_php(), RULES, FIRST)), RULES, SECOND),
        said.TransitionProposed,
    )
    screened = next(o for o in proposal.outcomes if o.rule == "G2")

    assert proposal.proposed_by == f"policy {POLICY.id}"
    assert len(proposal.evidence_hash) == 64
    assert screened.event_times == (at(3, 23, 9, 10),)
    assert all(len(o.event_ids) == len(o.event_times) for o in proposal.outcomes)


def test_why_something_was_withdrawn_tells_nobody_who_watches_how_somebody_is() -> None:
    """IN-S6: reasons of transitions are plain; an answer of the policy is clinical."""
    stale = only(review.note(proposed(), screen(RiskLevel.HIGH, SECOND), RULES, SECOND), said.TransitionStale)
    stopped = review.note(signed(), screen(RiskLevel.HIGH, at(3, 24, 16)), RULES, at(3, 24, 16))

    assert stale.reason == only(stopped, said.TransitionCompensating).reason == "evidence-changed"
    assert "answer" not in only_plain(only(stopped, said.PolicyEvaluated))


def test_the_policy_never_changes_a_level_by_itself() -> None:
    """IN-S2: software proposes, people decide; a month of reviews alone moves nobody."""
    episode: Episode = in_php()
    for day in range(30):
        episode = apply(episode, review.daily_review(episode, RULES, FIRST + timedelta(days=day)))
    assert episode.level is LevelOfCare.PHP


def test_every_review_sets_the_next_one_also_when_clocks_change() -> None:
    """IN-V3: at eleven local, on 25-hour days too."""
    evening = datetime(2026, 10, 31, 20, tzinfo=TZ)
    assert reminded(review.daily_review(in_php(), RULES, FIRST))["review"] == at(3, 24, 11)
    assert review.next_review(evening, RULES).due_at == datetime(2026, 11, 1, 11, tzinfo=TZ)


def test_a_triggered_step_up_is_proposed_at_once() -> None:
    """IN-S2: principle P3, worked example B."""
    proposal = only(review.daily_review(in_iop(), RULES, at(4, 7, 17)), said.TransitionProposed)
    assert (proposal.kind, proposal.to_level, proposal.signatures_needed) == (
        TransitionKind.STEP_UP,
        LevelOfCare.PHP,
        1,
    )


def test_evidence_is_counted_once_and_harmless_evidence_waits_for_the_review() -> None:
    """IN-V1, IN-V2: repeated, late."""
    item = lesson("IMPROVE", at(3, 1))
    noted = review.note(in_php(), item, RULES, FIRST)
    assert facts(noted) == ["EvidenceNoted"]
    assert review.note(apply(in_php(), noted), item, RULES, FIRST) == []
    assert review.note(Episode(id="nobody"), item, RULES, FIRST) == []


def test_worrying_evidence_is_looked_at_when_it_comes() -> None:
    """IN-V2: a self-harm day does not wait for eleven o'clock."""
    harmed = review.note(in_php(), card(3, 23, 3, self_harm=True), RULES, FIRST)
    assert facts(harmed)[0] == "EvidenceNoted"
    emergency = review.note(in_php(), screen(RiskLevel.HIGH, at(3, 23, 10)), RULES, FIRST)
    assert only(emergency, said.PolicyEvaluated).answer == "emergency"


def test_a_raised_flag_reaches_the_therapist_at_once() -> None:
    """IN-V4"""
    assert asked(review.note(in_php(), flag(RiskLevel.MODERATE, FIRST), RULES, FIRST)) == ["SendNotice"]


@pytest.mark.parametrize(
    ("ago", "comes_back"),
    [
        (timedelta(minutes=1), False),
        (timedelta(hours=72) - timedelta(microseconds=1), False),
        (timedelta(hours=72), True),
    ],
)
def test_a_refused_step_down_rests_for_three_days(ago: timedelta, comes_back: bool) -> None:
    """IN-S7: the same evidence, looked at again, does not ask the same people the same question."""
    met: dict[str, Any] = {"answer": "step-down-met", "met_since": FIRST}
    episode = in_php(**met, refused={TransitionKind.STEP_DOWN: SECOND - ago})
    assert ("TransitionProposed" in facts(review.look(episode, RULES, SECOND))) is comes_back


@pytest.mark.parametrize(
    ("ago", "comes_back"),
    [
        (timedelta(minutes=1), False),
        (timedelta(hours=24) - timedelta(microseconds=1), False),
        (timedelta(hours=24), True),
    ],
)
def test_a_refused_step_up_rests_for_one_day(ago: timedelta, comes_back: bool) -> None:
    """IN-S7: shorter than a step down, for it is about danger."""
    now = at(4, 7, 17)
    episode = in_iop(refused={TransitionKind.STEP_UP: now - ago})
    assert ("TransitionProposed" in facts(review.look(episode, RULES, now))) is comes_back


def test_a_refusal_quiets_the_very_next_look_and_only_for_its_kind() -> None:
    """IN-S7: a refused step down never delays a step up, nor the other way round."""
    now = at(4, 7, 17)
    iop = apply(in_iop(), review.look(in_iop(), RULES, now))
    again = refused(iop, now)
    php = refused(proposed(), SECOND)

    assert facts(review.look(again, RULES, now)) == facts(review.look(php, RULES, SECOND)) == []
    other = in_iop(refused={TransitionKind.STEP_DOWN: now})
    assert "TransitionProposed" in facts(review.look(other, RULES, now))
    met: dict[str, Any] = {"answer": "step-down-met", "met_since": FIRST}
    assert facts(review.look(in_php(**met, refused={TransitionKind.STEP_UP: SECOND}), RULES, SECOND)) == [
        "TransitionProposed"
    ]


def test_a_refusal_hides_no_emergency_and_stops_no_giving_back() -> None:
    """IN-S7: danger is told, and a signed step down is given back, whatever was refused a minute ago."""
    both = {TransitionKind.STEP_DOWN: at(3, 24, 15), TransitionKind.STEP_UP: at(3, 24, 15)}
    high = screen(RiskLevel.HIGH, at(3, 24, 16))
    emergency = review.note(in_php(refused=both), high, RULES, at(3, 24, 16))
    given_back = review.note(signed().model_copy(update={"refused": both}), high, RULES, at(3, 24, 16))

    assert only(emergency, said.PolicyEvaluated).answer == "emergency"
    assert facts(given_back)[-1] == "TransitionCompensating"


def test_no_step_down_is_proposed_on_leave_or_during_a_cool_down() -> None:
    """IN-S2: principle P4."""
    met: dict[str, Any] = {"answer": "step-down-met", "met_since": FIRST}
    states: tuple[dict[str, Any], ...] = (
        {"status": Status.ON_LEAVE},
        {"stepped_up_at": at(3, 20)},
        {"stepped_down_at": at(3, 21)},
    )
    for state in states:
        assert facts(review.daily_review(in_php(**met, **state), RULES, SECOND)) == []
    assert facts(review.daily_review(in_php(**met), RULES, SECOND)) == ["TransitionProposed"]


def test_missing_data_is_never_improvement() -> None:
    """IN-S2: principle P1; without an appointment, or with nothing at all, nothing is proposed."""
    empty = in_php(Evidence(), met_since=FIRST, answer="step-down-met")
    assert "TransitionProposed" not in facts(review.daily_review(empty, RULES, SECOND))
    refused = noting(STEPPING_DOWN, appointment(LevelOfCare.IOP, at(3, 24, 13), when=at(3, 24, 9), accepted=False))
    unbooked = in_php(refused, met_since=FIRST, answer="step-down-met")
    assert "TransitionProposed" not in facts(review.daily_review(unbooked, RULES, SECOND))


def test_the_same_look_twice_says_nothing_new() -> None:
    """IN-V2: repeated."""
    episode = proposed()
    assert facts(review.look(episode, RULES, SECOND)) == []
