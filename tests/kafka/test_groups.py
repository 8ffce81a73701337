"""Instances come and go while messages flow."""

import asyncio
from pathlib import Path

from kafka.test_outages import judge
from kafka.traffic import listener_of, listening, meanwhile, plain, settings_of, speaking
from throughline.embedded.kafka import kafka


async def test_two_more_instances_join_and_leave_and_every_message_is_applied_once(
    tmp_path: Path, mongo_uri: str
) -> None:
    """Promise 2, by Kafka's own group coordinator: a rebalance neither drops nor repeats."""
    service = listener_of()
    async with kafka(tmp_path) as reach:
        settings = settings_of(reach, service)
        async with (
            listening(mongo_uri, service.name, service, settings) as first,
            speaking(mongo_uri, plain(reach), 40) as speaker,
        ):
            async with meanwhile(speaker.say(100, 0.2)):
                await asyncio.sleep(1)
                async with listening(mongo_uri, service.name, service, settings):
                    await asyncio.sleep(3)
                    async with listening(mongo_uri, service.name, service, settings):
                        await asyncio.sleep(3)
                    await asyncio.sleep(2)
            await judge("four rebalances", speaker, first, reach, kills=0)
