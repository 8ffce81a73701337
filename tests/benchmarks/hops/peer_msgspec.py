"""msgspec reads and writes the same contracts, from structs made of their fields; prints messages per second."""

import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import msgspec
from pydantic import AwareDatetime, BaseModel

from common.contracts import CONTRACTS

SAMPLES = Path(__file__).parents[2] / "contracts" / "samples"
TIMES = 200


def struct_of(model: type[BaseModel]) -> Any:
    """A struct with the fields of a contract."""
    fields = []
    for name, field in model.model_fields.items():
        kind = _plain(field.annotation)
        fields.append((name, kind) if field.is_required() else (name, kind, field.default))
    fields.sort(key=len)
    return msgspec.defstruct(model.__name__, fields, frozen=True, gc=False)


def _plain(kind: Any) -> Any:
    if kind is AwareDatetime:
        return Annotated[datetime, msgspec.Meta(tz=True)]
    if hasattr(kind, "__supertype__"):
        return _plain(kind.__supertype__)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return struct_of(kind)
    if get_origin(kind) is tuple:
        return tuple.__class_getitem__((_plain(get_args(kind)[0]), ...))
    if get_args(kind):
        made = _plain(get_args(kind)[0])
        for other in get_args(kind)[1:]:
            made = made | _plain(other)
        return made
    return kind


def rate_of(way: Any, messages: int) -> float:
    """Messages per second of this process's own time."""
    way()
    began = time.process_time()
    for _ in range(TIMES):
        way()
    return TIMES * messages / (time.process_time() - began)


def main() -> None:
    """Measure and print."""
    paths = [(contract, SAMPLES / f"{name}.json") for name, contract in CONTRACTS.items()]
    bodies = [
        (msgspec.json.Decoder(struct_of(contract)), json.dumps(json.loads(path.read_text())).encode())
        for contract, path in paths
        if path.exists()
    ]
    messages = [decoder.decode(body) for decoder, body in bodies]
    encoder = msgspec.json.Encoder()
    decode = rate_of(lambda: [decoder.decode(body) for decoder, body in bodies], len(bodies))
    encode = rate_of(lambda: [encoder.encode(message) for message in messages], len(bodies))
    json.dump({"decode": decode, "encode": encode}, sys.stdout)


if __name__ == "__main__":
    main()
