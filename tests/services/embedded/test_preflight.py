"""What cannot run says so in one line that helps."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from throughline.embedded import preflight
from throughline.embedded.preflight import CannotRun


def line_of(check: Callable[[], object]) -> str:
    """The line a check stops with."""
    with pytest.raises(CannotRun) as stopped:
        check()
    assert "\n" not in stopped.value.line
    return stopped.value.line


def test_this_machine_passes(tmp_path: Path) -> None:
    """A machine that can run the house is not turned away."""
    preflight.check(tmp_path / "not" / "yet" / "there", {})


def test_an_old_python_is_told_which_it_needs() -> None:
    """The oldest Python is 3.11."""
    assert "3.11 or newer" in line_of(lambda: preflight.check_python((3, 10)))


@pytest.mark.parametrize(("system", "machine"), [("Darwin", "arm64"), ("Linux", "aarch64"), ("Windows", "AMD64")])
def test_a_platform_without_wheels_is_sent_to_compose(system: str, machine: str) -> None:
    """The wheels are for Linux x86-64 only."""
    line = line_of(lambda: preflight.check_platform(system, machine))

    assert machine in line
    assert "docker compose up" in line


def test_a_missing_library_names_its_debian_package(tmp_path: Path) -> None:
    """A fresh Debian may lack libcurl4; the line is the remedy."""
    maimed = tmp_path / "mongod"
    maimed.write_bytes(preflight.mongod_binary().read_bytes().replace(b"libcurl.so.4", b"libcurl.so.9"))
    maimed.chmod(0o700)

    line = line_of(lambda: preflight.check_mongod_starts(maimed))

    assert line == "mongod misses libcurl.so.9: apt-get install libcurl4"


def test_a_missing_library_nobody_knows_is_named(tmp_path: Path) -> None:
    """An unknown library is still one line."""
    maimed = tmp_path / "mongod"
    maimed.write_bytes(preflight.mongod_binary().read_bytes().replace(b"libresolv.so.2", b"librosolv.so.2"))
    maimed.chmod(0o700)

    assert "librosolv.so.2" in line_of(lambda: preflight.check_mongod_starts(maimed))


def test_a_full_disk_is_told_how_much_is_needed(tmp_path: Path) -> None:
    """mongod on a full disk dies without a readable word."""
    line = line_of(lambda: preflight.check_disk(tmp_path / "run", needed=2**60))

    assert f"needs {2**40} MiB" in line


def test_a_port_in_use_is_named_with_what_it_was_for() -> None:
    """A port the user asked for is never silently another."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        line = line_of(lambda: preflight.check_port("intake", port))

    assert line == f"Port {port}, wanted for intake, cannot be had: in use."
    preflight.check_port("intake", port)
