"""Is what mongod says of itself what the services rely on? Judgements only; reading is done elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from throughline.doctor.findings import Finding, note, well, wrong

TRANSACTION_SECONDS = 5
"""How long a dead client's transaction may lock what it wrote. Source: the house, "Plumbing, already tried"."""
OPLOG_HOURS = 24
"""ASSUMED: a member that was away over a night catches up without a full copy."""
SET_UP = "run: throughline mongo setup"


@dataclass(frozen=True)
class Member:
    """What one address of the connection string answered: its replica set, and whether it takes writes."""

    address: str
    problem: str = ""
    set_name: str = ""
    writable: bool = False
    primary: str = ""


@dataclass(frozen=True)
class Server:
    """What the primary can do; a problem is the server's own name for it, empty where there is none."""

    version: str
    members: int
    majority_problem: str = ""
    transaction_problem: str = ""
    transaction_seconds: int | None = None
    oplog_hours: float | None = None
    oplog_full: bool = False


@dataclass(frozen=True)
class Index:
    """One index: the fields it goes by, in order, and whether it lets a value be there twice."""

    keys: tuple[tuple[str, int], ...]
    unique: bool = False


Indexes = Mapping[str, Mapping[str, Index]]
"""Collection -> index name -> index."""


@dataclass(frozen=True)
class Waiting:
    """What waits in one service's database: counts, and the age of the oldest message not yet sent."""

    unsent: int = 0
    oldest_unsent_seconds: float = 0.0
    parked: int = 0
    held: int = 0
    quarantined: int = 0
    timers_failed: int = 0


@dataclass(frozen=True)
class Store:
    """What was found in one service's database; `problem` where it could not be looked at."""

    service: str
    problem: str = ""
    indexes: Indexes = field(default_factory=dict)
    waiting: Waiting = Waiting()


def judge_members(members: Sequence[Member], wanted_set: str) -> list[Finding]:
    """A replica set of the name asked for, with a primary: without it there are no transactions."""
    found = [_judge_member(member, wanted_set) for member in members]
    whole = [member for member in members if member.set_name and member.set_name == (wanted_set or member.set_name)]
    if whole and not any(member.writable or member.primary for member in whole):
        found.append(wrong("database", "the replica set has no primary", "start its other members: a majority elects"))
    return found


def _judge_member(member: Member, wanted_set: str) -> Finding:
    where = f"mongod {member.address}"
    if member.problem:
        return wrong(where, f"does not answer ({member.problem})", "start it, or correct THROUGHLINE_MONGO")
    if not member.set_name and member.writable:
        return wrong(where, "stands alone and knows no transactions", f"start it with --replSet and {SET_UP}")
    if not member.set_name:
        return wrong(where, "waits for its replica set to be initiated", SET_UP)
    if wanted_set and member.set_name != wanted_set:
        said = f"is of the replica set {member.set_name}, and {wanted_set} is asked for"
        return wrong(where, said, "correct replicaSet= in THROUGHLINE_MONGO")
    return well(where, f"answers, in the replica set {member.set_name}")


def judge_server(server: Server) -> list[Finding]:
    """Majority writes and transactions work, dead transactions end soon, and the oplog reaches back far enough."""
    where = "database"
    found = [well(where, f"MongoDB {server.version}, {server.members} member(s)")]
    if server.members == 1:
        found.append(note(where, "one member: its disk is the only copy", "add two members, or keep backups"))
    found.append(
        wrong(where, f"does not confirm by majority ({server.majority_problem})", "start the members that are down")
        if server.majority_problem
        else well(where, "confirms writes by majority")
    )
    found.append(
        wrong(where, f"takes no transaction ({server.transaction_problem})", "use a replica set of MongoDB 5 or newer")
        if server.transaction_problem
        else well(where, "takes transactions")
    )
    return [*found, _judge_lifetime(server.transaction_seconds), _judge_oplog(server.oplog_hours, server.oplog_full)]


def _judge_lifetime(seconds: int | None) -> Finding:
    if seconds is None:
        return note("database", "this user may not ask how long an open transaction lives", "ask as admin")
    if seconds > TRANSACTION_SECONDS:
        said = f"a killed service's transaction locks what it wrote for {seconds} s"
        do = f"start mongod with --setParameter transactionLifetimeLimitSeconds={TRANSACTION_SECONDS}"
        return wrong("database", said, do)
    return well("database", f"open transactions end after {seconds} s")


def _judge_oplog(hours: float | None, full: bool) -> Finding:
    if hours is None:
        return note("database", "this user may not look at the oplog", "ask as admin")
    if full and hours < OPLOG_HOURS:
        said = f"the oplog reaches back {hours:.1f} h: a member away for longer needs a full copy"
        return note("database", said, "make it larger: replSetResizeOplog")
    return well("database", "the oplog is not yet full" if not full else f"the oplog reaches back {hours:.0f} h")


def judge_store(store: Store, declared: Indexes) -> list[Finding]:
    """The database opens, has the indexes its service declares, and nothing waits in it for a person."""
    where = f"database {store.service}"
    if store.problem:
        return [note(where, f"not looked at: {store.problem}", "ask as admin, or as the service's own user")]
    return [*judge_indexes(where, declared, store.indexes), *judge_waiting(where, store.waiting)]


def judge_indexes(where: str, declared: Indexes, found: Indexes) -> list[Finding]:
    """Every declared index is there as declared; others are named."""
    if not found:
        return [wrong(where, "has never been prepared", "start the service; it makes collections and indexes")]
    findings = []
    for collection, wanted in declared.items():
        there = found.get(collection, {})
        for name, index in wanted.items():
            if name not in there:
                said = f"index {name} of {collection} is missing"
                findings.append(wrong(where, said, "restart the service; it makes what is missing"))
            elif there[name] != index:
                said = f"index {name} of {collection} is not as declared"
                findings.append(wrong(where, said, "drop it and restart the service"))
    for collection, there in found.items():
        for name in sorted(there.keys() - declared.get(collection, {}).keys()):
            findings.append(
                note(where, f"index {name} of {collection} is declared nowhere", "drop it if nobody needs it")
            )
    return findings or [well(where, "has its indexes")]


LATE_SECONDS = 30.0
"""ASSUMED: a relay that keeps up sends in milliseconds; one that waits half a minute is cut off."""


def judge_waiting(where: str, waiting: Waiting) -> list[Finding]:
    """Nothing is unsent for long, and nothing waits for an operator."""
    found = []
    if waiting.oldest_unsent_seconds > LATE_SECONDS:
        said = f"{waiting.unsent} entries unsent, the oldest for {waiting.oldest_unsent_seconds:.0f} s"
        found.append(wrong(where, said, "see that the service runs and reaches the broker"))
    if waiting.parked:
        found.append(note(where, f"{waiting.parked} messages parked", "throughline dead-letters"))
    if waiting.held:
        found.append(note(where, f"{waiting.held} messages held until their predecessors come", "look again soon"))
    if waiting.quarantined:
        found.append(note(where, f"{waiting.quarantined} records without an address", "look at quarantine"))
    if waiting.timers_failed:
        found.append(wrong(where, f"{waiting.timers_failed} timers failed", "look at the service's log"))
    return found or [well(where, "nothing waits for a person")]
