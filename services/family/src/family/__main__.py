"""Run family: `python -m family`."""

from common.house import run
from family.app import app
from family.settings import Settings

if __name__ == "__main__":
    run(app, Settings)
