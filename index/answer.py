"""Results become the JSON object that the command line and the API both answer; its keys are a promise to programs."""

from __future__ import annotations

from typing import Any

from corpus.publication import Page, Passage, Publication, Recognition, TextSource
from index.search import Hit, Results


def passage_url(passage_id: str) -> str:
    """Return the address of a passage's own page, relative to the server."""
    return f"/f/{passage_id}"


def results_json(results: Results) -> dict[str, Any]:
    """Return the answer to a search."""
    return {
        "query": results.query.text,
        "related": list(results.related),
        "corrected": [{"typed": typed, "meant": meant} for typed, meant in results.corrected],
        "missing": list(results.missing),
        "hits": [_hit(hit) for hit in results.hits],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "passage_id": hit.passage.id,
        "publication_id": hit.publication.id,
        "file": hit.publication.file,
        "text": hit.passage.text,
        "quote": hit.passage.text[slice(*hit.quote)],
        "heading_path": list(hit.passage.heading_path),
        "pdf_pages": [index + 1 for index, _ in hit.places],
        "page_labels": [label.text for _, label in hit.places],
        "label_sources": [label.source.value for _, label in hit.places],
        "text_sources": [_source(hit.passage, index).value for index, _ in hit.places],
        "doubtful": [list(range_) for range_ in hit.passage.doubtful],
        "found_by": [way.value for way in hit.found_by],
        "strength": hit.strength.value,
        "score": hit.score,
        "citation": str(hit.citation),
        "url": passage_url(hit.passage.id),
    }


def passage_json(passage: Passage, publication: Publication, pages: dict[int, Page]) -> dict[str, Any]:
    """Return a passage with its pieces and their boxes, in PDF points from the page's lower left corner.

    ``pages`` holds at least the passage's own pages, by index.
    """
    return {
        "passage_id": passage.id,
        "publication_id": publication.id,
        "file": publication.file,
        "text": passage.text,
        "heading_path": list(passage.heading_path),
        "kind": passage.kind.value,
        "note": passage.note,
        "doubtful": [list(range_) for range_ in passage.doubtful],
        "pieces": [
            {
                "pdf_page": piece.page + 1,
                "start": piece.start,
                "end": piece.end,
                "text": piece.text,
                "text_source": _source(passage, piece.page).value,
                "boxes": [[round(v, 2) for v in box] for box in piece.boxes(pages[piece.page])],
            }
            for piece in passage.pieces
        ],
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
