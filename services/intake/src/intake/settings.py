"""What intake is told by its environment."""

from pathlib import Path

from pydantic import Field

from common.settings import Settings as Common


class Settings(Common):
    """The settings of intake."""

    service: str = "intake"
    policy_file: Path = Field(Path(__file__).parent / "policy.yaml", description="the program's transition policy")
    care_file: Path = Field(Path(__file__).parent / "care.yaml", description="ages of consent and other rules of care")
