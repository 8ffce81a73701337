"""What notifications is told by its environment."""

from common.settings import Settings as Common


class Settings(Common):
    """The settings of notifications."""

    service: str = "notifications"
