"""Contracts only grow: what stands frozen, what changed, and how to freeze what is new.

Run `python tests/contracts/freezing.py` after adding a contract, an optional field, or a handler: it writes the
missing samples, `frozen.json` and `docs/asyncapi.yaml`. It refuses, and says why, when something was not growth.
"""

import json
import sys
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, NewType, get_args, get_origin

from pydantic import BaseModel

from common.asyncapi import as_yaml, document, parts_of
from common.contracts import CONTRACTS
from common.contracts.message import Privacy, privacy_of

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))
from contracts.house import hears  # noqa: E402 - also runs as a script
from contracts.sampling import sample_of  # noqa: E402

SAMPLES = HERE / "samples"
FROZEN = HERE / "frozen.json"
ASYNCAPI = HERE.parents[1] / "docs" / "asyncapi.yaml"

REQUIRED = "required"

Shape = dict[str, Any]


def shapes() -> Shape:
    """The language as it is in the code: contracts by type, parts and enumerations by name."""
    found: Shape = {"contracts": {}, "parts": {}, "words": {}}
    for name, contract in sorted(CONTRACTS.items()):
        found["contracts"][name] = {"topic": contract.TOPIC, "fields": _fields(contract)}
        for part in parts_of(contract):
            found["parts"][part.__name__] = {"topic": "", "fields": _fields(part)}
        for model in (contract, *parts_of(contract)):
            for word in _enumerations(model):
                found["words"][word.__name__] = [member.value for member in word]
    return {kind: dict(sorted(of_kind.items())) for kind, of_kind in found.items()}


def breaks(before: Shape, now: Shape) -> list[str]:
    """Everything that is not growth, one line each: taken away, moved, retyped, or added without a default."""
    broken = []
    for kind in ("contracts", "parts"):
        for name, old in before[kind].items():
            broken += [f"{name} {what}" for what in _changes(old, now[kind].get(name))]
    for name, values in before["words"].items():
        broken += [f"{name} lost {value}" for value in values if value not in now["words"].get(name, ())]
    return broken


def frozen() -> Shape:
    """The language as it was frozen."""
    shape: Shape = json.loads(FROZEN.read_text())
    return shape


def freeze() -> list[str]:
    """Write what is new; returns what was written. Raises SystemExit when something was not growth."""
    broken = breaks(frozen(), shapes()) if FROZEN.exists() else []
    if broken:
        raise SystemExit("contracts only grow; make a new type instead:\n  " + "\n  ".join(broken))
    written = []
    for name, contract in CONTRACTS.items():
        sample = SAMPLES / f"{name}.json"
        if not sample.exists():
            sample.write_text(json.dumps(sample_of(contract), indent=2, ensure_ascii=False) + "\n")
            written.append(sample.name)
    for file, text in ((FROZEN, as_json(shapes())), (ASYNCAPI, as_yaml(document(hears())))):
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
            written.append(file.name)
    return written


def as_json(shape: Shape) -> str:
    """A shape as it is committed."""
    return json.dumps(shape, indent=1, ensure_ascii=False) + "\n"


def _fields(model: type[BaseModel]) -> dict[str, str]:
    return {name: _field(model, name) for name in model.model_fields}


def _field(model: type[BaseModel], name: str) -> str:
    field = model.model_fields[name]
    needed = REQUIRED if field.is_required() else "optional"
    return f"{spelled(field.annotation)}, {needed}, {privacy_of(model, name)}"


def spelled(kind: Any) -> str:
    """A type as one reads it: `LevelOfCare | None`, `tuple[StaffId, ...]`."""
    if kind is Ellipsis:
        return "..."
    if isinstance(kind, UnionType) or get_origin(kind) is not None:
        inner = [spelled(argument) for argument in get_args(kind)]
        return f"tuple[{', '.join(inner)}]" if get_origin(kind) is tuple else " | ".join(inner)
    if isinstance(kind, NewType):
        return kind.__name__
    return "None" if kind is type(None) else str(kind.__name__)


def _changes(old: Shape, new: Shape | None) -> list[str]:
    if new is None:
        return ["is gone"]
    moved = [f"moved to {new['topic']}"] if old["topic"] != new["topic"] else []
    lost = [f"lost {name}" for name in old["fields"] if name not in new["fields"]]
    other = [
        f"has another {name}: before {field}; now {new['fields'][name]}"
        for name, field in old["fields"].items()
        if name in new["fields"] and new["fields"][name] not in (field, _stricter(field))
    ]
    added = [
        f"needs {name}, which older messages do not have"
        for name, field in new["fields"].items()
        if name not in old["fields"] and f", {REQUIRED}, " in field
    ]
    return moved + lost + other + added


def _stricter(field: str) -> str:
    """The same field, marked clinical where it was plain: the bytes stay, and fewer people see them."""
    return field.removesuffix(Privacy.NONE) + Privacy.CLINICAL if field.endswith(f", {Privacy.NONE}") else field


def _enumerations(model: type[BaseModel]) -> set[type[Enum]]:
    found: set[type[Enum]] = set()
    waiting = [field.annotation for field in model.model_fields.values()]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, Enum):
            found.add(kind)
        waiting += get_args(kind)
    return found


if __name__ == "__main__":
    for name in freeze():
        print(f"froze {name}")
