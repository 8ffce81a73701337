"""What units mean here, and what a transaction read before it decides about them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.change import Effect, Refused
from common.contracts.message import Message
from common.contracts.plumbing import (
    DiscardParked,
    ReplayParked,
)
from common.envelope import Unreadable, read
from common.inbox import Position
from common.service import Service
from common.units import Act, Delivery, Due, Unit


@dataclass(frozen=True, slots=True)
class Taken:
    """A unit and what it means here: effects, or the fault that keeps it from meaning anything."""

    unit: Unit
    effects: Sequence[Effect] = ()
    message: Message[Any] | None = None
    fault: str = ""

    def positions(self) -> set[str]:
        """The inbox positions it touches."""
        own = {self.unit.envelope.position} if isinstance(self.unit, Delivery) else set()
        return own | set(self.operated_positions())

    def operated_positions(self) -> tuple[str, ...]:
        """The position whose parked messages an operator's command is about."""
        data = self.message.data if self.message else None
        if isinstance(data, (ReplayParked, DiscardParked)):
            return (f"{data.source}|{data.topic}|{data.about}",)
        return ()


def interpret(service: Service, unit: Unit, now: datetime) -> Taken:
    """Ask the handlers what a unit means. Pure, so it may be asked again."""
    if isinstance(unit, Act):
        return Taken(unit, unit.effects)
    if isinstance(unit, Due):
        try:
            return Taken(unit, tuple(service.timers[unit.fired.name](unit.fired)))
        except Exception as bug:  # noqa: BLE001 - any bug of a handler is a fault of this unit alone
            return Taken(unit, fault=fault_code(bug))
    return _interpret_delivery(service, unit, now)


def _interpret_delivery(service: Service, unit: Delivery, now: datetime) -> Taken:
    if unit.unstorable:
        return Taken(unit, fault="unstorable")
    if not service.knows(unit.envelope.type):
        return Taken(unit)
    try:
        message = read(unit.envelope, now)
    except Unreadable:
        return Taken(unit, fault="unreadable-body")
    try:
        return Taken(unit, tuple(service.effects_of(message)), message)
    except Exception as bug:  # noqa: BLE001 - any bug of a handler is a fault of this message alone
        return Taken(unit, message=message, fault=fault_code(bug))


def fault_code(error: Exception) -> str:
    """A stable code for why a message cannot be applied."""
    return error.code if isinstance(error, Refused) else f"bug-{type(error).__name__}"


class Preloaded:
    """What a transaction read before it decides: positions, waiting messages, earlier answers, timers."""

    def __init__(
        self,
        positions: dict[str, Position],
        held: dict[str, Taken],
        parked: dict[str, Taken],
        answers: dict[str, dict[str, Any]],
        timers: dict[str, dict[str, Any]],
    ) -> None:
        self._positions = positions
        self.held, self.parked, self.answers, self.timers = held, parked, answers, timers

    def waiting(self) -> tuple[Taken, ...]:
        """Every held or parked message that might be applied now."""
        return (*self.held.values(), *self.parked.values())

    def position(self, key: str) -> Position:
        """The position with this key, at zero where there is none."""
        return self._positions.setdefault(key, Position(key))

    def positions(self) -> Iterable[Position]:
        """Every position read or begun."""
        return self._positions.values()
