"""A process that has loaded what children need and forks them, so that each starts at once; it never opens a PDF itself.

Child side: ``main`` (``python -m facsimile.nursery``, its standard input is a socket).  The parent side is in ``child``.
The standard library's fork server would load the parent's own program into every child.

For each child come a socket, its lifeline, and the pipe for its output.  A watcher stands between: it ends the child when
the parent lets go of the lifeline or dies, with all that the child has started, and tells through it how the child ended.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from typing import NoReturn

# and what they load; pdfium is not among it
_LOADED = (
    "facsimile.worker",
    "facsimile.structure",
    "facsimile.image",
    "facsimile.original",
    "facsimile.scan",
    "facsimile.tesseract",
    "argparse",  # these are what pypdfium2 loads of the standard library
    "ctypes.util",
    "tempfile",
)


def main() -> None:
    """Fork children until the parent goes."""
    for module in _LOADED:
        importlib.import_module(module)
    gc.freeze()  # what is never collected stays shared
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the watchers end by themselves
    parent = socket.socket(fileno=0)
    while True:
        _, given, _, _ = socket.recv_fds(parent, 1, 2)
        if len(given) != 2:
            return
        with contextlib.suppress(OSError):  # no room for another process now; the parent is told by the closed lifeline
            if os.fork() == 0:
                parent.close()
                _watch(*given)
        for descriptor in given:
            os.close(descriptor)


def _watch(lifeline: int, output: int) -> NoReturn:
    """Run a child until it ends or the lifeline does, and tell its exit status."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    line = socket.socket(fileno=lifeline)
    with line.makefile("rb") as requests:
        request = requests.readline()
    lives, held = os.pipe()
    child = os.fork() if request else None
    if child == 0:
        os.setpgid(0, 0)  # so that what it starts ends with it
        line.close()
        _run(json.loads(request), output)
    os.close(output)
    os.close(held)
    if child is not None:
        either = select.poll()
        for descriptor in (line.fileno(), lives):
            either.register(descriptor, select.POLLIN)
        either.poll()
        for end in (os.killpg, os.kill):  # it may not have got so far as to have a group
            with contextlib.suppress(ProcessLookupError, PermissionError):
                end(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        with contextlib.suppress(OSError):  # nobody wants to know
            line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _run(command: list[str], output: int) -> NoReturn:
    """Be the child: a module that runs as if it were called from a command line."""
    code = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for target, source in ((0, nothing), (1, output), (2, nothing)):
            os.dup2(source, target)
        os.close(output)
        sys.argv = command
        importlib.import_module(command[0]).main()
        sys.stdout.flush()
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
