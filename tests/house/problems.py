"""The list of problem codes, written from the code: docs/problems.md. `make docs` writes it."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from common.contracts import SERVICES

ROOT = Path(__file__).parents[2]
STATUS = {
    "Refused": "409",
    "Invalid": "422",
    "NotFound": "404",
    "NotEntitled": "403",
    "StaleVersion": "412",
    "KeyReused": "422",
    "UnreadableReferral": "422",
    "Problem": "",
    "problem": "",
}
"""What raises or answers a problem, by name, and its status; '' where the first argument is the status."""

CHOSEN = {
    "Every service": (("too-large", "413", "a body has at most … MiB"),),
    "intake": (
        ("guardian-needed", "422", "the signature of the … does not do for … care at this age"),
        ("participant-signs", "422", "the signature of the … does not do for … care at this age"),
    ),
    "family": (
        *(
            (f"unknown-{what}", "422", "the family program knows: …")
            for what in ("barrier", "goal", "misconception", "module", "readiness", "session-type")
        ),
        *(
            (why, "409", "this supporter may take no part in it now")
            for why in ("no-release", "scope-not-released", "release-expired", "release-revoked", "held-back")
        ),
    ),
    "scheduling": (
        ("participant-taken", "409", "the participant has another session at that time: …"),
        ("room-taken", "409", "the room is taken at that time: …"),
        ("staff-taken", "409", "somebody who would lead it is needed elsewhere at that time: …"),
    ),
}
"""Codes that stand elsewhere than where they are raised."""

PROBLEMS_HEAD = """# Problems

What is not answered with success is a problem as RFC 9457 writes it, `application/problem+json`: `type` (`/problems/`
and the code), `title`, `status`, `detail` (one line without names), and `code`. The codes below are stable, the words
are not; `…` is what depends on the case. After a problem nothing was changed, except after `outcome-unknown`, where
that is not known. `http-404`, `http-405` and `http-400` are of the frame: no such door, no such verb, no JSON at all.
This list is written from the code by `make docs`.
"""


class Code(NamedTuple):
    """One code, its status, and what it says."""

    code: str
    status: str
    detail: str


def problems_page() -> str:
    """docs/problems.md as it should be."""
    rooms = {"Every service": ROOT / "libs/common/src/common"}
    rooms |= {name: ROOT / "services" / name / "src" / name for name in SERVICES}
    return "\n".join([PROBLEMS_HEAD, *(_section(title, room) for title, room in rooms.items())])


def _section(title: str, room: Path) -> str:
    told: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    chosen = (Code(*one) for one in CHOSEN.get(title, ()))
    spelled = (one for file in sorted(room.rglob("*.py")) for one in _codes(ast.parse(file.read_text())))
    for one in chain(chosen, spelled):
        if one.detail not in told[one.code, one.status]:
            told[one.code, one.status].append(one.detail)
    rows = [f"| `{code}` | {status} | {'; or: '.join(details)} |" for (code, status), details in sorted(told.items())]
    return "\n".join([f"## {title}", "", "| Code | Status | What it says |", "|---|---|---|", *rows, ""])


def _codes(tree: ast.AST) -> Iterator[Code]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in STATUS and (found := _read(name, node.args)):
                yield found


def _read(name: str, given: list[ast.expr]) -> Code | None:
    status = STATUS[name]
    if not status and given and isinstance(given[0], ast.Constant):
        status, given = str(given[0].value), given[1:]
    if len(given) < 2 or not isinstance(given[0], ast.Constant):
        return None
    return Code(str(given[0].value), status, _text(given[1]))


def _text(said: ast.expr) -> str:
    """What is said, with … for what depends on the case."""
    match said:
        case ast.Constant(value=str(text)):
            return text.replace("|", "\\|")
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) for part in parts)
        case ast.BinOp(left=left, right=right):
            return _text(left) + _text(right)
        case ast.IfExp(body=one, orelse=other):
            return f"{_text(one)}; or: {_text(other)}"
    return "…"
