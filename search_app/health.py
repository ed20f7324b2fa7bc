"""Whether searches are answered, for monitors."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify

from search_app.live import searcher

blueprint = Blueprint("health", __name__)

_log = logging.getLogger(__name__)


@blueprint.get("/gesund")
def health() -> tuple[Response, int]:
    """Tell a monitor whether searches are answered."""
    try:
        with searcher() as live:
            return jsonify(status="ok", passages=live.library.count()), 200
    except Exception as error:  # whatever it is, the service is not healthy
        _log.warning("not healthy: %s", error)
        return jsonify(status="gestört"), 503
