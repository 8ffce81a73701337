"""The file of instruments: read from disk, every mistake said in one line."""

from pathlib import Path

import yaml

from skills.domain.forms import Forms, FormsInvalid

__all__ = ["FormsInvalid", "forms_in"]


def forms_in(path: Path) -> Forms:
    """The instruments in a YAML file; raises `FormsInvalid` with one line a mistake, `file: path: what is wrong`."""
    try:
        parsed = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FormsInvalid([f"{path}: cannot be read: {str(error).splitlines()[0]}"]) from None
    try:
        return Forms.from_mapping(parsed)
    except FormsInvalid as invalid:
        raise FormsInvalid([f"{path}: {line}" for line in invalid.lines]) from None
