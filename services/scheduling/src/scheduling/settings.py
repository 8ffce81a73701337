"""What scheduling is told by its environment."""

from pathlib import Path

from pydantic import Field

from common.settings import Settings as Common


class Settings(Common):
    """The settings of scheduling."""

    service: str = "scheduling"
    hours_file: Path = Field(
        Path(__file__).parent / "policy.yaml", description="hours a week needs, by level and payer"
    )
