"""What an operator does once at a real Kafka: topics made and compared, and the lines that give users their rights."""

import shlex
from collections.abc import Iterable, Sequence
from itertools import groupby

from aiokafka.errors import KafkaError

from common.contracts import TOPICS
from common.grants import Grant, grants
from common.kafka import admin, connection
from common.service import Service
from common.settings import Settings
from common.topics import create, declared, differing
from throughline.embedded.preflight import CannotRun


async def set_up(settings: Settings) -> tuple[list[str], list[str]]:
    """Make the topics that are missing; returns them, and a line for each way in which one differs.

    Raises CannotRun where Kafka is away or does not allow it.
    """
    specs = declared(TOPICS, settings)
    try:
        async with admin(connection(settings)) as client:
            made = await create(client, specs)
            found = await differing(client, [spec for spec in specs if spec.name not in made])
    except KafkaError as refused:
        raise CannotRun(f"Kafka at {settings.kafka}: {refused}") from None
    return made, [f"{topic}: {name}: {what}" for topic, some in found.items() for name, what in some.items()]


def lines(services: Sequence[Service], told: Sequence[str], passwords: str) -> Iterable[str]:
    """A line for each user, if its password is in a file, and for each operation it may do; no password is in them."""
    for service in services if passwords else ():
        secret = f"<(printf 'SCRAM-SHA-512=password=%s' \"$(<{shlex.quote(passwords.format(user=service.name))})\")"
        user = ["--alter", "--entity-type", "users", "--entity-name", service.name, "--add-config-file"]
        yield f"{shlex.join(['kafka-configs.sh', *told, *user])} {secret}"
    for (principal, operation), some in groupby(grants(services), lambda grant: (grant.principal, grant.operation)):
        who = ["--add", "--allow-principal", f"User:{principal}", "--operation", operation]
        yield shlex.join(["kafka-acls.sh", *told, *who, *_resources(some)])


def _resources(some: Iterable[Grant]) -> Iterable[str]:
    return (word for grant in some for word in (f"--{grant.kind}", grant.name))
