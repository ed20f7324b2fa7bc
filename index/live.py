"""The live generation as a server sees it: opened once, changed over when another is published, closed when unused.

Opening takes a second at 20,000 passages and many at 300,000: so another one is opened beside the one that answers, for which
requests wait a little, and no longer.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from corpus.errors import FundstelleError
from index.generation import Generation
from index.home import Home
from index.register import Register
from index.search import Searcher

_log = logging.getLogger(__name__)
_AGAIN = 30.0  # seconds in which a generation that could not be opened is not opened again
_LARGE = 4 << 20  # bytes; more than a search needs for a moment, which would else take a sixth longer
_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1  # of mallopt(3)
_SOON = 2.0  # seconds until nobody refers to a searcher any more that was closed: requests end after they have left it


class _Lease:
    """A searcher with the number of requests that use it."""

    def __init__(self, mark: str, searcher: Searcher) -> None:
        self.mark = mark
        self.searcher = searcher
        self.users = 0
        self.retired = False


class LiveIndex:
    """Hands out the searcher of the live generation; ``open_`` makes one from a generation."""

    def __init__(self, home: Home, open_: Callable[[Generation], Searcher], patience: float = 2.0) -> None:
        """``patience``: seconds that requests wait for a generation just published before they are answered by the one before."""
        self._home = home
        self._open = open_
        self._patience = patience
        self._lock = threading.Lock()
        self._lease: _Lease | None = None
        self._opening: threading.Thread | None = None
        self._until = 0.0  # when patience with what is being opened ends
        self._refused = ""  # the mark of a generation that could not be opened ...
        self._not_before = 0.0  # ... and when that is tried again: nobody shall wait for it at every request
        _keep_large_memory_apart()

    @property
    def register(self) -> Register:
        """The register of all that was ever published here."""
        return self._home.register

    @contextmanager
    def searcher(self) -> Iterator[Searcher]:
        """Yield the searcher of the live generation for one request; raises NoIndex, IndexMismatch, IndexDamaged.

        A request keeps the generation that it began with, even if another is published meanwhile.
        """
        lease = self._enter()
        try:
            yield lease.searcher
        finally:
            self._leave(lease)

    def _enter(self) -> _Lease:
        mark = self._home.live_mark()
        with self._lock:
            if self._lease is None:
                generation = self._home.live()
                self._lease = _Lease(generation.name, self._open(generation))
            elif self._lease.mark != mark and self._opening is None and self._is_due(mark):
                self._begin(mark)
            opening, until = self._opening, self._until
        if opening is not None:
            opening.join(max(0.0, until - time.monotonic()))
        with self._lock:
            assert self._lease is not None
            self._lease.users += 1
            return self._lease

    def _is_due(self, mark: str) -> bool:
        return mark != self._refused or time.monotonic() >= self._not_before

    def _begin(self, mark: str) -> None:
        """Open the live generation in a thread of its own; where there is none to be had, that is tried again."""
        opening = threading.Thread(target=self._change_over, args=(mark,), daemon=True)
        self._opening, self._until = opening, time.monotonic() + self._patience
        try:
            opening.start()
        except RuntimeError:  # one that never began can't be waited for
            self._opening = None

    def _change_over(self, mark: str) -> None:
        """Open the live generation; where that fails, the searcher that is open goes on answering."""
        try:
            generation = self._home.live()
            new = _Lease(generation.name, self._open(generation))
        except Exception as error:  # whatever it is, searches are still answered
            if mark != self._refused:
                if isinstance(error, FundstelleError):
                    _log.error("The new generation can't be opened, the one before it goes on answering: %s", error)
                else:
                    _log.exception("The new generation can't be opened, the one before it goes on answering")
            self._refused, self._not_before = mark, time.monotonic() + _AGAIN
        else:
            with self._lock:
                old, self._lease = self._lease, new  # first: no request shall get one that is closed
                _retire(old)
        finally:
            self._opening = None

    def _leave(self, lease: _Lease) -> None:
        with self._lock:
            lease.users -= 1
            if lease.retired and not lease.users:
                _close(lease)

    def close(self) -> None:
        """Close the current searcher once its last request has ended."""
        opening = self._opening
        if opening is not None:
            opening.join()
        with self._lock:
            old, self._lease = self._lease, None
            _retire(old)


def _retire(lease: _Lease | None) -> None:
    if lease is not None:
        lease.retired = True
        if not lease.users:
            _close(lease)


def _close(lease: _Lease) -> None:
    lease.searcher.close()
    later = threading.Timer(_SOON, _give_back_memory)
    later.daemon = True
    with suppress(RuntimeError):  # no thread is to be had
        later.start()


def _keep_large_memory_apart() -> None:
    """Have memory for large things go back to the system as soon as they do.

    By itself the C library raises both thresholds with what it has seen, and puts large things among the small ones, where gaps
    remain: over eighty change-overs a server of 1,100 passages grew by 150 to 200 MiB, and then no more; so it grows by 60.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # of glibc
    if mallopt:
        mallopt(_MMAP_THRESHOLD, _LARGE)
        mallopt(_TRIM_THRESHOLD, _LARGE)


def _give_back_memory() -> None:
    """Let go of what a closed generation held: Python keeps what refers to itself, and the C library what was freed in pieces.

    Over fifty change-overs between three specimens a server grew by 240 MiB without, by 15 MiB with it.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc
    if trim:
        trim(0)
