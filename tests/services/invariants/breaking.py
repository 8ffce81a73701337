"""A copy of a right house, and the ways tests break it."""

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from common.journal import place_of
from throughline.invariants.shapes import House

Document = dict[str, Any]


class Copy:
    """Documents that may be changed; `house()` is what the checks then read."""

    def __init__(self, right: House) -> None:
        self.stores: dict[str, dict[str, list[Document]]] = copy.deepcopy(dict(right.stores))  # type: ignore[arg-type]

    def house(self) -> House:
        """The house as it is now."""
        return House(self.stores)

    def docs(self, service: str, collection: str) -> list[Document]:
        """One collection, to be changed in place."""
        return self.stores[service][collection]

    def said(self, service: str, type: str, **data: Any) -> Document:
        """The first journalled message of a type that says this."""
        return next(
            row
            for row in self.docs(service, "journal")
            if row["type"] == f"{type}.v1" and data.items() <= json.loads(row["data"]).items()
        )

    def again(self, row: Document, **data: Any) -> Document:
        """Say a message once more as the last of its subject, with another id and, where given, other data."""
        service = row["attributes"]["ce_source"].rsplit("/", 1)[1]
        journal = self.docs(service, "journal")
        alike = [r["sequence"] for r in journal if (r["topic"], r["subject"]) == (row["topic"], row["subject"])]
        sequence = max(alike) + 1
        new = copy.deepcopy(row) | {"_id": place_of(row["topic"], row["subject"], sequence), "sequence": sequence}
        new["attributes"]["ce_id"] += "-again"
        journal.append(rewritten(new, **data) if data else new)
        return new

    def unsay(self, service: str, type: str, **data: Any) -> None:
        """Lose a message."""
        self.docs(service, "journal").remove(self.said(service, type, **data))

    def state(self, service: str, aggregate: str, id: str) -> Document:
        """One stored state."""
        state: Document = next(doc["state"] for doc in self.docs(service, aggregate) if doc["_id"] == id)
        return state

    def position(self, service: str, topic: str, subject: str) -> Document:
        """How far a listener is with one subject."""
        return next(d for d in self.docs(service, "positions") if d["_id"].endswith(f"|{topic}|{subject}"))


def rewritten(row: Document, **data: Any) -> Document:
    """Change what a message says, in place."""
    row["data"] = json.dumps({**json.loads(row["data"]), **data})
    return row


def earlier(row: Document, **time: float) -> Document:
    """Move the instant at which a message was recorded."""
    row["recorded_at"] -= timedelta(**time)
    return row


Break = Callable[[Copy], object]
