"""The web server for production: gunicorn with one process and several threads."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from gunicorn import glogging
from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

from corpus.errors import FundstelleError, reason

if TYPE_CHECKING:
    from flask import Flask


_HEAD = 8.0  # seconds for the head of a request to arrive: a slow sender must not keep a thread from those who search
_WHOLE = 300.0  # seconds for all of a request and its answer: a large file over a slow line
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
_FAILED = (
    "Da ist etwas schiefgegangen",
    "Die Anfrage ließ sich nicht beantworten; der Grund steht im Protokoll des Servers. Versuchen Sie es noch einmal.",
    "The request could not be answered; the reason stands in the server's log. Try once more.",
)
_SENTENCES = {414: _TOO_LONG, 431: _TOO_LONG, 500: _FAILED}
_PAGE = """<!doctype html>
<html lang="de">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title} – Fundstelle</title></head>
<body><main><h1>{title}</h1><p>{german}</p><p lang="en">{english}</p><p><a href="/">Zur Startseite</a></p></main></body></html>
"""


class _Log(glogging.Logger):  # type: ignore[misc]  # gunicorn has no types
    """Writes gunicorn's own lines as all others are written."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers[:] = []
        self.error_log.propagate = True  # to the root, whose lines say nothing of readers


class _Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Answers what never reaches the application, writes down nobody's address, and waits for nobody too long."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._until: dict[Any, float] = {}  # by when a connection that a thread waits for must have got on

    def handle(self, conn: Any) -> Any:
        self._until[conn] = time.monotonic() + _HEAD
        try:
            return super().handle(conn)
        finally:
            self._until.pop(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        self._until[conn] = time.monotonic() + _WHOLE
        return super().handle_request(req, conn)

    def notify(self) -> None:
        """End connections whose time is up; called about once a second, also while the server stops."""
        super().notify()
        now = time.monotonic()
        for conn, until in list(self._until.items()):
            if now > until:
                with contextlib.suppress(OSError):  # it has ended by itself
                    conn.sock.shutdown(socket.SHUT_RDWR)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Finish what has begun, and say to those who ask on that the server stops."""
        self.wsgi.config["STOPPING"] = True
        super().handle_exit(sig, frame)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        if isinstance(exc, ParseException):
            status = 414 if isinstance(exc, LimitRequestLine) else 431 if isinstance(exc, LimitRequestHeaders) else 400
            self.log.info("refused a request: %s", type(exc).__name__)
        else:
            status = 500
            self.log.error("no answer", exc_info=exc)
        with contextlib.suppress(OSError):  # the other side may have gone
            client.sendall(_refusal(status))


def _refusal(status: int) -> bytes:
    """Return a whole HTTP answer."""
    title, german, english = _SENTENCES.get(status, _NOT_UNDERSTOOD)
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
    check_address(host, port, "Wählen Sie einen anderen Port: fundstelle serve --port 8001")
    on_start()
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": 1,
        "worker_class": _Worker,
        "logger_class": _Log,
        "forwarded_allow_ips": "",  # by default what comes from this machine may say that it is https, and which path is meant
        "threads": threads,
        "timeout": 60,
        "graceful_timeout": 20,
        "loglevel": "warning",
        "proc_name": "fundstelle",
        "control_socket_disable": True,
        "limit_request_line": 8190,  # gunicorn's most: a query of 1,000 umlauts takes 6,000 bytes in an address
    }
    _Server(load, options).run()


def check_address(host: str, port: int, way_out: str) -> None:
    """Try an address before it is needed: gunicorn would retry for seconds and then say so in English.

    Raises FundstelleError, which ends with the way out.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, UnicodeError) as error:
        why = reason(error) if isinstance(error, OSError) and (error.errno or 0) > 0 else "keine gültige Adresse"
        raise FundstelleError(
            f"Unter {host}:{port} kann nicht gestartet werden ({why}). Läuft dort schon etwas? {way_out}"
        ) from error
