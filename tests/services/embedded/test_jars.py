"""Kafka's jars are fetched once, whole, and what is missing is said in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from throughline.embedded import kafka
from throughline.embedded.preflight import CannotRun

MAVEN = """#!/bin/sh
for word; do case $word in -DoutputDirectory=*) folder=${word#*=};; esac; done
mkdir "$folder" && echo >> %(runs)s && sleep 0.5 && %(then)s
"""


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder where programs are looked for first; the command is given in a place without jars."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def maven(tools: Path, then: str) -> Path:
    """Put a Maven there that takes half a second; returns where it counts its runs, a line each."""
    runs = tools / "runs"
    (tools / "mvn").write_text(MAVEN % {"runs": runs, "then": then})
    (tools / "mvn").chmod(0o700)
    return runs


@pytest.mark.parametrize("missing", ["java", "mvn"])
def test_a_missing_program_names_the_packages_that_bring_it(
    missing: str, tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fresh Debian has neither; the line is the remedy."""
    monkeypatch.setenv("PATH", str(tools))
    if missing == "mvn":
        (tools / "java").touch(0o700)

    with pytest.raises(CannotRun) as stopped:
        kafka.check()

    line = f"Apache Kafka needs {missing}, which is not installed: apt-get install openjdk-17-jre-headless maven"
    assert stopped.value.line == line


def test_two_who_need_the_jars_at_once_fetch_them_once(tools: Path) -> None:
    """The second waits for the first, and neither sees half of them."""
    runs = maven(tools, 'touch "$folder/kafka.jar"')
    command = [sys.executable, "-c", "from throughline.embedded import kafka; print(*kafka.jars().iterdir())"]
    two = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for _ in range(2)]
    said = [one.communicate()[0] for one in two]

    assert [one.returncode for one in two] == [0, 0]
    assert [line.strip().endswith("kafka.jar") for line in said] == [True, True]
    assert len(runs.read_text().splitlines()) == 1


def test_jars_that_cannot_be_fetched_leave_nothing_that_looks_like_them(tools: Path) -> None:
    """The next attempt begins anew, and Maven's reason is on the screen."""
    runs = maven(tools, "echo '[ERROR] no route to Maven Central' && false")
    for attempt in (1, 2):
        with pytest.raises(CannotRun, match=r"cannot be fetched: no route to Maven Central$"):
            kafka.jars()
        assert len(runs.read_text().splitlines()) == attempt

    maven(tools, 'touch "$folder/kafka.jar"')
    assert [jar.name for jar in kafka.jars().iterdir()] == ["kafka.jar"]
