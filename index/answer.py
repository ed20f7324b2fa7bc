"""Results become the JSON object that the command line and the API both answer; its keys are a promise to programs.

The types below are that promise: mypy holds the functions to them, and the API describes itself by them.
"""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from corpus.citation import cite_words
from corpus.publication import Kind, LabelSource, Page, Passage, Publication, Recognition, TextSource
from index.search import FoundBy, Hit, Results, Strength


class Corrected(TypedDict):
    """A word that was taken for a slip."""

    typed: str
    meant: str


class HitAnswer(TypedDict):
    """A passage that was found.  The lists of pages run parallel to each other."""

    passage_id: str
    publication_id: str
    file: str
    text: Annotated[str, "as printed, hyphens at line ends joined; quote nothing else"]
    quote: Annotated[str, "the sentence of text that fits best; cite it by quote_citation"]
    quote_pdf_pages: Annotated[list[int], "the pages that quote stands on: some of pdf_pages"]
    quote_citation: Annotated[str, "reference and locator of quote alone"]
    heading_path: list[str]
    pdf_pages: Annotated[list[int], "every page that text stands on, counted from 1 in the file"]
    page_labels: Annotated[list[str], "the printed numbers; empty where there is none"]
    label_sources: Annotated[list[LabelSource], "corrected and seen may be cited as they are, the others in brackets"]
    text_sources: Annotated[list[TextSource], "ocr: recognised in a picture of the page"]
    doubtful: Annotated[list[list[int]], "ranges [start, end] of text that were not recognised for sure"]
    found_by: list[FoundBy]
    strength: Strength
    score: Annotated[float, "orders the hits of one query and means nothing across queries"]
    citation: Annotated[str, "reference and locator of all of text, as in a German footnote"]
    url: Annotated[str, "of the passage's page"]


class SearchAnswer(TypedDict):
    """The answer to a search, best hit first."""

    query: str
    related: Annotated[list[str], "words of the field that were looked for too"]
    corrected: list[Corrected]
    missing: Annotated[list[str], "phrases in quotation marks that stand nowhere"]
    hits: list[HitAnswer]


class PieceAnswer(TypedDict):
    """A stretch of one printed line; the texts of the pieces join to the passage's."""

    pdf_page: int
    start: Annotated[int, "of pdfium's characters of the page"]
    end: int
    text: str
    text_source: TextSource
    boxes: Annotated[
        list[list[float]], "[x0, y0, x1, y1] in PDF points from the lower left corner; empty where it is not certain"
    ]


class PassageAnswer(TypedDict):
    """A passage with the place of every character.  The lists of pages run parallel to each other."""

    passage_id: str
    publication_id: str
    file: str
    text: str
    heading_path: list[str]
    kind: Kind
    note: Annotated[str, "the footnote that it is part of"]
    doubtful: list[list[int]]
    pieces: list[PieceAnswer]
    pdf_pages: list[int]
    page_labels: list[str]
    label_sources: list[LabelSource]
    text_sources: list[TextSource]
    citation: str
    url: str


def passage_url(passage_id: str) -> str:
    """Return the address of a passage's own page, relative to the server."""
    return f"/f/{passage_id}"


def results_json(results: Results) -> SearchAnswer:
    """Return the answer to a search."""
    return {
        "query": results.query.text,
        "related": list(results.related),
        "corrected": [{"typed": typed, "meant": meant} for typed, meant in results.corrected],
        "missing": list(results.missing),
        "hits": [_hit(hit) for hit in results.hits],
    }


def _hit(hit: Hit) -> HitAnswer:
    return {
        "passage_id": hit.passage.id,
        "publication_id": hit.publication.id,
        "file": hit.publication.file,
        "text": hit.passage.text,
        "quote": hit.passage.words_of(hit.quote),
        "quote_pdf_pages": [index + 1 for index, _ in hit.quote_places],
        "quote_citation": str(hit.quote_citation),
        "heading_path": list(hit.passage.heading_path),
        "pdf_pages": [index + 1 for index, _ in hit.places],
        "page_labels": [label.text for _, label in hit.places],
        "label_sources": [label.source for _, label in hit.places],
        "text_sources": [_source(hit.passage, index) for index, _ in hit.places],
        "doubtful": [list(range_) for range_ in hit.passage.doubtful],
        "found_by": list(hit.found_by),
        "strength": hit.strength,
        "score": hit.score,
        "citation": str(hit.citation),
        "url": passage_url(hit.passage.id),
    }


def passage_json(passage: Passage, publication: Publication, pages: dict[int, Page]) -> PassageAnswer:
    """Return a passage with its pieces and their boxes, in PDF points from the page's lower left corner.

    ``pages`` holds at least the passage's own pages, by index.
    """
    places = [(index, pages[index].label) for index in passage.pages]
    return {
        "passage_id": passage.id,
        "publication_id": publication.id,
        "file": publication.file,
        "text": passage.text,
        "heading_path": list(passage.heading_path),
        "kind": passage.kind,
        "note": passage.note,
        "doubtful": [list(range_) for range_ in passage.doubtful],
        "pieces": [
            {
                "pdf_page": piece.page + 1,
                "start": piece.start,
                "end": piece.end,
                "text": piece.text,
                "text_source": _source(passage, piece.page),
                "boxes": [[round(v, 2) for v in box] for box in piece.boxes(pages[piece.page])],
            }
            for piece in passage.pieces
        ],
        "pdf_pages": [index + 1 for index, _ in places],
        "page_labels": [label.text for _, label in places],
        "label_sources": [label.source for _, label in places],
        "text_sources": [_source(passage, index) for index, _ in places],
        "citation": str(cite_words(passage, publication, places)),
        "url": passage_url(passage.id),
    }


def page_json(page: Page, publication: Publication) -> dict[str, Any]:
    """Return a page with its label, how many characters were read from it, and how they were recognised where they were."""
    return {
        "file": publication.file,
        "pdf_page": page.pdf_page,
        "label": page.label.text,
        "label_source": page.label.source.value,
        "characters": len(page.characters),
        "text_source": page.source.value,
        "recognition": _recognition(page, page.recognition) if page.recognition else None,
    }


def _recognition(page: Page, recognition: Recognition) -> dict[str, Any]:
    return {
        "engine": recognition.engine,
        "confidence": recognition.confidence,
        "doubtful": [page.characters[start:end] for start, end in recognition.doubtful],
        "mended": [
            {"start": start, "end": end, "recognised": was, "text": page.characters[start:end]}
            for start, end, was in recognition.mended
        ],
    }


def _source(passage: Passage, page: int) -> TextSource:
    return TextSource.OCR if page in passage.recognised else TextSource.TEXT
