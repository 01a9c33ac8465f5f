"""The log of the service: lines for people, or JSON for machines, on standard error.

Whoever logs uses the standard library's `logging`; here structlog puts beside each event the time,
the task and the id by which the work can be followed, and takes out what no log may hold. Only
what runs for long sets it up: a look by hand must not pay for it.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from typing import cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from monitor.core.discreet import discreet, on_one_line
from monitor.settings import LogForm, Settings
from storage.trace import current

_CHATTY = ("apscheduler", "alembic", "procrastinate")


def log_to_standard_error(settings: Settings) -> None:
    """Have the log written as the settings say."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(settings.log))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for library in _CHATTY:
        logging.getLogger(library).setLevel(logging.WARNING)


def of_task(name: str) -> AbstractContextManager[object]:
    """A block whose lines name a task."""
    return structlog.contextvars.bound_contextvars(task=name)


def formatter(form: LogForm) -> structlog.stdlib.ProcessorFormatter:
    """How a line is made of what was logged."""
    time, last = _ways()[form]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.ExtraAdder(),
            structlog.contextvars.merge_contextvars,
            _with_the_trace,
            time,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _discreetly,
            last,
        ],
    )


def _ways() -> dict[LogForm, tuple[Processor, Processor]]:
    """How the time, and at last the whole line, is written in each form."""
    stamp = structlog.processors.TimeStamper
    return {
        "text": (stamp("%Y-%m-%d %H:%M:%S,%f", utc=False, key="time"), _as_a_line),
        "json": (stamp("iso", utc=True, key="time"), _as_json),
    }


def _with_the_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    if (trace := current()) is not None:
        event["trace"] = trace
    return event


def _discreetly(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = discreet(value)
    return event


_as_json = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)


def _as_a_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """The line for people: time, level, words, and the id in brackets; then a traceback."""
    level, words = event["level"].upper(), on_one_line(str(event["event"]))
    trace = f" [{event['trace']}]" if "trace" in event else ""
    to_milliseconds = cast("str", event["time"])[:-3]
    line = f"{to_milliseconds} {level} {words}{trace}"
    return "\n".join([line, event["exception"]] if "exception" in event else [line])
