"""Run skills: `python -m skills`."""

import uvicorn

from common.logs import set_up
from skills.app import app
from skills.settings import Settings

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
