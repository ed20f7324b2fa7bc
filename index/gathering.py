"""The texts of passages become a vocabulary, a table of where each word stands, and the bags of terms that BM25 weighs."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from index.analysis import Analysis, needs_completion
from index.german import Word, is_stop_word, words
from index.occurrences import Occurrences, Table
from index.strings import sums
from index.vocabulary import Vocabulary

_ATTESTED = 2  # occurrences of a word in the corpus that make it one; a single one may be a slip or half a word


class Gathered:
    """The words of passages that are being indexed, added one passage after the other."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._texts: list[str] = []
        self._tables: list[array[int]] = []  # not a tuple a word: these took fifteen times as much

    def add(self, text: str) -> None:
        """Note the words of the next passage."""
        self._texts.append(text)
        self._tables.append(self._table(words(text)))

    def _table(self, found: Iterable[Word]) -> array[int]:
        number = self._numbers.setdefault
        return array("i", chain.from_iterable((number(w.folded, len(self._numbers)), w.start, w.end) for w in found))

    def attested(self) -> dict[str, int]:
        """Return the words of content that the passages attest, with how often they stand."""
        counts = np.bincount(_joined(self._tables)[:, 0], minlength=len(self._numbers)).tolist()
        return {
            word: counts[number]
            for word, number in self._numbers.items()
            if counts[number] >= _ATTESTED and not is_stop_word(word)
        }

    def occurrences(self, analysis: Analysis) -> Occurrences:
        """Return all that was added, suspended words completed."""
        for row, text in enumerate(self._texts):
            if needs_completion(text):
                self._tables[row] = self._table(analysis.words(text))
        names = sorted(self._numbers)
        place = np.empty(len(names), np.int32)
        place[[self._numbers[word] for word in names]] = np.arange(len(names), dtype=np.int32)
        table = _joined(self._tables)
        table[:, 0] = place[table[:, 0]]
        counts = np.bincount(table[:, 0], minlength=len(names)).astype(np.int32)
        offsets = sums([len(rows) // 3 for rows in self._tables])
        return Occurrences(Vocabulary(names, counts, analysis), table, offsets)


def _joined(tables: Sequence[array[int]]) -> Table:
    return np.concatenate([np.frombuffer(table, np.int32) for table in tables if table] or [np.empty(0, np.int32)]).reshape(-1, 3)
