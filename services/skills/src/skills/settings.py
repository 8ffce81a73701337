"""What skills is told by its environment."""

from pathlib import Path

from pydantic import Field

from common.settings import Settings as Common


class Settings(Common):
    """The settings of skills."""

    service: str = "skills"
    curriculum_file: Path = Field(Path(__file__).parent / "curriculum.yaml", description="what the program teaches")
    diary_file: Path = Field(Path(__file__).parent / "diary.yaml", description="what a diary card asks, by version")
    library_file: Path = Field(Path(__file__).parent / "library.yaml", description="what is explained and asked")
    instruments_file: Path = Field(
        Path(__file__).parent / "instruments.yaml", description="the instruments: how each is scored, when it is due"
    )
