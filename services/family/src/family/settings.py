"""What family is told by its environment."""

from pathlib import Path

from pydantic import Field

from common.settings import Settings as Common

STANDARD_FILE = Path(__file__).parent / "policy.yaml"


class Settings(Common):
    """The settings of family."""

    service: str = "family"
    policy_file: Path = Field(STANDARD_FILE, description="the family program: sessions, curriculum, misconceptions")
