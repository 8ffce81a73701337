"""A replay in bulk: place after place is asked at a steady pace, once a turn, and every answer is kept."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from common.change import Aggregate, Ask, NotFound, Outcome
from common.contracts.message import Contract
from common.contracts.operations import (
    BulkReplayCancelled,
    BulkReplayFinished,
    BulkReplayItemAnswered,
    BulkReplayItemAsked,
    BulkReplayStarted,
    ReplayPlace,
)
from common.contracts.plumbing import ReplayAnswered, ReplayParked

PER_SECOND = 5.0
"""ASSUMED: places asked a second, so that a listener that was down is not pushed over again."""

MOST_PLACES = 2000
"""ASSUMED: of one run, so that its facts stay far below what a broker takes."""

TICKET = re.compile(r"([^|]+)\|(\d+)\|(\d+)", re.ASCII)


class Status(StrEnum):
    """What became of one place."""

    WAITING = "waiting"
    ASKED = "asked"
    REPLAYED = "replayed"
    WOULD_APPLY = "would-apply"
    REFUSED_AGAIN = "refused-again"
    GONE = "gone"
    CANCELLED = "cancelled"


class Item(BaseModel):
    """One place of a run: how often it was asked, what was answered so far; `phase` is waiting, asked or settled."""

    model_config = ConfigDict(frozen=True)

    place: ReplayPlace
    phase: str = "waiting"
    turn: int = 0
    applied: int = 0
    left: int = 0
    reason: str = ""

    def asked(self, fact: BulkReplayItemAsked) -> Self:
        """After its listener was asked."""
        return self.model_copy(update={"phase": "asked", "turn": fact.turn})

    def answered(self, fact: BulkReplayItemAnswered, goes_on: bool) -> Self:
        """After its listener answered; more than one command takes is asked for in a further turn. Rule: OP-12."""
        more = goes_on and fact.left > 0 and not fact.reason
        update = {
            "phase": "waiting" if more else "settled",
            "applied": self.applied + fact.applied,
            "left": fact.left,
            "reason": fact.reason,
        }
        return self.model_copy(update=update)


class BulkReplay(Aggregate):
    """One run: who asked, how fast, and every place it is about."""

    by: str = ""
    per_second: float = PER_SECOND
    dry_run: bool = False
    items: tuple[Item, ...] = ()
    asked_at: datetime | None = None
    cancelled: bool = False
    finished: bool = False

    def after(self, fact: Contract) -> Self:
        """Started, asked, answered, cancelled, finished."""
        match fact:
            case BulkReplayStarted():
                items = tuple(Item(place=place) for place in fact.places)
                known = {"by": fact.by, "per_second": fact.per_second, "dry_run": fact.dry_run, "items": items}
                return self.model_copy(update=known)
            case BulkReplayItemAsked():
                asked = self.items[fact.item].asked(fact)
                return self.model_copy(update={"items": self._with(fact.item, asked), "asked_at": fact.asked_at})
            case BulkReplayItemAnswered():
                answered = self.items[fact.item].answered(fact, goes_on=not (self.dry_run or self.cancelled))
                return self.model_copy(update={"items": self._with(fact.item, answered)})
            case BulkReplayCancelled():
                return self.model_copy(update={"cancelled": True})
            case BulkReplayFinished():
                return self.model_copy(update={"finished": True})
        return self

    def start(
        self, by: str, per_second: float, dry_run: bool, places: Sequence[ReplayPlace], now: datetime
    ) -> Iterable[Outcome]:
        """Begin with the places as they are now; without any it is finished at once. Rule: OP-11."""
        if self.by:
            return []
        started = BulkReplayStarted(
            at=now, run_id=self.id, by=by, per_second=per_second, dry_run=dry_run, places=tuple(places)
        )
        return self._and_maybe_the_end(started, now)

    def ask_next(self, now: datetime, real_now: datetime) -> Iterable[Outcome]:
        """Ask for the next place that waits, unless it is too early; `real_now` is for the pace alone. Rule: OP-11."""
        number = next((n for n, item in enumerate(self.items) if item.phase == "waiting"), None)
        if number is None or self.cancelled or not self.may_ask(real_now):
            return []
        item = self.items[number]
        turn = item.turn + 1
        order = ReplayParked(
            at=now,
            about=item.place.about,
            source=item.place.source,
            topic=item.place.topic,
            by=self.by,
            dry_run=self.dry_run,
            ticket=f"{self.id}|{number}|{turn}",
        )
        asked = BulkReplayItemAsked(at=now, run_id=self.id, item=number, turn=turn, asked_at=real_now)
        return [asked, Ask(order, f"{item.place.listener}.commands")]

    def may_ask(self, real_now: datetime) -> bool:
        """Whether the pace allows one more now. Rule: OP-11."""
        return self.asked_at is None or real_now - self.asked_at >= timedelta(seconds=1 / self.per_second)

    def hear(self, answer: ReplayAnswered, now: datetime) -> Iterable[Outcome]:
        """Keep what a listener answered, once; an answer nobody waits for is none of ours. Rule: OP-12."""
        _, number, turn = read_ticket(answer.ticket)
        if number >= len(self.items) or (self.items[number].phase, self.items[number].turn) != ("asked", turn):
            return []
        answered = BulkReplayItemAnswered(
            at=now,
            run_id=self.id,
            item=number,
            turn=turn,
            applied=answer.applied,
            left=answer.left,
            reason=answer.reason,
        )
        return self._and_maybe_the_end(answered, now)

    def cancel(self, by: str, now: datetime) -> Iterable[Outcome]:
        """Ask for no further place; raises NotFound for a run that never began. Rule: OP-11."""
        if not self.by:
            raise NotFound("no-such-replay", "there is no replay in bulk with this id")
        if self.cancelled or self.finished:
            return []
        return self._and_maybe_the_end(BulkReplayCancelled(at=now, run_id=self.id, by=by), now)

    def status(self, item: Item) -> Status:
        """What became of one place of this run. Rule: OP-12."""
        if item.phase == "asked":
            return Status.ASKED
        if item.phase == "waiting":
            return Status.CANCELLED if self.cancelled else Status.WAITING
        if item.reason:
            return Status.REFUSED_AGAIN
        if item.applied:
            return Status.WOULD_APPLY if self.dry_run else Status.REPLAYED
        return Status.GONE

    def _and_maybe_the_end(self, fact: Contract, now: datetime) -> list[Outcome]:
        then = self.after(fact)
        still_open = {"asked"} if then.cancelled else {"asked", "waiting"}
        if any(item.phase in still_open for item in then.items):
            return [fact]
        applied, refused = sum(item.applied for item in then.items), sum(bool(item.reason) for item in then.items)
        return [fact, BulkReplayFinished(at=now, run_id=self.id, applied=applied, refused=refused)]

    def _with(self, number: int, item: Item) -> tuple[Item, ...]:
        return (*self.items[:number], item, *self.items[number + 1 :])


def read_ticket(ticket: str) -> tuple[str, int, int]:
    """Run, place and turn of a ticket; one that is empty or not of ours belongs to no run."""
    ours = TICKET.fullmatch(ticket)
    return (ours[1], int(ours[2]), int(ours[3])) if ours else ("", 0, 0)
