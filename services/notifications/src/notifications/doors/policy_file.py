"""The policy file: read from disk, every mistake said in one line that says where in the file."""

from pathlib import Path

import yaml
from pydantic import ValidationError
from yaml.nodes import MappingNode, Node, SequenceNode

from notifications.domain.policy import Policy


class PolicyInvalid(ValueError):
    """The policy cannot be used; each line says `file:line: path: what is wrong`."""

    def __init__(self, lines: list[str]) -> None:
        """Keep the lines for whoever shows them."""
        super().__init__("\n".join(lines))
        self.lines = lines


def policy_in(path: Path) -> Policy:
    """The policy in a YAML file; raises `PolicyInvalid` with one line a mistake. Rule: NO-P4."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        parsed = yaml.SafeLoader("").construct_document(root) if root else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PolicyInvalid([_unreadable(path, error)]) from None
    if twice := _said_twice(root):
        raise PolicyInvalid([f"{path}:{line}: {name}: is said twice, expected once" for line, name in twice])
    try:
        return Policy.model_validate(parsed)
    except ValidationError as invalid:
        wrong = [(error["loc"], error["msg"]) for error in invalid.errors()]
        raise PolicyInvalid([_line(path, root, *one) for one in wrong]) from None


def _unreadable(path: Path, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{path}: cannot be read ({error.strerror}), expected a policy file"
    mark = getattr(error, "problem_mark", None)
    line = f":{mark.line + 1}" if mark else ""
    why = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"{path}{line}: cannot be read as YAML: {why}"


def _line(path: Path, root: Node | None, place: tuple[int | str, ...], told: str) -> str:
    said = told.removeprefix("Value error, ")
    where = ".".join(str(part) for part in place if part != "[key]") or "policy"
    return f"{path}:{_line_of(root, place)}: {where}: {said[:1].lower()}{said[1:]}"


def _said_twice(node: Node | None, path: str = "") -> list[tuple[int, str]]:
    """Names that stand twice in one block: YAML keeps the last and says nothing."""
    if isinstance(node, SequenceNode):
        return [one for place, inner in enumerate(node.value) for one in _said_twice(inner, f"{path}{place}.")]
    found: list[tuple[int, str]] = []
    names = set[str]()
    for key, inner in node.value if isinstance(node, MappingNode) else ():
        if key.value in names:
            found.append((key.start_mark.line + 1, f"{path}{key.value}"))
        names.add(key.value)
        found += _said_twice(inner, f"{path}{key.value}.")
    return found


def _line_of(root: Node | None, place: tuple[int | str, ...]) -> int:
    """The line in the file of what a mistake is about, or of the block where it should be."""
    node, line = root, 1
    for part in place:
        if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        elif isinstance(node, MappingNode) and (found := [pair for pair in node.value if pair[0].value == str(part)]):
            node, line = found[0][1], found[0][0].start_mark.line + 1
    return line
