"""Run folders: one per house, held by its supervisor, and swept when the supervisor is gone."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

LOCK = "house.lock"

SAME_START_SECONDS = 2.0
"""ASSUMED: psutil derives a start time from the boot time, which the kernel rounds to a second."""


@dataclass
class RunFolder:
    """A folder that is ours for as long as we live: the kernel drops the lock when we die."""

    path: Path
    keep: bool
    _lock: int

    def close(self, *, failed: bool) -> None:
        """Let go: remove the folder; keep all of it when asked to, or the logs alone after a failure."""
        for private in (*self.path.glob("*.pid"), self.path / "house.json"):
            private.unlink(missing_ok=True)
        if failed and not self.keep:
            _remove_all_but_logs(self.path)
        elif not self.keep:
            shutil.rmtree(self.path, ignore_errors=True)
        (self.path / LOCK).unlink(missing_ok=True)
        os.close(self._lock)


def open_run(root: Path, *, keep: bool) -> RunFolder:
    """Make a run folder under `root`, readable by its owner only, and hold it."""
    now = datetime.now(UTC)
    path = root.absolute() / f"{now:%Y%m%dT%H%M%S.%f}Z-{os.getpid()}"
    path.mkdir(parents=True, mode=0o700)
    unseen = path / f"{LOCK}.new"
    lock = os.open(unseen, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.write(lock, f"{os.getpid()}\n{'keep' if keep else ''}\n".encode())
    unseen.rename(path / LOCK)
    return RunFolder(path, keep, lock)


def running(root: Path) -> list[Path]:
    """The run folders under `root` whose supervisor lives, newest first."""
    return [path for path in reversed(_locked_folders(root)) if not _abandoned(path)]


def sweep(root: Path) -> list[Path]:
    """Kill what houses whose supervisor is gone left running, remove their folders; returns the folders.

    A process is killed only if its pid, start and program are those noted when it was started. A run
    that was to be kept keeps its files.
    """
    swept = []
    for path in _locked_folders(root):
        with _taken_over(path) as ours:
            if ours:
                _kill_leftovers(path)
                _clear(path)
                swept.append(path)
    return swept


def _locked_folders(root: Path) -> list[Path]:
    return sorted(lock.parent for lock in root.absolute().glob(f"*/{LOCK}"))


def _abandoned(path: Path) -> bool:
    with _taken_over(path) as ours:
        return ours


@contextmanager
def _taken_over(path: Path) -> Iterator[bool]:
    """Hold the folder if nobody does; yields whether we do."""
    try:
        lock = os.open(path / LOCK, os.O_RDWR)
    except FileNotFoundError:
        yield False
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield (path / LOCK).exists()
    finally:
        os.close(lock)


def _kill_leftovers(path: Path) -> None:
    leftovers = [process for note in path.glob("*.pid") if (process := _noted(note))]
    for process in leftovers:
        process.kill()
    psutil.wait_procs(leftovers, timeout=5)


def _noted(note: Path) -> psutil.Process | None:
    """The process a pid file speaks of, or nothing when it is gone and its pid is another's."""
    try:
        pid, started, program = note.read_text().splitlines()
        process = psutil.Process(int(pid))
        same_start = abs(process.create_time() - float(started)) <= SAME_START_SECONDS
        return process if same_start and process.cmdline()[:1] == [program] else None
    except (psutil.Error, ValueError):
        return None


def _clear(path: Path) -> None:
    keep = "keep" in (path / LOCK).read_text().splitlines()
    if not keep:
        shutil.rmtree(path, ignore_errors=True)
        return
    for note in (*path.glob("*.pid"), path / "house.json", path / LOCK):
        note.unlink(missing_ok=True)


def _remove_all_but_logs(path: Path) -> None:
    for entry in path.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        elif entry.suffix not in (".log", ".lock"):
            entry.unlink()
