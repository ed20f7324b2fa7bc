"""Where each word of each passage stands, kept so that hits are marked and judged without analysing their text again."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from index.german import Word

#: One row a word: the number of its stem, and its characters ``start`` to ``end`` (exclusive) in the passage's text.
Table = NDArray[np.int32]
Offsets = NDArray[np.int64]


class Occurrences:
    """The words of all passages of a generation; passages are numbered as they were added."""

    def __init__(self, stems: Sequence[str], table: Table, offsets: Offsets, lines: bytes | mmap.mmap, starts: Offsets) -> None:
        self._stems = {stem: number for number, stem in enumerate(stems)}
        self._table = table
        self._offsets = offsets
        self._lines = lines
        self._starts = starts

    @classmethod
    def build(cls, texts: Sequence[Sequence[Word]]) -> Occurrences:
        """Note the words of each passage, in order."""
        stems: dict[str, int] = {}
        rows = [(stems.setdefault(w.stem, len(stems)), w.start, w.end) for found in texts for w in found]
        lines = ["".join("\n" if w.is_stop_word else f"{w.folded}\n" for w in found).encode() for found in texts]
        return cls(
            list(stems),
            np.array(rows, np.int32).reshape(-1, 3),
            _sums(list(map(len, texts))),
            b"".join(lines),
            _sums(list(map(len, lines))),
        )

    @classmethod
    def open(cls, folder: Path) -> Occurrences:
        """Open what was saved; raises IndexDamaged."""
        try:
            stems = (folder / "stems.txt").read_text(encoding="utf-8").split("\n")[:-1]
            table: Any = np.load(folder / "occurrences.npy", mmap_mode="r").view(np.ndarray)
            offsets, starts = np.load(folder / "offsets.npy"), np.load(folder / "starts.npy")
            lines = _mapped(folder / "lines.txt")
            if offsets[-1] != len(table) or starts[-1] != len(lines) or len(offsets) != len(starts):
                raise ValueError("words are missing")
            return cls(stems, table, offsets, lines, starts)
        except (OSError, EOFError, ValueError, LookupError) as error:
            raise IndexDamaged(
                f"Das Wortverzeichnis {folder} ist nicht lesbar. Lesen Sie neu ein: fundstelle ingest --rebuild"
            ) from error

    def save(self, folder: Path) -> None:
        """Write into a folder that is there."""
        (folder / "stems.txt").write_text("".join(f"{stem}\n" for stem in self._stems), encoding="utf-8")
        (folder / "lines.txt").write_bytes(self._lines)
        np.save(folder / "occurrences.npy", self._table)
        np.save(folder / "offsets.npy", self._offsets)
        np.save(folder / "starts.npy", self._starts)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def of(self, row: int) -> Table:
        """Return the words of a passage in the order of its text, shape (n, 3)."""
        return np.asarray(self._table[self._offsets[row] : self._offsets[row + 1]])

    def lines(self, row: int) -> bytes:
        """Return the folded words of a passage, a line each in UTF-8; stop words, which are no part of others, are empty."""
        return self._lines[self._starts[row] : self._starts[row + 1]]

    def stem(self, stem: str) -> int | None:
        """Return the number of a stem in the table; None where no word of any passage has it."""
        return self._stems.get(stem)


def _sums(lengths: Sequence[int]) -> Offsets:
    return np.fromiter(accumulate(lengths, initial=0), np.int64, len(lengths) + 1)


def _mapped(file: Path) -> bytes | mmap.mmap:
    """Return a file's bytes without reading them all."""
    if not file.stat().st_size:
        return b""  # an empty file can't be mapped
    with file.open("rb") as opened:
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
