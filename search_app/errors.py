"""Errors become answers that say what to do: a page for people, problem+json (RFC 9457) for programs."""

from __future__ import annotations

import json

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from corpus.errors import Busy, FundstelleError, NoImage, NoIndex

_API = "/api/"
_RETRY_AFTER = "5"  # seconds
_SENTENCES = {
    400: ("Anfrage nicht verstanden", "Die Adresse ist fehlerhaft. Prüfen Sie sie, oder beginnen Sie eine neue Suche."),
    404: (
        "Seite nicht gefunden",
        "Unter dieser Adresse gibt es nichts. Vielleicht ist sie unvollständig kopiert. "
        "Prüfen Sie die Adresse, oder beginnen Sie eine neue Suche.",
    ),
    405: ("So nicht vorgesehen", "Diese Adresse lässt sich nur lesen. Rufen Sie sie mit GET auf."),
    500: (
        "Da ist etwas schiefgegangen",
        "Die Anfrage ließ sich nicht beantworten; der Grund steht im Protokoll des Servers. Versuchen Sie es noch einmal. "
        "Bleibt es dabei, sagen Sie bitte den Betreibern dieser Seite Bescheid.",
    ),
}


class Problem(HTTPException):
    """An answer other than the one asked for: HTTP status, a German title, and a German sentence with the way out."""

    def __init__(self, code: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.title = title


def register(app: Flask) -> None:
    """Let the application answer every error by a page or by problem+json."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(FundstelleError, _our_error)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(error, Problem):
        title, detail = error.title, error.description or ""
    else:
        title, detail = _SENTENCES.get(status, _SENTENCES[500 if status >= 500 else 400])
    response = answer(status, title, detail)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value  # such as Allow, which a 405 must have
    return response


def _our_error(error: FundstelleError) -> Response:
    if isinstance(error, NoIndex):
        return answer(503, "Noch nichts eingelesen", f"{error}\nSobald das Einlesen fertig ist, laden Sie diese Seite neu.")
    if isinstance(error, NoImage):
        return answer(404, "Kein Bild der Seite", str(error))
    if isinstance(error, Busy):
        response = answer(503, "Gerade zu viel zu tun", str(error))
        response.headers["Retry-After"] = _RETRY_AFTER
        return response
    return answer(500, "Der Index lässt sich nicht benutzen", str(error))


def answer(status: int, title: str, detail: str) -> Response:
    """Return a problem in the form that the caller understands."""
    if request.path.startswith(_API):
        body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}, ensure_ascii=False)
        return Response(body + "\n", status, mimetype="application/problem+json")
    return Response(render_template("problem.html", status=status, title=title, detail=detail), status)
