"""What is said of a database, from what was read of it."""

from dataclasses import replace

from throughline.doctor.access import Tried, judge_access, judge_nobody
from throughline.doctor.databases import (
    Index,
    Member,
    Server,
    Store,
    Waiting,
    judge_indexes,
    judge_members,
    judge_server,
    judge_store,
    judge_waiting,
)
from throughline.doctor.findings import Finding, Verdict, something_is_wrong

PRIMARY = Member("a:1", set_name="rs0", writable=True, primary="a:1")
SERVER = Server("7.0", 3, transaction_seconds=5, oplog_hours=48, oplog_full=True)
BY_TIME = Index((("due_at", 1),))
DECLARED = {"timers": {"due_at_1": BY_TIME}, "journal": {}}


def wrongs(findings: list[Finding]) -> list[str]:
    """What needs mending, each with a remedy."""
    assert all(finding.do for finding in findings if finding.verdict is Verdict.WRONG)
    return [finding.what for finding in findings if finding.verdict is Verdict.WRONG]


def notes(findings: list[Finding]) -> list[str]:
    """What is worth knowing."""
    return [finding.what for finding in findings if finding.verdict is Verdict.NOTE]


def test_a_replica_set_with_a_primary_is_well() -> None:
    """Transactions need one."""
    assert not something_is_wrong(judge_members([PRIMARY, replace(PRIMARY, address="b:1", writable=False)], "rs0"))


def test_a_mongod_that_stands_alone_is_told_apart() -> None:
    """It answers and writes, and has no transactions."""
    assert wrongs(judge_members([Member("a:1", writable=True)], "rs0")) == ["stands alone and knows no transactions"]


def test_a_mongod_nobody_initiated_is_told_apart() -> None:
    """Setting up is what it lacks."""
    (finding,) = judge_members([Member("a:1")], "rs0")
    assert finding.what == "waits for its replica set to be initiated" and "throughline mongo setup" in finding.do


def test_another_replica_set_is_not_ours() -> None:
    """A wrong address is found by its name."""
    (what,) = wrongs(judge_members([PRIMARY], "rs1"))
    assert what == "is of the replica set rs0, and rs1 is asked for"


def test_a_set_without_a_primary_is_wrong() -> None:
    """Its members answer, and nothing can be written."""
    seen = [Member("a:1", set_name="rs0"), Member("b:1", problem="AutoReconnect")]
    assert wrongs(judge_members(seen, "rs0")) == [
        "does not answer (AutoReconnect)",
        "the replica set has no primary",
    ]


def test_a_server_that_does_all_is_well() -> None:
    """No note, no wrong."""
    assert not wrongs(judge_server(SERVER)) and not notes(judge_server(SERVER))


def test_what_the_server_cannot_do_is_named() -> None:
    """Majority, transactions, and how long a dead one locks."""
    lame = replace(SERVER, majority_problem="WriteConcernFailed", transaction_problem="IllegalOperation")
    assert wrongs(judge_server(replace(lame, transaction_seconds=60))) == [
        "does not confirm by majority (WriteConcernFailed)",
        "takes no transaction (IllegalOperation)",
        "a killed service's transaction locks what it wrote for 60 s",
    ]


def test_what_may_not_be_asked_is_said_not_guessed() -> None:
    """Unknown is never well and never wrong."""
    asked = judge_server(replace(SERVER, transaction_seconds=None, oplog_hours=None))
    assert len(notes(asked)) == 2 and not wrongs(asked)


def test_a_short_oplog_matters_once_it_is_full() -> None:
    """A young one has not had the time to be long."""
    assert not notes(judge_server(replace(SERVER, oplog_hours=1, oplog_full=False)))
    assert len(notes(judge_server(replace(SERVER, oplog_hours=1)))) == 1


def test_missing_and_other_indexes_are_wrong_and_strange_ones_a_note() -> None:
    """As declared, or named."""
    missing = judge_indexes("x", DECLARED, {"timers": {}})
    other = judge_indexes("x", DECLARED, {"timers": {"due_at_1": replace(BY_TIME, unique=True)}})
    strange = judge_indexes("x", DECLARED, {"timers": {"due_at_1": BY_TIME, "by_hand": BY_TIME}})
    assert wrongs(missing) == ["index due_at_1 of timers is missing"]
    assert wrongs(other) == ["index due_at_1 of timers is not as declared"]
    assert notes(strange) == ["index by_hand of timers is declared nowhere"] and not wrongs(strange)
    assert not wrongs(judge_indexes("x", DECLARED, {"timers": {"due_at_1": BY_TIME}}))


def test_an_empty_database_was_never_prepared() -> None:
    """One line, not one for each index."""
    assert wrongs(judge_indexes("x", DECLARED, {})) == ["has never been prepared"]


def test_a_database_that_may_not_be_opened_is_a_note() -> None:
    """A service's user sees its own; that is as it should be."""
    (finding,) = judge_store(Store("skills", problem="Unauthorized"), DECLARED)
    assert finding.verdict is Verdict.NOTE


def test_what_is_unsent_is_wrong_only_when_it_is_old() -> None:
    """What was committed just now is on its way."""
    assert not wrongs(judge_waiting("x", Waiting(unsent=100, oldest_unsent_seconds=1)))
    (what,) = wrongs(judge_waiting("x", Waiting(unsent=3, oldest_unsent_seconds=90)))
    assert what == "3 entries unsent, the oldest for 90 s"


def test_what_waits_for_an_operator_is_counted() -> None:
    """Parked, held and strays are notes; a timer that failed is wrong."""
    found = judge_waiting("x", Waiting(parked=2, held=1, quarantined=3, timers_failed=1))
    assert len(notes(found)) == 3 and wrongs(found) == ["1 timers failed"]


def test_a_services_user_opens_its_own_database_and_no_other() -> None:
    """Each service owns its database."""
    services = ("intake", "skills")
    assert not wrongs(judge_access(Tried("intake", frozenset({"intake"})), services))
    assert wrongs(judge_access(Tried("intake"), services)) == ["may not open its own database"]
    assert wrongs(judge_access(Tried("intake", frozenset({"intake", "skills"})), services)) == [
        "may open the database of skills"
    ]
    assert wrongs(judge_access(Tried("intake", problem="AuthenticationFailed"), services)) == [
        "cannot come in (AuthenticationFailed)"
    ]
    assert judge_access(Tried("admin", frozenset(services)), services) == []


def test_a_database_open_to_all_is_a_note() -> None:
    """On one's own machine it may be; anywhere else it must not."""
    assert judge_nobody(frozenset({"intake"})).verdict is Verdict.NOTE
    assert judge_nobody(frozenset()).verdict is Verdict.WELL
