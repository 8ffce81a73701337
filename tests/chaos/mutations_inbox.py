"""Mutations of what listens and decides: inbox, offsets, parking, timers, answers, states."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from aiokafka.errors import IllegalStateError, KafkaError
from faststream.kafka import KafkaMessage
from pymongo.errors import ConnectionFailure

import common.store
from chaos.patching import replace
from common.batch import Batch
from common.envelope import Envelope
from common.fold import Fold, Loaded
from common.inbox import Position, Verdict
from common.listen import Listener
from common.memory import Recall
from common.mongo import ReplaceOne, Session, UpdateOne, Write
from common.offsets import Hands
from common.store import Store
from common.taking import Taken
from common.units import Act, Delivery, Due

Call = Callable[..., Awaitable[Any]]


def skip_inbox() -> None:
    """Whatever comes again is applied again."""
    judge, advance = Position.judge, Batch._advance

    def judging(position: Position, sequence: int) -> Verdict:
        verdict = judge(position, sequence)
        return Verdict.NEXT if verdict is Verdict.DUPLICATE else verdict

    def advancing(batch: Batch, taken: Taken, envelope: Envelope, position: Position) -> None:
        last = position.last
        advance(batch, taken, envelope, position)
        position.last = max(last, position.last)

    replace(Position, "judge", judging)
    replace(Batch, "_advance", advancing)


def inbox_outside() -> None:
    """The inbox is written after the transaction, by itself; who dies in between forgets that it applied."""
    versioned, commit = common.store._versioned, Store.commit
    left: ContextVar[list[Write]] = ContextVar("left")
    under_way: set[asyncio.Task[Any]] = set()

    def writing(fold: Fold, batch: Batch) -> dict[str, list[Write]]:
        writes = versioned(fold, batch)
        left.get()[:] = writes.pop("positions")
        return writes

    async def committing(store: Store, units: Sequence[Any]) -> Any:
        await asyncio.gather(*under_way, return_exceptions=True)
        left.set([])
        outcome = await commit(store, units)
        task = asyncio.create_task(store.database.write("positions", left.get()))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        return outcome

    replace(common.store, "_versioned", writing)
    replace(Store, "commit", committing)


def offsets_first() -> None:
    """Offsets are committed when a batch comes, not when it is done: at most once."""
    hear: Call = Listener._hear

    async def hearing(listener: Listener, message: KafkaMessage) -> None:  # FastStream goes by the annotation
        ahead = Hands()
        ahead.put_down(ahead.take(message.raw_message))
        assert listener._consumer is not None
        with suppress(KafkaError, IllegalStateError):  # in the middle of a rebalance
            await listener._consumer.commit(ahead.due(listener._consumer.assignment()))
        await hear(listener, message)

    replace(Listener, "_hear", hearing)


def park_outage() -> None:
    """What meets a database that is away is parked as if it were wrong itself."""
    attempt: Call = Store._attempt

    async def attempting(store: Store, session: Session, recall: Recall, taken: list[Taken], now: datetime) -> Any:
        try:
            return await attempt(store, session, recall, taken, now)
        except ConnectionFailure:
            taken[:] = [Taken(one.unit, fault="away") if isinstance(one.unit, Delivery) else one for one in taken]
            raise

    replace(Store, "_attempt", attempting)


def skip_poison() -> None:
    """A message that cannot be applied is left out, and the next one goes on."""
    replace(Batch, "_park", lambda *_: None)


def apply_past_parked() -> None:
    """What comes behind a parked message is applied all the same."""
    advance = Batch._advance

    def advancing(batch: Batch, taken: Taken, envelope: Envelope, position: Position) -> None:
        waiting, position.parked = position.parked, 0
        advance(batch, taken, envelope, position)
        position.parked += waiting

    replace(Batch, "_advance", advancing)


def forget_gap() -> None:
    """A message that comes too early is applied, and those before it count as old."""
    judge = Position.judge

    def judging(position: Position, sequence: int) -> Verdict:
        verdict = judge(position, sequence)
        return Verdict.NEXT if verdict is Verdict.GAP else verdict

    replace(Position, "judge", judging)


def timer_twice() -> None:
    """A timer fires without asking whether it still stands."""
    take = Batch._take_timer

    def taking(batch: Batch, taken: Taken, due: Due) -> None:
        batch.loaded.timers[due.id] = {"_id": due.id, "once": due.once}
        take(batch, taken, due)

    replace(Batch, "_take_timer", taking)


def answer_not_stored() -> None:
    """What was answered to an Idempotency-Key is not kept."""
    take = Batch._take_act

    def taking(batch: Batch, taken: Taken, act: Act) -> None:
        take(batch, taken, act)
        batch._answers.clear()

    replace(Batch, "_take_act", taking)


def drop_version_check() -> None:
    """What is remembered is believed: written and read without looking whether another instance changed it."""
    store_position = Position.write

    async def believing(*_: Any) -> None:
        return

    def writing_state(id: str, loaded: Loaded) -> Write:
        document = {"_id": id, "version": loaded.version + 1, "state": loaded.state.model_dump(mode="json")}
        return ReplaceOne({"_id": id}, document, upsert=True)

    def writing_position(position: Position) -> UpdateOne:
        return store_position(dataclasses.replace(position, writes=0))

    replace(Store, "_still_so", believing)
    replace(common.store, "_state_write", writing_state)
    replace(Position, "write", writing_position)


MUTATIONS: Mapping[str, Callable[[], None]] = {
    "skip-inbox": skip_inbox,
    "inbox-outside": inbox_outside,
    "offsets-first": offsets_first,
    "park-outage": park_outage,
    "skip-poison": skip_poison,
    "apply-past-parked": apply_past_parked,
    "forget-gap": forget_gap,
    "timer-twice": timer_twice,
    "answer-not-stored": answer_not_stored,
    "drop-version-check": drop_version_check,
}
