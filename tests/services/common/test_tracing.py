"""Traces: one thread from an act to everything it led to, made only of ids, and only of what was committed."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from common import tracing
from common.contracts.words import Role
from common.desk import Desk
from common.store import Store
from common.tracing import Spans
from common.units import Delivery
from intake.app import app as intake
from intake.settings import Settings as IntakeSettings
from services.common.counting import NOON, SERVICE, delivery, lesson
from services.one_house import House, house_of
from services.one_service import fire_timers_until, forget, fresh_store, signing_key, stopped_clock

REFERRAL = {"given_name": "Ada", "family_name": "Quillfeather", "birth_date": "1990-01-01", "conditions": ["anxiety"]}
TRACE, ABOVE = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
ASKED = f"00-{TRACE}-{ABOVE}-01"


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Where the spans go; the SDK is the real one."""
    exporter = InMemorySpanExporter()
    spans = Spans("family", exporter)
    monkeypatch.setattr(tracing, "spans", spans)
    yield exporter
    spans.close()


@pytest_asyncio.fixture
async def store(mongo_uri: str) -> AsyncIterator[Store]:
    """A store nobody else uses."""
    store = await fresh_store(mongo_uri, SERVICE)
    yield store
    await forget(store)


@pytest_asyncio.fixture
async def house(mongo_uri: str, tmp_path: Path) -> AsyncIterator[House]:
    """Intake on a database of its own."""
    asgi = intake(IntakeSettings(jwks=signing_key(tmp_path)))
    async with house_of(asgi, mongo_uri, tmp_path) as house:
        yield house


def seen(exporter: InMemorySpanExporter) -> list[ReadableSpan]:
    """The spans exported so far, in the order of their ends."""
    assert tracing.spans
    tracing.spans._provider.force_flush()
    return list(exporter.get_finished_spans())


def ids(span: ReadableSpan) -> tuple[str, str]:
    """Trace and span, as a traceparent spells them."""
    assert span.context
    return f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"


async def journalled(store: Store) -> list[str]:
    """What each fact said carries on, in order."""
    rows = await store.database.find("journal", {}, sort=[("_id", 1)])
    return [row["attributes"].get("traceparent", "") for row in rows]


def sent_in(trace: str, code: str, sequence: int = 1, about: str = "p") -> Delivery:
    """A lesson whose sender was in a trace."""
    given = delivery(lesson(about, code), sequence).envelope
    return Delivery(replace(given, attributes={**given.attributes, "traceparent": trace}))


async def take(store: Store, *units: Delivery) -> None:
    """Let a desk commit them."""
    desk = Desk(store, store._clock, lambda _: None)
    working = asyncio.create_task(desk.run())
    await desk.take(units)
    desk.close()
    await working


async def test_a_message_that_is_applied_is_a_part_of_its_senders_trace(
    store: Store, exported: InMemorySpanExporter
) -> None:
    """From cause to effect: what is journalled carries the span of the message that caused it."""
    await take(store, sent_in(ASKED, "MI-1"))
    (span,) = seen(exported)
    assert span.kind is SpanKind.CONSUMER and span.parent is not None
    assert (ids(span)[0], f"{span.parent.span_id:016x}") == (TRACE, ABOVE)
    assert await journalled(store) == [f"00-{TRACE}-{ids(span)[1]}-01"]


async def test_a_message_that_comes_again_makes_no_second_span(store: Store, exported: InMemorySpanExporter) -> None:
    """Said twice, it happens once, and is seen once."""
    await take(store, sent_in(ASKED, "MI-1"))
    await take(store, sent_in(ASKED, "MI-1"))
    assert len(seen(exported)) == 1


async def test_a_held_message_has_its_span_when_it_is_applied(store: Store, exported: InMemorySpanExporter) -> None:
    """Out of order: the later one waits, and is seen after the earlier one."""
    await take(store, sent_in(ASKED, "MI-2", 2))
    assert seen(exported) == []
    await take(store, sent_in(ASKED, "MI-1", 1))
    assert [(span.attributes or {})["throughline.sequence"] for span in seen(exported)] == [1, 2]


async def test_a_message_that_is_refused_says_why(store: Store, exported: InMemorySpanExporter) -> None:
    """An operator finds the parked message by its trace."""
    await take(store, sent_in(ASKED, "POISON"))
    (span,) = seen(exported)
    assert span.attributes and span.attributes["error.type"] == "poisoned"
    assert not span.status.is_ok


async def test_what_was_not_committed_is_not_seen(store: Store, exported: InMemorySpanExporter) -> None:
    """A span of a transaction that failed would tell what never happened."""
    outcome = await store.commit([sent_in(ASKED, "MI-1")])
    assert outcome.spans and seen(exported) == []


async def test_a_timer_begins_a_trace_linked_to_the_span_that_set_it(
    mongo_uri: str, tmp_path: Path, exported: InMemorySpanExporter
) -> None:
    """It may fire weeks later: no trace is that long, and none is lost."""
    clock, face = stopped_clock(tmp_path, NOON - timedelta(days=1))
    store = await fresh_store(mongo_uri, SERVICE, clock)
    await take(store, sent_in(ASKED, "LATER"))
    assert await fire_timers_until(store, clock, face, NOON) == 1
    message, timer = seen(exported)
    assert timer.name == "timer later" and timer.parent is None and ids(timer)[0] != TRACE
    assert [f"{link.context.span_id:016x}" for link in timer.links] == [ids(message)[1]]
    assert [one[:-3] for one in await journalled(store)] == [f"00-{ids(timer)[0]}-{ids(timer)[1]}"]
    await forget(store)


async def test_an_act_over_http_goes_on_with_the_trace_of_its_request(
    house: House, exported: InMemorySpanExporter
) -> None:
    """A gateway before us sees its request to the end."""
    headers = house.caller.headers([Role.CLINICIAN], "k") | {"traceparent": ASKED}
    assert (await house.http.post("/v1/referrals", json=REFERRAL, headers=headers)).is_success
    (span,) = seen(exported)
    assert (span.name, span.kind) == ("POST /v1/referrals", SpanKind.SERVER)
    assert ids(span)[0] == TRACE
    assert set(await journalled(house.store)) == {f"00-{TRACE}-{ids(span)[1]}-01"}


async def test_a_span_has_no_name_of_a_person_in_it(house: House, exported: InMemorySpanExporter) -> None:
    """Ids travel, people do not."""
    assert (await house.post("/v1/referrals", REFERRAL)).is_success
    (span,) = seen(exported)
    told = span.to_json()
    assert [secret for secret in ("Ada", "Quillfeather", "1990-01-01", "anxiety") if secret in told] == []


@pytest.mark.parametrize(
    "traceparent", ["", "Ada Quillfeather", "00-" + "0" * 32 + "-b7ad6b7169203331-01", ASKED + "-x"]
)
async def test_a_request_that_names_no_trace_begins_one(
    house: House, exported: InMemorySpanExporter, traceparent: str
) -> None:
    """Whatever a caller sends as its trace, only a trace travels on. Source: W3C Trace Context."""
    headers = house.caller.headers([Role.CLINICIAN], "k") | {"traceparent": traceparent}
    assert (await house.http.post("/v1/referrals", json=REFERRAL, headers=headers)).is_success
    (span,) = seen(exported)
    assert span.parent is None


async def test_without_tracing_the_trace_of_a_request_still_travels(house: House) -> None:
    """Whoever traces around us loses nothing by our not tracing."""
    headers = house.caller.headers([Role.CLINICIAN], "k") | {"traceparent": ASKED}
    assert (await house.http.post("/v1/referrals", json=REFERRAL, headers=headers)).is_success
    assert set(await journalled(house.store)) == {ASKED}


def test_a_service_that_does_not_trace_loads_nothing_for_it() -> None:
    """Idle memory: the SDK and its exporter cost megabytes."""
    code = "import intake.app, sys; print([m for m in sys.modules if m.startswith('opentelemetry.')])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "opentelemetry.sdk" not in loaded and "opentelemetry.exporter" not in loaded
