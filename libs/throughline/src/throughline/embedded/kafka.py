"""Apache Kafka as a process of this machine: KRaft, one node or several, its jars from Maven Central."""

import fcntl
import os
import shutil
import subprocess
import sys
import weakref
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from xml.etree import ElementTree

from throughline.embedded.preflight import CannotRun
from throughline.embedded.processes import LOOPBACK, Child, port_of, reserve_port
from throughline.embedded.servers import bootstrap, has_topics

POM = Path(__file__).with_name("kafka-pom.xml")
KEPT_IN = Path(".run")
"""Where the jars are kept, seen from where the command is given; `make clean` removes them."""

PACKAGES = "openjdk-17-jre-headless maven"
"""The Debian 12 packages that bring `java` and `mvn`; Kafka 4 needs Java 17. Source: Kafka 4.0 upgrade notes."""

PARTITIONS = 12
"""Of each topic on a real Kafka. Source: the house, "Plumbing"."""

CLUSTER = "ThroughlineOnLoopbackA"
"""Any 16 bytes in base64; a port says which cluster is meant."""

JVM = (
    "-Xms128m",
    "-Xmx256m",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Xshare:auto",
    "-XX:-UsePerfData",
    "-Djava.net.preferIPv4Stack=true",
)
"""ASSUMED: it starts soon and stays small; a site's broker is tuned by its operators."""
STARTED = b"Kafka Server started"
"""What a node says once it is unfenced and serves. Source: kafka.server.KafkaRaftServer."""

SETTINGS = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "CLIENTS",
    "listener.security.protocol.map": "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "3000",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "offsets.topic.num.partitions": "3",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
}


class Node(Child):
    """A KRaft node, broker and controller in one, that gives itself storage when it has none."""

    _log_before = 0

    @property
    def data(self) -> Path:
        """Where its log and its metadata are."""
        return self.folder / self.name

    @property
    def properties(self) -> Path:
        """What it was told."""
        return self.folder / f"{self.name}.properties"

    def start(self) -> None:
        """Start it on what is there. Raises `CannotRun` when its storage cannot be made."""
        if not (self.data / "meta.properties").exists():
            self._format()
        self._log_before = self.log.stat().st_size if self.log.exists() else 0
        super().start()

    def forget(self) -> None:
        """Lose every record, topic, group and offset; call it while it does not run."""
        shutil.rmtree(self.data, ignore_errors=True)

    async def serves(self) -> bool:
        """Whether it said, since it was last started, that it serves."""
        with self.log.open("rb") as log:
            log.seek(self._log_before)
            return STARTED in log.read()

    def _format(self) -> None:
        argv = [*_java("kafka.tools.StorageTool"), "format", "-t", CLUSTER, "-c", str(self.properties)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotRun(f"Kafka's storage cannot be made: {_one_line(done.stderr)}")


@asynccontextmanager
async def kafka(folder: Path) -> AsyncIterator[str]:
    """An empty Kafka with every topic of the contracts; yields `host:port`.

    Raises `CannotRun` when it does not start. Its data is removed at the end; its log stays in `folder`.
    """
    with reserve_port() as held:
        node = topical_node(folder, port_of(held))
        try:
            node.start()
            await node.until_ready()
            yield bootstrap(node.port)
        finally:
            await node.stop()
            node.forget()
            node.properties.unlink(missing_ok=True)


def topical_node(folder: Path, port: int) -> Node:
    """A node alone, not yet started; ready once it has every topic of the contracts. Raises `CannotRun`."""
    node = kafka_child(folder, port)
    node.answers = lambda: has_topics(bootstrap(port), PARTITIONS)
    return node


def kafka_child(
    folder: Path,
    port: int,
    *,
    node_id: int = 1,
    controller_port: int = 0,
    voters: str = "",
    settings: Mapping[str, str] | None = None,
) -> Node:
    """A node, not yet started; ready once it serves. It has no topics.

    Of several nodes each has its `controller_port`, and `voters` names them all as Kafka does: "1@127.0.0.1:9093,…".
    `settings` are added to its server.properties. Raises `CannotRun` without Java, or where the jars cannot be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = "broker" if node_id == 1 else f"broker-{node_id}"
    node = Node(name, _java("kafka.Kafka"), folder, port, os.environ, lambda: node.serves())
    node.argv.append(str(node.properties))
    told = {**settings_of(port, controller_port or _port_for(node), node_id), "log.dirs": str(node.data.absolute())}
    if voters:
        told["controller.quorum.voters"] = voters
    told |= settings or {}
    node.properties.write_text("".join(f"{key}={value}\n" for key, value in told.items()))
    return node


def _port_for(node: Node) -> int:
    held = reserve_port()
    weakref.finalize(node, held.close)
    return port_of(held)


def settings_of(port: int, controller_port: int, node_id: int = 1) -> dict[str, str]:
    """What a node alone on loopback is told, but for where its data is: server.properties by name."""
    controller = f"{LOOPBACK}:{controller_port}"
    return {
        **SETTINGS,
        "node.id": str(node_id),
        "controller.quorum.voters": f"{node_id}@{controller}",
        "listeners": f"CLIENTS://{LOOPBACK}:{port},CONTROLLER://{controller}",
        "advertised.listeners": f"CLIENTS://{LOOPBACK}:{port}",
    }


def check() -> None:
    """Raise `CannotRun` without Java, or where the jars are not there and cannot be fetched."""
    _program("java")
    jars()


def jars() -> Path:
    """The folder of Kafka's jars; Maven fetches them the first time, and whoever comes meanwhile waits.

    Raises `CannotRun` when they are not there and cannot be fetched.
    """
    folder = KEPT_IN.absolute() / f"kafka-{version()}"
    if folder.exists():
        return folder
    KEPT_IN.mkdir(exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    maven = _program("mvn")
    print(f"fetching Apache Kafka {version()} from Maven Central, once", file=sys.stderr, flush=True)
    unseen = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(unseen, ignore_errors=True)
    argv = [maven, "--batch-mode", "--quiet", "-Dstyle.color=never", "--strict-checksums", "--file", str(POM)]
    argv += ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={unseen}"]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotRun(f"Apache Kafka {version()} cannot be fetched: {_one_line(done.stdout)}")
    unseen.rename(folder)


def version() -> str:
    """The version of Kafka that the pom names."""
    found = ElementTree.parse(POM).findtext("{*}properties/{*}kafka.version")
    if found is None:
        raise ValueError(f"{POM} names no kafka.version")
    return found


def _java(main: str) -> list[str]:
    return [_program("java"), *JVM, "-Dlog4j2.level=INFO", "-cp", f"{jars()}/*", main]


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CannotRun(f"Apache Kafka needs {name}, which is not installed: apt-get install {PACKAGES}")
    return found


def _one_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    first = lines[0] if lines else "it said nothing"
    return (first.partition("[ERROR] ")[2] or first)[:300]
