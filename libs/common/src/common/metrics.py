"""Every metric of the plumbing, with what it means. Labels name streams, codes and routes: never a person or an id."""

from time import perf_counter

from prometheus_client import Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEARD = Counter("throughline_heard", "Records received from Kafka, before the inbox looks at them", ["topic"])
TAKEN = Counter(
    "throughline_taken",
    "Units committed, by what became of them: next, duplicate, gap, behind-parked, parked, timer-fired, ...",
    ["outcome"],
)
SENT = Counter("throughline_sent", "Messages published from the journal and acknowledged by the broker", ["topic"])
QUARANTINED = Counter("throughline_quarantined", "Records without the attributes that say where they belong")
STOPPED = Gauge("throughline_listening_stopped", "1 while too many messages would be parked to go on listening")
LAG = Gauge(
    "throughline_lag_seconds",
    "How far behind a stream this instance is: 0 while nothing waits in its partitions, else the time since the last "
    "record it is done with",
    ["topic"],
)
BROKER_SILENT = Gauge(
    "throughline_broker_silent_seconds",
    "Time since the broker last answered; it is asked every 5 s. Above 15, requests are still answered, what they say "
    "waits in the journal, and nothing is heard",
)
UNSENT = Gauge("throughline_unsent", "Messages in the journal not yet acknowledged by the broker; from the database")
OLDEST_UNSENT = Gauge(
    "throughline_oldest_unsent_seconds",
    "How long the oldest unsent message has waited, in real time; from the database",
)
PARKED = Gauge(
    "throughline_parked", "Messages that wait for an operator, by the code of their cause; from the database", ["cause"]
)
HELD = Gauge("throughline_held", "Messages that wait for an earlier one of their subject; from the database")
READ_AT = Gauge(
    "throughline_database_read_timestamp_seconds",
    "When the gauges that come from the database were last read; older than a minute, the database does not answer",
)
REQUESTS = Histogram(
    "throughline_request_seconds",
    "HTTP requests and how long they took, by route",
    ["method", "route", "status"],
    buckets=(0.01, 0.05, 0.25, 1.0, 5.0),
)


class TimeRequests:
    """Counts and times the requests of an ASGI application, by the pattern of their route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = "none", perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            REQUESTS.labels(scope["method"], route, status).observe(perf_counter() - began)


TOPIC_DIFFERS = Gauge("throughline_topic_differs", "1 while a topic of ours is not as the code declares it", ["topic"])
