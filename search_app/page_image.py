"""Pictures of pages, as far as the publication's rights allow them."""

from __future__ import annotations

from flask import Blueprint, Response, request

from corpus.publication import Publication, Show
from facsimile.page_images import WIDTHS
from index.library import Library
from search_app.errors import Problem
from search_app.language import gettext
from search_app.live import page_images, searcher

blueprint = Blueprint("page_image", __name__)

_FOREVER = "private, max-age=31536000, immutable"
_USUAL_WIDTH = 1000


def whole_pages_of(library: Library, publication_id: str) -> Publication:
    """Return a publication of which whole pages may be shown; raises Problem."""
    publication = library.publication(publication_id)
    if publication is None:
        raise Problem(
            404,
            gettext("Publikation nicht gefunden"),
            gettext(
                "Diese Publikation gibt es hier nicht oder nicht mehr. Auf der Startseite stehen alle, die durchsucht werden."
            ),
        )
    if publication.show is Show.PASSAGE:
        raise Problem(
            404,
            gettext("Ganze Seiten werden hier nicht gezeigt"),
            gettext(
                "Von dieser Publikation werden nur einzelne Fundstellen gezeigt, weil die Rechte an ihr nicht mehr erlauben oder "
                "nicht geklärt sind. Suchen Sie nach der Stelle; mit ihrer Seitenzahl finden Sie sie in der Publikation selbst."
            ),
        )
    return publication


@blueprint.get("/p/<publication_id>/s/<int(min=1, max=99999):pdf_page>.png")
def image(publication_id: str, pdf_page: int) -> Response:
    """Answer with a page (from 1, in the file) as a picture, ``b`` pixels wide.

    ``v`` names the file's version; with it the answer never changes.
    """
    width = _width(request.args.get("b", str(_USUAL_WIDTH)))
    with searcher() as live:
        publication = whole_pages_of(live.library, publication_id)
        original = live.library.original(publication.id)
        exists = pdf_page - 1 in live.library.labels(publication.id)
    images = page_images()
    if images is None or original is None or not exists:
        raise Problem(404, gettext("Kein Bild der Seite"), gettext("Diese Seite gibt es in der Publikation nicht."))
    response = Response(mimetype="image/png")
    etag = f"{original.digest}-{pdf_page}-{width}"
    response.set_etag(etag)
    response.headers["Cache-Control"] = _FOREVER if request.args.get("v") == original.digest else "private, no-cache"
    images.check(original, pdf_page - 1)
    if request.if_none_match.contains(etag):
        response.status_code = 304
    else:
        response.set_data(images.image(original, pdf_page - 1, width))
    return response


def _width(typed: str) -> int:
    if typed in map(str, WIDTHS):
        return int(typed)
    widths = ", ".join(map(str, WIDTHS))
    raise Problem(
        400,
        gettext("Anfrage nicht verstanden"),
        gettext("Seitenbilder gibt es mit %(widths)s Pixeln Breite. Nennen Sie eine davon in b.", widths=widths),
    )
