"""Figures for Prometheus, on an address of their own: how many requests, how fast, over which index.  No paths, no queries."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from http import HTTPMethod
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from corpus.errors import FundstelleError
from index.generation import Generation
from index.live import LiveIndex

_METHODS = frozenset(HTTPMethod)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """Counts the requests of one application; may be used by many threads."""

    def __init__(self, index: LiveIndex) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "fundstelle_requests", "Answered requests", ("endpoint", "method", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "fundstelle_request_seconds", "Time to an answer", ("endpoint",), buckets=_SECONDS, registry=self._registry
        )
        self._under_way = Gauge("fundstelle_requests_under_way", "Requests being answered now", registry=self._registry)
        self._registry.register(_Index(index))
        ProcessCollector(registry=self._registry)

    def begin(self) -> None:
        """Note that a request has come."""
        self._under_way.inc()

    def end(self) -> None:
        """Note that a request has gone."""
        self._under_way.dec()

    def answered(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Note an answer.  Endpoints are the application's own names, so that their number does not depend on who asks."""
        self._requests.labels(endpoint, method if method in _METHODS else "?", str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def listen(self, host: str, port: int) -> tuple[WSGIServer, threading.Thread]:
        """Answer Prometheus at an address, in a thread that ends with the process; raises OSError."""
        return start_http_server(port, host, self._registry)


class _Index(Collector):
    """What is searched, looked at when it is asked for; nothing without an index."""

    def __init__(self, index: LiveIndex) -> None:
        self._index = index

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with suppress(FundstelleError), self._index.searcher() as live:
            figures = (
                ("passages", "Passages that are searched", live.library.count()),
                ("publications", "Publications that are searched", len(live.library.publications)),
                ("generation_created_seconds", "When the index was made, seconds since 1970", _moment(live.generation)),
            )
            for name, what, value in figures:
                yield GaugeMetricFamily(f"fundstelle_{name}", what, value)


def _moment(generation: Generation) -> float:
    return datetime.fromisoformat(generation.manifest.created).timestamp()
