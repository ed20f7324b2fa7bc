"""Ranges of a passage's text become rectangles on its pages: exactly where they are printed, or none at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.characters import spelt
from corpus.citation import Place
from corpus.geometry import Box
from corpus.publication import Page, Passage, Piece

Ranges = Sequence[tuple[int, int]]


def text_on(passage: Passage, index: int) -> tuple[tuple[int, int], ...]:
    """Return the ranges of a passage's text that stand on the page with an index, in order, as few as there can be."""
    result: list[tuple[int, int]] = []
    start = 0
    for piece in passage.pieces:
        end = start + len(piece.text)
        if piece.page == index:
            if result and result[-1][1] == start:
                start = result.pop()[0]
            result.append((start, end))
        start = end
    return tuple(result)


def pages_of(passage: Passage, first: int, last: int) -> tuple[int, ...]:
    """Return the indices of the pages that the letters of a range of a passage's text stand on, in order."""
    return tuple(
        index
        for index in passage.pages
        if any(passage.text[max(first, start) : min(last, end)].strip() for start, end in text_on(passage, index) if start < last)
    )


def places_of(passage: Passage, words: tuple[int, int], places: Sequence[Place]) -> tuple[Place, ...]:
    """Return those of a passage's places that a range of its text stands at: it may begin before it, and go on overleaf."""
    pages = pages_of(passage, *words)
    return tuple(place for place in places if place[0] in pages)


def boxes_on(page: Page, passage: Passage, ranges: Ranges) -> tuple[Box, ...] | None:
    """Return the rectangles, in PDF points, of what of some ranges of a passage's text stands on a page.

    None where one of them can't be placed for certain, such as characters that are printed over each other.
    """
    raw: list[tuple[int, int]] = []
    start = 0
    for piece in passage.pieces:
        end = start + len(piece.text)
        if piece.page == page.index:
            for first, last in ranges:
                if max(first, start) < min(last, end):
                    raw += _characters(piece, page, max(first, start) - start, min(last, end) - start)
        start = end
    found = page.boxes.rectangles_of(raw) if raw else []
    return tuple(box for boxes in found for box in boxes) if all(found) else None


def _characters(piece: Piece, page: Page, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the range of raw characters of a part of a piece's text; none where the part is white space."""
    text, origins = spelt(page.characters[piece.start : piece.end])
    ahead = _blanks(text) - _blanks(piece.text)
    shown = [at for at in range(max(0, first + ahead), min(len(text), last + ahead)) if not text[at].isspace()]
    if shown:
        yield piece.start + origins[shown[0]], piece.start + origins[shown[-1]] + 1


def _blanks(text: str) -> int:
    """Return with how much white space a text begins."""
    return len(text) - len(text.lstrip())
