"""What each service of the house hears, read from the services themselves."""

from importlib import import_module

from common.contracts import SERVICES
from common.contracts.message import Contract
from common.service import Service


def service_named(name: str) -> Service:
    """The table of contents of one service."""
    settings = import_module(f"{name}.settings").Settings()
    service = import_module(f"{name}.app").app(settings).state.service
    assert isinstance(service, Service)
    return service


def hears() -> dict[str, tuple[type[Contract], ...]]:
    """Service -> the contracts it has a handler for."""
    return {name: tuple(service_named(name).hears) for name in SERVICES}
