"""The web server for production: gunicorn with one process and several threads."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

from corpus.errors import FundstelleError, reason

if TYPE_CHECKING:
    from flask import Flask


# In both languages: which one a reader wants stands in headers that could not be read.
_TOO_LONG = (
    "Zu lang",
    "Die Anfrage ist zu lang. Kürzen Sie sie auf höchstens 1.000 Zeichen.",
    "The request is too long. Shorten it to 1,000 characters at most.",
)
_NOT_UNDERSTOOD = (
    "Anfrage nicht verstanden",
    "Die Anfrage ist fehlerhaft. Prüfen Sie die Adresse, oder beginnen Sie auf der Startseite eine neue Suche.",
    "There is a mistake in the request. Check the address, or start a new search from the start page.",
)
_PAGE = """<!doctype html>
<html lang="de">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title} – Fundstelle</title></head>
<body><main><h1>{title}</h1><p>{german}</p><p lang="en">{english}</p><p><a href="/">Zur Startseite</a></p></main></body></html>
"""


class _Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Answers what never reaches the application, and writes down nobody's address."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        if not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        status = 414 if isinstance(exc, LimitRequestLine) else 431 if isinstance(exc, LimitRequestHeaders) else 400
        self.log.info("refused a request: %s", type(exc).__name__)
        with contextlib.suppress(OSError):  # the other side may have gone
            client.sendall(_refusal(status))


def _refusal(status: int) -> bytes:
    """Return a whole HTTP answer."""
    title, german, english = _TOO_LONG if status in (414, 431) else _NOT_UNDERSTOOD
    body = _PAGE.format(title=title, german=german, english=english).encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Security-Policy: default-src 'none'\r\nX-Content-Type-Options: nosniff\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, load: Callable[[], Flask], options: dict[str, Any]) -> None:
        self._load = load
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application in the worker: an opened Chroma client does not survive a fork."""
        return self._load()


def serve(load: Callable[[], Flask], host: str, port: int, threads: int, on_start: Callable[[], None]) -> None:
    """Serve until interrupted; ``on_start`` is called first.  Raises FundstelleError where the address can't be had."""
    _check_address(host, port)
    on_start()
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": 1,
        "worker_class": _Worker,
        "threads": threads,
        "timeout": 60,
        "graceful_timeout": 20,
        "loglevel": "warning",
        "proc_name": "fundstelle",
        "control_socket_disable": True,
        "limit_request_line": 8190,  # gunicorn's most: a query of 1,000 umlauts takes 6,000 bytes in an address
    }
    _Server(load, options).run()


def _check_address(host: str, port: int) -> None:
    """Try the address first: gunicorn would retry for seconds and then say so in English."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, UnicodeError) as error:
        why = reason(error) if isinstance(error, OSError) and (error.errno or 0) > 0 else "keine gültige Adresse"
        raise FundstelleError(
            f"Unter {host}:{port} kann nicht gestartet werden ({why}). Läuft dort schon etwas? "
            "Wählen Sie einen anderen Port: fundstelle serve --port 8001"
        ) from error
