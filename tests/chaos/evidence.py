"""What a run hands to the checks: where the stores are, and what is known of it from outside."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One write over HTTP that was answered with a receipt: service, path, Idempotency-Key, the receipt's JSON."""

    service: str
    path: str
    key: str
    receipt: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A house at rest after a run.

    `mongo` and `kafka` are where it can be read, `folder` is the run folder (chaos files lie in `folder/"chaos"`).
    `acknowledged`: every receipt a client got. `expected_parked`: message ids (ce_id) of what was injected to be
    parked, by whichever listener hears it. `expected_quarantined`: records injected that nobody can address,
    counted once for each listener of their topic. `broker_restarts`: how often the broker forgot everything.
    `gateway_log`: what the outside world accepted (one JSON object per line), if there is one.
    """

    mongo: str
    kafka: str
    folder: Path
    acknowledged: list[Acknowledged]
    expected_parked: set[str]
    expected_quarantined: int
    broker_restarts: int
    gateway_log: Path
