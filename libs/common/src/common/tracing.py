"""Traces, as W3C and OpenTelemetry have them; with nowhere to send them, nothing is imported and nothing is made.

A span's attributes are ids, types, topics and codes: no names and no payload.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from common.change import TimerFired
from common.envelope import Envelope

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
"""Source: W3C Trace Context, version 00."""
EXPORT_SECONDS = 1.0
"""How long one export may take; a collector that is away costs us spans and nothing else."""


class Spans:
    """Makes the spans of one service and gives them to an exporter, in batches, from a thread of its own.

    A span that is never ended is never exported: what a transaction that failed had begun is dropped with it.
    """

    def __init__(self, service: str, exporter: "SpanExporter") -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace import Link, SpanKind, Status, StatusCode, get_current_span
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        who = {"service.name": service, "service.namespace": "throughline"}
        self._service = service
        self._provider = TracerProvider(resource=Resource.create(who), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("throughline")
        self._w3c, self._kind, self._link = TraceContextTextMapPropagator(), SpanKind, Link
        self._failed, self._current = Status(StatusCode.ERROR), get_current_span

    def of_act(self, route: str, id: str, traceparent: str) -> "Span":
        """An act over HTTP; a part of the trace its request names, if it names one."""
        about = {"http.route": route, "throughline.act_id": id}
        return self._tracer.start_span(route, self._w3c.extract({"traceparent": traceparent}), self._kind.SERVER, about)

    def of_message(self, envelope: Envelope) -> "Span":
        """A message that is applied; a part of the trace its sender was in."""
        about: dict[str, str | int] = {
            "messaging.system": "kafka",
            "messaging.operation.type": "process",
            "messaging.destination.name": envelope.topic,
            "messaging.consumer.group.name": self._service,
            "messaging.message.id": envelope.id,
            "cloudevents.event_type": envelope.type,
            "cloudevents.event_source": envelope.source,
            "cloudevents.event_subject": envelope.subject,
            "throughline.sequence": envelope.sequence,
        }
        above = self._w3c.extract(envelope.attributes)
        return self._tracer.start_span(f"process {envelope.type}", above, self._kind.CONSUMER, about)

    def of_timer(self, fired: TimerFired, traceparent: str) -> "Span":
        """A timer that fires; it may be weeks later, so it begins a trace, linked to the span that set it."""
        set_by = self._current(self._w3c.extract({"traceparent": traceparent})).get_span_context()
        links = [self._link(set_by)] if set_by.is_valid else []
        about = {"throughline.timer": fired.name, "throughline.aggregate": fired.aggregate}
        return self._tracer.start_span(f"timer {fired.name}", None, self._kind.INTERNAL, about, links)

    def traceparent(self, span: "Span") -> str:
        """What the effects of a span carry on."""
        from opentelemetry.trace import set_span_in_context

        carrier: dict[str, str] = {}
        self._w3c.inject(carrier, set_span_in_context(span))
        return carrier["traceparent"]

    def end(self, span: "Span", fault: str = "") -> None:
        """It is over; `fault` is the code of what was wrong."""
        if fault:
            span.set_attribute("error.type", fault)
            span.set_status(self._failed)
        span.end()

    def close(self) -> None:
        """Export what is left."""
        self._provider.shutdown()


spans: Spans | None = None
"""What makes spans in this process; None while there is nowhere to send them."""


@asynccontextmanager
async def sent_to(service: str, endpoint: str) -> AsyncIterator[None]:
    """Send this service's spans to an OTLP/HTTP endpoint (`http://collector:4318`); with none, make none."""
    global spans
    if not endpoint:
        yield
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS)
    sending = spans = Spans(service, exporter)
    try:
        yield
    finally:
        spans = None
        await asyncio.to_thread(sending.close)


@contextmanager
def act(route: str, id: str, traceparent: str) -> Iterator[str]:
    """An act over HTTP; yields the traceparent its facts carry: its span's, or, without spans, the request's."""
    asked = traceparent if TRACEPARENT.fullmatch(traceparent) else ""
    if (making := spans) is None:
        yield asked
        return
    span = making.of_act(route, id, asked)
    try:
        yield making.traceparent(span)
    except Exception as error:
        making.end(span, getattr(error, "code", type(error).__name__))
        raise
    making.end(span)


def end(made: "Iterable[tuple[Span, str]]") -> None:
    """What these spans are about is committed; each comes with the code of what was wrong, or nothing."""
    for span, fault in made:
        if spans:
            spans.end(span, fault)


def kept(traceparent: str) -> Mapping[str, str]:
    """What a timer keeps of the span that sets it; nothing, where there is none."""
    return {"traceparent": traceparent} if traceparent else {}
