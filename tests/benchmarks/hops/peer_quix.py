"""quixstreams: its batching sink, flushed with every checkpoint; what is said goes out before the offsets."""

from typing import Any

from quixstreams import Application
from quixstreams.sinks import BatchingSink

from benchmarks import work
from benchmarks.hops.together import Together
from benchmarks.hops.told import KAFKA, OPTION

EVERY = int(OPTION or 4000)
"""Messages between two checkpoints, over all partitions."""


class Noting(BatchingSink):  # type: ignore[misc]
    """Decides and writes a partition's batch, then publishes."""

    def __init__(self, producer: Any) -> None:
        super().__init__()
        self._together, self._producer = Together(), producer

    def write(self, batch: Any) -> None:
        """Called once per partition and checkpoint."""
        for key, value, headers in self._together.take((_id(item.headers), item.value) for item in batch):
            self._producer.produce(topic=work.SAID, key=key, value=value, headers=headers)
        self._producer.flush()


def _id(headers: Any) -> str:
    return work.id_in([(name, value) for name, value in headers])


def main() -> None:
    """Run until told to stop."""
    app = Application(
        broker_address=KAFKA,
        consumer_group=work.GROUP,
        auto_offset_reset="earliest",
        commit_every=EVERY,
        commit_interval=1.0,
        auto_create_topics=False,
        consumer_extra_config={"session.timeout.ms": 6000, "fetch.wait.max.ms": 20},
        loglevel="WARNING",
    )
    grants = app.topic(work.HEARD, value_deserializer="bytes", key_deserializer="bytes")
    app.dataframe(grants).sink(Noting(app.get_producer()))
    app.run()


if __name__ == "__main__":
    main()
