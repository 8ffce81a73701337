"""Run scheduling: `python -m scheduling`."""

from common.house import run
from scheduling.app import app
from scheduling.settings import Settings

if __name__ == "__main__":
    run(app, Settings)
