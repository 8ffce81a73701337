"""What operations can answer: read models and queries on its own database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from common.change import Record
from common.contracts.message import Contract
from common.mongo import IndexModel

PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {}
"""Nothing: what operations itself says, it hears like everybody else."""

INDEXES: Mapping[str, Sequence[IndexModel]] = {
    "events": [
        IndexModel([("place", 1)]),
        IndexModel([("subject", 1), ("place", 1)]),
        IndexModel([("source", 1), ("recorded_at", -1)]),
    ],
    "journeys": [IndexModel([("last_at", -1)])],
    "transitions": [
        IndexModel([("state", 1), ("waiting_since", 1)]),
        IndexModel([("participant_id", 1), ("state_since", 1)]),
    ],
    "deadletters": [IndexModel([("state", 1), ("parked_at", 1)])],
    "bulkreplay": [IndexModel([("state.finished", 1), ("state.cancelled", 1)])],
}
