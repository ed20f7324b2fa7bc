"""A reference becomes what programs for literature take from a page: Highwire's meta tags, and COinS."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from citing.csl import followed
from citing.reference import Reference
from corpus.citation import first_and_last
from corpus.publication import Name

Pair = tuple[str, str]
_GENRES = {"report": "report", "book": "book", "collection": "book", "pamphlet": "book", "paper-conference": "proceeding"}


def highwire(reference: Reference) -> tuple[Pair, ...]:
    """Return (name, content) of the meta tags; what is not known is left out."""
    publication, chapter = reference.publication, reference.chapter
    first, last = first_and_last(reference.places)
    pairs = [
        ("citation_title", chapter.title if chapter else reference.title),
        ("citation_book_title", reference.title if chapter else ""),
        *(("citation_author", _in_order(author)) for author in publication.authors),
        ("citation_publication_date", publication.year),
        (
            "citation_technical_report_institution" if publication.kind == "report" else "citation_publisher",
            publication.publisher,
        ),
        ("citation_series_title", publication.series),
        ("citation_firstpage", first),
        ("citation_lastpage", last),
        ("citation_isbn", publication.isbn),
        ("citation_doi", publication.doi),
        ("citation_public_url", followed(publication.url)),
        ("citation_language", publication.language),
    ]
    return tuple((name, content) for name, content in pairs if content)


def coins(reference: Reference) -> str:
    """Return the context object (ANSI/NISO Z39.88) that stands in the title of a span of the class Z3988."""
    return "&".join(f"{key}={quote(value, safe='')}" for key, value in _context(reference) if value)


def _context(reference: Reference) -> Iterator[Pair]:
    publication, chapter = reference.publication, reference.chapter
    first, last = first_and_last(reference.places)
    yield "ctx_ver", "Z39.88-2004"
    yield "rft_val_fmt", "info:ofi/fmt:kev:mtx:book"
    yield "rft.genre", "bookitem" if chapter else _GENRES.get(publication.kind, "document")
    yield "rft.atitle", chapter.title if chapter else ""
    yield "rft.btitle", reference.title
    persons = [author for author in publication.authors if author.given]
    if persons:
        yield "rft.aulast", persons[0].family
        yield "rft.aufirst", persons[0].given
    for author in publication.authors:
        yield ("rft.au", _in_order(author)) if author.given else ("rft.aucorp", author.family)
    yield "rft.date", publication.year
    yield "rft.pub", publication.publisher
    yield "rft.place", publication.place
    yield "rft.series", publication.series
    yield "rft.isbn", publication.isbn
    yield "rft.pages", reference.pages
    yield "rft.spage", first
    yield "rft.epage", last
    yield "rft_id", f"info:doi/{publication.doi}" if publication.doi else followed(publication.url)
    yield "rft.language", publication.language


def _in_order(name: Name) -> str:
    return f"{name.family}, {name.given}" if name.given else name.family
