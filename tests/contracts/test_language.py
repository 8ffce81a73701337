"""The language itself: marked, described, on a known topic, and only growing."""

from collections import Counter
from copy import deepcopy

import pytest

from common.asyncapi import parts_of
from common.contracts import _MODULES, CONTRACTS, TOPICS, plumbing
from common.contracts.message import Contract, Privacy, only_plain, privacy_of
from contracts.freezing import Shape, breaks, frozen, shapes

CLASSES = sorted(CONTRACTS.values(), key=lambda contract: contract.__name__)


@pytest.mark.parametrize("contract", CLASSES)
def test_every_field_carries_its_privacy_class(contract: type[Contract]) -> None:
    """The build fails on an unmarked field, in a contract and in the parts inside it."""
    unmarked = [
        f"{model.__name__}.{field}"
        for model in (contract, *parts_of(contract))
        for field in model.model_fields
        if privacy_of(model, field) is None
    ]

    assert unmarked == []


@pytest.mark.parametrize("contract", CLASSES)
def test_a_plain_field_holds_only_parts_that_are_plain_all_through(contract: type[Contract]) -> None:
    """The event log shows plain fields whole, so nothing private may hide inside one."""
    hidden = [
        f"{field} hides {part.__name__}.{inner}"
        for field in contract.model_fields
        if privacy_of(contract, field) is Privacy.NONE
        for part in parts_of(contract)
        if part.__name__ in str(contract.model_fields[field].annotation)
        for inner in part.model_fields
        if privacy_of(part, inner) is not Privacy.NONE
    ]

    assert hidden == []


@pytest.mark.parametrize("contract", CLASSES)
def test_every_contract_says_in_a_sentence_what_it_means(contract: type[Contract]) -> None:
    """A message without a meaning of its own is noise; an inherited docstring does not count."""
    assert contract.__dict__.get("__doc__")


@pytest.mark.parametrize("contract", CLASSES)
def test_every_contract_travels_on_a_known_topic(contract: type[Contract]) -> None:
    """A topic nobody owns would be read by nobody; only plumbing names its topic when it speaks."""
    plumbed = contract in (*plumbing.EVENTS, *plumbing.COMMANDS)

    assert contract.TOPIC in (("",) if plumbed else TOPICS)


def test_no_two_contracts_have_one_name() -> None:
    """A type names one contract; the second of a name would hide the first, and its readers would park it."""
    said = Counter(one.type_name() for module in _MODULES for one in (*module.EVENTS, *module.COMMANDS))
    assert [name for name, times in said.items() if times > 1] == []


def test_only_plain_leaves_out_what_is_not_plain() -> None:
    """The event log sees only what anybody who watches may see."""
    card = CONTRACTS["DiaryCardSubmitted.v1"].model_validate(
        {
            "at": "2026-03-02T14:30:00Z",
            "participant_id": "p",
            "day": "2026-03-02",
            "suicide_urge": 4,
            "self_harm_urge": 1,
            "self_harm": False,
            "helped": True,
        }
    )

    assert set(only_plain(card)) == {"at", "participant_id", "revision"}


def test_the_language_has_only_grown_since_it_was_frozen() -> None:
    """Contracts only grow: anything else is a new type beside the old one."""
    assert breaks(frozen(), shapes()) == []


def test_what_grew_is_frozen_too() -> None:
    """What is new stays unprotected until `python tests/contracts/freezing.py` has written it down."""
    assert frozen() == shapes()


def _gone(shape: Shape) -> None:
    del shape["contracts"]["LeaveReturned.v1"]


def _moved(shape: Shape) -> None:
    shape["contracts"]["LeaveReturned.v1"]["topic"] = "skills.progress"


def _removed(shape: Shape) -> None:
    del shape["contracts"]["LeaveReturned.v1"]["fields"]["episode_id"]


def _retyped(shape: Shape) -> None:
    shape["contracts"]["LeaveReturned.v1"]["fields"]["episode_id"] = "int, required, none"


def _required(shape: Shape) -> None:
    shape["contracts"]["LeaveReturned.v1"]["fields"]["new"] = "str, required, none"


def _less_private(shape: Shape) -> None:
    shape["parts"]["RuleOutcome"]["fields"]["value"] = "str, optional, none"


def _fewer_words(shape: Shape) -> None:
    shape["words"]["LevelOfCare"].remove("IOP")


@pytest.mark.parametrize(
    "damage", [_gone, _moved, _removed, _retyped, _required, _less_private, _fewer_words], ids=lambda d: d.__name__
)
def test_what_is_not_growth_is_seen(damage: object) -> None:
    """The check itself can fail: each way to break a reader is found, and named once."""
    damaged = deepcopy(shapes())
    assert callable(damage)
    damage(damaged)

    assert len(breaks(shapes(), damaged)) == 1


def test_growth_is_let_through() -> None:
    """An optional field, a stricter privacy mark, a new word and a new type keep the version."""
    grown = deepcopy(shapes())
    grown["contracts"]["LeaveOverdue.v1"]["fields"]["return_due_at"] = "AwareDatetime, required, clinical"
    grown["contracts"]["LeaveReturned.v1"]["fields"]["new"] = "str, optional, none"
    grown["contracts"]["Newcomer.v1"] = {"topic": "intake.episodes", "fields": {"at": "AwareDatetime, required, none"}}
    grown["words"]["LevelOfCare"].append("RESPITE")

    assert breaks(shapes(), grown) == []
