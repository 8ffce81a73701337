"""What skills is told by its environment."""

from common.settings import Settings as Common


class Settings(Common):
    """The settings of skills."""

    service: str = "skills"
