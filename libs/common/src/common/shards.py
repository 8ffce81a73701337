"""Which part of the outbox this instance publishes: shards by lease, shared fairly among the living."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import Any

from common.journal import SHARDS
from common.mongo import Database, UpdateOne, Write

LEASE_MS = 6000
"""How long a lease holds that nobody renews: real time, by the database's clock, so instances need not agree."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
TELL_AGAIN = 3
"""Times all tails are told once more after the broker forgot. ASSUMED: four ticks are longer than any rejoining."""
ALIVE = {"$gt": ["$until", "$$NOW"]}
SOON = {"$add": ["$$NOW", LEASE_MS]}

Lease = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """Until when the tails of a shard were told, and how often all of them were asked for."""

    until: datetime
    recalls: int


@dataclass
class Shards:
    """The leases of one instance, which only say who goes first: without them nothing is lost or doubled."""

    database: Database
    owner: str
    under_way: Mapping[str, int]
    """What this instance publishes just now, by shard: a shard is given back when it is through with it."""
    mine: frozenset[int] = frozenset()
    alone: bool = False
    told: Mapping[int, Told] = field(default_factory=dict)
    """How far the tails of each of our shards were told; see `tails`."""
    now: datetime = LONG_AGO
    """The database's clock, when we last looked."""

    async def prepare(self) -> None:
        """Create the leases that are missing, and forget the dead."""
        await self.database.delete("leases", {"kind": "member", "$expr": {"$not": ALIVE}})
        unheld = {"kind": "shard", "owner": "", "until": LONG_AGO, "told": LONG_AGO, "recalls": 0}
        leases: list[Write] = [
            UpdateOne({"_id": f"shard-{n}"}, {"$setOnInsert": {**unheld, "shard": n}}, upsert=True)
            for n in range(SHARDS)
        ]
        await self.database.write("leases", leases)

    async def renew(self) -> None:
        """Say that we live, give back what is more than our share, and take what nobody holds."""
        leases = await self._look()
        living = {lease["owner"] for lease in leases if lease["kind"] == "member" and lease["alive"]} | {self.owner}
        shards = [lease for lease in leases if lease["kind"] == "shard"]
        ours = [lease["_id"] for lease in shards if lease["owner"] == self.owner]
        free = [lease["_id"] for lease in shards if lease["owner"] != self.owner and not lease["alive"]]
        share = ceil(SHARDS / len(living))
        kept, extra = ours[:share], ours[share:]
        self.mine &= {lease["shard"] for lease in shards if lease["_id"] in kept}
        busy = {f"shard-{shard}" for shard in self.under_way.values()}
        alive = [{"$set": {"kind": "member", "owner": self.owner, "until": SOON}}]
        writes: list[Write] = [UpdateOne({"_id": self.owner}, alive, upsert=True)]
        writes += [self._hold(lease) for lease in (*kept, *free[: share - len(kept)])]
        writes += [self._hold(lease) if lease in busy else self._release(lease) for lease in extra]
        await self.database.write("leases", writes)
        self._see([lease for lease in await self._look() if lease["_id"] not in extra])
        self.alone = len(living) == 1

    async def note_told(self, told: Mapping[int, Told], until: datetime, *, page: bool) -> None:
        """Remember until when the tails of these shards were told, where nobody asked for all of them meanwhile.

        `page` says that this was not yet the last page of them.
        """
        writes: list[Write] = [self._told(f"shard-{shard}", one.recalls, until, page) for shard, one in told.items()]
        await self.database.write("leases", writes)
        self._see([lease for lease in await self._look() if lease.get("shard") in self.mine])

    async def recall(self) -> None:
        """Let every tail of every shard be told, by whoever holds it, and then again.

        Again, for a listener may still stand where it was in the log that is gone, beyond the first telling.
        """
        all_of_it = {"$set": {"told": LONG_AGO, "again": TELL_AGAIN}, "$inc": {"recalls": 1}}
        await self.database.update("leases", {"kind": "shard"}, all_of_it)
        self._see([lease for lease in await self._look() if lease.get("shard") in self.mine])

    def _see(self, leases: Sequence[Lease]) -> None:
        held = [lease for lease in leases if lease["kind"] == "shard" and lease["owner"] == self.owner]
        self.mine = frozenset(lease["shard"] for lease in held)
        self.told = {lease["shard"]: Told(lease["told"], lease["recalls"]) for lease in held}
        self.now = max((lease["now"] for lease in held), default=self.now)

    async def give_up(self) -> None:
        """Let the others take over at once."""
        self.mine = frozenset()
        await self.database.delete("leases", {"_id": self.owner})
        await self.database.update("leases", {"owner": self.owner}, {"$set": {"owner": "", "until": LONG_AGO}})

    async def _look(self) -> list[Lease]:
        seen = {"$set": {"alive": ALIVE, "now": "$$NOW"}}
        return await self.database.aggregate("leases", [seen, {"$sort": {"_id": 1}}])

    def _hold(self, lease: str) -> UpdateOne:
        free_or_ours = {"$or": [{"$eq": ["$owner", self.owner]}, {"$not": ALIVE}]}
        return UpdateOne({"_id": lease, "$expr": free_or_ours}, [{"$set": {"owner": self.owner, "until": SOON}}])

    def _told(self, lease: str, recalls: int, until: datetime, page: bool) -> UpdateOne:
        left = 0 if page else {"$ifNull": ["$again", 0]}
        again = {"$gt": [left, 0]}
        told = {"told": {"$cond": [again, LONG_AGO, until]}}
        less = {} if page else {"again": {"$cond": [again, {"$add": ["$again", -1]}, 0]}}
        return UpdateOne({"_id": lease, "owner": self.owner, "recalls": recalls}, [{"$set": told | less}])

    def _release(self, lease: str) -> UpdateOne:
        return UpdateOne({"_id": lease, "owner": self.owner}, {"$set": {"owner": "", "until": LONG_AGO}})
