"""Puts a service together: database, desk, relay, listener, timers, and the HTTP frame around them."""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from time import time
from typing import Any, TypeVar

import uvicorn
from aiokafka.errors import KafkaError
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from prometheus_client import generate_latest
from pydantic import ValidationError
from tenacity import RetryCallState, retry, retry_if_exception_type, wait_random_exponential

from common import streams, tracing, web
from common.auth import Door
from common.clock import Clock
from common.contracts.words import Role
from common.desk import Desk, ask_for_the_missing
from common.kafka import connection
from common.large import LimitBodies
from common.listen import Listener
from common.logs import log, set_up
from common.metrics import BROKER_SILENT, TimeRequests
from common.mongo import Database, DatabaseError, reason_of
from common.openapi import describe
from common.readings import Readings
from common.relay import Relay
from common.service import Service
from common.settings import Settings, wrong_lines
from common.store import Store
from common.timers import fire_timers
from common.topics import ensure_topics

S = TypeVar("S", bound=Settings)

DRAIN_SECONDS = 10.0
BAD_SETTINGS = 2
"""The exit code, as for a wrong command line."""
GARBAGE = 50_000
"""New objects before the collector looks; Python's 700 costs a tenth of all time in large batches. Measured."""


def _what_is_wrong(state: RetryCallState) -> dict[str, str]:
    """The kind of error and its reason: Kafka's in words, the database's as it calls it."""
    error = state.outcome.exception() if state.outcome else None
    if error is None:
        return {}
    reason = str(error) if isinstance(error, KafkaError) else reason_of(error)
    return {"error": type(error).__name__, "reason": reason}


wait_for_the_outside = retry(
    retry=retry_if_exception_type((KafkaError, DatabaseError, OSError)),
    wait=wait_random_exponential(0.2, max=5),
    before_sleep=lambda state: log().warning(
        "waiting for database and broker",
        **_what_is_wrong(state),
    ),
)
"""Start order does not matter: wait for what is not there yet, and say so."""


def create_app(service: Service, settings: Settings, routers: Sequence[APIRouter]) -> FastAPI:
    """The whole service as one ASGI application; `state.ending` says whether answers that stay must end now."""
    title = f"Throughline {service.name}"
    app = FastAPI(title=title, version="1", lifespan=_lifespan, dependencies=[Depends(web.with_plain_ids)])
    app.state.service, app.state.settings = service, settings
    app.state.ending = lambda: False
    web.answer_problems(app)
    describe(app)
    app.add_middleware(LimitBodies)
    app.add_middleware(TimeRequests)
    app.include_router(plumbing)
    for router in routers:
        app.include_router(router)
    return app


def run(app: Callable[[S], FastAPI], told: type[S]) -> None:
    """Serve one service until it is told to stop; settings that are wrong are one readable line each, and exit 2."""
    try:
        settings = told()
    except ValidationError as wrong:
        print("\n".join(wrong_lines(wrong)), file=sys.stderr)
        raise SystemExit(BAD_SETTINGS) from None
    set_up(settings.service)
    application = app(settings)
    serving = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=int(DRAIN_SECONDS),
    )
    server = _Server(serving)
    application.state.ending = lambda: server.should_exit
    server.run()


class _Server(uvicorn.Server):
    """Uvicorn, which looks at SIGTERM only once it has started; our start may wait for a broker for ever."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, or, when told to end meanwhile, cancel all that was begun."""
        starting = asyncio.create_task(super().startup(sockets))
        while not (starting.done() or self.should_exit):
            await asyncio.wait([starting], timeout=0.1)
        if starting.done():
            await starting
            return
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # to it, a start cut short is a traceback
        begun = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in begun:
            task.cancel()
        await asyncio.wait(begun, timeout=DRAIN_SECONDS)
        log().info("told to end before it had started")


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service, settings = app.state.service, app.state.settings
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(tracing.sent_to(service.name, settings.otlp))
        clock = Clock(settings.clock_file)
        owner = f"{socket.gethostname()}:{settings.port}"
        database = Database(
            settings.mongo, service.name, settings.mongo_driver, f"{service.name}@{owner}", settings.mongo_login
        )
        stack.push_async_callback(database.close)
        await wait_for_the_outside(database.end_predecessor)()
        store = Store(service, database, clock, settings.site)
        await wait_for_the_outside(store.prepare)()
        await wait_for_the_outside(ensure_topics)(service, settings)
        relay = Relay(database, connection(settings), settings.embedded_broker, service.source, owner)
        desk = Desk(store, clock, relay.ring)
        listener = Listener(service, desk, settings)
        app.state.clock, app.state.database, app.state.desk = clock, database, desk
        app.state.relay, app.state.listener = relay, listener
        app.state.readings = Readings(service, desk, listener.lag)
        app.state.door = Door(settings.jwks, settings.issuer, settings.audience)

        relaying = await stack.enter_async_context(_running(relay.run()))
        stack.push_async_callback(relay.shards.give_up)
        working = await stack.enter_async_context(_running(desk.run(), last=desk.close))
        watching = await stack.enter_async_context(_running(ask_for_the_missing(desk)))
        timing = await stack.enter_async_context(_running(fire_timers(desk))) if service.timers else watching
        works = [await stack.enter_async_context(_running(work(desk))) for work in service.works]
        await wait_for_the_outside(listener.broker.start)()
        stack.push_async_callback(listener.stop)
        parts = (relaying, working, watching, timing, *works)
        keeping = await stack.enter_async_context(_running(listener.keep_offsets()))
        await stack.enter_async_context(_running(_guard((*parts, keeping), listener)))
        _collect_seldom()
        yield


def _collect_seldom() -> None:
    """Let the collector look at what is new, and not, again and again, at all that was imported."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 20)


@asynccontextmanager
async def _running(work: Coroutine[Any, Any, None], last: Any = None) -> AsyncIterator["asyncio.Task[None]"]:
    """Run `work` beside us; at the end let it finish after `last()`, or cancel it."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        if last is None:
            task.cancel()
        else:
            last()
        await asyncio.wait([task], timeout=DRAIN_SECONDS)
        task.cancel()


async def _guard(tasks: Sequence["asyncio.Task[None]"], listener: Listener) -> None:
    """End the process when a part of it dies, so that its supervisor starts a whole one."""
    while True:
        await asyncio.sleep(1.0)
        if listener.broken() or any(task.done() for task in tasks):
            log().critical("a part of this service died; ending the process")
            os.kill(os.getpid(), signal.SIGTERM)
            return
        BROKER_SILENT.set(listener.broker_silent(time()))
        with suppress(KafkaError, TimeoutError):  # in the middle of a rebalance; in a second we look again
            await listener.look_at_the_ends()


plumbing = APIRouter()


@plumbing.get("/healthz")
async def healthz() -> dict[str, str]:
    """Alive."""
    return {"status": "alive"}


@plumbing.get("/readyz")
async def readyz(request: Request, response: Response) -> dict[str, bool]:
    """Ready: the database answers, partitions are assigned, the relay keeps up.

    Without a broker we stay ready: requests are answered, and what they say waits in the journal.
    """
    state = request.app.state
    try:
        await state.database.ping()
        database = True
    except DatabaseError:
        database = False
    listening = state.listener.assigned() and not state.listener.stopped
    ready = {"database": database, "listening": listening, "relay": state.relay.keeping_up}
    response.status_code = 200 if all(ready.values()) else 503
    return ready


@plumbing.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus. What it says is listed in docs/metrics.md."""
    await request.app.state.readings.refresh()
    return Response(generate_latest(), media_type="text/plain; version=0.0.4")


@plumbing.get("/v1/streams", dependencies=[web.allow(Role.OPERATOR, Role.INTEGRATION)])
async def get_streams(request: Request) -> dict[str, Any]:
    """How far this service is with every stream."""
    state = request.app.state
    return await streams.progress(state.database, state.clock, state.service.waits)


@plumbing.get("/v1/parked", dependencies=[web.allow(Role.OPERATOR)])
async def get_parked(request: Request) -> list[dict[str, Any]]:
    """The messages that wait for an operator."""
    return await streams.parked(request.app.state.database)
