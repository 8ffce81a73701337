"""How this package changes the plumbing of its own process: in one place, so that it can be found."""

from typing import Any


def replace(owner: Any, name: str, by: Any) -> None:
    """Put something else in the place of a method, class or constant."""
    getattr(owner, name)
    setattr(owner, name, by)
