"""The batch work of the neighbours whose handlers are synchronous: load together, decide, write in bulk."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pymongo import MongoClient, ReplaceOne

from benchmarks import work
from benchmarks.hops.told import MONGO
from family.domain.network import SupportNetwork

Heard = tuple[str, bytes]
"""Id and value of one message."""


class Together:
    """One batch at a time, on the synchronous driver."""

    def __init__(self) -> None:
        self._networks = MongoClient[dict[str, Any]](MONGO, tz_aware=True)[work.DATABASE][work.STATES]

    def take(self, heard: Iterable[Heard]) -> list[work.Record]:
        """What the batch says, once its states are written."""
        now = datetime.now(UTC)
        grants = [(id, work.read(value)) for id, value in heard]
        keys = sorted({data.participant_id for _, data in grants})
        found = list(self._networks.find({"_id": {"$in": keys}}))
        states = {doc["_id"]: SupportNetwork.model_validate(doc["state"]) for doc in found}
        versions = {doc["_id"]: doc["version"] + 1 for doc in found}
        said: list[work.Record] = []
        for id, data in grants:
            states[data.participant_id], facts = work.decide(states[data.participant_id], data)
            said += [work.derived(fact, id, now) for fact in facts]
        writes = [ReplaceOne({"_id": id}, work.stored(state, versions[id])) for id, state in states.items()]
        if writes:
            self._networks.bulk_write(writes, ordered=False)
        return said
