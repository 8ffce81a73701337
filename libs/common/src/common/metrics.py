"""Every metric of the plumbing, with what it means."""

from prometheus_client import Counter, Gauge

TAKEN = Counter(
    "throughline_taken",
    "Units committed, by what became of them: next, duplicate, gap, behind-parked, parked, timer-fired, ...",
    ["outcome"],
)
SENT = Counter("throughline_sent", "Messages published from the journal and acknowledged by the broker", ["topic"])
UNSENT = Gauge("throughline_unsent", "Journal rows not yet acknowledged by the broker, when last looked at")
QUARANTINED = Counter("throughline_quarantined", "Records without the attributes that say where they belong")
STOPPED = Gauge("throughline_listening_stopped", "1 while too many messages would be parked to go on listening")
