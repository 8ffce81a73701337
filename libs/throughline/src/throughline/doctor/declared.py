"""What each service declares of itself, asked of the service as it is installed here, as `python -m` would find it."""

from importlib import import_module

from common.contracts import SERVICES
from common.fold import collection_of
from common.service import Service
from common.store import INDEXES
from throughline.doctor.databases import Index, Indexes
from throughline.doctor.read_databases import index_of
from throughline.embedded.preflight import CannotRun


def declared_services() -> dict[str, Service]:
    """Every service's table of contents, by name; raises `CannotRun` where one is not installed or not set up."""
    return {name: _declared(name) for name in SERVICES}


def _declared(name: str) -> Service:
    try:
        settings = import_module(f"{name}.settings").Settings(service=name)
        service: Service = import_module(f"{name}.app").app(settings).state.service
    except ModuleNotFoundError as missing:
        raise CannotRun(f"{name} is not installed here (no module {missing.name}): run uv sync") from None
    except (ValueError, OSError) as wrong:
        raise CannotRun(f"{name} cannot be set up from this environment: {str(wrong).splitlines()[0]}") from None
    return service


def indexes_of(service: Service) -> Indexes:
    """The collections and indexes a service makes when it starts."""
    own = {collection_of(kind): () for kind in service.aggregates}
    found: dict[str, dict[str, Index]] = {}
    for collection, models in {**INDEXES, **own, **service.indexes}.items():
        found[collection] = {model.document["name"]: index_of(dict(model.document)) for model in models}
    return found
