"""Whether a load balancer should send requests here."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, current_app, jsonify

from search_app.live import searcher

blueprint = Blueprint("readiness", __name__)

#: Set in the application's configuration once the server has been told to stop.
STOPPING = "STOPPING"
_log = logging.getLogger(__name__)


@blueprint.get("/bereit")
def ready() -> tuple[Response, int]:
    """Tell whether requests are welcome: the index is open, and the server is not about to stop."""
    if current_app.config.get(STOPPING):
        return jsonify(status="hört auf"), 503
    try:
        with searcher():
            return jsonify(status="bereit"), 200
    except Exception as error:  # whatever it is, other requests would meet it too
        _log.warning("not ready: %s", type(error).__name__)
        return jsonify(status="nicht bereit"), 503
