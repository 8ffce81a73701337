"""Run operations: `python -m operations`."""

from common.house import run
from operations.app import app
from operations.settings import Settings

if __name__ == "__main__":
    run(app, Settings)
