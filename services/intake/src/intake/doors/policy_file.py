"""The policy file: read from disk, every mistake said in one line that says where in the file."""

from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from intake.domain.policy import Policy, PolicyInvalid

__all__ = ["PolicyInvalid", "policy_in"]


def policy_in(path: Path) -> Policy:
    """The policy in a YAML file; raises `PolicyInvalid` with one line a mistake, `file:line: path: what is wrong`."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        parsed = yaml.SafeLoader("").construct_document(root) if root else None
    except OSError as error:
        raise PolicyInvalid([f"{path}: cannot be read ({error.strerror}), expected a policy file"]) from None
    except UnicodeDecodeError:
        raise PolicyInvalid([f"{path}: is no text in UTF-8, expected a policy file"]) from None
    except yaml.MarkedYAMLError as error:
        raise PolicyInvalid([_unreadable(path, error)]) from None
    except yaml.YAMLError as error:
        raise PolicyInvalid([f"{path}: cannot be read as YAML: {str(error).splitlines()[0]}"]) from None
    if twice := _said_twice(root):
        raise PolicyInvalid([f"{path}:{line}: {name}: is said twice, expected once" for line, name in twice])
    try:
        return Policy.from_mapping(parsed)
    except PolicyInvalid as invalid:
        raise PolicyInvalid([f"{path}:{_line_of(root, line)}: {line}" for line in invalid.lines]) from None


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


def _line_of(root: Node | None, mistake: str) -> int:
    """The line in the file of what a mistake is about, or of the block where it should be."""
    node, line = root, 1
    for part in mistake.partition(": ")[0].split("."):
        if isinstance(node, SequenceNode) and part.isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
            line = node.start_mark.line + 1
        elif isinstance(node, MappingNode) and (found := [pair for pair in node.value if pair[0].value == part]):
            node, line = found[0][1], found[0][0].start_mark.line + 1
    return line
