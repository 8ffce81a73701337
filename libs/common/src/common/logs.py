"""Structured logs: JSON lines with ids and codes only."""

import logging
import sys
from typing import cast

import structlog

NOISY = {"aiokafka": logging.CRITICAL, "uvicorn.access": logging.CRITICAL, "pymongo": logging.WARNING}


def set_up(service: str) -> None:
    """Send structlog and the libraries' logs to standard output as JSON, each line with the service's name."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(
        level=logging.WARNING, format='{"level":"%(levelname)s","logger":"%(name)s","event":"%(message)s"}'
    )
    for name, level in NOISY.items():
        logging.getLogger(name).setLevel(level)


def log() -> structlog.stdlib.BoundLogger:
    """The logger; name an event in a few words and add ids as keywords."""
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger())
