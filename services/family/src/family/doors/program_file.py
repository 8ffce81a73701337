"""The family program, read from a YAML file; what is wrong with it is said in lines."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from family.domain.program import Program


class ProgramInvalid(ValueError):
    """The program cannot be used; each line says `file: path: what is wrong`."""


def program_in(path: Path) -> Program:
    """The family program in a file; raises ProgramInvalid with one line a mistake. Rule: FA-E8."""
    try:
        return Program.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as wrong:
        lines = [f"{path}: {'.'.join(str(part) for part in e['loc']) or 'program'}: {e['msg']}" for e in wrong.errors()]
        raise ProgramInvalid("\n".join(lines)) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProgramInvalid(f"{path}: cannot be read as YAML ({type(error).__name__})") from None
