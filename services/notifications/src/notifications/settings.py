"""What notifications is told by its environment."""

from pydantic import Field

from common.settings import Settings as Common


class Settings(Common):
    """The settings of notifications."""

    service: str = "notifications"
    gateway: str = Field("", pattern=r"^(https?://\S+)?$", description="URL that each notice is posted to; empty: none")
