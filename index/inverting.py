"""Passages become an inverted index with scores of BM25, in stretches: the library's own way keeps all of it in memory.

The scores are those of bm25s's method "lucene", to the last bit (Kamphuis et al. 2020); a test holds both to each other.
"""

from __future__ import annotations

import math
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from index.strings import Offsets, sums

Numbers = NDArray[np.int32]

_PART = ".part"
_AT_ONCE = 2_000_000  # terms, with repetitions, that are sorted at a time: 70 MB


@dataclass(frozen=True)
class Contents:
    """What passages consist of: a row of units, such as words, of which each stands for some terms.

    ``units`` are numbers, those of all passages one after the other; ``offsets`` tell where those of each passage begin, and one
    more the end of all; ``terms`` are those of each unit, in the order of their numbers, and are gone through once.
    """

    units: Numbers
    offsets: Offsets
    terms: Iterable[Sequence[str]]

    @classmethod
    def of(cls, bags: Sequence[Sequence[str]]) -> Contents:
        """Take the terms of each passage."""
        return cls(np.arange(len(bags), dtype=np.int32), np.arange(len(bags) + 1, dtype=np.int64), bags)


class Inverted(NamedTuple):
    """For each term the passages that have it, in order, and their scores: a sparse matrix by columns."""

    numbers: dict[str, int]
    ends: Offsets  # where each term's passages begin, and the end of all; shape (terms + 1,)
    rows: Numbers
    scores: NDArray[np.float32]


class _Stretch(NamedTuple):
    """How often each term stands in some passages: by term, then by passage."""

    terms: NDArray[np.int64]
    rows: NDArray[np.int64]
    counts: NDArray[np.int64]


def invert(contents: Contents, k1: float, b: float, folder: Path | None = None) -> Inverted:
    """Invert passages, at least one; large results lie in files of a ``folder`` that is there.  Raises OSError.

    A passage without any term has the empty one, which nothing else has.
    """
    numbers: dict[str, int] = {}
    number = numbers.setdefault
    flat, counts_of = array("q"), array("q")
    for terms_of_unit in contents.terms:
        flat.extend([number(term, len(numbers)) for term in terms_of_unit])
        counts_of.append(len(terms_of_unit))
    numbers.setdefault("", len(numbers))
    terms = _Terms(np.frombuffer(flat, np.int64), sums(counts_of))
    size = len(contents.offsets) - 1
    frequencies = np.zeros(len(numbers), np.int64)
    lengths = np.zeros(size, np.int64)
    for stretch in _stretches(contents, terms, numbers[""]):
        frequencies += np.bincount(stretch.terms, minlength=len(numbers))
        np.add.at(lengths, stretch.rows, stretch.counts)
    ends = sums(frequencies.tolist())
    rarities = _rarities(frequencies, size)
    norms = k1 * ((1 - b) + b * lengths / lengths.mean())
    rows, scores = (_empty(folder, name, int(ends[-1]), kind) for name, kind in (("rows", np.int32), ("scores", np.float32)))
    begins = ends[:-1].copy()
    for stretch in _stretches(contents, terms, numbers[""]):
        counts = stretch.counts.astype(np.float32)
        found = np.bincount(stretch.terms, minlength=len(numbers))
        first = np.cumsum(found) - found
        places = begins[stretch.terms] + np.arange(len(counts)) - first[stretch.terms]
        rows[places] = stretch.rows
        scores[places] = rarities[stretch.terms] * (counts / (norms[stretch.rows] + counts))
        begins += found
    return Inverted(numbers, ends, rows, scores)


class _Terms(NamedTuple):
    """The numbers of the terms of all units, one after the other, and where those of each begin."""

    numbers: NDArray[np.int64]
    offsets: Offsets

    def of(self, units: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the terms of some units, one after the other, and how many each has."""
        counts = self.offsets[units + 1] - self.offsets[units]
        begins = np.repeat(self.offsets[units] - (np.cumsum(counts) - counts), counts)
        return self.numbers[begins + np.arange(len(begins))], counts


def _stretches(contents: Contents, terms: _Terms, nothing: int) -> Iterator[_Stretch]:
    offsets = contents.offsets
    of_unit = np.diff(terms.offsets)
    start = 0
    while start < len(offsets) - 1:
        end = _end_of_stretch(contents, of_unit, start)
        units = contents.units[offsets[start] : offsets[end]]
        found, counts = terms.of(units)
        rows = np.repeat(np.repeat(np.arange(end - start), np.diff(offsets[start : end + 1])), counts)
        empty = np.flatnonzero(np.bincount(rows, minlength=end - start) == 0)
        found, rows = np.append(found, np.full(len(empty), nothing)), np.append(rows, empty)
        keys, repeated = np.unique(found * (end - start) + rows, return_counts=True)
        yield _Stretch(keys // (end - start), keys % (end - start) + start, repeated)
        start = end


def _end_of_stretch(contents: Contents, of_unit: NDArray[np.int64], start: int) -> int:
    """Return before which passage a stretch ends that begins with one: it has as many terms as are sorted at a time."""
    offsets = contents.offsets
    last = int(offsets.searchsorted(offsets[start] + _AT_ONCE, side="right")) - 1  # each unit may have one term only
    terms = np.cumsum(of_unit[contents.units[offsets[start] : offsets[last]]])
    room = int(terms.searchsorted(_AT_ONCE, side="right"))
    end = int(offsets.searchsorted(offsets[start] + room, side="right")) - 1
    return max(start + 1, end)


def _rarities(frequencies: NDArray[np.int64], size: int) -> NDArray[np.float32]:
    """Return the inverse document frequency of each term, which plain Python rounds otherwise than numpy."""
    different, where = np.unique(frequencies, return_inverse=True)
    rarity = [math.log(1 + (size - n + 0.5) / (n + 0.5)) if n else 0.0 for n in different.tolist()]
    return np.asarray(rarity, np.float32)[where]


def _empty(folder: Path | None, name: str, length: int, kind: type) -> NDArray[Any]:
    if folder is None:
        return np.empty(length, kind)
    file = folder / f"{name}{_PART}"
    mapped: NDArray[Any] = open_memmap(file, "w+", kind, (length,))
    with file.open("r+b") as opened:  # whoever writes to a mapped page for which there is no room is ended by the system
        os.posix_fallocate(opened.fileno(), 0, file.stat().st_size)
    return mapped


def discard(folder: Path) -> None:
    """Remove what ``invert`` left in a folder, when it is no longer used."""
    for part in folder.glob(f"*{_PART}"):
        part.unlink()
