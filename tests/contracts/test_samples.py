"""Can everyone still read? One frozen sample of each contract, against the class and against every listener."""

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any, get_args

import pytest
from pydantic_core import to_json

from common.contracts import CONTRACTS, SERVICES
from common.envelope import Envelope, read
from common.service import Service
from contracts.freezing import SAMPLES
from contracts.house import service_named

NAMES = sorted(CONTRACTS)

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def sample(name: str) -> dict[str, Any]:
    """The frozen body of one contract."""
    body: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return body


def envelope(name: str, body: dict[str, Any]) -> Envelope:
    """The sample as it comes from Kafka."""
    subject = CONTRACTS[name].model_validate(body).subject()
    attributes = {"ce_time": body["at"], "ce_recordedtime": body["at"]}
    value = json.dumps(body).encode()
    return Envelope("1", "/throughline/intake", name, "sample", subject, 1, attributes, value)


@cache
def listener(service: str) -> Service:
    """One service, built once."""
    return service_named(service)


def survives(before: Any, after: Any) -> bool:
    """Whether everything of `before` still stands in `after`, which may have grown."""
    if isinstance(before, dict):
        return all(key in after and survives(value, after[key]) for key, value in before.items())
    if isinstance(before, list):
        return len(before) == len(after) and all(map(survives, before, after))
    return bool(before == after)


def test_every_contract_has_a_sample_and_every_sample_a_contract() -> None:
    """A contract nobody froze could change unseen; a sample without its class could never be read."""
    assert sorted(file.stem for file in SAMPLES.iterdir()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_frozen_sample_is_read_and_said_again_without_loss(name: str) -> None:
    """Contracts only grow: what was written once stays readable, field by field."""
    said_again = CONTRACTS[name].model_validate(sample(name)).model_dump(mode="json", exclude_none=True)

    assert survives(sample(name), said_again)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_journal_writes_can_be_read_also_where_nothing_is_known(name: str) -> None:
    """None is a value: the journal's own encoding of every contract, with every field None that may be, is readable."""
    full = CONTRACTS[name].model_validate(sample(name))
    allowed = {f for f, info in type(full).model_fields.items() if _may_be_none(info.annotation)}
    bare = full.model_copy(update=dict.fromkeys(allowed))

    assert CONTRACTS[name].model_validate_json(to_json(bare)) == bare


def _may_be_none(annotation: object) -> bool:
    return type(None) in get_args(annotation)


@pytest.mark.parametrize("name", NAMES)
def test_a_field_of_a_newer_speaker_does_no_harm(name: str) -> None:
    """Contracts only grow: an older reader leaves aside what it does not know."""
    newer = read(envelope(name, {**sample(name), "field_of_tomorrow": 1}), NOW)

    assert newer.data == CONTRACTS[name].model_validate(sample(name))


@pytest.mark.parametrize("service", SERVICES)
def test_every_listener_can_take_every_sample_it_hears(service: str) -> None:
    """A handler that cannot take a frozen message would park the messages of a real participant."""
    heard = [contract.type_name() for contract in listener(service).hears]

    for name in heard:
        listener(service).effects_of(read(envelope(name, sample(name)), NOW))

    assert heard
