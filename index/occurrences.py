"""Where each word of each passage stands, kept so that hits are judged and marked without reading their text again."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from index.german import Word, fold
from index.strings import Offsets, Strings, sums

#: One row a word: the number of its stem, and its characters ``start`` to ``end`` (exclusive) in the passage's text.
Table = NDArray[np.int32]


class Occurrences:
    """The words of all passages of a generation; passages are numbered as they were added."""

    def __init__(self, stems: Iterable[str], table: Table, offsets: Offsets, lines: Strings, letters: Strings) -> None:
        self._stems = {stem: number for number, stem in enumerate(stems)}
        self._table = table
        self._offsets = offsets
        self._at = offsets.data  # its items are plain integers, which numpy's are not: each costs less
        self._lines = lines
        self._letters = letters

    @classmethod
    def open(cls, folder: Path) -> Occurrences:
        """Open what was saved; raises IndexDamaged."""
        try:
            stems = (folder / "stems.txt").read_text(encoding="utf-8").split("\n")[:-1]
            table: Any = np.load(folder / "occurrences.npy", mmap_mode="r").view(np.ndarray)
            offsets = np.load(folder / "offsets.npy")
            lines, letters = Strings.open(folder, "lines"), Strings.open(folder, "letters")
            if offsets[-1] != len(table) or {len(lines), len(letters)} != {len(offsets) - 1}:
                raise ValueError("words are missing")
            return cls(stems, table, offsets, lines, letters)
        except Exception as error:  # a damaged header shows as one of many errors of numpy and of Python's tokenizer
            raise IndexDamaged(
                f"Das Wortverzeichnis {folder} ist nicht lesbar. Lesen Sie neu ein: fundstelle ingest --rebuild"
            ) from error

    def save(self, folder: Path) -> None:
        """Write into a folder that is there."""
        (folder / "stems.txt").write_text("".join(f"{stem}\n" for stem in self._stems), encoding="utf-8")
        np.save(folder / "occurrences.npy", self._table)
        np.save(folder / "offsets.npy", self._offsets)
        self._lines.save(folder, "lines")
        self._letters.save(folder, "letters")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def of(self, row: int) -> Table:
        """Return the words of a passage in the order of its text, shape (n, 3)."""
        return self._table[self._at[row] : self._at[row + 1]]

    def lines(self, row: int) -> bytes:
        """Return the folded words of a passage, a line each in UTF-8; stop words, which are no part of others, are empty."""
        return self._lines[row]

    def stem(self, stem: str) -> int | None:
        """Return the number of a stem in the table; None where no word of any passage has it."""
        return self._stems.get(stem)

    def verbatim(self, wanted: str, rows: Iterable[int]) -> frozenset[int]:
        """Return those of some passages in which ``squeezed`` letters stand without a gap."""
        return self._letters.with_part(wanted, rows)


class Gathered:
    """The words of passages that are being indexed, added one passage after the other."""

    def __init__(self) -> None:
        self._stems: dict[str, int] = {}
        self._table = array("i")  # not a tuple a word: these took fifteen times as much
        self._lengths: list[int] = []
        self._lines: list[str] = []
        self._letters: list[str] = []

    def add(self, text: str, found: Sequence[Word]) -> None:
        """Note the words of the next passage, and its letters."""
        numbers = [self._stems.setdefault(word.stem, len(self._stems)) for word in found]
        self._table.extend(chain.from_iterable((n, word.start, word.end) for n, word in zip(numbers, found, strict=True)))
        self._lengths.append(len(found))
        self._lines.append("".join(["\n" if word.is_stop_word else f"{word.folded}\n" for word in found]))
        self._letters.append(squeezed(text))

    def occurrences(self) -> Occurrences:
        """Return all that was added."""
        table = np.asarray(self._table, np.int32).reshape(-1, 3)
        return Occurrences(self._stems, table, sums(self._lengths), Strings.build(self._lines), Strings.build(self._letters))


def squeezed(text: str) -> str:
    """Return letters and digits only, folded: line breaks, quotation marks and spacing make no other quotation."""
    return re.sub(r"[\W_]+", "", fold(text))
