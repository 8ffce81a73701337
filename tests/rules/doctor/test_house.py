"""What is said of clocks, brokers and services, from what was read of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from common.grants import Grant
from throughline.doctor.brokers import Brokers, Topic, judge_brokers
from throughline.doctor.clocks import Reading, judge_clock
from throughline.doctor.findings import Finding, Verdict, something_is_wrong
from throughline.doctor.services import Seen, judge_service

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
THREE = Brokers("k:9092", count=3, topics={"t": Topic("t")}, principal="intake", rights=4)


def whats(findings: list[Finding], verdict: Verdict) -> list[str]:
    """What was found of one kind."""
    return [finding.what for finding in findings if finding.verdict is verdict]


@pytest.mark.parametrize(
    ("off", "verdict"),
    [(0.0, Verdict.WELL), (0.9, Verdict.WELL), (-0.9, Verdict.WELL), (3.0, Verdict.WRONG), (-3.0, Verdict.WRONG)],
)
def test_a_clock_may_be_a_second_off(off: float, verdict: Verdict) -> None:
    """ASSUMED: 1 s."""
    assert judge_clock("x", Reading(NOON + off * SECOND, NOON, NOON)).verdict is verdict


def test_the_time_it_took_to_ask_is_no_difference() -> None:
    """Anything between just before and just after may be right."""
    assert judge_clock("x", Reading(NOON, NOON - 0.9 * SECOND, NOON + 0.1 * SECOND)).verdict is Verdict.WELL


def test_a_clock_that_took_too_long_to_read_is_not_judged() -> None:
    """Unknown is never well."""
    assert judge_clock("x", Reading(NOON, NOON - 2 * SECOND, NOON)).verdict is Verdict.NOTE


def test_which_way_a_clock_is_off_is_said() -> None:
    """So that the right one is put right."""
    assert "3.0 s ahead of" in judge_clock("x", Reading(NOON + 3 * SECOND, NOON, NOON)).what
    assert "3.0 s behind" in judge_clock("x", Reading(NOON - 3 * SECOND, NOON, NOON)).what


def test_brokers_as_declared_are_well() -> None:
    """No note, no wrong."""
    found = judge_brokers(THREE, ["t"])
    assert {finding.verdict for finding in found} == {Verdict.WELL}


def test_a_topic_that_is_missing_is_named() -> None:
    """Nothing can be said on it."""
    (finding,) = [one for one in judge_brokers(THREE, ["t", "u"]) if one.verdict is Verdict.WRONG]
    assert finding.where == "topic u" and finding.do


def test_what_differs_in_a_topic_is_named() -> None:
    """Partitions, retention, policy, copies."""
    limping = Topic("t", {"partitions": "12 meant, 4 found"}, leaderless=[0], behind=[1, 2])
    found = judge_brokers(replace(THREE, topics={"t": limping}), ["t"])
    assert whats(found, Verdict.WRONG) == ["partitions: 12 meant, 4 found", "1 partition(s) have no leader"]
    assert whats(found, Verdict.NOTE) == ["2 partition(s) have a copy that is behind"]


def test_configs_that_may_not_be_seen_are_one_note() -> None:
    """Unknown is never well; a line for each topic would say no more."""
    hidden = {name: Topic(name, problem="TopicAuthorizationFailedError") for name in ("t", "u")}
    found = judge_brokers(replace(THREE, topics=hidden), ["t", "u"])
    assert len(whats(found, Verdict.NOTE)) == 1 and not something_is_wrong(found)


def test_a_right_that_is_refused_is_named() -> None:
    """A principal must be able to hear what it hears and say what it says."""
    found = judge_brokers(replace(THREE, refused=[Grant("intake", "Write", "topic", "t")]), ["t"])
    assert whats(found, Verdict.WRONG) == ["may not Write topic t"]


def test_few_brokers_and_no_names_are_notes() -> None:
    """They work; a site should know."""
    found = judge_brokers(replace(THREE, count=1, principal=""), ["t"])
    assert len(whats(found, Verdict.NOTE)) == 2 and not something_is_wrong(found)


def test_the_embedded_brokers_limits_are_one_note() -> None:
    """It is what it is, and all is well."""
    found = judge_brokers(replace(THREE, count=1, principal="", embedded=True), ["t"])
    assert len(whats(found, Verdict.NOTE)) == 1 and not something_is_wrong(found)


def test_brokers_that_are_away_are_one_line() -> None:
    """Not a line for each topic they would have."""
    assert len(judge_brokers(Brokers("k:9092", problem="k:9092 does not answer"), ["t", "u"])) == 1


def test_a_service_says_what_of_it_is_not_ready() -> None:
    """Each part has its own remedy."""
    seen = Seen("intake", "http://x", version="1", ready={"database": True, "listening": False, "relay": False})
    found = judge_service(seen)
    assert whats(found, Verdict.WRONG) == ["not ready: listening", "not ready: relay"]
    assert all(finding.do for finding in found)
    ready = replace(seen, ready=dict.fromkeys(seen.ready, True))
    assert not something_is_wrong(judge_service(ready))


def test_a_service_that_stopped_listening_says_so() -> None:
    """A wrong handler would park too much; people decide."""
    stopped = Seen("intake", "http://x", ready={"listening": True}, stopped=True)
    assert whats(judge_service(stopped), Verdict.WRONG) == ["listening stopped: it would park too many messages"]


def test_a_service_that_is_away_is_wrong() -> None:
    """With where it was looked for."""
    (what,) = whats(judge_service(Seen("intake", "http://x", problem="ConnectError")), Verdict.WRONG)
    assert "http://x" in what and "ConnectError" in what
