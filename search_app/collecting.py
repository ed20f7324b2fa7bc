"""Collecting passages: a list in a cookie, without an account and without JavaScript, to pass on, to print, and as files."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from citing.footnote import footnote
from citing.handout import handout
from citing.reference import Cited
from citing.styles import STYLES, Style, bibliography
from citing.table import table
from index.library import Library
from search_app.citing import FORMATS, cite_selection, file_of, save
from search_app.collection import MOST, Collection, Full
from search_app.errors import Problem
from search_app.language import gettext
from search_app.lasting import Past, became
from search_app.live import searcher
from search_app.selection import Selection
from search_app.way_back import way_back

blueprint = Blueprint("collecting", __name__)

COOKIE = "merkliste"
_HALF_A_YEAR = 183 * 24 * 3600  # seconds
_NAME = "merkliste"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Files of a whole list, by their endings: what they are called.
_FILES = {"docx": "Word (DOCX)", "csv": "CSV"} | {ending: format_.name for ending, format_ in FORMATS.items()}


@dataclass(frozen=True, slots=True)
class Item:
    """A selection of the list, with its quotation and reference, None where it can't be cited.

    ``past`` is what became of a passage that is no longer there; None where it is, though perhaps without the words selected.
    """

    selection: Selection
    cited: Cited | None = None
    footnote: str = ""
    past: Past | None = None


def collected() -> Collection:
    """Return what the reader has collected."""
    return Collection.of_cookie(request.cookies.get(COOKIE, ""))


@blueprint.get("/merkliste")
def collection() -> str:
    """Show the list, or one that somebody passed on in the address."""
    shared, listed = _asked()
    with searcher() as live:
        items = _items(listed, live.library)
    chosen = _style()
    return render_template(
        "collection.html",
        items=items,
        shared=shared,
        listed=listed,
        most=MOST,
        style=chosen,
        styles=STYLES,
        bibliography=bibliography([item.cited for item in items if item.cited], chosen.id),
        files=_FILES,
    )


@blueprint.post("/merkliste")
def change() -> AnyResponse:
    """Change the list as a form asks, and go back to where the form stands."""
    request.max_content_length = 1 << 16  # bytes; the list itself has 3,000 at most
    if not _is_ours():
        raise Problem(
            403,
            gettext("Das kam nicht von dieser Seite"),
            gettext(
                "Die Merkliste ändert sich nur durch Knöpfe auf diesen Seiten. Gehen Sie zurück und versuchen Sie es noch einmal."
            ),
        )
    try:
        changed = _changed(collected())
    except Full:
        raise Problem(
            409,
            gettext("Die Merkliste ist voll"),
            gettext(
                "Auf der Merkliste haben höchstens %(most)s Stellen Platz, weniger, wenn einzelne Sätze gewählt sind. "
                "Entfernen Sie welche, oder sichern Sie die Liste als Datei und leeren Sie sie.",
                most=MOST,
            ),
        ) from None
    response = redirect(way_back(request.form.get("zurueck", url_for("collecting.collection"))), 303)
    if changed.selections:
        # Kept by the browser and by nobody else; it names passages, never who reads them.
        response.set_cookie(COOKIE, changed.cookie, max_age=_HALF_A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    else:
        response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


@blueprint.get(f"/merkliste.<any({','.join(_FILES)}):ending>")
def file(ending: str) -> Response:
    """Answer the list as a file."""
    _, listed = _asked()
    with searcher() as live:
        items = [_item(selection, live.library) for selection in listed.selections]
    found = [item.cited for item in items if item and item.cited]
    if not found:
        raise _nothing(listed)
    if ending == "docx":
        return save(handout(found, gettext("Merkliste"), gettext("Literatur"), _style().id), _DOCX, f"{_NAME}.docx")
    if ending == "csv":
        return save(table(found), "text/csv; charset=utf-8", f"{_NAME}.csv")
    return file_of(found, _NAME, ending)


def _asked() -> tuple[bool, Collection]:
    """Return whether the address names a list, and that list, else the reader's own."""
    tokens = request.args.getlist("f")
    return bool(tokens), Collection.parse(tokens) if tokens else collected()


def _changed(before: Collection) -> Collection:
    """Return the list as a form asks for it; what is not understood changes nothing. Raises Full."""
    what, tokens = request.form.get("tun", ""), request.form.getlist("f")
    one = tokens[0] if tokens else ""
    if what == "merken":
        return before.with_all(Collection.parse(tokens))
    if what == "entfernen":
        return before.without(one)
    if what in ("hoch", "runter"):
        return before.moved(one, -1 if what == "hoch" else 1)
    return Collection() if what == "leeren" else before


def _is_ours() -> bool:
    """Tell whether a form was sent from one of these pages, as the browser says of itself (Fetch Metadata, else Origin)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(origin).netloc == request.host


def _items(listed: Collection, library: Library) -> tuple[Item, ...]:
    items = [(selection, _item(selection, library)) for selection in listed.selections]
    past = iter(became(library, [selection.passage_id for selection, item in items if item is None]))
    return tuple(item or Item(selection, past=next(past)) for selection, item in items)


def _item(selection: Selection, library: Library) -> Item | None:
    """Return a selection as it is cited, None where there is no such passage."""
    passage = library.passage(selection.passage_id)
    if passage is None or library.publication(passage.publication_id) is None:
        return None
    try:
        cited = cite_selection(selection, passage, library)
    except ValueError:
        return Item(selection)
    return Item(selection, cited, footnote(cited))


def _nothing(listed: Collection) -> Problem:
    """Return the problem of a file without a quotation."""
    if not listed.selections and not request.args.getlist("f"):
        return Problem(
            404,
            gettext("Die Merkliste ist leer"),
            gettext("Es gibt nichts, was in der Datei stehen könnte. Merken Sie sich zuerst ein paar Fundstellen."),
        )
    return Problem(
        404,
        gettext("Nichts von dieser Liste lässt sich zitieren"),
        gettext(
            "Keine ihrer Stellen steht hier noch so, wie die Liste sie nennt. Was aus ihnen wurde, sagt die Seite der Liste: "
            "dieselbe Adresse ohne die Endung des Dateinamens."
        ),
    )


def _style() -> Style:
    return next((known for known in STYLES if known.id == request.args.get("stil")), STYLES[0])
