"""Errors become answers that say what to do: a page for people, problem+json (RFC 9457) for programs.

Both speak the reader's language, as far as the sentence is known here: the packages below know nothing of languages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import BadHost, HTTPException

from corpus.errors import Busy, FundstelleError, NoImage, NoIndex
from search_app.language import gettext, language, lazy_gettext

_API = "/api/"
_RETRY_AFTER = "5"  # seconds
_SENTENCES = {
    400: (
        lazy_gettext("Anfrage nicht verstanden"),
        lazy_gettext("Die Adresse ist fehlerhaft. Prüfen Sie sie, oder beginnen Sie eine neue Suche."),
    ),
    404: (
        lazy_gettext("Seite nicht gefunden"),
        lazy_gettext(
            "Unter dieser Adresse gibt es nichts. Vielleicht ist sie unvollständig kopiert. "
            "Prüfen Sie die Adresse, oder beginnen Sie eine neue Suche."
        ),
    ),
    405: (
        lazy_gettext("So nicht vorgesehen"),
        lazy_gettext("Diese Adresse lässt sich nur lesen. Rufen Sie sie mit GET auf."),
    ),
    413: (
        lazy_gettext("Zu viel auf einmal"),
        lazy_gettext("Was Sie geschickt haben, ist größer als 1 MiB. Schicken Sie weniger."),
    ),
    500: (
        lazy_gettext("Da ist etwas schiefgegangen"),
        lazy_gettext(
            "Die Anfrage ließ sich nicht beantworten; der Grund steht im Protokoll des Servers. Versuchen Sie es noch einmal. "
            "Bleibt es dabei, sagen Sie bitte den Betreibern dieser Seite Bescheid."
        ),
    ),
}
#: What the packages below say of what readers meet without anything being wrong with the index, word for word.
KNOWN = (
    lazy_gettext(
        "Es ist noch nichts eingelesen. Legen Sie PDF-Dateien in corpus/publications/ und rufen Sie „fundstelle ingest“ auf, "
        "oder nennen Sie die Dateien: fundstelle ingest DATEI.pdf"
    ),
    lazy_gettext(
        "Die Datei „{file}“ liegt nicht mehr dort, wo sie eingelesen wurde, oder lässt sich nicht öffnen. Darum gibt es kein "
        "Bild der Seite. Die Betreiber können sie wieder dorthin legen oder neu einlesen: fundstelle ingest"
    ),
    lazy_gettext(
        "Die Datei „{file}“ hat sich seit dem Einlesen geändert. Darum gibt es kein Bild der Seite: Es könnte etwas anderes "
        "zeigen als den Text. Die Betreiber können sie neu einlesen: fundstelle ingest"
    ),
    lazy_gettext("Von dieser Seite der Datei „{file}“ lässt sich kein Bild machen."),
    lazy_gettext(
        "Gerade werden zu viele Seitenbilder auf einmal verlangt. Laden Sie die Seite in ein paar Sekunden noch einmal."
    ),
    lazy_gettext("Der Index stammt von einer anderen Programmversion. Lesen Sie neu ein: fundstelle ingest"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader is told, and the code of the language that it is told in."""

    text: str
    language: str


class Problem(HTTPException):
    """An answer other than the one asked for: HTTP status, title, and a sentence with the way out, in the reader's language."""

    def __init__(self, code: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.title = title


def register(app: Flask) -> None:
    """Let the application answer every error by a page or by problem+json."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(FundstelleError, _our_error)


def said(error: FundstelleError) -> Said:
    """Return what an error of ours says, in the reader's language where the sentence is one of KNOWN, else in German."""
    german = error.sentence if isinstance(error, NoImage) else str(error)
    translated = str(gettext(german))
    is_translated = translated != german
    text = translated.format(file=error.file) if isinstance(error, NoImage) else translated
    return Said(text, language() if is_translated else "de")


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(error, Problem):
        title, detail = error.title, error.description or ""
    else:
        title, detail = map(str, _SENTENCES.get(status, _SENTENCES[500 if status >= 500 else 400]))
    if isinstance(error, BadHost):  # without the name that was asked for no address can be made, so no page with links
        return Response(f"{title}. {detail}\n", status, mimetype="text/plain")
    response = answer(status, title, Said(detail, language()))
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value  # such as Allow, which a 405 must have
    return response


def _our_error(error: FundstelleError) -> Response:
    detail = said(error)
    if isinstance(error, NoIndex):
        reload = gettext("Sobald das Einlesen fertig ist, laden Sie diese Seite neu.")
        return answer(503, gettext("Noch nichts eingelesen"), Said(f"{detail.text}\n{reload}", detail.language))
    if isinstance(error, NoImage):
        return answer(404, gettext("Kein Bild der Seite"), detail)
    if isinstance(error, Busy):
        response = answer(503, gettext("Gerade zu viel zu tun"), detail)
        response.headers["Retry-After"] = _RETRY_AFTER
        return response
    return answer(500, gettext("Der Index lässt sich nicht benutzen"), detail)


def answer(status: int, title: str, detail: Said) -> Response:
    """Return a problem in the form that the caller understands."""
    if request.path.startswith(_API):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail.text}
        response = Response(json.dumps(problem, ensure_ascii=False) + "\n", status, mimetype="application/problem+json")
        response.content_language.add(detail.language)
        return response
    return Response(render_template("problem.html", status=status, title=title, detail=detail), status)
