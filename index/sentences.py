"""The vectors of all sentences of a generation: how near the best sentence of a passage comes to a query, and which it is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from corpus.headings import is_heading
from corpus.publication import Passage
from corpus.sentences import sentence_ranges
from index.growing import GrowingArray
from index.strings import Offsets, sums

Vectors = NDArray[np.float32]
Range = tuple[int, int]

_SHORTEST = 25  # characters; below stand headings and cries, which are near to everything


def ranges_of(passage: Passage) -> list[Range]:
    """Return (start, end) of the sentences of a passage's text, line by line, without its headings and the shortest; else all."""
    found: list[Range] = []
    at = 0
    for line in passage.text.split("\n"):
        if found or not is_heading(line, passage.heading_path):
            found += [(at + start, at + end) for start, end in (sentence_ranges(line) if line else ())]
        at += len(line) + 1
    text = passage.text
    stripped = [(start, start + len(text[start:end].rstrip())) for start, end in found]
    return [(start, end) for start, end in stripped if end - start >= _SHORTEST] or [(0, len(text))]


class Compared(NamedTuple):
    """Cosine similarities of the sentences of some passages, one after the other, and at which of them each passage begins."""

    similarities: Vectors
    bounds: Offsets  # one more than passages, for the end

    @property
    def nearest(self) -> Vectors:
        """The similarity of the nearest sentence of each passage, shape (n,)."""
        nearest: Vectors = np.maximum.reduceat(self.similarities, self.bounds[:-1])
        return nearest

    def of(self, place: int) -> list[float]:
        """Return the similarities of a passage's sentences, by its place among those compared."""
        found: list[float] = self.similarities[self.bounds[place] : self.bounds[place + 1]].tolist()
        return found


class Sentences:
    """The sentences of all passages, with a vector each; passages are numbered as they were added."""

    def __init__(self, ranges: NDArray[np.int32], offsets: Offsets, matrix: Vectors) -> None:
        self._ranges = ranges
        self._offsets = offsets
        self._at = offsets.data  # its items are plain integers, which numpy's are not: each costs less
        self.matrix = matrix

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

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def of_rows(self, start: int, end: int) -> Vectors:
        """Return the vectors of the sentences of the passages ``start`` to ``end`` (exclusive)."""
        return self.matrix[self._offsets[start] : self._offsets[end]]

    def at(self, row: int, position: int) -> Range:
        """Return the range of the sentence of a passage that a character stands in, else of the next one, else of the last."""
        ranges = self._ranges[self._offsets[row] : self._offsets[row + 1]]
        start, end = ranges[min(int(ranges[:, 1].searchsorted(position, side="right")), len(ranges) - 1)].tolist()
        return start, end

    def compared(self, rows: NDArray[np.int64], vector: Vectors) -> Compared:
        """Compare the sentences of some passages with a query's unit vector."""
        starts = self._offsets[rows]
        counts = self._offsets[rows + 1] - starts
        bounds = np.zeros(len(rows) + 1, np.int64)
        counts.cumsum(out=bounds[1:])
        places = np.arange(bounds[-1]) + np.repeat(starts - bounds[:-1], counts)
        return Compared(np.vecdot(self.matrix[places], vector), bounds)

    def best(self, row: int, fits: Sequence[float], matches: Sequence[Range]) -> Range:
        """Return the range of the sentence of a passage that fits a query best.

        It is near to the query, by the similarities in ``fits``, and has many of the passage's ``matches``; of equals it is the
        first.
        """
        ranges = self._ranges[self._at[row] : self._at[row + 1]].tolist()
        worth = list(fits)
        ends = [end for _, end in ranges]
        for start, _ in matches:
            at = bisect_right(ends, start)
            if at < len(worth):
                worth[at] += 1 / len(matches)
        start, end = ranges[worth.index(max(worth))]
        return start, end


class SentencesWriter:
    """Writes the sentences of passages into a folder, some passages after the others; they can be opened after the ``with``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._ranges = stack.enter_context(GrowingArray(self._folder / "sentences.npy", np.int32))
            self._offsets = stack.enter_context(GrowingArray(self._folder / "sentence-offsets.npy", np.int64))
            self._matrix = stack.enter_context(GrowingArray(self._folder / "sentence-vectors.npy", np.float32))
            self._offsets.append([0])
            self._files = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._files.close()

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Take passages and the vectors of their ``ranges_of``, one after the other, shape (m, d).  Raises OSError."""
        ranges = [ranges_of(passage) for passage in passages]
        flat = np.array([pair for found in ranges for pair in found], np.int32).reshape(-1, 2)
        if len(flat) != len(vectors):
            raise ValueError(f"{len(flat)} sentences, but {len(vectors)} vectors")
        self._offsets.append(sums([len(found) for found in ranges])[1:] + len(self._ranges))
        self._ranges.append(flat)
        self._matrix.append(vectors)

    def is_sound(self) -> bool:
        """Tell, after closing, whether the files give back what was added."""
        return self._ranges.is_sound() and self._offsets.is_sound() and self._matrix.is_sound()
