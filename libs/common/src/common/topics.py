"""The topics of the house: how each is meant to be, made where it is missing, and compared where it is there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, TopicAuthorizationFailedError, for_code

from common.kafka import NotLetIn, admin, connection
from common.logs import log
from common.metrics import TOPIC_DIFFERS
from common.service import Service
from common.settings import Settings

RETENTION_MS = 30 * 24 * 60 * 60 * 1000
"""ASSUMED: 30 days. The journals keep every fact and command for good; Kafka's log is transport. It only has to be
longer than a listener may be away: who comes back later hears how far each stream is, and asks for the rest."""

CLEANUP = "delete"
"""Never compacted: every message of a subject counts, not only its newest, and a hole looks like a loss to a listener
that counts sequences."""

Settled = Mapping[str, str]
"""What can be compared, by Kafka's name for it."""


@dataclass(frozen=True)
class TopicSpec:
    """How a topic is meant to be; `replication` -1 and `min_insync` None leave it to the broker."""

    name: str
    partitions: int
    replication: int = -1
    min_insync: int | None = None
    retention_ms: int = RETENTION_MS
    cleanup_policy: str = CLEANUP

    @property
    def configs(self) -> Settled:
        """What Kafka is told about it. Source: Kafka, topic configs."""
        insync = {} if self.min_insync is None else {"min.insync.replicas": str(self.min_insync)}
        return {"retention.ms": str(self.retention_ms), "cleanup.policy": self.cleanup_policy, **insync}

    @property
    def meant(self) -> Settled:
        """All that is not left to the broker."""
        copies = {} if self.replication == -1 else {"replication": str(self.replication)}
        return {"partitions": str(self.partitions), **copies, **self.configs}


def declared(names: Iterable[str], settings: Settings) -> list[TopicSpec]:
    """These topics as they are meant to be on this site."""
    return [
        TopicSpec(name, settings.partitions, settings.replication, settings.min_insync) for name in sorted(set(names))
    ]


def drift(spec: TopicSpec, found: Settled) -> dict[str, str]:
    """What differs, as "meant, found" by Kafka's name for it; empty when nothing does."""
    return {
        name: f"{meant} meant, {found.get(name, 'nothing')} found"
        for name, meant in spec.meant.items()
        if found.get(name) != meant
    }


async def ensure_topics(service: Service, settings: Settings) -> None:
    """Make what is missing of the topics it says and hears, and report its own that are not as meant.

    A topic that is there is left as it is. Without the right to make topics a service goes on if they are there.
    """
    specs = declared((*service.topics_said, *service.topics_heard), settings)
    async with admin(connection(settings)) as client:
        made = await create(client, specs)
        if not settings.embedded_broker:  # it keeps no configs
            own = {*service.topics_said, service.command_topic}
            await _compare(client, [spec for spec in specs if spec.name in own - {*made}])


async def _compare(client: AIOKafkaAdminClient, specs: Sequence[TopicSpec]) -> None:
    try:
        report(await differing(client, specs))
    except KafkaError as refused:  # a service can work without knowing
        log().warning("topics not compared", error=type(refused).__name__, reason=str(refused))


async def create(client: AIOKafkaAdminClient, specs: Sequence[TopicSpec]) -> list[str]:
    """Make those that are missing; returns their names. Raises KafkaError."""
    there = set(await client.list_topics())
    missing = [spec for spec in specs if spec.name not in there]
    if not missing:
        return []
    made = await client.create_topics([_new(spec) for spec in missing])
    for name, code, *_ in made.topic_errors:
        error = for_code(code)
        if error is TopicAuthorizationFailedError:
            raise NotLetIn(f"the topic {name} is not there, or not for us, and making it is not allowed")
        if code and error is not TopicAlreadyExistsError:
            raise error(f"the topic {name} cannot be made")
    return [spec.name for spec in missing]


def _new(spec: TopicSpec) -> NewTopic:
    chosen_by_kafka: dict[int, list[int]] | None = (
        {} if spec.replication == -1 else None
    )  # aiokafka takes -1 only beside an assignment
    return NewTopic(spec.name, spec.partitions, spec.replication, chosen_by_kafka, dict(spec.configs))


async def differing(client: AIOKafkaAdminClient, specs: Sequence[TopicSpec]) -> dict[str, dict[str, str]]:
    """What differs, by topic; raises KafkaError where it may not be asked."""
    configs = await _configs(client, specs)
    shapes = {one["topic"]: _shape(one) for one in await client.describe_topics([spec.name for spec in specs])}
    return {spec.name: drift(spec, {**configs[spec.name], **shapes[spec.name]}) for spec in specs}


def report(found: Mapping[str, Mapping[str, str]]) -> None:
    """One log line for each topic that differs, and a metric for each; what to do about it, an operator decides."""
    for topic, differences in found.items():
        TOPIC_DIFFERS.labels(topic).set(1 if differences else 0)
        if differences:
            log().warning("topic differs", topic=topic, differences=differences)


async def _configs(client: AIOKafkaAdminClient, specs: Sequence[TopicSpec]) -> dict[str, Settled]:
    asked = [ConfigResource(ConfigResourceType.TOPIC, spec.name) for spec in specs]
    found: dict[str, Settled] = {}
    for answer in await client.describe_configs(asked):
        for code, _, _, name, entries in answer.resources:
            if code:
                error: type[KafkaError] = for_code(code)
                raise error(f"the topic {name} cannot be compared")
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found


def _shape(topic: Mapping[str, Any]) -> Settled:
    if topic["error_code"]:
        error: type[KafkaError] = for_code(topic["error_code"])
        raise error(f"the topic {topic['topic']} cannot be compared")
    copies = {len(partition["replicas"]) for partition in topic["partitions"]}
    return {"partitions": str(len(topic["partitions"])), "replication": "/".join(map(str, sorted(copies)))}
