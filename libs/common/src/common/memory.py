"""What this process wrote last, so that it need not be read again; believed only as far as the writes agree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cachetools import LRUCache

from common.fold import Key, Loaded
from common.inbox import Position

STATES, COUNTS = 2000, 50_000
"""Aggregates and numbers remembered: the people who are busy now. ASSUMED."""


class Stale(Exception):
    """Another instance wrote what we remembered; nothing was committed, and reading it anew will help."""


@dataclass
class Memory:
    """States, inbox positions and sequences as this process last committed them."""

    states: LRUCache[Key, Loaded] = field(default_factory=lambda: LRUCache(STATES))
    positions: LRUCache[str, Position] = field(default_factory=lambda: LRUCache(COUNTS))
    sequences: LRUCache[str, int] = field(default_factory=lambda: LRUCache(COUNTS))


@dataclass
class Recall:
    """What one transaction takes from memory; given back when it is committed, forgotten when it is not.

    Each write names the version it rests on, and what was only read is looked at again, so a memory that
    is out of date ends in `Stale` and never in a wrong decision.
    """

    memory: Memory
    states: dict[Key, Loaded] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    _states: Mapping[Key, Loaded] = field(default_factory=dict)
    _positions: Sequence[Position] = ()
    _sequences: Mapping[str, int] = field(default_factory=dict)

    def recall_states(self, keys: Iterable[Key]) -> dict[Key, Loaded]:
        """The aggregates we remember of these."""
        known = {key: self.memory.states[key] for key in keys if key in self.memory.states}
        self.states |= known
        return known

    def recall_positions(self, keys: Iterable[str]) -> dict[str, Position]:
        """The positions we remember of these; only such at which nothing is parked or held."""
        known = {key: self.memory.positions[key] for key in keys if key in self.memory.positions}
        self.positions |= known
        return {key: replace(position) for key, position in known.items()}

    def recall_sequences(self, keys: Iterable[str]) -> dict[str, int]:
        """The last sequences we remember of these, by topic and subject."""
        known = {key: self.memory.sequences[key] for key in keys if key in self.memory.sequences}
        self.sequences |= known
        return dict(known)

    def learn(self, states: Mapping[Key, Loaded], positions: Iterable[Position], sequences: Mapping[str, int]) -> None:
        """Note what will be true once this transaction is committed."""
        self._states = {key: Loaded(one.state, one.version + 1) for key, one in states.items() if one.changed}
        self._positions = [replace(position, writes=position.writes + 1) for position in positions]
        self._sequences = sequences

    def keep(self) -> None:
        """It is committed: remember what was learnt."""
        self.memory.states.update(self._states)
        self.memory.sequences.update(self._sequences)
        for position in self._positions:
            if position.parked or position.held:
                self.memory.positions.pop(position.key, None)
            else:
                self.memory.positions[position.key] = position

    def forget(self) -> None:
        """Remember nothing any more of what was believed in vain."""
        for key in self.states:
            self.memory.states.pop(key, None)
        for name in self.positions:
            self.memory.positions.pop(name, None)
        for name in self.sequences:
            self.memory.sequences.pop(name, None)
