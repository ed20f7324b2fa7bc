"""A file becomes the answer to every request: the least that flask and gunicorn take.  ``python -m benchmarks.constant``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from flask import Flask, Response
from gunicorn.app.base import BaseApplication


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, port: int, body: bytes) -> None:
        self._port = port
        self._body = body
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"127.0.0.1:{self._port}", "workers": 1, "worker_class": "gthread", "threads": 8, "loglevel": "warning",
            "control_socket_disable": True,
        }  # fmt: skip
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = Flask(__name__)
        app.add_url_rule("/<path:path>", view_func=lambda path: Response(self._body, mimetype="application/json"), endpoint="any")
        return app


if __name__ == "__main__":
    _Server(int(sys.argv[1]), Path(sys.argv[2]).read_bytes()).run()
