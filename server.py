"""The web server for production: gunicorn with one process and several threads."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from corpus.errors import FundstelleError

if TYPE_CHECKING:
    from flask import Flask


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
        "worker_class": "gthread",
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
        reason = getattr(error, "strerror", None) or "keine gültige Adresse"
        raise FundstelleError(
            f"Unter {host}:{port} kann nicht gestartet werden ({reason}). Läuft dort schon etwas? "
            "Wählen Sie einen anderen Port: fundstelle serve --port 8001"
        ) from error
