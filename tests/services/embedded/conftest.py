"""What every test here needs: a folder of its own."""

from pathlib import Path

import pytest

import servers

collect_ignore = [] if servers.BROKER == "kafka" else ["test_kafka.py"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where houses of one test put their run folders."""
    return tmp_path / "run"


@pytest.fixture
def driver() -> None:
    """Nothing here makes a database; services run in processes of their own."""
