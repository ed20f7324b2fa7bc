"""A process of its own with limits, for whatever touches a PDF: it may be stopped, and its crash is nobody else's."""

from __future__ import annotations

import atexit
import contextlib
import json
import math
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_TRIES = 3  # to start a child
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
    """A Python module whose ``main`` runs behind limits in a process of its own, and answers in lines."""

    def __init__(self, module: str, arguments: Sequence[str], limits: Limits) -> None:
        self._limits = limits
        self._chunks: deque[bytes] = deque()
        self._waiting = 0  # bytes in the chunks
        self._closed = False  # nothing more comes, or is wanted
        self._changed = threading.Condition()
        self._status: int | None = None
        command = [module, *arguments, str(limits.memory), str(limits.cpu)]
        self._lifeline, output = _born(json.dumps(command).encode() + b"\n")
        self._drainer = threading.Thread(target=self._drain, args=(output,), daemon=True)
        self._drainer.start()

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
        self._drainer.join()

    def crashed(self) -> bool:
        """Wait for the child's end and tell whether it came by a crash, and not by its limits or by us."""
        self._drainer.join()
        return -(self._status or 0) in _CRASHES

    def was_cut_off(self) -> bool:
        """Wait for the child's end and tell whether it came by a crash or by too much time or memory, and not by us."""
        self._drainer.join()
        return -(self._status or 0) in (*_CRASHES, signal.SIGXCPU, signal.SIGABRT, signal.SIGTRAP)

    def never_lived(self) -> bool:
        """Wait for the child's end and tell whether nothing was ever heard of it: it could not be started."""
        self._drainer.join()
        return self._status is None

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

    def _drain(self, output: int) -> None:
        """Take what the child sends as it comes, while there is room; end it when its time is up, and bury it."""
        try:
            with open(output, "rb", buffering=0):
                self._take_all(output)
                self._kill()
            with self._lifeline, self._lifeline.makefile("rb") as line, contextlib.suppress(OSError, ValueError):
                self._status = int(line.readline())
        finally:  # whatever happens here, nobody shall wait for it
            with self._changed:
                self._closed = True
                self._changed.notify_all()

    def _take_all(self, output: int) -> None:
        left, room = self._limits.wall, self._limits.output << 20
        ready = select.poll()  # not select, which knows a thousand descriptors only
        ready.register(output, select.POLLIN)
        while left > 0 and room > 0:
            began = time.monotonic()
            chunk = os.read(output, 1 << 16) if ready.poll(1000 * min(left, self._limits.silence)) else b""
            left -= time.monotonic() - began
            room -= len(chunk)
            if not chunk or not self._put(chunk):
                break

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
        with contextlib.suppress(OSError):  # it has ended already
            self._lifeline.shutdown(socket.SHUT_WR)


class _Nursery:
    """The process that forks our children; it ends with us."""

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "facsimile.nursery"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env={
                    "PATH": os.environ.get("PATH", ""),
                    "PYTHONPATH": str(_ROOT),
                    "LC_ALL": "C.UTF-8",
                    "OMP_THREAD_LIMIT": "1",  # tesseract's threads wait for each other more than they share
                    "OPENBLAS_NUM_THREADS": "1",  # each thread would take of the address space, and none may live at a fork
                },
                start_new_session=True,
            )

    def is_ours(self) -> bool:
        """Tell whether it lives, and was not taken along by a fork."""
        return self._owner == os.getpid() and self._process.poll() is None

    def bear(self, lifeline: socket.socket, output: int) -> None:
        """Hand over the other ends of what leads to a new child."""
        socket.send_fds(self._socket, [b"."], [lifeline.fileno(), output])

    def close(self) -> None:
        """End the process; children that run go on."""
        self._socket.close()
        if self._owner == os.getpid():
            self._process.wait()


_nursery: _Nursery | None = None
_nursery_is_looked_for = threading.Lock()


def _born(request: bytes) -> tuple[socket.socket, int]:
    """Return the lifeline of a new child, and where its output comes from."""
    for left in reversed(range(_TRIES)):
        lifeline, its_lifeline = socket.socketpair()
        output, its_output = os.pipe()
        try:
            with its_lifeline:
                _living().bear(its_lifeline, its_output)
            lifeline.sendall(request)
        except BaseException as error:
            lifeline.close()
            os.close(output)
            if not left or not isinstance(error, (BrokenPipeError, ConnectionResetError)):
                raise
            continue  # the nursery was killed a moment ago
        finally:
            os.close(its_output)
        return lifeline, output
    raise AssertionError("unreachable")


def _living() -> _Nursery:
    global _nursery
    with _nursery_is_looked_for:
        if _nursery is None or not _nursery.is_ours():
            if _nursery is not None:
                _nursery.close()
            _nursery = _Nursery()
        return _nursery


@atexit.register
def _end() -> None:
    if _nursery is not None:
        _nursery.close()


def processors() -> int:
    """Return how many processors we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
