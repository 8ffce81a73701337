"""What each service may do at Kafka: what it hears, what it says, whom it asks, and nothing else."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from common.service import Service


class Grant(NamedTuple):
    """A principal may do one operation on a topic or a group. Source: Kafka, authorization and ACLs."""

    principal: str
    operation: Literal["Read", "Write", "DescribeConfigs"]
    kind: Literal["topic", "group"]
    name: str


def grants(services: Sequence[Service]) -> list[Grant]:
    """All that the services of a house need, in order of service.

    Read and Write bring Describe with them, and Write what an idempotent producer needs. Source: Kafka, KIP-679.
    """
    return [grant for service in services for grant in _grants(service, services)]


def _grants(service: Service, services: Sequence[Service]) -> Iterable[Grant]:
    name = service.name
    for topic in service.topics_heard:
        yield Grant(name, "Read", "topic", topic)
    yield Grant(name, "Read", "group", name)
    for topic in sorted({*service.topics_said, *_asked(service, services)}):
        yield Grant(name, "Write", "topic", topic)
    for topic in sorted({*service.topics_said, service.command_topic}):
        yield Grant(name, "DescribeConfigs", "topic", topic)


def _asked(service: Service, services: Sequence[Service]) -> set[str]:
    """The command topics of whom it hears and of who hears it, and its own.

    Who asks for something hears what became of it; and who missed something, event or command, asks its speaker.
    """
    return {
        other.command_topic
        for other in services
        if other is service or _hears(service, other) or _hears(other, service)
    }


def _hears(listener: Service, speaker: Service) -> bool:
    return not set(speaker.topics_said).isdisjoint(listener.topics_heard)
