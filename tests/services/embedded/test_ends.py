"""However a house ends, nothing of it stays; and what is not ours is never touched."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psutil
import pytest

from throughline.embedded.runs import running, sweep

from .observing import TINY_SERVICE, any_lives, eventually, lives


@contextmanager
def supervised(root: Path) -> Iterator[tuple["subprocess.Popen[str]", Path, list[int]]]:
    """A house in another program; gives the program, the run folder and the pids."""
    argv = [sys.executable, str(Path(__file__).with_name("supervisor.py")), str(root), str(TINY_SERVICE)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        try:
            run_folder = Path(first_line(program.stdout))
            facts = json.loads((run_folder / "house.json").read_text())
            yield program, run_folder, list(facts["pids"].values())
        finally:
            program.kill()


def first_line(output: IO[str] | None) -> str:
    """The first line a program says."""
    assert output is not None
    return output.readline().strip()


@pytest.mark.parametrize(("sig", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, -signal.SIGINT)])
def test_a_house_that_is_told_to_stop_leaves_nothing(root: Path, sig: signal.Signals, code: int) -> None:
    """SIGTERM and Ctrl-C close the house in order, and the exit code says so."""
    with supervised(root) as (program, _, pids):
        program.send_signal(sig)

        assert program.wait(timeout=20) == code
        assert not any_lives(pids)
        assert list(root.iterdir()) == []


def test_a_killed_supervisor_leaves_no_child(root: Path) -> None:
    """The kernel ends the children; the next start removes the folder."""
    with supervised(root) as (program, run_folder, pids):
        assert running(root) == [run_folder]
        program.kill()
        program.wait()

        assert eventually(lambda: not any_lives(pids))

    assert running(root) == []
    assert sweep(root) == [run_folder]
    assert not run_folder.exists()


def test_sweep_leaves_a_living_house_alone(root: Path) -> None:
    """Only what is abandoned is swept."""
    with supervised(root) as (_, run_folder, pids):
        assert sweep(root) == []
        assert all(lives(pid) for pid in pids)
        assert (run_folder / "house.json").exists()


@contextmanager
def abandoned(root: Path, *, keep: bool) -> Iterator[tuple[Path, "subprocess.Popen[bytes]"]]:
    """The folder of a crashed run, and a process that could be one of its own."""
    program = shutil.which("sleep")
    assert program is not None
    open_and_die = f"from pathlib import Path; from throughline.embedded.runs import open_run; \
print(open_run(Path({str(root)!r}), keep={keep}).path)"
    crashed = subprocess.run([sys.executable, "-c", open_and_die], capture_output=True, text=True, check=True)
    folder = Path(crashed.stdout.strip())
    sleeper = subprocess.Popen([program, "60"])
    assert eventually(lambda: psutil.Process(sleeper.pid).cmdline() == [program, "60"])
    started = psutil.Process(sleeper.pid).create_time()
    (folder / "intake.pid").write_text(f"{sleeper.pid}\n{started}\n{program}\n")
    try:
        yield folder, sleeper
    finally:
        sleeper.kill()
        sleeper.wait()


def test_sweep_kills_what_a_crashed_house_left_running(root: Path) -> None:
    """A leftover is known by its pid, start and program."""
    with abandoned(root, keep=False) as (folder, sleeper):
        assert sweep(root) == [folder]

        assert not lives(sleeper.pid)
        assert not folder.exists()


def test_sweep_never_kills_a_process_that_took_over_the_pid(root: Path) -> None:
    """A pid is used again by others; a start and a program are not."""
    with abandoned(root, keep=False) as (folder, sleeper):
        pid, started, program = (folder / "intake.pid").read_text().splitlines()
        (folder / "intake.pid").write_text(f"{pid}\n{float(started) - 60}\n{program}\n")
        (folder / "skills.pid").write_text(f"{pid}\n{started}\n/usr/bin/other\n")
        assert sweep(root) == [folder]

        assert sleeper.poll() is None


def test_sweep_keeps_what_was_to_be_kept(root: Path) -> None:
    """A crash does not turn kept into removed."""
    with abandoned(root, keep=True) as (folder, sleeper):
        (folder / "intake.log").write_text("last words")
        assert sweep(root) == [folder]

        assert not lives(sleeper.pid)
        assert [entry.name for entry in folder.iterdir()] == ["intake.log"]
        assert sweep(root) == []
