"""A process of its own with limits, for whatever touches a PDF: it may be stopped, and its crash is nobody else's."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: address space and file size in MiB, processor and wall-clock time in seconds."""

    memory: int = 1536
    cpu: int = 60
    wall: float = 90.0
    file_size: int = 256


class Child:
    """A Python module that runs as a program, behind limits, and answers in lines."""

    def __init__(self, module: str, arguments: Sequence[str], limits: Limits) -> None:
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments, str(limits.memory), str(limits.cpu)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": str(_ROOT),
                "LC_ALL": "C.UTF-8",
                "OPENBLAS_NUM_THREADS": "1",  # each thread would take of the address space
            },
            start_new_session=True,
        )
        self._alarm = threading.Timer(limits.wall, self._kill)
        self._alarm.daemon = True
        self._alarm.start()
        threading.Thread(target=self._drain, daemon=True).start()

    def lines(self) -> Iterator[bytes]:
        """Yield what the child sends, as it comes, until it ends or its time is up; once only."""
        while (line := self._lines.get()) is not None:
            yield line

    def stop(self) -> None:
        """End the child, whether it is done or not."""
        self._alarm.cancel()
        self._kill()
        self._process.wait()

    def _drain(self) -> None:
        """Take what the child sends as it comes, so that it never waits for us; None is the end."""
        assert self._process.stdout is not None
        with self._process.stdout as stdout:
            for line in stdout:
                self._lines.put(line)
        self._lines.put(None)

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended already
            os.killpg(self._process.pid, signal.SIGKILL)


def set_limits() -> None:
    """Take the limits from the end of the command line; called by the child, before anything else is loaded."""
    memory, cpu = int(sys.argv[-2]), int(sys.argv[-1])
    for kind, value in (
        (resource.RLIMIT_AS, memory << 20),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(kind, (value, value))
