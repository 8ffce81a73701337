"""Reading and writing the contracts: ours, the usual way, and msgspec."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from pydantic_core import to_json

from benchmarks.measuring import ROOT, Failed
from benchmarks.rows import Bench, Row
from benchmarks.ways import PEERS
from common.contracts import CONTRACTS
from common.contracts.message import Contract

SAMPLES = ROOT / "tests" / "contracts" / "samples"
SECTION = "codec, mean over all contracts"
TIMES = 200


def samples() -> list[tuple[type[Contract], bytes]]:
    """Every contract with its frozen sample."""
    found = [(contract, SAMPLES / f"{name}.json") for name, contract in CONTRACTS.items()]
    return [(contract, to_json(json.loads(path.read_text()))) for contract, path in found if path.exists()]


def reading(bodies: Sequence[tuple[type[Contract], bytes]]) -> dict[str, Callable[[], Any]]:
    """Ways to read."""
    return {
        "ours": lambda: [contract.model_validate_json(body) for contract, body in bodies],
        "usual": lambda: [contract.model_validate(json.loads(body)) for contract, body in bodies],
    }


def writing(bodies: Sequence[tuple[type[Contract], bytes]]) -> dict[str, Callable[[], Any]]:
    """Ways to write."""
    messages = [contract.model_validate_json(body) for contract, body in bodies]
    return {
        "ours": lambda: [to_json(message) for message in messages],
        "usual": lambda: [json.dumps(message.model_dump(mode="json")).encode() for message in messages],
    }


TITLES = {
    "decode-ours": "validate_json on the type named by the envelope",
    "decode-usual": "json.loads, then validate",
    "decode-msgspec": "msgspec, structs of the same fields",
    "encode-ours": "to_json",
    "encode-usual": "model_dump, then json.dumps",
    "encode-msgspec": "msgspec",
}


async def measure(bench: Bench) -> None:
    """Round by round, all ways."""
    if not bench.wants("codec"):
        return
    rows = {id: Row(SECTION, f"codec-{id}", title, "messages/s") for id, title in TITLES.items()}
    for id, row in rows.items():
        row.base = f"codec-{id.split('-')[0]}-ours"
    bench.rows += rows.values()
    bodies = samples()
    for _ in range(bench.rounds):
        for verb, ways in (("decode", reading(bodies)), ("encode", writing(bodies))):
            for name, way in ways.items():
                rows[f"{verb}-{name}"].numbers.append(rate_of(way, len(bodies)))
        try:
            for verb, rate in (await _msgspec()).items():
                rows[f"{verb}-msgspec"].numbers.append(rate)
        except Failed as fault:
            rows["decode-msgspec"].note = rows["encode-msgspec"].note = str(fault)


def rate_of(way: Callable[[], Any], messages: int) -> float:
    """Messages per second of this process's own time."""
    way()
    began = time.process_time()
    for _ in range(TIMES):
        way()
    return TIMES * messages / (time.process_time() - began)


async def _msgspec() -> dict[str, float]:
    path = ":".join(str(ROOT / source) for source in ("tests", "libs/common/src", "libs/throughline/src"))
    pipe = asyncio.subprocess.PIPE
    try:
        child = await asyncio.create_subprocess_exec(
            PEERS, "-m", "benchmarks.hops.peer_msgspec", env={"PYTHONPATH": path}, stdout=pipe, stderr=pipe
        )
    except OSError as missing:
        raise Failed(f"msgspec: {missing}") from None
    out, err = await child.communicate()
    if child.returncode:
        raise Failed(f"msgspec: {err.decode().strip().splitlines()[-1]}")
    rates: dict[str, float] = json.loads(out)
    return rates
