"""A hand: a process that reads one file after the other for its parent, and keeps what it reads on disk (``main``).

It is begun by ``crew``, and ends with it.  Here is also what both say to each other.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from corpus.errors import FundstelleError, IndexDamaged, StorageError, UnreadableFile
from facsimile.recogniser import Recogniser
from facsimile.worker import Job
from index.volume import Volume
from ingest.passages import Splitting
from reading import Order, Reader
from resuming import Readings


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all files of one ingestion are read with; ``model`` is the embedder's fingerprint.

    ``fits`` tells what the model takes whole; None where it takes everything, so that nobody need ask.
    """

    home: Path
    model: str
    splitting: Splitting
    recogniser: Recogniser | None
    fits: Callable[[str], bool] | None = None

    @property
    def readings(self) -> Readings:
        """Where what is read is kept."""
        return Readings(self.home, self.model)


class Bench(NamedTuple):
    """What a hand works with; ``asks`` tells whether it must ask what the model takes whole."""

    workshop: Workshop
    asks: bool


class Task(NamedTuple):
    """A file to read, and how many children may share it."""

    order: Order
    children: int


class Ready(NamedTuple):
    """A hand is there."""


class Pages(NamedTuple):
    """Pages are read."""

    done: int
    total: int


class Recognised(NamedTuple):
    """Pictures are read."""

    done: int
    total: int


class Asked(NamedTuple):
    """Does the model take this whole?"""

    text: str


class Refused(NamedTuple):
    """The file can't be read."""

    reason: str


class Stopped(NamedTuple):
    """What was read can't be kept, so that nothing is to be hoped of other files."""

    error: type[FundstelleError]
    sentence: str


def takes_all(text: str) -> bool:
    """Return True."""
    return True


def main() -> None:
    """Read files as the parent says on the standard input, a socket; be gone when it is gone."""
    line: Connection[Any, Any] = Connection(os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # nobody we start shall hold the line
    threading.Thread(target=_end_with, args=(line.fileno(),), daemon=True).start()
    bench: Bench = _heard(line)
    _say(line, Ready())
    while True:
        task: Task = _heard(line)
        _say(line, _outcome(task, bench, line))


def _outcome(task: Task, bench: Bench, line: Connection[Any, Any]) -> Volume | Refused | Stopped:
    workshop = bench.workshop

    def fits(text: str) -> bool:
        _say(line, Asked(text))
        return bool(_heard(line))

    reader = Reader(
        workshop.splitting,
        fits if bench.asks else takes_all,
        workshop.recogniser,
        lambda done, total: _say(line, Pages(done, total)),
        lambda done, total: _say(line, Recognised(done, total)),
    )
    try:
        with Job(task.order.path, children=task.children) as job:
            return workshop.readings.keep(reader.read(job, task.order))
    except UnreadableFile as error:
        return Refused(error.reason)
    except (StorageError, IndexDamaged) as error:
        return Stopped(type(error), str(error))


def _heard(line: Connection[Any, Any]) -> Any:
    """Return what the parent says next; end where it has gone."""
    try:
        return line.recv()
    except (EOFError, OSError):
        sys.exit()


def _say(line: Connection[Any, Any], what: object) -> None:
    """Say something to the parent; end where it has gone."""
    try:
        line.send(what)
    except OSError:
        sys.exit()


def _end_with(line: int) -> None:
    """End this process as soon as nobody is at the other end of the line, whatever it is doing."""
    ended = select.poll()
    ended.register(line, 0)  # what is asked for is nothing, and told is that all is over
    ended.poll()
    os._exit(0)
