"""Run skills: `python -m skills`."""

from common.house import run
from skills.app import app
from skills.settings import Settings

if __name__ == "__main__":
    run(app, Settings)
