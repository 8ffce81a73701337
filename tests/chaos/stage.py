"""Everything a fault may lay hands on."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

from chaos import wire
from chaos.keeper import Keeper
from chaos.points import Orders
from chaos.poison import Poison
from common.contracts import SERVICES
from throughline.embedded.house import House
from throughline.embedded.processes import LOOPBACK

BACK_SECONDS = 25.0
"""How long a fault waits for what it broke to be whole again before it leaves it to the others."""

ONLY = {"timers.": ("intake", "notifications"), "outbound.": ("notifications",)}
"""Points that not every service has, by the beginning of their names."""


class DidNotHappen(Exception):
    """A fault found nothing to break: nobody passed where it waited, or it would have made the run undecidable."""


@dataclass
class Stage:
    """A running house and the hands that break it. `jump` moves the domain clock by minutes."""

    house: House
    keeper: Keeper
    orders: Orders
    poison: Poison
    chance: Random
    seed: int
    jump: Callable[[int], None]
    gateway_port: int = 0
    broker_restarts: int = 0
    emptied_at: float = -math.inf
    """When the broker last came back with nothing, by the monotonic clock."""
    extra: set[str] = field(default_factory=set)
    """Names of instances beside the first ones, while they run."""
    _reached: dict[str, int] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where orders and counts lie."""
        return self.orders.folder

    def a_service(self) -> str:
        """One of the services, by chance."""
        return self.chance.choice(SERVICES)

    def a_service_reaching(self, point: str) -> str:
        """A service that passed a point since we last asked; else one that ever did; else one that might."""
        might = next((names for start, names in ONLY.items() if point.startswith(start)), SERVICES)
        now = {name: self.orders.counted(name)[point] for name in might}
        new = [name for name, count in now.items() if count > self._reached.get(f"{name}.{point}", 0)]
        self._reached.update({f"{name}.{point}": count for name, count in now.items()})
        return self.chance.choice(new or [name for name, count in now.items() if count] or might)

    async def back(self, *names: str) -> str:
        """Wait until these processes are whole again; says so if they are not."""
        return "" if await self.keeper.until_up(*names, patience=BACK_SECONDS) else ", not back yet"

    def wire(self, **shares: float) -> None:
        """Tell the wire how often to lie; without shares it is honest."""
        wire.order(self.folder, self.seed, **shares)

    async def gateway(self, seconds: float) -> None:
        """Let the world outside answer 503 for a while."""
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            await client.post(f"http://{LOOPBACK}:{self.gateway_port}/_fail", json={"seconds": seconds})
