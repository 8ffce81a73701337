"""Where records can lie."""

from collections.abc import Iterable

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient


async def places_of(kafka: str, topics: Iterable[str]) -> list[TopicPartition]:
    """Every partition of these topics; raises KafkaError.

    A consumer that has joined nothing knows them from the embedded broker alone: Kafka tells what it is asked for.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        told = await admin.describe_topics(list(topics))
    finally:
        await admin.close()
    return [TopicPartition(one["topic"], part["partition"]) for one in told for part in one["partitions"]]
