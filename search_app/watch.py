"""What is noted of each request: its endpoint, status, time and size, never what was asked, by whom, or at which address."""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, g, request

from search_app.metrics import Metrics

#: One record a request, at INFO; its ``fields`` are what a log of JSON lines shows.
LOG = logging.getLogger("fundstelle.requests")


def register(app: Flask, metrics: Metrics | None) -> None:
    """Note every request of an application; before what may refuse one, so that refusals are noted too."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        if metrics:
            metrics.begin()

    @app.after_request
    def answered(response: Response) -> Response:
        seconds, endpoint = time.perf_counter() - g.began, request.endpoint or "none"
        if metrics:
            metrics.answered(endpoint, request.method, response.status_code, seconds)
        fields = {
            "endpoint": endpoint,
            "method": request.method if request.url_rule else "?",  # any word may be sent as a method
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "bytes": response.content_length,
        }
        LOG.info("answered", extra={"fields": fields})
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        if metrics and "began" in g:
            metrics.end()
