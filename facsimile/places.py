"""Places that several processes share, so that together they do no more at once than there are places."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_PAUSE = 0.05  # seconds between two looks for a free place; what is done in one takes seconds


class Places:
    """A file a place; who works in one holds its lock, which the system takes back from whoever ends."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._count = count

    @contextlib.contextmanager
    def one(self, turn: threading.Lock, wanted: Callable[[], bool]) -> Iterator[None]:
        """Wait for a place while it is wanted, and hold it within a ``with``; where there can be no files, there is no waiting.

        ``turn`` lets one thread of this process look at a time.
        """
        held = None
        with turn, contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            while held is None and wanted():
                held = self._free()
                if held is None:
                    time.sleep(_PAUSE)
        try:
            yield
        finally:
            if held is not None:
                os.close(held)

    def _free(self) -> int | None:
        """Return a place that nobody holds, as an open file, and None where there is none."""
        for number in range(self._count):
            place = os.open(self._folder / f"place-{number}", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(place)
            else:
                return place
        return None
