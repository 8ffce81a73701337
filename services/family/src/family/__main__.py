"""Run family: `python -m family`."""

import uvicorn

from common.logs import set_up
from family.app import app
from family.settings import Settings

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
