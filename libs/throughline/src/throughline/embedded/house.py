"""The supervisor: mongod, the broker and the services as processes, from the first port to the last file."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from common.contracts import SERVICES
from throughline.embedded import brokers, clock_face, kafka, preflight, runs, servers, tokens
from throughline.embedded.processes import LOOPBACK, Child, all_ready, port_of, reserve_port

STOPPED_BY_SIGTERM = 128 + signal.SIGTERM
"""The exit code of a process that SIGTERM ended. Source: POSIX shells."""


SERVERS = ("mongod", "broker")


def service_of(instance: str) -> str:
    """The service that a process runs: "skills-2" is the second instance of "skills"."""
    return instance.partition("-")[0]


def run_module(instance: str) -> list[str]:
    """The command that runs a service."""
    return [sys.executable, "-m", service_of(instance)]


class House:
    """A whole house in a run folder of its own under `root`: an async context manager.

    `ports` fixes ports by process name ("mongod", "broker" or a service); the others are free ones.
    `broker` says which it has, `keep` leaves the run folder at the end, `stepped_clock` gives services a clock file.
    `extra_env` is given to every service, `command` and `service_child` say how one of that name is run.
    Entering raises `CannotRun` when the house cannot start.
    SIGTERM closes the house and then ends the program with `STOPPED_BY_SIGTERM`.
    """

    def __init__(
        self,
        root: Path,
        *,
        broker: brokers.Broker = "embedded",
        stepped_clock: bool = False,
        ports: dict[str, int] | None = None,
        keep: bool = False,
        services: Iterable[str] = SERVICES,
        extra_env: dict[str, str] | None = None,
        command: Callable[[str], list[str]] = run_module,
        service_child: type[Child] = Child,
    ) -> None:
        self.root = root
        self.run_folder = root
        self.kafka = ""
        self.mongo = ""
        self.urls: dict[str, str] = {}
        self.broker = broker
        self._services = tuple(services)
        self._stepped_clock = stepped_clock
        self._wanted_ports = ports or {}
        self._keep = keep
        self._extra_env = extra_env or {}
        self._command = command
        self._child_of_service = service_child
        self._children: dict[str, Child] = {}
        self._held: dict[str, socket.socket] = {}
        self._stack = AsyncExitStack()
        self._opener: asyncio.Task[object] | None = None
        self._failed = self._closing = self._listening = self._terminated = False

    @property
    def pids(self) -> dict[str, int]:
        """Process name -> pid of its last start."""
        return {name: child.pid for name, child in self._children.items()}

    def peak_memory(self) -> dict[str, int]:
        """Process name -> the most resident memory it held, in bytes; also after the house is closed."""
        for child in self._children.values():
            child.sample()
        return {name: child.peak_bytes for name, child in self._children.items()}

    async def kill(self, name: str, sig: int = signal.SIGKILL) -> None:
        """Send a process a signal; after SIGKILL, wait until it is gone."""
        self._children[name].send(sig)
        if sig == signal.SIGKILL:
            await self._children[name].gone()

    async def restart(self, name: str) -> None:
        """Stop a process if it runs, start it on the same port, and wait until it is ready.

        mongod and Kafka find their data again; the embedded broker has lost everything but the topics' names.
        Raises `CannotRun` when it does not come back.
        """
        child = self._children[name]
        await child.stop()
        child.start()
        await child.until_ready()
        self._note()

    def empty_broker(self) -> None:
        """Let a broker that was killed lose everything; the embedded one has already."""
        if isinstance(node := self._children["broker"], kafka.Node):
            node.forget()

    def alive(self, name: str) -> bool:
        """Whether a process is there; a frozen one is."""
        return name in self._children and self._children[name].alive

    async def add(self, instance: str, extra_env: dict[str, str] | None = None) -> None:
        """Start one more instance of a service, named like "skills-2", on a port of its own; wait until it is ready.

        Raises `CannotRun` when it does not start; it is then still ours to `restart` or `remove`.
        """
        self._held[instance] = self._stack.enter_context(reserve_port())
        child = self._service_child(instance)
        child.env = {**child.env, **(extra_env or {})}
        self._start(child)
        self._note()
        await child.until_ready()

    async def attach(self, child: Child) -> None:
        """Start a process that is no service beside the others, to be stopped with them; wait until it is ready."""
        self._start(child)
        self._note()
        await child.until_ready()

    async def remove(self, instance: str) -> None:
        """Stop an instance that was added, and forget it."""
        await self._children[instance].stop()
        del self._children[instance]
        self._held.pop(instance).close()
        self._note()

    async def __aenter__(self) -> Self:
        preflight.check(self.root, self._wanted_ports)
        brokers.check(self.broker)
        runs.sweep(self.root)
        self._listen_for_sigterm()
        try:
            await self._open()
        except BaseException as error:
            await self._close(error)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close(error)

    async def _open(self) -> None:
        run = runs.open_run(self.root, keep=self._keep)
        self._stack.callback(lambda: run.close(failed=self._failed))
        self.run_folder = run.path
        self._hold_ports()
        tokens.create_key(self.run_folder)
        if self._stepped_clock:
            clock_face.write_clock(clock_face.clock_file(self.run_folder), datetime.now(UTC))
        await self._open_servers()
        await self._open_services()
        self._note()

    def _hold_ports(self) -> None:
        for name in (*SERVERS, *self._services):
            self._held[name] = self._stack.enter_context(reserve_port(self._wanted_ports.get(name, 0)))
        self.mongo = servers.mongo_uri(self._port("mongod"))
        self.kafka = servers.bootstrap(self._port("broker"))
        self.urls = {name: f"http://{LOOPBACK}:{self._port(name)}" for name in self._services}

    async def _open_servers(self) -> None:
        pair = [
            servers.mongod_child(self.run_folder, self._port("mongod")),
            brokers.broker_child(self.broker, self.run_folder, self._port("broker")),
        ]
        for child in pair:
            self._stack.push_async_callback(child.stop)
            self._start(child)
        await all_ready(pair)

    async def _open_services(self) -> None:
        self._stack.push_async_callback(self._stop_services)
        for name in self._services:
            self._start(self._service_child(name))
        await all_ready([self._children[name] for name in self._services])

    def _start(self, child: Child) -> None:
        child.start()
        self._children[child.name] = child

    async def _stop_services(self) -> None:
        started = [child for name, child in self._children.items() if name not in SERVERS]
        await asyncio.gather(*(child.stop() for child in started))

    def _service_child(self, name: str) -> Child:
        url = f"http://{LOOPBACK}:{self._port(name)}/readyz"
        env = self._environment(name)
        argv = self._command(name)
        return self._child_of_service(name, argv, self.run_folder, self._port(name), env, lambda: _answers(url))

    def _environment(self, name: str) -> dict[str, str]:
        outside = {key: value for key, value in os.environ.items() if not key.startswith("THROUGHLINE_")}
        ours = {
            "THROUGHLINE_SERVICE": service_of(name),
            "THROUGHLINE_HOST": LOOPBACK,
            "THROUGHLINE_PORT": str(self._port(name)),
            "THROUGHLINE_KAFKA": self.kafka,
            "THROUGHLINE_MONGO": self.mongo,
            "THROUGHLINE_EMBEDDED_BROKER": str(self.broker == "embedded").lower(),
            "THROUGHLINE_PARTITIONS": str(brokers.PARTITIONS[self.broker]),
            "THROUGHLINE_JWKS": str(tokens.jwks_file(self.run_folder)),
        }
        if self._stepped_clock:
            ours["THROUGHLINE_CLOCK_FILE"] = str(clock_face.clock_file(self.run_folder))
        return outside | ours | self._extra_env

    def _port(self, name: str) -> int:
        return port_of(self._held[name])

    def _note(self) -> None:
        """Write `house.json`, by which other commands find this house."""
        facts = {
            "run_folder": str(self.run_folder),
            "supervisor": os.getpid(),
            "kafka": self.kafka,
            "mongo": self.mongo,
            "urls": self.urls,
            "ports": {name: self._port(name) for name in self._held},
            "pids": self.pids,
        }
        unseen = self.run_folder / "house.json.new"
        unseen.write_text(json.dumps(facts, indent=2))
        unseen.replace(self.run_folder / "house.json")

    async def _close(self, error: BaseException | None) -> None:
        self._closing = True
        self._failed = isinstance(error, Exception)
        try:
            await self._stack.aclose()
        finally:
            self._stop_listening_for_sigterm()
        if self._terminated:
            raise SystemExit(STOPPED_BY_SIGTERM) from error

    def _listen_for_sigterm(self) -> None:
        """Let SIGTERM cancel the task that opened the house, unless the program listens for it itself."""
        self._opener = asyncio.current_task()
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._terminate)
            self._listening = True

    def _stop_listening_for_sigterm(self) -> None:
        if self._listening:
            asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)

    def _terminate(self) -> None:
        self._terminated = True
        if self._opener is None or self._opener.done():
            self._stop_listening_for_sigterm()
            os.kill(os.getpid(), signal.SIGTERM)
        elif not self._closing:
            self._opener.cancel()


async def _answers(url: str) -> bool:
    """Whether a service says it is ready."""
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
            return (await client.get(url)).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
