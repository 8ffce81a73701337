"""Run notifications: `python -m notifications`."""

import uvicorn

from common.logs import set_up
from notifications.app import app
from notifications.settings import Settings

if __name__ == "__main__":
    settings = Settings()
    set_up(settings.service)
    uvicorn.run(
        app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=10,
    )
