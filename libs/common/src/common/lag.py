"""How far behind the streams we are, in seconds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

Partition = tuple[str, int]
"""A topic and the number of one of its partitions; aiokafka's `TopicPartition` is one."""


@dataclass
class Lag:
    """For each partition, how long ago we were level with it.

    We are level while nothing waits there, and otherwise as of the instant of the last record we are done with. So an
    idle stream has no lag, one that flows has the age of its records, and one that stands still falls behind.
    """

    _level_at: dict[Partition, float] = field(default_factory=dict)
    _ours_since: dict[Partition, float] = field(default_factory=dict)
    """The best we know of a partition in which something waits since before we came and nothing is done yet."""
    _waiting: set[Partition] = field(default_factory=set)
    _done_at: dict[Partition, float] = field(default_factory=dict)

    def done(self, times: Mapping[Partition, int]) -> None:
        """A batch is done; the timestamps, in milliseconds, of its last record in each partition."""
        for partition, milliseconds in times.items():
            self._level_at[partition] = max(self._level_at.get(partition, 0.0), milliseconds / 1000)
            self._done_at[partition] = max(self._done_at.get(partition, 0.0), milliseconds / 1000)

    def look(self, waiting: Mapping[Partition, bool], now: float) -> None:
        """These partitions are ours, and whether anything waits in each; `now` in seconds since the epoch."""
        level = {partition: now for partition, waits in waiting.items() if not waits}
        self._level_at = {partition: at for partition, at in self._level_at.items() if partition in waiting} | level
        self._ours_since = {partition: self._ours_since.get(partition, now) for partition in waiting}
        self._waiting = {partition for partition, waits in waiting.items() if waits}
        self._done_at = {partition: at for partition, at in self._done_at.items() if partition in waiting}

    def heard_until(self, topic: str) -> dict[int, float]:
        """The instant of the last record we are done with, by partition of ours; who speaks says something every 15 s.

        So this grows old where a stream stands still, where its speaker is away, and where the broker is.
        """
        return {partition[1]: at for partition, at in self._done_at.items() if partition[0] == topic}

    def seconds(self, now: float) -> dict[str, float]:
        """By topic, the lag of its partition that is furthest behind."""
        lags: dict[str, float] = {}
        for partition, since in self._ours_since.items():
            behind = now - self._level_at.get(partition, since) if partition in self._waiting else 0.0
            lags[partition[0]] = max(0.0, behind, lags.get(partition[0], 0.0))
        return lags


def waiting_in(
    places: Mapping[Partition, int],
    ends: Mapping[Partition, int | None],
    in_hand: Collection[Partition],
) -> dict[Partition, bool]:
    """Whether anything waits in each partition: beyond the place we read on from, or between there and the database."""
    return {
        partition: partition in in_hand or (end is not None and places.get(partition, end) < end)
        for partition, end in ends.items()
    }
