"""Publications and their pages for programs, as far as their rights allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypedDict, TypeVar

from corpus.citation import cite_words, locator, reference
from corpus.editions import latest_editions
from corpus.marking import text_on
from corpus.page_names import find_pages, page_name
from corpus.publication import Kind, LabelSource, Page, PageLabel, Passage, Publication, Show, TextSource
from index.library import Library, Stored
from index.search import Searcher
from search_app.api.operations import operation
from search_app.api.parameters import Text, Whole
from search_app.api.searching import check_generation, next_page
from search_app.contents import Line, table_of_contents
from search_app.errors import Problem
from search_app.language import gettext, lazy_gettext
from search_app.page_image import whole_pages_of

_Item = TypeVar("_Item")
_PER_PAGE = 50
_MOST_PER_PAGE = 200
_LAST_PAGE = 100_000

PublicationId = Annotated[str, Text("Id of a publication", "muster-arbeitspapier")]
PageNumber = Annotated[int, Whole("Page of the list, from 1", "1", 1, _LAST_PAGE)]
PerPage = Annotated[int, Whole("Rows on each page of the list", "50", 1, _MOST_PER_PAGE)]
Generation = Annotated[str, Text("The generation that an earlier page named", "", 100)]


class NameAnswer(TypedDict):
    """A person, or a corporate author, which has no given name."""

    family: str
    given: str


class PublicationRow(TypedDict):
    """A publication: its bibliographic record, its rights, and how much there is of it.  What is not known is empty."""

    publication_id: str
    title: str
    subtitle: str
    authors: list[NameAnswer]
    year: str
    publisher: str
    place: str
    series: str
    isbn: str
    doi: str
    source_url: Annotated[str, "where it was published"]
    language: str
    kind: Annotated[str, "a type of CSL 1.0.2, such as book or report"]
    licence: Annotated[str, "ungeklärt: nobody has confirmed its rights"]
    show: Annotated[Show, "passage: single passages only, no pages"]
    succeeded_by: Annotated[list[str], "ids of its latest editions; empty where it is the latest itself"]
    specimen: Annotated[bool, "true where all is invented for demonstration: not to be cited"]
    file: str
    pages: int
    passages: int
    reference: str
    url: str


class PublicationsAnswer(TypedDict):
    """A page of the list of publications, in the order of ingestion."""

    generation: str
    total: int
    page: int
    next: str | None
    publications: list[PublicationRow]


class Heading(TypedDict):
    """A heading, the first passage below it, and the headings below it."""

    title: str
    passage_id: str
    locator: str
    headings: list[Heading]


class PublicationAnswer(PublicationRow):
    """A publication with its table of contents."""

    contents: list[Heading]


class PageRow(TypedDict):
    """A page: its place in the file, its printed number, and what addresses call it."""

    pdf_page: int
    label: Annotated[str, "the printed number, empty where there is none"]
    label_source: LabelSource
    locator: Annotated[str, "as it is cited"]
    name: str
    url: str


class PagesAnswer(TypedDict):
    """A page of the list of a publication's pages."""

    publication_id: str
    generation: str
    total: int
    page: int
    next: str | None
    pages: list[PageRow]


class Standing(TypedDict):
    """What of a passage stands on a page, cited by that page."""

    passage_id: str
    text: Annotated[str, "the part that stands on this page"]
    ranges: Annotated[list[list[int]], "where that part stands in the text of the whole passage"]
    heading_path: list[str]
    kind: Kind
    citation: str
    begins_before: bool
    goes_on: bool


class PageAnswer(TypedDict):
    """A page with the passages on it, in reading order."""

    publication_id: str
    pdf_page: int
    label: str
    label_source: LabelSource
    locator: str
    name: str
    url: str
    width: Annotated[float, "in PDF points"]
    height: float
    text_source: TextSource
    passages: list[Standing]
    before: Annotated[str | None, "name of the page before"]
    after: Annotated[str | None, "name of the page after"]


@operation("/publications", lazy_gettext("Publikationen auflisten"), problems=(409,))
def publications(
    live: Searcher, page: PageNumber = 1, per_page: PerPage = _PER_PAGE, generation: Generation = ""
) -> PublicationsAnswer:
    """All publications that are searched, page by page."""
    check_generation(live, generation)
    stored = live.library.stored()
    rows, more = cut(stored, page, per_page)
    return {
        "generation": live.generation.name,
        "total": len(stored),
        "page": page,
        "next": next_page(live, page) if more else None,
        "publications": [_row(live.library, one) for one in rows],
    }


@operation("/publications/<publication_id>", lazy_gettext("Eine Publikation mit ihrem Inhaltsverzeichnis"), problems=(404,))
def publication(live: Searcher, publication_id: PublicationId) -> PublicationAnswer:
    """A publication and its table of contents."""
    stored = next((one for one in live.library.stored() if one.publication.id == publication_id), None)
    if stored is None:
        raise Problem(
            404,
            gettext("Publikation nicht gefunden"),
            gettext(
                "Diese Publikation gibt es hier nicht oder nicht mehr. Auf der Startseite stehen alle, die durchsucht werden."
            ),
        )
    lines = table_of_contents(live.library, live.outline.contents(publication_id))
    return {**_row(live.library, stored), "contents": [_heading(line) for line in lines]}


@operation("/publications/<publication_id>/pages", lazy_gettext("Die Seiten einer Publikation auflisten"), problems=(404, 409))
def pages(
    live: Searcher,
    publication_id: PublicationId,
    page: PageNumber = 1,
    per_page: PerPage = _PER_PAGE,
    generation: Generation = "",
) -> PagesAnswer:
    """The pages of a publication with their printed numbers. Of a publication that is shown by passages only, 404."""
    whole = whole_pages_of(live.library, publication_id)
    check_generation(live, generation)
    labels = live.library.labels(publication_id)
    rows, more = cut(list(labels), page, per_page)
    return {
        "publication_id": whole.id,
        "generation": live.generation.name,
        "total": len(labels),
        "page": page,
        "next": next_page(live, page) if more else None,
        "pages": [_page_row(whole, index, labels) for index in rows],
    }


@operation("/publications/<publication_id>/pages/<name>", lazy_gettext("Eine ganze Seite lesen"), problems=(404,))
def page(
    live: Searcher,
    publication_id: PublicationId,
    name: Annotated[str, Text("Its printed number, or its place in the file: pdf-4", "pdf-4")],
) -> PageAnswer:
    """A page and what stands on it.

    Of a publication that is shown by passages only, and of a number that several pages bear, 404.
    """
    whole = whole_pages_of(live.library, publication_id)
    labels = live.library.labels(publication_id)
    index = the_page(name, labels)
    found = live.library.page(publication_id, index)
    assert found is not None
    return {
        "publication_id": whole.id,
        **_page_row(whole, index, labels),
        "width": found.width,
        "height": found.height,
        "text_source": found.source,
        "passages": [_standing(whole, found, one) for one in live.library.passages_on(publication_id, index)],
        "before": page_name(index - 1, labels) if index - 1 in labels else None,
        "after": page_name(index + 1, labels) if index + 1 in labels else None,
    }


def the_page(name: str, labels: dict[int, PageLabel]) -> int:
    """Return the index of the page that is meant; raises Problem (404) where that is none or one of several."""
    indices = find_pages(name, labels)
    if len(indices) == 1:
        return indices[0]
    title = gettext("Seite nicht gefunden")
    if indices:
        names = ", ".join(page_name(index, labels) for index in indices)
        raise Problem(404, title, gettext("Diese Zahl tragen mehrere Seiten. Nennen Sie eine davon: %(names)s", names=names))
    raise Problem(404, title, gettext("Diese Seite gibt es in der Publikation nicht."))


def cut(rows: Sequence[_Item], page: int, per_page: int) -> tuple[Sequence[_Item], bool]:
    """Return the rows of a page, and whether there are more behind them."""
    first = per_page * (page - 1)
    return rows[first : first + per_page], first + per_page < len(rows)


def _row(library: Library, stored: Stored) -> PublicationRow:
    known = stored.publication
    return {
        "publication_id": known.id,
        "title": known.title,
        "subtitle": known.subtitle,
        "authors": [{"family": author.family, "given": author.given} for author in known.authors],
        "year": known.year,
        "publisher": known.publisher,
        "place": known.place,
        "series": known.series,
        "isbn": known.isbn,
        "doi": known.doi,
        "source_url": known.url,
        "language": known.language,
        "kind": known.kind,
        "licence": known.licence,
        "show": known.show,
        "succeeded_by": [later.id for later in latest_editions(known, library.publications)],
        "specimen": known.specimen,
        "file": known.file,
        "pages": stored.pages,
        "passages": stored.passages,
        "reference": reference(known),
        "url": f"/p/{known.id}",
    }


def _heading(line: Line) -> Heading:
    return {
        "title": line.title,
        "passage_id": line.passage_id,
        "locator": line.locator,
        "headings": [_heading(below) for below in line.lines],
    }


def _page_row(publication: Publication, index: int, labels: dict[int, PageLabel]) -> PageRow:
    label, name = labels[index], page_name(index, labels)
    return {
        "pdf_page": index + 1,
        "label": label.text,
        "label_source": label.source,
        "locator": locator([(index, label)]),
        "name": name,
        "url": f"/p/{publication.id}/s/{name}",
    }


def _standing(publication: Publication, page: Page, passage: Passage) -> Standing:
    ranges = text_on(passage, page.index)
    return {
        "passage_id": passage.id,
        "text": "".join(passage.text[start:end] for start, end in ranges).strip(),
        "ranges": [list(range_) for range_ in ranges],
        "heading_path": list(passage.heading_path),
        "kind": passage.kind,
        "citation": str(cite_words(passage, publication, [(page.index, page.label)])),
        "begins_before": passage.pages[0] < page.index,
        "goes_on": passage.pages[-1] > page.index,
    }
