"""The committed AsyncAPI document is what the code says, and it is AsyncAPI."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator

from common.asyncapi import as_yaml, document
from common.contracts import CONTRACTS, SERVICES, TOPICS
from contracts.freezing import ASYNCAPI
from contracts.house import hears

OFFICIAL = Path(__file__).parent / "asyncapi" / "3.0.0-without-id.json"
"""The specification's own JSON schema, Apache-2.0, beside its licence."""


@cache
def generated() -> dict[str, Any]:
    """The document as the code says it now."""
    return document(hears())


def faults(whole: dict[str, Any]) -> list[str]:
    """What the official schema has against a document."""
    return [error.json_path for error in Draft7Validator(json.loads(OFFICIAL.read_text())).iter_errors(whole)]


def references(node: Any) -> Iterator[str]:
    """Every `$ref` of a document."""
    if isinstance(node, dict):
        yield from ([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from references(child)


def test_the_committed_document_is_what_the_code_says() -> None:
    """Drift fails the build; `python tests/contracts/freezing.py` writes it anew."""
    assert ASYNCAPI.read_text() == as_yaml(generated())


def test_the_committed_document_is_valid_asyncapi_3() -> None:
    """Others' tools can read it: it holds against the official schema."""
    assert faults(yaml.safe_load(ASYNCAPI.read_text())) == []


def test_the_official_schema_refuses_what_is_not_asyncapi() -> None:
    """The check itself can fail."""
    assert faults({**generated(), "operations": {"a": {"action": "shout"}}}) != []


def test_every_reference_leads_somewhere() -> None:
    """The official schema does not follow references; a reader does."""
    for reference in set(references(generated())):
        node = generated()
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]

        assert node


def test_every_topic_and_every_contract_is_in_it() -> None:
    """Nothing travels that is not written down."""
    assert set(generated()["channels"]) == set(TOPICS)
    assert set(generated()["components"]["messages"]) == set(CONTRACTS)


def test_every_field_shows_its_privacy_class() -> None:
    """Who reads the document sees how far a field may travel."""
    unmarked = [
        f"{contract.__name__}.{name}"
        for contract in CONTRACTS.values()
        for name, field in generated()["components"]["schemas"][contract.__name__]["properties"].items()
        if "x-privacy" not in field
    ]

    assert unmarked == []


def test_every_service_speaks_and_listens() -> None:
    """Each service sends its own streams and takes its own commands."""
    for service in SERVICES:
        assert f"{service}.receive.{service}.commands" in generated()["operations"]


def test_nobody_but_its_speaker_and_those_entitled_touch_the_restricted_stream() -> None:
    """OP-3: direct identifiers do not reach operations."""
    assert "operations.receive.intake.contacts" not in generated()["operations"]
