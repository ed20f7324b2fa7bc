"""Processes become MiB of memory, as the kernel's files tell it (Linux)."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

_PROC = Path("/proc")
_STEP = 0.02  # seconds between two looks at the children


def peak(pid: int | str = "self") -> float:
    """Return the most resident memory of a process so far; of this one by default.  0 for a process that has gone."""
    return _value(pid, "status", "VmHWM")


def resident(pid: int) -> float:
    """Return the resident memory of a process and all its descendants; what they share counts once for each."""
    return sum(_value(p, "status", "VmRSS") for p in (pid, *descendants(pid)))


def proportional(pid: int) -> float:
    """Return the memory of a process and all its descendants; what they share counts once (PSS)."""
    return sum(_value(p, "smaps_rollup", "Pss") for p in (pid, *descendants(pid)))


def own(pid: int) -> float:
    """Return the memory of a process and all its descendants that no file backs; what they share counts once."""
    return sum(_value(p, "smaps_rollup", "Pss_Anon") for p in (pid, *descendants(pid)))


def descendants(pid: int) -> list[int]:
    """Return the children of a process, their children and so on."""
    found: list[int] = []
    for file in (_PROC / str(pid) / "task").glob("*/children"):
        try:
            children = [int(child) for child in file.read_text().split()]
        except OSError:  # the thread or the process has just ended
            continue
        for child in children:
            found += [child, *descendants(child)]
    return found


def _value(pid: int | str, file: str, name: str) -> float:
    try:
        text = (_PROC / str(pid) / file).read_text()
    except OSError:
        return 0.0
    match = re.search(rf"^{name}:\s+(\d+) kB", text, re.M)
    return int(match[1]) / 1024 if match else 0.0


def _command(pid: int) -> bytes:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


class _Peak:
    """Watches a figure of memory while a ``with`` lasts; ``mib`` is the highest that was seen."""

    def __init__(self) -> None:
        self.mib = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _now(self) -> float:
        raise NotImplementedError

    def _watch(self) -> None:
        while not self._done.wait(_STEP):
            self.mib = max(self.mib, self._now())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._done.set()
        self._thread.join()


class ChildrenPeak(_Peak):
    """The peak of the children that a process starts: the highest one's."""

    def __init__(self, pid: int) -> None:
        super().__init__()
        self._pid = pid

    def _now(self) -> float:
        own = _command(self._pid)
        # a child that does not yet run its own program shows the memory of the process that starts it
        children = [child for child in descendants(self._pid) if _command(child) != own]
        return max((peak(child) for child in children), default=0.0)


class AnonymousPeak(_Peak):
    """The peak of this process's memory that is not mapped from files.

    Mapped pages count as resident too, but the system takes them back where memory is short.
    """

    def _now(self) -> float:
        return _value("self", "status", "RssAnon")
