"""Parts that can be computed by eye: an embedder that counts words, and publications written out line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from corpus.geometry import Box, CharBoxes
from corpus.publication import Document, LabelSource, Page, PageLabel, Passage, Piece, Publication
from index.embedder import Vectors
from index.german import words
from index.volume import Volume

#: Each group is one dimension: its words mean the same to the fake.
MEANINGS = (
    ("einsamkeit", "alleinsein", "einsam"),
    ("ehrenamt", "freiwillige", "ehrenamtliche"),
    ("wohnung", "wohnen", "unterkunft"),
    ("stadt", "kommune", "gemeinde"),
)


class CountingEmbedder:
    """Counts the words of each meaning; texts without any of them get the zero vector."""

    fingerprint = "counting-1"
    takes_all = True
    is_slow = False

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, a dimension a meaning."""
        rows = []
        for text in texts:
            folded = [word.folded for word in words(text)]
            counts = np.array([sum(folded.count(w) for w in meaning) for meaning in MEANINGS], np.float32)
            rows.append(counts / (np.linalg.norm(counts) or 1.0))
        return np.asarray(rows, np.float32).reshape(len(rows), len(MEANINGS))

    def query(self, text: str) -> Vectors:
        """Return the unit vector of a query."""
        return np.asarray(self.passages([text])[0], np.float32)

    def fits(self, text: str) -> bool:
        """Everything fits."""
        return True


def volumes(documents: Sequence[Document]) -> list[Volume]:
    """Return documents as they are published."""
    return [Volume.of(document) for document in documents]


def page_of(index: int, lines: Sequence[str], label: PageLabel | None = None) -> Page:
    """Return a page 400 × 600 points whose lines stand 20 points apart from y = 500, each letter 5 × 10 points."""
    boxes: list[Box | None] = []
    for number, line in enumerate(lines):
        y = 500.0 - 20 * number
        boxes += [None if c == " " else Box(50.0 + 5 * i, y, 55.0 + 5 * i, y + 10) for i, c in enumerate(line)] + [None]
    return Page(
        index, label or PageLabel(str(index + 1), LabelSource.SEEN), 400.0, 600.0, "\n".join(lines) + "\n", CharBoxes.of(boxes)
    )


def document_of(
    publication: Publication,
    pages: Sequence[Sequence[str]],
    *,
    heading_path: tuple[str, ...] = (),
    labels: Sequence[PageLabel] = (),
) -> Document:
    """Return a publication in which every page is one passage, of one piece a line."""
    read = [page_of(i, lines, labels[i] if labels else None) for i, lines in enumerate(pages)]
    passages = []
    for page in read:
        pieces, start = [], 0
        lines = page.characters.splitlines()
        for number, line in enumerate(lines):
            pieces.append(Piece(page.index, start, start + len(line), line + (" " if number + 1 < len(lines) else "")))
            start += len(line) + 1
        passages.append(Passage(publication.id, heading_path, tuple(pieces)))
    return Document(publication, f"hand-{publication.id}", Path(publication.file), tuple(read), tuple(passages))


def over_pages(publication: Publication, texts: Sequence[str]) -> Document:
    """Return a publication of one passage, which goes on over pages of one line each: in the midst of a word with a hyphen."""
    document = document_of(publication, [[text.strip()] for text in texts])
    pieces = tuple(
        Piece(number, 0, len(text.strip()), text.removesuffix("-") if number + 1 < len(texts) else text)
        for number, text in enumerate(texts)
    )
    return replace(document, passages=(Passage(publication.id, (), pieces),))
