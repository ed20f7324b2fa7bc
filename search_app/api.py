"""Searches and passages as JSON, for programs."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify, request

from index.answer import passage_json, results_json
from index.query import MAX_LENGTH, parse_query
from search_app.errors import Problem
from search_app.language import gettext
from search_app.live import searcher
from search_app.shown import is_cut

blueprint = Blueprint("api", __name__)

_MOST = 50
_log = logging.getLogger(__name__)


@blueprint.get("/api/v1/search")
def search() -> Response:
    """Answer ``q`` with its ``k`` best hits."""
    typed = request.args.get("q", "")
    query = parse_query(typed)
    if query.is_empty:
        raise _bad_request(gettext("Es fehlt, wonach gesucht werden soll. Geben Sie es in q an: /api/v1/search?q=Augenhöhe"))
    if is_cut(typed, query):
        # A person is told on the page that the query was cut; a program would not notice.
        raise _bad_request(gettext("Die Anfrage in q ist länger als %(most)s Zeichen. Kürzen Sie sie.", most=MAX_LENGTH))
    k = _count(request.args.get("k", "10"))
    with searcher() as live:
        return jsonify(results_json(live.search(query, k)))


@blueprint.get("/api/v1/passages/<passage_id>")
def passage(passage_id: str) -> Response:
    """Answer a passage with its pieces and their boxes."""
    with searcher() as live:
        found = live.library.passage(passage_id)
        publication = live.library.publication(found.publication_id) if found else None
        if found is None or publication is None:
            raise Problem(
                404,
                gettext("Fundstelle nicht gefunden"),
                gettext(
                    "Diese Fundstelle gibt es nicht oder nicht mehr: Die Publikation wurde vielleicht neu eingelesen oder "
                    "entfernt. Suchen Sie den Text neu."
                ),
            )
        pages = {index: page for index in found.pages if (page := live.library.page(publication.id, index))}
        return jsonify(passage_json(found, publication, pages))


@blueprint.get("/gesund")
def health() -> tuple[Response, int]:
    """Tell a monitor whether searches are answered."""
    try:
        with searcher() as live:
            return jsonify(status="ok", passages=live.library.count()), 200
    except Exception as error:  # whatever it is, the service is not healthy
        _log.warning("not healthy: %s", error)
        return jsonify(status="gestört"), 503


def _count(typed: str) -> int:
    if typed.isascii() and typed.isdigit() and len(typed) <= 9 and 1 <= int(typed) <= _MOST:
        return int(typed)
    raise _bad_request(gettext("k muss eine ganze Zahl von 1 bis %(most)s sein.", most=_MOST))


def _bad_request(detail: str) -> Problem:
    return Problem(400, gettext("Anfrage nicht verstanden"), detail)
