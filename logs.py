"""Lines of the log: plain for people or JSON for programs, and in neither what a reader asked or who it was.

An exception is shown by its kind and where it arose, not by its message, which may repeat what was typed; ours do not.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from corpus.errors import FundstelleError, reason

_Exception = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def formatter(*, as_json: bool) -> logging.Formatter:
    """Return what makes a line of a record."""
    return _JsonLines() if as_json else _Plain("%(asctime)s %(levelname)s %(name)s: %(message)s")


def configure(*, as_json: bool) -> None:
    """Write warnings and errors to standard error, as JSON lines also every request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(as_json=as_json))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("fundstelle").setLevel(logging.INFO if as_json else logging.WARNING)


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another formatter may have kept its text of the exception there
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatException(self, ei: _Exception) -> str:
        return "\n".join(trace(ei[1]))


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["trace"] = list(trace(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False)


def trace(error: BaseException | None) -> Iterator[str]:
    """Yield where an exception and those behind it arose, outermost call first, without what they say."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield f"{type(error).__module__}.{type(error).__qualname__}{_said(error)}"
        yield from (
            f"  {frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)
        )
        error = error.__cause__ or error.__context__


def _said(error: BaseException) -> str:
    match error:
        case FundstelleError():
            return f": {error}"
        case OSError(errno=int()):  # tells a full disk from a missing file
            return f": {reason(error)}"
        case _:
            return ""
