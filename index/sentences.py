"""The vectors of all sentences of a generation: how near the best sentence of a passage comes to a query, and which it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from corpus.sentences import sentence_ranges
from index.strings import Offsets, sums

Vectors = NDArray[np.float32]
Range = tuple[int, int]

_SHORTEST = 25  # characters; below stand headings and cries, which are near to everything


def ranges_of(text: str) -> list[Range]:
    """Return (start, end) of the sentences of a passage's text, line by line, without the shortest; else all of it."""
    found: list[Range] = []
    at = 0
    for line in text.split("\n"):
        found += [(at + start, at + end) for start, end in (sentence_ranges(line) if line else ())]
        at += len(line) + 1
    stripped = [(start, start + len(text[start:end].rstrip())) for start, end in found]
    return [(start, end) for start, end in stripped if end - start >= _SHORTEST] or [(0, len(text))]


class Nearest(NamedTuple):
    """For some passages, the cosine similarity of the sentence nearest to a query, shape (n,), and its range, shape (n, 2)."""

    similarities: Vectors
    ranges: NDArray[np.int32]


class Sentences:
    """The sentences of all passages, with a vector each; passages are numbered as they were added."""

    def __init__(self, ranges: NDArray[np.int32], offsets: Offsets, matrix: NDArray[np.float16]) -> None:
        self._ranges = ranges
        self._offsets = offsets
        self.matrix = (
            matrix  # of two bytes a number: it is the largest file, and less exact than one part in a thousand is enough
        )

    @classmethod
    def of(cls, texts: Sequence[str], vectors: Vectors) -> Sentences:
        """Take the passages' texts and the vectors of their ``ranges_of``, one after the other, shape (m, d)."""
        ranges = [ranges_of(text) for text in texts]
        flat = np.array([pair for found in ranges for pair in found], np.int32).reshape(-1, 2)
        if len(flat) != len(vectors):
            raise ValueError(f"{len(flat)} sentences, but {len(vectors)} vectors")
        return cls(flat, sums([len(found) for found in ranges]), np.asarray(vectors, np.float16))

    @classmethod
    def open(cls, folder: Path) -> Sentences:
        """Map what was saved; raises IndexDamaged."""
        try:
            ranges = np.load(folder / "sentences.npy")
            offsets = np.load(folder / "sentence-offsets.npy")
            matrix: Any = np.load(folder / "sentence-vectors.npy", mmap_mode="r").view(np.ndarray)
            if not len(ranges) == len(matrix) == offsets[-1]:
                raise ValueError("sentences are missing")
            return cls(ranges, offsets, matrix)
        except Exception as error:  # a damaged header shows as one of many errors of numpy and of Python's tokenizer
            raise IndexDamaged(
                f"Die Satzvektoren in {folder} sind nicht lesbar. Lesen Sie neu ein: fundstelle ingest --rebuild"
            ) from error

    def save(self, folder: Path) -> None:
        """Write into a folder that is there."""
        np.save(folder / "sentences.npy", self._ranges)
        np.save(folder / "sentence-offsets.npy", self._offsets)
        np.save(folder / "sentence-vectors.npy", self.matrix)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def of_rows(self, start: int, end: int) -> NDArray[np.float16]:
        """Return the vectors of the sentences of the passages ``start`` to ``end`` (exclusive)."""
        return self.matrix[self._offsets[start] : self._offsets[end]]

    def first(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the range of the first sentence of each of some passages, shape (n, 2)."""
        return self._ranges[self._offsets[rows]]

    def best(self, row: int, vector: Vectors, matches: Sequence[Range]) -> Range:
        """Return the range of the sentence that fits a query best: near to its unit vector, and with many of the ``matches``."""
        ranges = self._ranges[self._offsets[row] : self._offsets[row + 1]]
        fits = np.vecdot(self.of_rows(row, row + 1).astype(np.float32), vector)
        if matches:
            at = np.array([start for start, _ in matches])
            inside = (ranges[:, :1] <= at) & (at < ranges[:, 1:])
            fits = fits + inside.sum(axis=1) / len(matches)
        start, end = ranges[int(fits.argmax())].tolist()
        return start, end

    def nearest(self, rows: NDArray[np.int64], vector: Vectors) -> Nearest:
        """Return the nearest sentence of each of some passages to a query's unit vector, shape (d,); the first of equals."""
        starts, counts = self._offsets[rows], self._offsets[rows + 1] - self._offsets[rows]
        begins = np.cumsum(counts) - counts
        places = np.arange(counts.sum()) + np.repeat(starts - begins, counts)
        similarities = np.vecdot(self.matrix[places].astype(np.float32), vector)
        highest = np.maximum.reduceat(similarities, begins)
        first = np.flatnonzero(similarities == np.repeat(highest, counts))
        best = first[np.searchsorted(first, begins)]
        return Nearest(highest, self._ranges[places[best]])
