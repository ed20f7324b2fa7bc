"""Where each word of each passage stands, kept so that hits are judged and marked without reading their text again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from index.strings import Offsets
from index.vocabulary import Vocabulary

#: One row a word: its number in the vocabulary, and its characters ``start`` to ``end`` (exclusive) in the passage's text.
Table = NDArray[np.int32]

TABLE, OFFSETS = "occurrences.npy", "offsets.npy"


class Occurrences:
    """The words of all passages of a generation; passages are numbered as they were added."""

    def __init__(self, vocabulary: Vocabulary, table: Table, offsets: Offsets) -> None:
        self.vocabulary = vocabulary
        self.table = table
        self.offsets = offsets  # of each passage's first word; one more, for the end
        self._at = offsets.data  # its items are plain integers, which numpy's are not: each costs less

    @classmethod
    def open(cls, folder: Path) -> Occurrences:
        """Open what was saved; raises IndexDamaged."""
        try:
            vocabulary = Vocabulary.open(folder)
            table: Any = np.load(folder / TABLE, mmap_mode="r").view(np.ndarray)
            offsets = np.load(folder / OFFSETS)
            if offsets[-1] != len(table):
                raise ValueError("words are missing")
            return cls(vocabulary, table, offsets)
        except Exception as error:  # a damaged header shows as one of many errors of numpy and of Python's tokenizer
            raise IndexDamaged(
                f"Das Wortverzeichnis {folder} ist nicht lesbar. Lesen Sie neu ein: fundstelle ingest --rebuild"
            ) from error

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def of(self, row: int) -> Table:
        """Return the words of a passage in the order of its text, shape (n, 3)."""
        return self.table[self._at[row] : self._at[row + 1]]
