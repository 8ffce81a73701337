"""Is Kafka what the services rely on? Judgements only; reading is done elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from common.grants import Grant
from throughline.doctor.findings import Finding, note, well, wrong

SAFE_BROKERS = 3
"""With three copies one broker may go and two still confirm. Source: Kafka, min.insync.replicas."""


@dataclass(frozen=True)
class Topic:
    """One topic as it is: what differs from what is declared (by Kafka's name), and which partitions limp."""

    name: str
    differs: Mapping[str, str] = field(default_factory=dict)
    leaderless: Sequence[int] = ()
    behind: Sequence[int] = ()
    problem: str = ""


@dataclass(frozen=True)
class Brokers:
    """What the brokers said: how many, which topics, and of the rights this principal needs those refused."""

    address: str
    problem: str = ""
    count: int = 0
    oldest_and_newest_metadata: tuple[int, int] | None = None
    topics: Mapping[str, Topic] = field(default_factory=dict)
    principal: str = ""
    rights: int = 0
    refused: Sequence[Grant] = ()
    embedded: bool = False


def judge_brokers(brokers: Brokers, declared: Sequence[str]) -> list[Finding]:
    """The brokers are there, and so is every declared topic, as declared."""
    if brokers.problem:
        return [wrong("broker", brokers.problem, "start it, or correct THROUGHLINE_KAFKA and what it is given")]
    topics = _judge_topics(brokers, declared)
    return [*_judge_house(brokers), *(topics or [well("topics", f"all {len(declared)} are as declared")])]


def _judge_house(brokers: Brokers) -> list[Finding]:
    if brokers.embedded:
        said = "the embedded broker: one, in memory, empty after a restart; it keeps no configs and asks nobody's name"
        return [well("broker", f"{brokers.address} answers"), note("broker", said, "for a site: a real Apache Kafka")]
    speaks = f", Metadata {'-'.join(map(str, range_))}" if (range_ := brokers.oldest_and_newest_metadata) else ""
    found = [well("broker", f"{brokers.count} broker(s) at {brokers.address}{speaks}")]
    if brokers.count < SAFE_BROKERS:
        said = f"with {brokers.count} broker(s) one disk may take messages with it; the journals keep them"
        found.append(note("broker", said, f"{SAFE_BROKERS} brokers with THROUGHLINE_REPLICATION=3 and MIN_INSYNC=2"))
    return [*found, *_judge_rights(brokers)]


def _judge_topics(brokers: Brokers, declared: Sequence[str]) -> list[Finding]:
    found = []
    for name in declared:
        topic = brokers.topics.get(name)
        if topic is None:
            do = "start a service that may make it, or: throughline kafka setup"
            found.append(wrong(f"topic {name}", "is missing, or not for us to see", do))
        else:
            found += _judge_topic(topic)
    hidden = [name for name in declared if name in brokers.topics and brokers.topics[name].problem]
    if hidden:
        said = f"the configs of {len(hidden)} could not be compared ({brokers.topics[hidden[0]].problem})"
        found.append(note("topics", said, "ask as admin"))
    return found


REMEDIES = {"partitions": "set THROUGHLINE_PARTITIONS to what is there; never change it while messages are under way"}


def _judge_topic(topic: Topic) -> list[Finding]:
    where = f"topic {topic.name}"
    found = []
    for name, difference in topic.differs.items():
        found.append(wrong(where, f"{name}: {difference}", REMEDIES.get(name, "mend it with kafka-configs.sh --alter")))
    if topic.leaderless:
        found.append(
            wrong(where, f"{len(topic.leaderless)} partition(s) have no leader", "start the broker that is down")
        )
    if topic.behind:
        said = f"{len(topic.behind)} partition(s) have a copy that is behind"
        found.append(note(where, said, "see whether a broker is down or slow"))
    return found


def _judge_rights(brokers: Brokers) -> list[Finding]:
    if not brokers.principal:
        return [note("broker", "nobody is asked who they are", "outside one's own machine: SASL_SSL and ACLs")]
    where = f"principal {brokers.principal}"
    found = [_refused(where, grant) for grant in brokers.refused]
    does = f"has the {brokers.rights} rights its service needs" if brokers.rights else "is let in"
    return found or [well(where, does)]


def _refused(where: str, grant: Grant) -> Finding:
    return wrong(where, f"may not {grant.operation} {grant.kind} {grant.name}", "throughline kafka acls, run as admin")
