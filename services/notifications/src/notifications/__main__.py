"""Run notifications: `python -m notifications`."""

from common.house import run
from notifications.app import app
from notifications.settings import Settings

if __name__ == "__main__":
    run(app, Settings)
