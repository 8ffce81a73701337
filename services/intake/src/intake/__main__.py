"""Run intake: `python -m intake`."""

from common.house import run
from intake.app import app
from intake.settings import Settings

if __name__ == "__main__":
    run(app, Settings)
