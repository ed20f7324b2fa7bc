"""Where each word of each passage stands, kept so that hits are marked and judged without analysing their text again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from index.german import Word, is_stop_word

#: One row a word: its number in the vocabulary, and its characters ``start`` to ``end`` (exclusive) in the passage's text.
Table = NDArray[np.int32]


class Occurrences:
    """The words of all passages of a generation; passages are numbered as they were added."""

    def __init__(self, vocabulary: Sequence[tuple[str, str]], table: Table, offsets: NDArray[np.int64]) -> None:
        self._folded = [folded for folded, _ in vocabulary]
        self._lines = ["\n" if is_stop_word(folded) else f"{folded}\n" for folded in self._folded]
        self._lengths = np.array(list(map(len, self._lines)), np.int64)
        self._stems = {stem: number for number, stem in enumerate(dict.fromkeys(stem for _, stem in vocabulary))}
        self._stem_of = np.array([self._stems[stem] for _, stem in vocabulary], np.int32)
        self._table = table
        self._offsets = offsets

    @classmethod
    def build(cls, texts: Sequence[Sequence[Word]]) -> Occurrences:
        """Note the words of each passage, in order."""
        numbers: dict[tuple[str, str], int] = {}
        rows = [(numbers.setdefault((w.folded, w.stem), len(numbers)), w.start, w.end) for found in texts for w in found]
        offsets = np.fromiter(accumulate(map(len, texts), initial=0), np.int64, len(texts) + 1)
        return cls(list(numbers), np.array(rows, np.int32).reshape(-1, 3), offsets)

    @classmethod
    def open(cls, folder: Path) -> Occurrences:
        """Open what was saved; raises IndexDamaged."""
        try:
            lines = (folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n")[:-1]
            vocabulary = [(line.split("\t")[0], line.split("\t")[1]) for line in lines]
            table: Any = np.load(folder / "occurrences.npy", mmap_mode="r").view(np.ndarray)
            offsets: Any = np.load(folder / "offsets.npy")
            if offsets[-1] != len(table):
                raise ValueError("words are missing")
            return cls(vocabulary, table, offsets)
        except (OSError, ValueError, LookupError) as error:
            raise IndexDamaged(
                f"Das Wortverzeichnis {folder} ist nicht lesbar. Lesen Sie neu ein: fundstelle ingest --rebuild"
            ) from error

    def save(self, folder: Path) -> None:
        """Write into a folder that is there."""
        stems = list(self._stems)
        lines = [f"{folded}\t{stems[stem]}\n" for folded, stem in zip(self._folded, self._stem_of, strict=True)]
        (folder / "vocabulary.txt").write_text("".join(lines), encoding="utf-8")
        np.save(folder / "occurrences.npy", self._table)
        np.save(folder / "offsets.npy", self._offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def of(self, row: int) -> Table:
        """Return the words of a passage in the order of its text, shape (n, 3)."""
        return np.asarray(self._table[self._offsets[row] : self._offsets[row + 1]])

    def lines(self, numbers: NDArray[np.int32]) -> tuple[list[str], NDArray[np.int64]]:
        """Return words of the vocabulary as lines, and where each ends if they are joined.

        They are folded; stop words, which are no part of others, are empty lines.
        """
        return list(map(self._lines.__getitem__, numbers.tolist())), self._lengths[numbers].cumsum()

    def have_stem(self, stem: str, numbers: NDArray[np.int32]) -> NDArray[np.bool_] | None:
        """Tell which words of the vocabulary have a stem; None where no word of any passage has it."""
        wanted = self._stems.get(stem)
        return None if wanted is None else self._stem_of[numbers] == wanted
