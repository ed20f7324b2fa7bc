"""The pages for people: start, search, passage, publication."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from corpus.citation import cite_words
from corpus.editions import latest_editions
from corpus.marking import places_of
from corpus.page_names import page_name
from corpus.publication import Passage, Publication, Show
from index.library import Library
from index.query import MAX_LENGTH, parse_query
from search_app import lasting
from search_app.asking import Asking, tidied
from search_app.browsing import origin
from search_app.citing import FORMATS, cite_passage
from search_app.contents import contents_around, table_of_contents
from search_app.crawling import linked_data
from search_app.errors import Problem
from search_app.examples import EXAMPLES
from search_app.finding import PAGES, PER_PAGE, Trail, find, trail
from search_app.language import gettext
from search_app.live import page_images, searcher
from search_app.narrowing import chosen, facets, kind_name
from search_app.pictured import picture_passage
from search_app.quoting import address
from search_app.record import record
from search_app.shown import HitShown, Preview, is_cut, last_sentence, preview, show_hit, show_passage

blueprint = Blueprint("pages", __name__)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The passage before or after another one in the same publication, some words of it, and where these stand."""

    passage: Passage
    locator: str
    preview: str
    is_linked: bool


@dataclass(frozen=True, slots=True)
class Similar:
    """A passage that is near in meaning to another one, its first words, and where these stand."""

    passage: Passage
    publication: Publication
    locator: str
    preview: str


@blueprint.get("/")
def start() -> str:
    """Show the search field, examples, and the publications."""
    with searcher() as live:
        stored = live.library.stored()
    return render_template("start.html", examples=EXAMPLES, stored=stored)


@blueprint.get("/suche")
def search() -> str | Response:
    """Show a page of the hits for ``q``, among what the filters leave."""
    tidy = tidied(request.args)
    if tidy is not None:  # an address that is kept, passed on and quoted says nothing that nobody chose
        return redirect(url_for("pages.search") + (f"?{urlencode(tidy, doseq=True)}" if tidy else ""), 303)
    asking = Asking.of(request.args)
    query = asking.query
    number = _page_number()
    if number is None:
        raise _no_such_page()
    with searcher() as live:
        publications = live.library.publications
        limits = chosen(asking, publications, live.subjects)
        found = None if query.is_empty else find(live, asking, number)
    if found is None:
        return render_template(
            "search.html", query=query, asking=asking, publications=publications, examples=EXAMPLES, chosen=limits
        )
    if number > 1 and not found.hits:
        raise _no_such_page()
    hits = tuple(show_hit(PER_PAGE * (number - 1) + i, hit) for i, hit in enumerate(found.hits, 1))
    return render_template(
        "search.html",
        query=query,
        typed_filters=parse_query(asking.q).filters,
        asking=asking,
        publications=publications,
        found=found,
        hits=hits,
        groups=[list(group) for _, group in groupby(hits, _shelf_of)] if asking.gruppe else [hits],
        facets=facets(found.facets, asking),
        chosen=limits,
        page=number,
        pages=-(-found.total // PER_PAGE),
        cut=MAX_LENGTH if is_cut(request.args.get("q", ""), query) else 0,
    )


def _shelf_of(hit: HitShown) -> str:
    return hit.shown.publication.id


def _page_number() -> int | None:
    """Return the page of results that the address names, None where there can't be such a page."""
    typed = request.args.get("seite", "1")
    return int(typed) if typed in {str(n) for n in range(1, PAGES + 1)} else None


def _no_such_page() -> Problem:
    return Problem(
        404,
        gettext("Diese Ergebnisseite gibt es nicht"),
        gettext(
            "Gezeigt werden höchstens %(pages)s Seiten mit je %(hits)s Fundstellen. Beginnen Sie wieder bei der ersten Seite, "
            "oder fragen Sie mit anderen Wörtern.",
            pages=PAGES,
            hits=PER_PAGE,
        ),
    )


@blueprint.get("/f/<passage_id>")
def passage(passage_id: str) -> str | Response:
    """Show a passage with all that is needed to cite it, and what stands before and after it; or what became of it."""
    asking = Asking.of(request.args)
    query = asking.query
    page = _page_number() or 1
    with searcher() as live:
        library = live.library
        found = library.passage(passage_id)
        publication = library.publication(found.publication_id) if found else None
        if found is None or publication is None:
            return lasting.no_longer(library, passage_id, asking)
        row = library.position(found.id) or 0
        came_from = origin(live, asking, found.id, row)
        if came_from:
            matches = live.subjects.ranges(came_from.found.subject, row, found.text)
        else:
            matches = () if query.is_empty else live.matches(query, found, with_related=asking.with_related)
        shown = show_passage(found, publication, library.places(found), matches)
        pictures = picture_passage(library, page_images(), found, matches)
        before, after = _neighbours(library, found, publication.show)
        similar = tuple(_similar(library, other) for other in live.similar(found))
        citing = cite_passage(found, publication, library)
        earlier = lasting.earlier(library, found)
        later = latest_editions(publication, library.publications)
        link = _link_on_page(library, found) if pictures else ""
        if came_from:
            hit: Trail | None = came_from.trail
        else:
            hit = None if query.is_empty else trail(live, asking, row)
        contents = contents_around(library, live.outline.contents(publication.id), row, found.heading_path)
    return render_template(
        "passage.html",
        shown=shown,
        pictures=pictures,
        query=query,
        asking=asking,
        page=hit.page if hit else page,
        trail=hit,
        origin=came_from,
        contents=contents,
        before=before,
        after=after,
        similar=similar,
        citing=citing,
        formats=FORMATS,
        earlier=earlier,
        later=later,
        link=link,
    )


def _link_on_page(library: Library, passage: Passage) -> str:
    """Return the address that quotes a passage on the page on which it begins."""
    name = page_name(passage.pages[0], library.labels(passage.publication_id))
    return address(library, name, passage, 0, len(passage.text))


def _similar(library: Library, passage: Passage) -> Similar:
    publication, shown = _publication_of(library, passage), preview(passage)
    return Similar(passage, publication, _locator(library, passage, shown), shown.text)


def _neighbours(library: Library, passage: Passage, show: Show) -> tuple[Neighbour | None, Neighbour | None]:
    """Return what stands on either side; where only passages may be shown, a sentence of it, and no way to walk through."""
    position = library.position(passage.id)
    assert position is not None
    linked = show is not Show.PASSAGE
    before, after = _neighbour(library, passage, position - 1), _neighbour(library, passage, position + 1)
    return (
        _shown_beside(library, before, preview(before) if linked else last_sentence(before), linked) if before else None,
        _shown_beside(library, after, preview(after), linked) if after else None,
    )


def _shown_beside(library: Library, passage: Passage, shown: Preview, linked: bool) -> Neighbour:
    return Neighbour(passage, _locator(library, passage, shown), shown.text, linked)


def _neighbour(library: Library, passage: Passage, position: int) -> Passage | None:
    if not 0 <= position < library.count():
        return None
    other = library.passage_at(position)
    return other if other.publication_id == passage.publication_id else None


def _locator(library: Library, passage: Passage, shown: Preview) -> str:
    """Return where the words of a preview stand: of a passage that goes on overleaf only their own page."""
    places = places_of(passage, shown.range, library.places(passage))
    return cite_words(passage, _publication_of(library, passage), places).locator


def _publication_of(library: Library, passage: Passage) -> Publication:
    publication = library.publication(passage.publication_id)
    assert publication is not None
    return publication


@blueprint.get("/p/<publication_id>")
def publication(publication_id: str) -> str:
    """Show a publication: its record and its table of contents."""
    with searcher() as live:
        library = live.library
        stored = next((s for s in library.stored() if s.publication.id == publication_id), None)
        if stored is None:
            raise Problem(
                404,
                gettext("Publikation nicht gefunden"),
                gettext(
                    "Diese Publikation gibt es hier nicht oder nicht mehr. Auf der Startseite stehen alle, die durchsucht werden."
                ),
            )
        contents = table_of_contents(library, live.outline.contents(publication_id))
        kinds = live.outline.kinds_in(publication_id)
        later = latest_editions(stored.publication, library.publications)
        first = library.passage_at(library.positions(publication_id)[0]) if stored.passages else None
    return render_template(
        "publication.html",
        stored=stored,
        record=record(stored.publication),
        linked_data=linked_data(stored.publication),
        contents=contents,
        later=later,
        kinds=[(kind_name(kind), number) for kind, number in kinds.items()],
        first=first if stored.publication.show is not Show.PASSAGE else None,
    )
