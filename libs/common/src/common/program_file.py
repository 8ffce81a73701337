"""A file a program may give of its own: read whole, and every mistake said in one line with its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

import yaml
from pydantic import ValidationError
from yaml.nodes import MappingNode, Node, SequenceNode


class Unfit(Exception):
    """A file that cannot be used; each of `lines` is one mistake, `file:line: place: what is wrong`."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("; ".join(self.lines))


class Checked(Protocol):
    """What a file is read into: a pydantic model that also knows what its parts owe each other."""

    @classmethod
    def model_validate(cls, obj: Any) -> Self:
        """The model; raises ValidationError."""

    def mistakes(self) -> Iterable[str]:
        """A line `place: what is wrong` for each mistake; none for a model that is fit for use."""


C = TypeVar("C", bound=Checked)


@dataclass(frozen=True, slots=True)
class Source:
    """A YAML file as it was read, and where in it everything stands."""

    path: Path
    parsed: Any
    root: Node | None

    def line(self, mistake: str) -> str:
        """A mistake `place: what is wrong`, with the line of its dotted place, or of the block where it should be."""
        return f"{self.path}:{_line_of(self.root, mistake.partition(': ')[0])}: {mistake}"


def source(path: Path, expected: str) -> Source:
    """The file at `path`, for example a `policy file`; raises Unfit where it is no YAML or says something twice."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        parsed = yaml.SafeLoader("").construct_document(root) if root else None
    except OSError as error:
        raise Unfit([f"{path}: cannot be read ({error.strerror}), expected a {expected}"]) from None
    except UnicodeDecodeError:
        raise Unfit([f"{path}: is no text in UTF-8, expected a {expected}"]) from None
    except yaml.MarkedYAMLError as error:
        raise Unfit([_unreadable(path, error)]) from None
    except yaml.YAMLError as error:
        raise Unfit([f"{path}: cannot be read as YAML: {str(error).splitlines()[0]}"]) from None
    if twice := _said_twice(root):
        raise Unfit([f"{path}:{line}: {name}: is said twice, expected once" for line, name in twice])
    return Source(path, parsed, root)


def fit(path: Path, expected: str, model: type[C]) -> C:
    """The model in the file at `path`; raises Unfit with every mistake, those of shape before those of sense."""
    read = source(path, expected)
    try:
        found = model.model_validate(read.parsed or {})
    except ValidationError as wrong:
        raise Unfit(read.line(_of_shape(error)) for error in wrong.errors()) from None
    if lines := [read.line(mistake) for mistake in found.mistakes()]:
        raise Unfit(lines)
    return found


def _of_shape(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"] if part != "[key]") or "file"
    match error["type"]:
        case "missing":
            return f"{place}: is missing"
        case "extra_forbidden":
            return f"{place}: is not known here"
    told = error["msg"].removeprefix("Value error, ")
    given = "" if isinstance(error["input"], dict | list) else f", not {error['input']!r}"
    return f"{place}: {told[0].lower()}{told[1:]}{given}"


def _unreadable(path: Path, error: yaml.MarkedYAMLError) -> str:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    return f"{path}:{line}: cannot be read as YAML: {error.problem or error.context}"


def _said_twice(node: Node | None, path: str = "") -> list[tuple[int, str]]:
    """Names that stand twice in one block: YAML keeps the last and says nothing."""
    found: list[tuple[int, str]] = []
    if isinstance(node, SequenceNode):
        for place, inner in enumerate(node.value):
            found += _said_twice(inner, f"{path}{place}.")
    elif isinstance(node, MappingNode):
        names = set[str]()
        for key, inner in node.value:
            if str(key.value) in names:
                found.append((key.start_mark.line + 1, f"{path}{key.value}"))
            names.add(str(key.value))
            found += _said_twice(inner, f"{path}{key.value}.")
    return found


def _line_of(root: Node | None, place: str) -> int:
    node, line = root, 1
    for part in place.split("."):
        if isinstance(node, SequenceNode) and part.isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
            line = node.start_mark.line + 1
        elif isinstance(node, MappingNode) and (found := [pair for pair in node.value if pair[0].value == part]):
            node, line = found[0][1], found[0][0].start_mark.line + 1
    return line
