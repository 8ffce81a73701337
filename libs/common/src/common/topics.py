"""The topics a service needs exist before it speaks or listens."""

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from common.service import Service
from common.settings import Settings


async def ensure_topics(service: Service, settings: Settings) -> None:
    """Create what is missing of the topics it says and hears; an existing topic is left as it is."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        missing = {*service.topics_said, *service.topics_heard} - set(await admin.list_topics())
        for topic in sorted(missing):
            try:
                await admin.create_topics([NewTopic(topic, settings.partitions, -1)])
            except TopicAlreadyExistsError:
                continue
    finally:
        await admin.close()
