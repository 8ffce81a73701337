"""How topics are meant to be, who may do what with them, and how settings say what is wrong."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from common.contracts import COMMAND_TOPICS, CONTRACTS, EVENT_TOPICS, SERVICES
from common.grants import grants
from common.kafka import connection
from common.settings import Settings, wrong_lines
from common.topics import CLEANUP, RETENTION_MS, TopicSpec, declared, drift
from throughline.doctor.declared import declared_services
from throughline.kafka_operator import lines

HOUSE = list(declared_services().values())

ROOT = Path(__file__).parents[3]
SPEC = TopicSpec("skills.progress", partitions=12, replication=3, min_insync=2)
FOUND = {
    "partitions": "12",
    "replication": "3",
    "min.insync.replicas": "2",
    "retention.ms": str(RETENTION_MS),
    "cleanup.policy": CLEANUP,
    "compression.type": "producer",
}


@pytest.fixture(autouse=True)
def driver() -> None:
    """Nothing here makes a database."""


def test_a_topic_as_it_is_meant_to_be_does_not_differ() -> None:
    """What the code does not declare may be as it likes."""
    assert drift(SPEC, FOUND) == {}


@pytest.mark.parametrize("name", ["partitions", "replication", "min.insync.replicas", "retention.ms", "cleanup.policy"])
def test_whatever_is_declared_is_compared(name: str) -> None:
    """Drift says what was meant and what was found."""
    meant = FOUND[name]
    assert drift(SPEC, FOUND | {name: "x"}) == {name: f"{meant} meant, x found"}


def test_what_is_left_to_the_broker_is_not_compared() -> None:
    """A site that sets neither copies nor min.insync.replicas takes its broker's defaults."""
    (left,) = declared(["skills.progress"], Settings(service="skills"))
    assert drift(left, FOUND | {"replication": "1", "min.insync.replicas": "1"}) == {}


def test_only_its_owner_may_write_a_stream() -> None:
    """What stands on a stream was said by who owns it."""
    writers = {
        (grant.name, grant.principal)
        for grant in grants(HOUSE)
        if grant.operation == "Write" and grant.name in EVENT_TOPICS
    }
    assert writers == set(EVENT_TOPICS.items())


def test_each_reads_what_it_hears_in_its_own_group_only() -> None:
    """Nobody takes messages away from another, and contacts are read by whom the code says."""
    read = {(grant.principal, grant.name) for grant in grants(HOUSE) if grant.operation == "Read"}
    for service in HOUSE:
        mine = {name for principal, name in read if principal == service.name}
        assert mine == {*service.topics_heard, service.name}


@pytest.mark.parametrize("name", SERVICES)
def test_whoever_sends_a_command_may(name: str) -> None:
    """The rights are made from who hears whom; every command that a service's code names is among them."""
    source = "".join(path.read_text() for path in (ROOT / "services" / name / "src").rglob("*.py"))
    sent = {
        contract.TOPIC
        for contract in CONTRACTS.values()
        if contract.TOPIC in COMMAND_TOPICS and re.search(rf"\b{contract.__name__}\(", source)
    }
    assert sent <= {grant.name for grant in grants(HOUSE) if (grant.principal, grant.operation) == (name, "Write")}


def test_whoever_misses_something_may_ask_its_speaker() -> None:
    """A gap is mended by asking: the way back is open wherever there is a way, for events and for commands."""
    may_ask = {
        (grant.principal, COMMAND_TOPICS[grant.name])
        for grant in grants(HOUSE)
        if grant.operation == "Write" and grant.name in COMMAND_TOPICS
    }
    assert may_ask == {(other, one) for one, other in may_ask}
    for service in HOUSE:
        owners = {EVENT_TOPICS[topic] for topic in service.topics_heard if topic in EVENT_TOPICS} - {service.name}
        assert {(service.name, owner) for owner in owners} <= may_ask


def test_the_lines_for_kafkas_own_tools_say_every_right_and_no_password() -> None:
    """An operator runs what is printed; the shell reads a password from its file when the line runs."""
    printed = list(lines(HOUSE, ["--bootstrap-server", "k:9092"], "/secrets/{user}.txt"))
    said = {
        (who, operation, kind, name)
        for line in printed
        if (found := re.search(r"User:(\w+) --operation (\w+)", line))
        for who, operation in [found.groups()]
        for kind, name in re.findall(r"--(topic|group) (\S+)", line)
    }
    assert said == set(grants(HOUSE))
    users = [line for line in printed if line.startswith("kafka-configs.sh")]
    assert len(users) == len(SERVICES)
    assert all("$(</secrets/" in line for line in users)


def test_a_login_that_is_half_told_is_said_in_a_line_each(tmp_path: Path) -> None:
    """Wrong settings are readable lines without their values."""
    with pytest.raises(ValidationError) as wrong:
        Settings(service="skills", kafka_security="SASL_SSL", kafka_user="skills")
    assert wrong_lines(wrong.value) == ["SASL_SSL needs THROUGHLINE_KAFKA_USER and THROUGHLINE_KAFKA_PASSWORD_FILE"]
    with pytest.raises(ValidationError) as wrong:
        Settings(service="skills", mongo_user="skills", mongo_password_file=tmp_path / "nowhere")
    assert wrong_lines(wrong.value) == ["THROUGHLINE_MONGO_PASSWORD_FILE: Path does not point to a file"]
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.raises(ValidationError) as wrong:
        Settings(service="skills", mongo_user="skills", mongo_password_file=empty)
    assert wrong_lines(wrong.value) == [f"{empty} is empty"]


def test_a_password_is_what_is_in_its_file_without_the_line_s_end(tmp_path: Path) -> None:
    """Editors end a file with a line break, which belongs to no password."""
    secret = tmp_path / "secret"
    secret.write_text("a b\n")
    told = Settings(service="skills", kafka_security="SASL_PLAINTEXT", kafka_user="skills", kafka_password_file=secret)
    reach = connection(told)
    assert (reach["sasl_plain_username"], reach["sasl_plain_password"]) == ("skills", "a b")
    assert (reach["security_protocol"], reach["sasl_mechanism"]) == ("SASL_PLAINTEXT", "SCRAM-SHA-512")
    assert "a b" not in repr(told)
