"""Seen from outside: one trace through two services and a broker, what a house says of itself, and its log."""

import asyncio
import gzip
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI, Request, Response
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families

import servers
from common.contracts.words import Role
from throughline.cohort.api import Api, Post, Staff
from throughline.embedded.house import House
from throughline.embedded.processes import LOOPBACK, port_of, reserve_port

TOGETHER = ("intake", "skills", "family")
CLINICIAN = Staff("c-1", (Role.CLINICIAN,))
Span = tuple[str, str]
"""Who made it, and what it is called."""


class Collector:
    """An OTLP/HTTP receiver that keeps what it is sent, by trace."""

    def __init__(self) -> None:
        self.traces: dict[str, set[Span]] = {}
        self.raw = b""
        self.app = FastAPI()
        self.app.post("/v1/traces")(self.take)

    async def take(self, request: Request) -> Response:
        """Read an export as the protocol has it. Source: OTLP 1, binary protobuf over HTTP."""
        body = await request.body()
        body = gzip.decompress(body) if request.headers.get("content-encoding") == "gzip" else body
        self.raw += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            named = {one.key: one.value.string_value for one in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.traces.setdefault(span.trace_id.hex(), set()).add((named["service.name"], span.name))
        return Response(media_type="application/x-protobuf")


@asynccontextmanager
async def collecting() -> AsyncIterator[tuple[Collector, str]]:
    """A collector that runs, and where."""
    collector = Collector()
    with reserve_port() as held:
        server = uvicorn.Server(uvicorn.Config(collector.app, LOOPBACK, port_of(held), log_config=None))
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield collector, f"http://{LOOPBACK}:{port_of(held)}"
        finally:
            server.should_exit = True
            await asyncio.to_thread(thread.join)


@pytest_asyncio.fixture(scope="module")
async def seen(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[House, Api, Collector]]:
    """Three services, traced."""
    async with (
        collecting() as (collector, endpoint),
        House(
            tmp_path_factory.mktemp("run"),
            broker=servers.BROKER,
            services=TOGETHER,
            extra_env={"THROUGHLINE_OTLP": endpoint, "OTEL_BSP_SCHEDULE_DELAY": "100"},
        ) as house,
        Api(house.urls, house.run_folder) as api,
    ):
        yield house, api, collector


async def admit(api: Api, secret: str) -> dict[str, Any]:
    """Somebody new is referred and accepted."""
    body = {"given_name": secret, "family_name": secret, "birth_date": "1990-01-01", "conditions": ["anxiety"]}
    referral: dict[str, Any] = (await api.do(Post("intake", "/v1/referrals", body, CLINICIAN)))["extra"]
    accept = {"decision": "accept", "level": "PHP", "primary_therapist": "th-1"}
    await api.do(Post("intake", f"/v1/referrals/{referral['referral_id']}/decision", accept, CLINICIAN))
    return referral


def heard_of(collector: Collector, service: str) -> set[Span]:
    """The spans that share a trace with an act at intake and one of this service."""
    act = ("intake", "POST /v1/referrals/{referral_id}/decision")
    return {
        span for spans in collector.traces.values() if act in spans for span in spans if span[0] in ("intake", service)
    }


async def metric(house: House, service: str, name: str, **labels: str) -> float | None:
    """A value on a service's page of metrics."""
    async with httpx.AsyncClient(trust_env=False) as http:
        page = (await http.get(f"{house.urls[service]}/metrics")).raise_for_status().text
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return float(sample.value)
    return None


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it is so; fails after twenty seconds."""
    for _ in range(200):
        if await holds():
            return
        await asyncio.sleep(0.1)
    assert await holds()


async def _heard(collector: Collector, service: str) -> bool:
    return service in {who for who, _ in heard_of(collector, service)}


async def _more_than(before: float, value: Callable[[], Awaitable[float | None]]) -> bool:
    return (await value() or 0.0) > before


async def _is_zero(value: Awaitable[float | None]) -> bool:
    return await value == 0.0


async def test_one_act_is_one_trace_through_two_services_and_the_broker(seen: tuple[House, Api, Collector]) -> None:
    """From cause to effect: what a clinician did at intake, and what skills and family made of it, share a trace."""
    _, api, collector = seen
    secret = f"Name{uuid4().hex}"
    await admit(api, secret)
    for service in ("skills", "family"):
        await eventually(partial(_heard, collector, service))
    assert {name.partition(" ")[0] for who, name in heard_of(collector, "skills") if who == "skills"} == {"process"}
    assert secret.encode() not in collector.raw


async def test_a_house_says_how_far_it_is(seen: tuple[House, Api, Collector]) -> None:
    """Messages in and out are counted, and nothing waits once all is done."""
    house, api, _ = seen
    before = await metric(house, "skills", "throughline_heard_total", topic="intake.episodes") or 0.0
    await admit(api, "Name")
    heard = partial(metric, house, "skills", "throughline_heard_total", topic="intake.episodes")
    await eventually(lambda: _more_than(before, heard))
    await eventually(lambda: _is_zero(metric(house, "skills", "throughline_lag_seconds", topic="intake.episodes")))
    await eventually(lambda: _is_zero(metric(house, "intake", "throughline_oldest_unsent_seconds")))
    assert await metric(house, "intake", "throughline_sent_total", topic="intake.episodes")
    about = {"method": "POST", "route": "/v1/referrals"}
    assert await metric(house, "intake", "throughline_request_seconds_count", **about)


async def test_no_metric_names_a_participant(seen: tuple[House, Api, Collector]) -> None:
    """Labels name streams, codes and routes: an id there would be a series for each person, and a trace of them."""
    _, api, _ = seen
    participant = (await admit(api, "Label"))["participant_id"]
    await api.get("intake", f"/v1/participants/{participant}", CLINICIAN)
    pages = [await api.text(service, "/metrics") for service in TOGETHER]
    assert [page for page in pages if participant in page] == []


async def test_every_line_a_service_writes_is_json(seen: tuple[House, Api, Collector]) -> None:
    """Whoever collects the logs reads each line by itself."""
    house, _, _ = seen
    for service in TOGETHER:
        for line in (house.run_folder / f"{service}.log").read_text().splitlines():
            assert json.loads(line)["service"] == service, line
