"""What intake is told by its environment."""

from common.settings import Settings as Common


class Settings(Common):
    """The settings of intake."""

    service: str = "intake"
