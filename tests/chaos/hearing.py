"""Who hears what, from the published description of the streams."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

ASYNCAPI = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"

CONTROL = "StreamTails.v1"
"""Says how far streams are; it has no sequence and no place in any journal."""


@cache
def heard() -> Mapping[tuple[str, str], frozenset[str]]:
    """(Service, topic) -> the types it handles there; others only move its inbox on."""
    operations = yaml.safe_load(ASYNCAPI.read_text())["operations"]
    found: dict[tuple[str, str], frozenset[str]] = {}
    for name, operation in operations.items():
        service, action, topic = name.split(".", 2)
        if action == "receive":
            types = {one["$ref"].rsplit("/", 1)[1] for one in operation.get("messages", ())}
            found[service, topic] = frozenset(types)
    return found


def listeners(topic: str) -> tuple[str, ...]:
    """The services that read a topic."""
    return tuple(service for service, read in heard() if read == topic)
