"""The file of care's parameters: read from disk, every mistake said in one line."""

from pathlib import Path

import yaml

from intake.domain.care_rules import CareRules, CareRulesInvalid


def care_in(path: Path) -> CareRules:
    """The parameters in a YAML file; raises `CareRulesInvalid` with one line a mistake, `file: path: what is wrong`."""
    try:
        parsed = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CareRulesInvalid([f"{path}: cannot be read: {str(error).splitlines()[0]}"]) from None
    try:
        return CareRules.from_mapping(parsed)
    except CareRulesInvalid as invalid:
        raise CareRulesInvalid([f"{path}: {line}" for line in invalid.lines]) from None
