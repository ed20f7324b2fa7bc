"""The texts of passages become a vocabulary and a table of where each word stands."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analysis, needs_completion
from index.german import Word, is_stop_word, words
from index.growing import GrowingArray
from index.occurrences import OFFSETS, TABLE, Occurrences, Table
from index.strings import sums
from index.vocabulary import Vocabulary

_ATTESTED = 2  # occurrences of a word in the corpus that make it one; a single one may be a slip or half a word
_AT_ONCE = 1 << 20  # rows of a table that are worked on at a time


class Gathered:
    """The words of passages that are being indexed: noted in a folder, numbered as they come, and put in order at the end."""

    def __init__(self, folder: Path, texts: Iterable[str]) -> None:
        """Note the words of passages in order.  Raises OSError."""
        self._numbers: dict[str, int] = {}
        self._unusual: dict[int, str] = {}
        lengths = array("q")
        with GrowingArray(folder / "gathered.part", np.int32) as noted:
            for row, text in enumerate(texts):
                table = self._table(words(text))
                noted.append(table)
                lengths.append(len(table))
                if needs_completion(text):
                    self._unusual[row] = text
        self._noted = noted
        self._offsets = sums(lengths)

    def _table(self, found: Iterable[Word]) -> Table:
        number = self._numbers.setdefault
        flat = chain.from_iterable((number(w.folded, len(self._numbers)), w.start, w.end) for w in found)
        return np.frombuffer(array("i", flat), np.int32).reshape(-1, 3)

    def attested(self) -> dict[str, int]:
        """Return the words of content that the passages attest, with how often they stand."""
        counts = _counts(self._noted.mapped(), len(self._numbers)).tolist()
        return {
            word: counts[number]
            for word, number in self._numbers.items()
            if counts[number] >= _ATTESTED and not is_stop_word(word)
        }

    def write(self, folder: Path, analysis: Analysis) -> Occurrences:
        """Write all that was noted, suspended words completed, into a folder that is there; it can't be used again then.

        Raises OSError.
        """
        completed = {row: self._table(analysis.words(text)) for row, text in self._unusual.items()}
        names = sorted(self._numbers)
        place = np.empty(len(names), np.int32)
        place[[self._numbers[word] for word in names]] = np.arange(len(names), dtype=np.int32)
        with GrowingArray(folder / TABLE, np.int32) as ordered:
            ordered.append(np.empty((0, 3)))  # three columns even where no passage has a word
            for table in self._tables(completed):
                own = table.copy()
                own[:, 0] = place[table[:, 0]]
                ordered.append(own)
        self._noted.path.unlink()
        lengths = np.diff(self._offsets)
        lengths[list(completed)] = [len(table) for table in completed.values()]
        offsets = sums(lengths.tolist())
        np.save(folder / OFFSETS, offsets)
        counts = _counts(ordered.mapped(), len(names)).astype(np.int32)
        vocabulary = Vocabulary(names, counts, analysis)
        vocabulary.save(folder)
        return Occurrences(vocabulary, ordered.mapped(), offsets)

    def _tables(self, completed: dict[int, Table]) -> Iterator[Table]:
        """Yield what was noted of all passages, with the completed ones in place of theirs."""
        noted = self._noted.mapped()
        for before, row in pairwise((-1, *completed, len(self._offsets) - 1)):
            yield from _stretches(noted[self._offsets[before + 1] : self._offsets[row]])
            if row in completed:
                yield completed[row]


def _counts(table: Table, words: int) -> NDArray[np.int64]:
    """Return how often each of so many words stands in a table."""
    counts = np.zeros(words, np.int64)
    for stretch in _stretches(table):
        counts += np.bincount(stretch[:, 0], minlength=words)
    return counts


def _stretches(table: Table) -> Iterator[Table]:
    for start in range(0, len(table), _AT_ONCE):
        yield table[start : start + _AT_ONCE]
