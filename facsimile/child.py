"""A process of its own with limits, for whatever touches a PDF: it may be stopped, and its crash is nobody else's."""

from __future__ import annotations

import contextlib
import math
import os
import resource
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_WAITING = 16 << 20  # bytes that may wait for us; with more, the child waits
_LONGEST_LINE = 32 << 20  # bytes; a page of the most characters takes a quarter of it
_CRASHES = (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE)  # what runs out of memory aborts, or stops at a trap


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: address space, file size and output in MiB, processor and wall-clock time in seconds.

    ``wall`` counts only while we wait for the child, not while it waits for us; ``silence`` is the longest wait for
    anything at all.
    """

    memory: int = 1536
    cpu: int = 300
    wall: float = 600.0
    file_size: int = 256
    silence: float = 60.0
    output: int = 512


class Child:
    """A Python module that runs as a program, behind limits, and answers in lines."""

    def __init__(self, module: str, arguments: Sequence[str], limits: Limits) -> None:
        self._limits = limits
        self._chunks: deque[bytes] = deque()
        self._waiting = 0  # bytes in the chunks
        self._closed = False  # nothing more comes, or is wanted
        self._changed = threading.Condition()
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
        threading.Thread(target=self._drain, daemon=True).start()

    def lines(self) -> Iterator[bytes]:
        """Yield what the child sends, as it comes, until it ends or its time is up; once only.

        The last one may be torn.  A child that sends a line beyond all measure is ended.
        """
        parts: list[bytes] = []
        length = 0
        while chunk := self._next_chunk():
            head, *others = chunk.split(b"\n")
            parts.append(head)
            length += len(head)
            if length > _LONGEST_LINE:
                self.stop()
                return
            for other in others:
                yield b"".join(parts)
                parts, length = [other], len(other)
        if length:
            yield b"".join(parts)

    def stop(self) -> None:
        """End the child, whether it is done or not."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._kill()
        self._process.wait()

    def crashed(self) -> bool:
        """Wait for the child's end and tell whether it came by a crash, and not by its limits or by us."""
        return -self._process.wait() in _CRASHES

    def _next_chunk(self) -> bytes:
        """Return the next bytes, none at the end."""
        with self._changed:
            while not self._chunks and not self._closed:
                self._changed.wait()
            if not self._chunks:
                return b""
            chunk = self._chunks.popleft()
            self._waiting -= len(chunk)
            self._changed.notify_all()
            return chunk

    def _drain(self) -> None:
        """Take what the child sends as it comes, while there is room; end it when its time is up."""
        assert self._process.stdout is not None
        left, room = self._limits.wall, self._limits.output << 20
        with self._process.stdout as stdout:
            while left > 0 and room > 0:
                began = time.monotonic()
                ready, _, _ = select.select([stdout], [], [], min(left, self._limits.silence))
                chunk = os.read(stdout.fileno(), 1 << 16) if ready else b""
                left -= time.monotonic() - began
                room -= len(chunk)
                if not chunk or not self._put(chunk):
                    break
            self._kill()
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _put(self, chunk: bytes) -> bool:
        """Add to what waits for us, as soon as there is room; False where nobody wants it any more."""
        with self._changed:
            while self._waiting > _WAITING and not self._closed:
                self._changed.wait()
            self._chunks.append(chunk)
            self._waiting += len(chunk)
            self._changed.notify_all()
            return not self._closed

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended already
            if self._process.returncode is None:
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


def allow(seconds: float) -> None:
    """Let the child take this much more processor time, within its limits; with more it is ended.  Called by the child."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    allowed = max(1, math.ceil(time.process_time() + seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (allowed if most == resource.RLIM_INFINITY else min(allowed, most), most))
