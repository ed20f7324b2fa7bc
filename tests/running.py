"""The program as it runs: its command line and its server, as processes of their own."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from tests.conftest import ROOT
from tests.pdfs import Text, make_pdf, numbered_pages

FUNDSTELLE = [sys.executable, str(ROOT / "cli.py")]


def fundstelle(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*FUNDSTELLE, *map(str, arguments)], capture_output=True, text=True, check=False)


def word_pdf(path: Path, word: str) -> Path:
    """A publication of 30 pages in which one word is its own."""
    return make_pdf(path, [[Text(50, 400, f"Hier steht {word}."), *page] for page in numbered_pages(30)])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


@dataclass(frozen=True)
class Server:
    """A running server; ``process`` is gunicorn's arbiter, whose child answers."""

    port: int
    process: subprocess.Popen[str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def memory(self) -> int:
        """Bytes that the answering process holds."""
        (worker,) = children(self.process.pid)
        return int(Path(f"/proc/{worker}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def hits(self, query: str) -> list[str]:
        """The files in whose hits a query stands."""
        with urllib.request.urlopen(f"{self.address}/api/v1/search?k=50&q={quote(query)}", timeout=30) as response:
            return [hit["file"] for hit in json.load(response)["hits"] if query in hit["text"]]


@contextmanager
def served(home: Path, *, log: IO[str] | None = None, before: Sequence[str] = (), **settings: str) -> Iterator[Server]:
    """Serve a home until the ``with`` ends; ``before`` comes before the command, ``settings`` are its environment."""
    server = start(home, log=log, before=before, **settings)
    try:
        yield server
    finally:
        # strace holds signals back that it gets itself, and ends as what it watches does.
        os.kill(children(server.process.pid)[0] if before else server.process.pid, signal.SIGTERM)
        assert server.process.wait(60) == 0


def start(home: Path, *, log: IO[str] | None = None, before: Sequence[str] = (), **settings: str) -> Server:
    """Return a server that answers; whoever calls must end it."""
    port = free_port()
    process = subprocess.Popen(
        [*before, *FUNDSTELLE, "serve", "--home", str(home), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=log,
        env={**os.environ, **settings},
        text=True,
    )
    server = Server(port, process)
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{server.address}/bereit", timeout=5).close()
            break
        except OSError:
            time.sleep(0.1)
    return server
