"""A whole page: its picture and its text side by side, the pages before and after it, and the way to any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from corpus.citation import Citation, cite_words, locator
from corpus.editions import latest_editions
from corpus.marking import Ranges, text_on
from corpus.page_names import find_pages, page_name
from corpus.publication import Page, PageLabel, Passage, Publication
from index.library import Library
from search_app import quoting
from search_app.asking import Asking
from search_app.live import page_images, searcher
from search_app.page_image import whole_pages_of
from search_app.pictured import picture_page
from search_app.shown import KINDS, Paragraph, paragraphs, show_page

blueprint = Blueprint("leafing", __name__)


@dataclass(frozen=True, slots=True)
class Named:
    """A page as it is named and led to: its locator, its place in the file, and what its address calls it."""

    locator: str
    pdf: str
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a passage stands on a page, cited by that page, and whether it begins before the page or goes on behind it.

    ``headings`` is empty where the passage before it on the page stands under the same ones.  ``is_quoted`` says that the link
    that was followed quotes of it, ``link`` is the address that quotes all of it that stands here.
    """

    passage: Passage
    paragraphs: tuple[Paragraph, ...]
    citation: Citation
    kind: str
    headings: tuple[str, ...]
    begins_before: bool
    goes_on: bool
    is_quoted: bool
    link: str


@blueprint.get("/p/<publication_id>/s/<name>")
def page(publication_id: str, name: str) -> str | Response:
    """Show a page, named by its printed number or by its place in the file ("pdf-48")."""
    asking = Asking.of(request.args)
    query, fragments = asking.query, quoting.asked()
    with searcher() as live:
        library = live.library
        if fragments and (around := quoting.past_pages(library, publication_id, fragments)):
            return redirect(around)
        publication = whole_pages_of(library, publication_id)
        labels = library.labels(publication_id)
        indices = find_pages(name, labels)
        if len(indices) != 1:
            now = quoting.right_page(library, publication_id, fragments) if fragments else ""
            return redirect(now) if now else _choose(publication, labels, indices, name, asking)
        shown = library.page(publication_id, indices[0])
        assert shown is not None
        found = [
            (passage, () if query.is_empty else live.matches(query, passage, with_related=asking.with_related))
            for passage in library.passages_on(publication_id, shown.index)
        ]
        quoted = None if fragments is None else quoting.find(live, publication_id, shown.index, fragments)
        cited = [(stretch.passage, [(stretch.start, stretch.end)]) for stretch in quoted.stretches] if quoted else []
        pictured = picture_page(library, page_images(), publication_id, shown, found, cited)
        standing = _standing(library, publication, shown, found, quoted)
        later = latest_editions(publication, library.publications)
    return render_template(
        "page.html",
        publication=publication,
        where=show_page((shown.index, shown.label), recognised=shown.recognition is not None),
        pictured=pictured,
        standing=standing,
        quoted=quoted,
        later=later,
        before=_named(shown.index - 1, labels),
        after=_named(shown.index + 1, labels),
        query=query,
        asking=asking,
    )


@blueprint.get("/p/<publication_id>/s")
def go_to(publication_id: str) -> str | Response:
    """Lead to the page that was typed, or let the reader choose where that may be one of several."""
    asking = Asking.of(request.args)
    typed = " ".join(request.args.get("seite", "").split())[:20]
    with searcher() as live:
        publication = whole_pages_of(live.library, publication_id)
        labels = live.library.labels(publication_id)
    indices = find_pages(typed, labels)
    if len(indices) != 1:
        return _choose(publication, labels, indices, typed, asking)
    values: dict[str, Any] = {"publication_id": publication_id, "name": page_name(indices[0], labels), **asking.arguments()}
    return redirect(url_for("leafing.page", **values), 303)


def _choose(
    publication: Publication, labels: dict[int, PageLabel], indices: Sequence[int], typed: str, asking: Asking
) -> Response:
    """Show the pages that may be meant, or that there is none."""
    in_file = f"pdf-{typed}"
    html = render_template(
        "pages.html",
        publication=publication,
        typed=typed,
        pages=[_named(index, labels) for index in indices],
        in_file=in_file if not indices and find_pages(in_file, labels) else "",
        numbered=[_named(index, labels) for index, label in labels.items() if label.text],
        count=len(labels),
        asking=asking,
        query=asking.query,
    )
    return Response(html, 200 if indices else 404, mimetype="text/html")


def _named(index: int, labels: dict[int, PageLabel]) -> Named | None:
    if index not in labels:
        return None
    return Named(locator([(index, labels[index])]), locator([(index, PageLabel())]), page_name(index, labels))


def _standing(
    library: Library,
    publication: Publication,
    page: Page,
    found: Sequence[tuple[Passage, Ranges]],
    quoted: quoting.Quoted | None,
) -> tuple[Standing, ...]:
    name = page_name(page.index, library.labels(publication.id))
    result: list[Standing] = []
    above: tuple[str, ...] = ()
    for passage, matches in found:
        ranges = text_on(passage, page.index)
        cited = quoted.range_in(passage) if quoted else (0, 0)
        result.append(
            Standing(
                passage,
                tuple(paragraph for within in ranges for paragraph in paragraphs(passage, matches, cited, within)),
                cite_words(passage, publication, [(page.index, page.label)]),
                KINDS[passage.kind],
                () if passage.heading_path == above else passage.heading_path,
                passage.pages[0] < page.index,
                passage.pages[-1] > page.index,
                any(start < cited[1] and cited[0] < end for start, end in ranges),
                quoting.address(library, name, passage, ranges[0][0], ranges[-1][1]),
            )
        )
        above = passage.heading_path
    return tuple(result)
