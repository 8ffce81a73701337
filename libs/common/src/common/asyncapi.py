"""The language as an AsyncAPI 3.0 document: what travels on which topic, who sends it, who hears it.

Source: AsyncAPI specification 3.0.0. `common` knows no service, so what each one hears is passed in.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from common.contracts import CONTRACTS, EVENT_TOPICS, MAIN_STREAM, SERVICES, TOPICS, plumbing
from common.contracts.message import Contract, Part, privacy_of

Schema = dict[str, Any]
Hears = Mapping[str, Iterable[type[Contract]]]

JSON = "application/json"
HEADERS: Mapping[str, str] = {
    "ce_specversion": "always 1.0",
    "ce_id": "unique per message",
    "ce_source": "`/throughline/<service>`",
    "ce_type": "the type of the data, for example `LevelOfCareChanged.v1`",
    "ce_subject": "whom or what it is about; also the Kafka key and the unit of order",
    "ce_sequence": "gapless per source, topic and subject, from 1",
    "ce_time": "when it was true",
    "ce_recordedtime": "when it was known",
    "ce_correlationid": "the act it goes back to",
    "ce_causationid": "the message, act or timer that caused it",
    "ce_site": "the site of the program",
    "ce_dataschema": "`/schemas/<type>`",
    "traceparent": "W3C trace context",
    "content-type": "always application/json",
}
"""CloudEvents 1.0, Kafka binding, binary mode, with our extensions."""

OPTIONAL_HEADERS = {"traceparent", "ce_recordedtime", "ce_correlationid", "ce_causationid", "ce_site"}


def document(hears: Hears) -> Schema:
    """The whole document, for services by name and the contracts each of them hears."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Throughline",
            "version": "1.0.0",
            "description": "Every message of the house. Each field carries its privacy class as `x-privacy`. "
            "Records of the type `StreamTails.v1`, which have no `ce_sequence`, are said by the transport on every "
            "topic: how far a stream is, by subject. Others than the services may skip them.",
        },
        "defaultContentType": JSON,
        "channels": {topic: _channel(topic) for topic in TOPICS},
        "operations": _operations({name: tuple(heard) for name, heard in hears.items()}),
        "components": {
            "messages": {name: _message(name, contract) for name, contract in CONTRACTS.items()},
            "schemas": {"CloudEvent": _headers(), **_schemas()},
        },
    }


def as_yaml(whole: Schema) -> str:
    """The document as it is committed."""
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=110)


def travels_on(topic: str) -> tuple[type[Contract], ...]:
    """The contracts of one topic; plumbing events travel on main streams, plumbing commands on all command topics."""
    plumbed: tuple[type[Contract], ...] = ()
    if topic in MAIN_STREAM.values():
        plumbed = plumbing.EVENTS
    elif topic not in EVENT_TOPICS:
        plumbed = plumbing.COMMANDS
    return (*(c for c in CONTRACTS.values() if topic == c.TOPIC), *plumbed)


def parts_of(model: type[BaseModel]) -> set[type[Part]]:
    """The parts inside a contract, at any depth."""
    found: set[type[Part]] = set()
    for field in model.model_fields.values():
        for inner in _inside(field.annotation):
            found |= {inner} | parts_of(inner)
    return found


def _inside(annotation: Any) -> set[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return {annotation}
    return {part for argument in getattr(annotation, "__args__", ()) for part in _inside(argument)}


def _channel(topic: str) -> Schema:
    owner = EVENT_TOPICS.get(topic)
    said = f"What {owner} says." if owner else f"What {topic.partition('.')[0]} is asked."
    names = [contract.type_name() for contract in travels_on(topic)]
    return {
        "address": topic,
        "description": said,
        "messages": {name: _ref("components", "messages", name) for name in names},
    }


def _message(name: str, contract: type[Contract]) -> Schema:
    return {
        "name": name,
        "title": contract.__name__,
        "summary": _summary(contract),
        "contentType": JSON,
        "headers": _ref("components", "schemas", "CloudEvent"),
        "payload": _ref("components", "schemas", contract.__name__),
    }


def _operations(hears: Mapping[str, tuple[type[Contract], ...]]) -> Schema:
    operations: Schema = {}
    for service in SERVICES:
        for topic in (topic for topic, owner in EVENT_TOPICS.items() if owner == service):
            operations[f"{service}.send.{topic}"] = _operation("send", topic, travels_on(topic))
        for topic in TOPICS:
            heard = _heard(service, topic, hears.get(service, ()))
            if heard:
                operations[f"{service}.receive.{topic}"] = _operation("receive", topic, heard)
    return operations


def _heard(service: str, topic: str, hears: tuple[type[Contract], ...]) -> tuple[type[Contract], ...]:
    if topic == f"{service}.commands":
        return tuple(c for c in travels_on(topic) if c in hears or c in plumbing.COMMANDS)
    heard = tuple(contract for contract in travels_on(topic) if contract in hears)
    return heard if any(topic == contract.TOPIC for contract in heard) else ()


def _operation(action: str, topic: str, contracts: Iterable[type[Contract]]) -> Schema:
    messages = [_ref("channels", topic, "messages", contract.type_name()) for contract in contracts]
    return {"action": action, "channel": _ref("channels", topic), "messages": messages}


def _headers() -> Schema:
    properties = {name: {"type": "string", "description": text} for name, text in HEADERS.items()}
    required = [name for name in HEADERS if name not in OPTIONAL_HEADERS]
    return {"type": "object", "description": "CloudEvents 1.0.", "properties": properties, "required": required}


def _schemas() -> Schema:
    contracts = list(CONTRACTS.values())
    models: set[type[BaseModel]] = {*contracts, *(part for c in contracts for part in parts_of(c))}
    _, whole = models_json_schema(
        [(contract, "validation") for contract in contracts], ref_template="#/components/schemas/{model}"
    )
    schemas: Schema = whole["$defs"]
    for model in models:
        for field, schema in schemas[model.__name__]["properties"].items():
            schemas[model.__name__]["properties"][field] = _marked(schema, model, field)
    return dict(sorted(schemas.items()))


def _marked(schema: Schema, model: type[BaseModel], field: str) -> Schema:
    """The schema of one field with its privacy class; raises ValueError where the mark is missing."""
    privacy = privacy_of(model, field)
    if privacy is None:
        raise ValueError(f"{model.__name__}.{field} has no privacy mark")
    reference = schema.pop("$ref", None)
    beside = {"allOf": [{"$ref": reference}]} if reference else {}
    return {**beside, **schema, "x-privacy": privacy.value}


def _summary(contract: type[Contract]) -> str:
    return " ".join((contract.__doc__ or "").strip().partition("\n\n")[0].split())


def _ref(*path: str) -> Schema:
    return {"$ref": "#/" + "/".join(path)}
