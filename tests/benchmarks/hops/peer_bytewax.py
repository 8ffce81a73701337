"""bytewax: Kafka source in batches, one batch operator, Kafka sink, recovery store on disk."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main

from benchmarks import work
from benchmarks.hops.together import Together
from benchmarks.hops.told import KAFKA, OPTION

BATCH = int(OPTION or 2000)
"""Messages a partition hands over at once; 1,000 is the default of the connector."""


def flow() -> Any:
    """Source, decision, sink."""
    together = Together()

    def decide(batch: list[Any]) -> list[Any]:
        said = together.take((work.id_in(message.headers), message.value) for message in batch)
        return [KafkaSinkMessage(key, value, headers=headers) for key, value, headers in said]

    dataflow = Dataflow("family")
    heard = op.input("grants", dataflow, KafkaSource([KAFKA], [work.HEARD], batch_size=BATCH))
    op.output("noted", op.flat_map_batch("decide", heard, decide), KafkaSink([KAFKA], work.SAID))
    return dataflow


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        init_db_dir(Path(folder), 1)
        recovery = RecoveryConfig(folder, backup_interval=timedelta(seconds=10))
        cli_main(flow(), epoch_interval=timedelta(seconds=1), recovery_config=recovery)
