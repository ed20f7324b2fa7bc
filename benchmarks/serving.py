"""Queries over HTTP become milliseconds and requests a second: the real server beside one that answers a constant.

Both servers run at once, each a process of its own, and take turns every 20 requests; clients keep their connections.  The
constant is one answer of the API, by flask and gunicorn with the same workers and threads.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import wiring
from benchmarks import memory
from benchmarks.figures import Ratio, Row, Section, ratios, row
from benchmarks.rounds import by_item, rotated
from benchmarks.shelf import texts_of
from benchmarks.texts import make_queries
from index.home import Home
from index.query import parse_query
from settings import Settings

_ROOT = Path(__file__).resolve().parent.parent
_CLIENTS = (1, 4, 16)  # at once; the server has 8 threads
_WARM = 40
_WAIT = 60.0  # seconds for a server to answer
_API, _PAGE = "/api/v1/search?k=10&q=", "/suche?q="
_RATE = "requests/s"
_IN_PROCESS, _CONSTANT = "in the process", "flask and gunicorn, a constant"


def compare(home: Path, size: int, count: int) -> Section:
    """Ask the server ``count`` queries at each address, one client in turns with the others, then some at once."""
    queries = make_queries(texts_of(home), 2 * (count + _WARM))
    # no query is asked at both addresses: an answer kept for one could serve the other
    api, page = ([start + quote(q) for q in half] for start, half in ((_API, queries[::2]), (_PAGE, queries[1::2])))
    settings = Settings()
    searcher = wiring.searcher(settings, Home(home).live(), wiring.model(settings))
    with running(home) as server, _constant(server, api[0]) as constant:
        ask, ask_constant = Client(server.port).get, Client(constant.port).get
        sides: dict[str, Callable[[int], object]] = {
            _IN_PROCESS: lambda i: searcher.search(parse_query(queries[2 * i]), 10),
            "/api/v1/search": lambda i: ask(api[i]),
            "/suche": lambda i: ask(page[i]),
            _CONSTANT: lambda i: ask_constant(api[i]),
        }
        by_item(sides, range(_WARM))
        alone = by_item(sides, range(_WARM, len(api)))
        asked = {"/api/v1/search": (server, api), "/suche": (server, page), _CONSTANT: (constant, api)}
        many = {clients: _by_many(asked, clients, at) for at, clients in enumerate(_CLIENTS)}
    rows = {name: row(name, "ms", values) for name, values in alone.items()}
    rates = {(one.name, one.unit): one for found in many.values() for one in found}
    return Section(
        "http",
        (*rows.values(), *(one for found in many.values() for one in found)),
        ratios(
            Ratio(rows["/api/v1/search"], rows[_IN_PROCESS]),
            Ratio(rows["/suche"], rows[_IN_PROCESS]),
            Ratio(rows["/api/v1/search"], rows[_CONSTANT]),
            *(
                Ratio(rates[_named("/api/v1/search", clients), _RATE], rates[_named(_CONSTANT, clients), _RATE])
                for clients in _CLIENTS
            ),
        ),
        size,
        (f"{len(api) - _WARM} requests at each address",),
    )


def remember(home: Path, size: int, searches: int) -> Section:
    """Return the memory of a server that has just started, and after searches."""
    queries = make_queries(texts_of(home), searches)
    began = time.perf_counter()
    with running(home) as server:
        client = Client(server.port)
        client.get(_API + quote(queries[0]))
        rows = [row("server: from its start to its first answer", "s", [time.perf_counter() - began])]
        rows += _memory(server.pid, "after one search")
        for query in queries:
            client.get(_API + quote(query))
        rows += _memory(server.pid, f"after {len(queries)} searches")
    return Section("memory", tuple(rows), size=size)


def _memory(pid: int, when: str) -> list[Row]:
    return [
        row(f"server: proportional (PSS), {when}", "MiB", [memory.proportional(pid)]),
        row(f"server: resident (RSS), {when}", "MiB", [memory.resident(pid)]),
        row(f"server: of it not mapped from files (PSS), {when}", "MiB", [memory.own(pid)]),
    ]


class Server:
    """A server of ours that runs on a port of this machine."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid = pid
        self.port = port


@contextmanager
def running(home: Path) -> Iterator[Server]:
    """Run the real server over a home."""
    port = _free_port()
    with _started(
        [sys.executable, str(_ROOT / "cli.py"), "serve", "--home", str(home), "--port", str(port)], port, "/gesund"
    ) as server:
        yield server


@contextmanager
def _constant(like: Server, path: str) -> Iterator[Server]:
    """Run a server that answers everything with what another one answers to one request."""
    port = _free_port()
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(Client(like.port).get(path))
        file.flush()
        with _started([sys.executable, "-m", "benchmarks.constant", str(port), file.name], port, "/") as server:
            yield server


@contextmanager
def _started(command: Sequence[str], port: int, path: str) -> Iterator[Server]:
    # One address asks as fast as it can; what counting requests costs is still in it.
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL, env=os.environ | {"FUNDSTELLE_RATE": "1000000"})
    try:
        end = time.monotonic() + _WAIT
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                Client(port).get(path, expect=None)
                break
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"the server does not answer: {' '.join(command)}")
            time.sleep(0.02)
        yield Server(process.pid, port)
    finally:
        process.send_signal(signal.SIGINT)  # at once, whatever connection is still open
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Client:
    """Asks one server over one connection that is kept; a connection the server has closed is made again."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_WAIT)

    def get(self, path: str, expect: int | None = 200) -> bytes:
        """Return the body; raises where the status is another than expected."""
        try:
            return self._get(path, expect)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._connection.close()
            return self._get(path, expect)

    def _get(self, path: str, expect: int | None) -> bytes:
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        body = response.read()
        if expect is not None and response.status != expect:
            raise SystemExit(f"{path}: status {response.status}")
        return body


def _named(name: str, clients: int) -> str:
    return f"{name}, {clients} {'client' if clients == 1 else 'clients'}"


def _by_many(sides: dict[str, tuple[Server, list[str]]], clients: int, at: int) -> list[Row]:
    """Ask each side by some clients at once, in three rounds; return milliseconds a request and requests a second.

    ``at`` is the number of the measurement: each asks other paths, so that none is answered from what another one left.
    """
    taken: dict[str, list[float]] = {name: [] for name in sides}
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(3):
        for name in rotated(list(sides), number):
            server, paths = sides[name]
            began = time.perf_counter()
            values = _at_once(server, paths[at :: len(_CLIENTS)][number::3], clients)
            rates[name].append(len(values) / (time.perf_counter() - began))
            taken[name] += values
    rows = [row(_named(name, clients), "ms", values) for name, values in taken.items()]
    return rows + [row(_named(name, clients), _RATE, values, more_is_better=True) for name, values in rates.items()]


def _at_once(server: Server, paths: Sequence[str], clients: int) -> list[float]:
    values: list[list[float]] = [[] for _ in range(clients)]

    def ask(number: int) -> None:
        client = Client(server.port)
        for path in paths[number::clients]:
            began = time.perf_counter()
            client.get(path)
            values[number].append(1000 * (time.perf_counter() - began))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [value for found in values for value in found]
