"""The witness: what the domain applied, pushed without asking whether it was there, in the very same transaction."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import common.store
from common.batch import Batch
from common.envelope import Envelope
from common.mongo import UpdateOne, Write
from common.taking import Taken
from common.units import Act, Answer, Due

DELIVERIES, ACTS, TIMERS = "chaos_ledger", "chaos_acts", "chaos_timers"
"""Collections of each service: by inbox position, by Idempotency-Key (or act id), by timer and its setting."""


@dataclass
class Witness(Batch):
    """A batch that also writes down, beside its decisions, each unit that it let happen.

    A `$push` is not idempotent: what is applied twice stands there twice, what is lost is missing, and the order
    is the order of applying. `ids` has the message ids beside the sequences in `applied`.
    """

    seen: dict[tuple[str, str], list[tuple[Any, str]]] = field(default_factory=lambda: defaultdict(list))

    def writes(self) -> dict[str, list[Write]]:
        """What a batch writes, and the witness."""
        told: dict[str, list[Write]] = defaultdict(list, super().writes())
        for (collection, id), pairs in self.seen.items():
            applied, ids = [what for what, _ in pairs], [id_ for _, id_ in pairs]
            push = {"$push": {"applied": {"$each": applied}, "ids": {"$each": ids}}}
            told[collection].append(UpdateOne({"_id": id}, push, upsert=True))
        return told

    def _try(self, taken: Taken, envelope: Envelope) -> str:
        reason = super()._try(taken, envelope)
        if not reason:
            self.seen[DELIVERIES, envelope.position].append((envelope.sequence, envelope.id))
        return reason

    def _take_act(self, taken: Taken, act: Act) -> None:
        super()._take_act(taken, act)
        answer = self.outcome.answers[act.id]
        if isinstance(answer, Answer) and not answer.repeated:
            self.seen[ACTS, act.key or act.id].append((list(answer.said), act.id))

    def _take_timer(self, taken: Taken, due: Due) -> None:
        fired = self.outcome.tally["timer-fired"]
        super()._take_timer(taken, due)
        if self.outcome.tally["timer-fired"] > fired:
            self.seen[TIMERS, f"{due.id}|{due.once}"].append((due.fired.fired_at, due.once))


def install() -> None:
    """Let every store of this process be witnessed; production code knows nothing of it."""
    for collection in (DELIVERIES, ACTS, TIMERS):
        common.store.INDEXES.setdefault(collection, [])
    setattr(common.store, "Batch", Witness)  # noqa: B010 - mypy rightly minds replacing a class
