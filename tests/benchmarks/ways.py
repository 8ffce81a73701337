"""The ways to do the hop that are compared."""

from benchmarks.measuring import ROOT, Way

PEERS = str(ROOT / ".run" / "bench-peers" / "bin" / "python")
ONCE, AT_LEAST, NONE = "effectively once", "at least once", "no guarantee"

RAW = Way("raw", "raw limit: three lanes, batches, no inbox, no journal, no transaction", "raw", NONE, "3")
OURS = Way("ours", "ours: the whole service process, motor", "ours", ONCE)
WAYS: tuple[Way, ...] = (
    RAW,
    OURS,
    Way("ours-pymongo", "ours: the same with PyMongo's own async driver", "ours", ONCE, "pymongo"),
    Way("faststream-batch", "FastStream batch handler, bulk write, ack after", "faststream_batch", AT_LEAST, "", 0.5),
    Way("faststream-each", "FastStream handler as documented", "faststream_each", AT_LEAST, "", 0.05),
    Way("tx-each", "one transaction per message, separate relay", "each_in_a_transaction", ONCE, "", 0.05),
    Way("bytewax", "bytewax", "peer_bytewax", AT_LEAST, python=PEERS),
    Way("quixstreams", "quixstreams, batching sink", "peer_quix", AT_LEAST, python=PEERS),
    Way("faust", "faust-streaming, take", "peer_faust", AT_LEAST, share=0.5, python=PEERS),
)
