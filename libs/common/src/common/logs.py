"""Structured logs: JSON lines with ids and codes only, from us and from the libraries."""

import logging
import sys
import threading
from collections.abc import Iterator
from traceback import extract_tb
from types import TracebackType
from typing import cast

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

NOISY = {"aiokafka": logging.CRITICAL, "uvicorn.access": logging.CRITICAL, "pymongo": logging.WARNING}


def set_up(service: str) -> None:
    """Send structlog and the libraries' logs to standard output as JSON, each line with the service's name."""
    ours: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_words,
    ]
    structlog.configure(
        processors=[*ours, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
    )
    structlog.contextvars.bind_contextvars(service=service)
    _set_up_libraries([_named(service), structlog.stdlib.add_logger_name, *ours])
    sys.excepthook = _end_of_the_process
    sys.unraisablehook = lambda what: _library("python", str(what.err_msg or "unraisable"), what.exc_value)
    threading.excepthook = lambda what: _library("threading", "a thread died", what.exc_value)


def log() -> structlog.stdlib.BoundLogger:
    """The logger; name an event in a few words and add ids as keywords."""
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger())


def _set_up_libraries(before: list[Processor]) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(_first_line)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name, level in NOISY.items():
        logging.getLogger(name).setLevel(level)


def _named(service: str) -> Processor:
    """The name of the service, also on lines from other threads."""

    def name(_: object, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    return name


def _first_line(record: logging.LogRecord) -> bool:
    """Leave of a library's message its first line, and of errors in it their kind: what follows may be a payload."""
    if isinstance(record.args, tuple):
        record.args = tuple(type(arg).__name__ if isinstance(arg, BaseException) else arg for arg in record.args)
    try:
        text = record.getMessage()
    except (TypeError, ValueError):  # arguments that do not fit: theirs to mend, ours to say
        text = str(record.msg)
    record.msg, record.args = text.strip().partition("\n")[0], ()
    record.stack_info = None
    return True


def _without_words(_: object, __: str, event: EventDict) -> EventDict:
    """An error as its kinds and places: what it says may hold what somebody sent us."""
    told = event.pop("exc_info", None)
    if told is True:
        told = sys.exc_info()
    error = told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["trace"] = list(_places(error))
    return event


def _places(error: BaseException) -> Iterator[str]:
    """Where an error came from, innermost cause first: kinds, files and lines."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _places(before)
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _places(one)
    for frame in extract_tb(error.__traceback__):
        yield f"{frame.filename}:{frame.lineno} {frame.name}"
    yield type(error).__name__


def _library(logger: str, event: str, error: BaseException | None) -> None:
    logging.getLogger(logger).critical(event, exc_info=error)


def _end_of_the_process(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _library("python", "the process ends", error)
