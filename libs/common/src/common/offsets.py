"""How far we are with each partition: up to the oldest batch that is still in hand."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field

from aiokafka import ConsumerRecord, TopicPartition

Offsets = dict[TopicPartition, int]
"""The next offset to read, by partition."""


@dataclass(eq=False, slots=True)
class InHand:
    """A batch between Kafka and the database, and where reading goes on after it."""

    after: Offsets
    size: int
    times: dict[TopicPartition, int]
    """The timestamp of its last record in each partition, in milliseconds."""
    done: bool = False


@dataclass
class Hands:
    """The batches in hand, oldest first. They may be done in any order; offsets follow the oldest that is not."""

    batches: deque[InHand] = field(default_factory=deque)
    _through: Offsets = field(default_factory=dict)
    _committed: Offsets = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Records in hand."""
        return sum(batch.size for batch in self.batches)

    @property
    def partitions(self) -> set[TopicPartition]:
        """Where the records in hand come from."""
        return {partition for batch in self.batches if not batch.done for partition in batch.after}

    def take(self, records: "Collection[ConsumerRecord[bytes, bytes]]") -> InHand:
        """A batch comes in; the records of a partition are in their order."""
        last = {(r.topic, r.partition): r for r in records}
        after = {TopicPartition(*where): record.offset + 1 for where, record in last.items()}
        times = {TopicPartition(*where): record.timestamp for where, record in last.items()}
        batch = InHand(after, len(records), times)
        self.batches.append(batch)
        return batch

    def put_down(self, batch: InHand) -> None:
        """A batch is done: all of it is in the database."""
        batch.done = True
        while self.batches and self.batches[0].done:
            self._through |= self.batches.popleft().after

    def due(self, partitions: Collection[TopicPartition]) -> Offsets:
        """What is to be committed of these partitions; the others are somebody else's by now."""
        self._through = {p: offset for p, offset in self._through.items() if p in partitions}
        return {p: offset for p, offset in self._through.items() if self._committed.get(p) != offset}

    def note_committed(self, offsets: Offsets) -> None:
        """These are committed."""
        self._committed |= offsets
