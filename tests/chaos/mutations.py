"""What the plumbing must not do: each mutation breaks one guard, at process start, production code untouched."""

from collections.abc import Callable, Mapping

from chaos.mutations_inbox import MUTATIONS as INBOX
from chaos.mutations_outbox import MUTATIONS as OUTBOX

MUTATIONS: Mapping[str, Callable[[], None]] = {**INBOX, **OUTBOX}


def install(name: str) -> None:
    """Break one guard of this process; raises KeyError for a name that is none."""
    MUTATIONS[name]()
