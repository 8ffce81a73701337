"""Every line is JSON and names no person, also the libraries' and also at the worst moment."""

import json
import subprocess
import sys
from typing import Any

import pytest

SECRET = 'Ada "Quillfeather"'
AROUND = """
import asyncio, logging, sys, threading, warnings
from common.logs import log, set_up
set_up("skills")
SECRET = sys.argv[1]
def fail():
    try:
        {"a": 1}[SECRET]
    except KeyError as error:
        raise ValueError(f"no {SECRET}\\nat all") from error
"""


@pytest.fixture
def driver() -> None:
    """No database here."""


def lines_of(code: str) -> list[dict[str, Any]]:
    """What a process that runs `code` writes, each line read by itself; none may hold the secret."""
    done = subprocess.run([sys.executable, "-c", AROUND + code, SECRET], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert "Quillfeather" not in done.stdout
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(line["service"] == "skills" and line["level"] and line["timestamp"] for line in lines)
    return lines


def test_a_librarys_error_with_quotes_and_a_traceback_is_one_line() -> None:
    """Kinds, files and lines are told; what the error says is not."""
    code = """
try:
    fail()
except ValueError:
    logging.getLogger("uvicorn.error").exception('Exception in "ASGI" application\\n')
"""
    (line,) = lines_of(code)
    assert (line["logger"], line["event"], line["error"]) == (
        "uvicorn.error",
        'Exception in "ASGI" application',
        "ValueError",
    )
    assert [one for one in line["trace"] if one in ("KeyError", "ValueError")] == ["KeyError", "ValueError"]
    assert any(one.endswith(" fail") for one in line["trace"])


def test_an_error_given_as_an_argument_is_its_kind() -> None:
    """Libraries write `%s` and an exception; that may be a document of somebody's."""
    code = """
try:
    fail()
except ValueError as error:
    logging.getLogger("pymongo.x").error("failed: %s, %d times", error, 3)
    logging.getLogger("pymongo.x").error("one argument is missing: %s %s", 1)
"""
    first, second = lines_of(code)
    assert first["event"] == "failed: ValueError, 3 times"
    assert second["event"] == "one argument is missing: %s %s"


def test_our_own_error_with_a_traceback_is_one_line() -> None:
    """The same way for us."""
    code = """
try:
    fail()
except ValueError:
    log().error("cannot be taken in", exc_info=True, record="r-1")
"""
    (line,) = lines_of(code)
    assert (line["event"], line["record"], line["error"]) == ("cannot be taken in", "r-1", "ValueError")


def test_a_task_that_dies_unheard_is_one_line() -> None:
    """asyncio would write the whole exception."""
    code = """
async def main():
    asyncio.get_running_loop().create_task(asyncio.to_thread(fail))
    await asyncio.sleep(0.1)
asyncio.run(main())
"""
    (line,) = lines_of(code)
    assert (line["logger"], line["event"]) == ("asyncio", "Task exception was never retrieved")


@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("fail()", "the process ends"),
        ("thread = threading.Thread(target=fail); thread.start(); thread.join()", "a thread died"),
    ],
)
def test_an_end_nobody_caught_is_one_line(code: str, event: str) -> None:
    """The last words of a process are the ones most needed."""
    (line,) = lines_of(code)
    assert (line["event"], line["error"], line["level"]) == (event, "ValueError", "critical")


def test_a_warning_is_one_line() -> None:
    """Python's own."""
    (line,) = lines_of('warnings.warn("old\\nhabits")')
    assert line["logger"] == "py.warnings"
