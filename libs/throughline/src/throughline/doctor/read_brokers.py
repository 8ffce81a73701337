"""Asks Kafka; changes nothing: rights are tried on a partition that cannot be there, and come before its absence."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResourceType
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError, for_code
from aiokafka.protocol.admin import ApiVersionRequest, DescribeConfigsRequest
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.produce import ProduceRequest

from common.grants import Grant, grants
from common.kafka import NotLetIn, admin, connection
from common.service import Service
from common.settings import Settings
from common.topics import TopicSpec, differing
from throughline.doctor.brokers import Brokers, Topic

PATIENCE_MS = 5000
"""ASSUMED: who does not answer within this is away; a person waits for the answer."""
NO_PARTITION = 2**31 - 1
"""No topic has so many. Kafka looks at rights first, so that this asks for them and for nothing else."""
GROUP = 0
"""What a coordinator is looked up for. Source: Kafka protocol, FindCoordinator, key_type."""


async def read_brokers(settings: Settings, specs: Sequence[TopicSpec], services: Sequence[Service]) -> Brokers:
    """What the brokers say of themselves and of these topics, and what this principal may do."""
    known = Brokers(settings.kafka, embedded=settings.embedded_broker)
    try:
        way = {**connection(settings), "request_timeout_ms": PATIENCE_MS}
        async with admin(way) as client:
            cluster = await client.describe_cluster()
            known = replace(known, count=len(cluster["brokers"]), topics=await _topics(client, specs, settings))
        return known if settings.embedded_broker else await _asked(known, way, settings, services)
    except NotLetIn as refused:
        return replace(known, problem=str(refused))
    except (KafkaError, OSError, TimeoutError) as away:
        return replace(known, problem=f"{settings.kafka} does not answer ({type(away).__name__})")


async def _topics(client: AIOKafkaAdminClient, specs: Sequence[TopicSpec], settings: Settings) -> dict[str, Topic]:
    by_name = {spec.name: spec for spec in specs}
    there = [one for one in await client.describe_topics() if one["topic"] in by_name and not one["error_code"]]
    return {one["topic"]: await _topic(client, by_name[one["topic"]], one, settings) for one in there}


async def _topic(client: AIOKafkaAdminClient, spec: TopicSpec, found: Any, settings: Settings) -> Topic:
    parts = found["partitions"]
    topic = Topic(
        spec.name,
        leaderless=[part["partition"] for part in parts if part["leader"] < 0],
        behind=[part["partition"] for part in parts if len(part["isr"]) < len(part["replicas"])],
    )
    if settings.embedded_broker:
        return replace(topic, differs=_partitions(spec, len(parts)))
    try:
        return replace(topic, differs=(await differing(client, [spec]))[spec.name])
    except KafkaError as refused:
        return replace(topic, differs=_partitions(spec, len(parts)), problem=type(refused).__name__)


def _partitions(spec: TopicSpec, found: int) -> dict[str, str]:
    return {} if found == spec.partitions else {"partitions": f"{spec.partitions} meant, {found} found"}


async def _asked(known: Brokers, way: dict[str, Any], settings: Settings, services: Sequence[Service]) -> Brokers:
    """The same, with what the brokers speak and what this principal is refused."""
    login = settings.kafka_login
    client = AIOKafkaClient(**way)
    await client.bootstrap()
    try:
        known = replace(known, oldest_and_newest_metadata=await _spoken(client))
        if not login:
            return known
        wanted = [grant for grant in grants(services) if grant.principal == login.user]
        refused = [grant for grant in wanted if await _refuses(client, grant)]
    finally:
        await client.close()
    return replace(known, principal=login.user, rights=len(wanted), refused=refused)


async def _spoken(client: AIOKafkaClient) -> tuple[int, int] | None:
    answer = await client.send(client.get_random_node(), ApiVersionRequest())
    spoken = {key: (oldest, newest) for key, oldest, newest in answer.api_versions}
    return spoken.get(MetadataRequest.API_KEY)


async def _refuses(client: AIOKafkaClient, grant: Grant) -> bool:
    """Whether a right is refused; of a group, whether it may not even be seen."""
    match grant:
        case Grant(kind="group", name=group):
            try:
                await client.coordinator_lookup(GROUP, group)
            except GroupAuthorizationFailedError:
                return True
            except KafkaError:  # nobody was ever in the group: it has no coordinator yet
                return False
            return False
        case Grant(operation="DescribeConfigs", name=topic):
            about = DescribeConfigsRequest([(ConfigResourceType.TOPIC, topic, ["retention.ms"])], False)
            ((code, *_),) = (await client.send(client.get_random_node(), about)).resources
        case Grant(operation="Read", name=topic):
            code = await _code(client, FetchRequest(0, 0, 1, 0, [(topic, [(NO_PARTITION, 0, 1)])]))
        case Grant(name=topic):
            code = await _code(client, ProduceRequest(None, -1, PATIENCE_MS, [(topic, [(NO_PARTITION, b"")])]))
    return for_code(code) is TopicAuthorizationFailedError


async def _code(client: AIOKafkaClient, request: FetchRequest | ProduceRequest) -> int:
    """What the one partition asked about was answered."""
    answer = await client.send(client.get_random_node(), request)
    ((_, ((_, code, *_),)),) = answer.topics
    return int(code)
