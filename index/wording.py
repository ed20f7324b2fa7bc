"""The letters of all passages, in which wordings are looked up whatever breaks the line, and whatever the case or the spacing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from index.german import squeezed
from index.growing import GrowingArray
from index.strings import Strings, write_strings

_TOKEN = re.compile(r"[^\W_]+")


class Wording:
    """The letters and digits of each passage, folded and without anything between them, and where its words begin."""

    def __init__(self, letters: Strings, beginnings: NDArray[np.uint8]) -> None:
        self._letters = letters
        self._beginnings = beginnings  # 1 for each byte of all letters with which a word begins

    @classmethod
    def open(cls, folder: Path) -> Wording:
        """Map what was saved; raises IndexDamaged."""
        try:
            letters = Strings.open(folder, "letters")
            beginnings = np.load(folder / "beginnings.npy", mmap_mode="r").view(np.ndarray)
            if len(beginnings) != letters.size + 1:
                raise ValueError("beginnings are missing")
            return cls(letters, beginnings)
        except Exception as error:  # a damaged header shows as one of many errors of numpy and of Python's tokenizer
            raise IndexDamaged(
                f"Das Wortverzeichnis {folder} ist nicht lesbar. Lesen Sie neu ein: fundstelle ingest --rebuild"
            ) from error

    def __len__(self) -> int:
        return len(self._letters)

    def rows(self, words: str, among: Iterable[int] | None = None) -> NDArray[np.int64]:
        """Return the passages, of some or of all, in which words stand so, from the beginning of a word to the end of one."""
        wanted = squeezed(words).encode()
        if not wanted:
            return np.empty(0, np.int64)
        found = [row for row, at in self._letters.places(wanted, among) if self._is_whole(at, len(wanted))]
        return np.array(list(dict.fromkeys(found)), np.int64)

    def _is_whole(self, at: int, length: int) -> bool:
        return bool(self._beginnings[at] and self._beginnings[at + length])


def write_wording(folder: Path, texts: Iterable[str]) -> None:
    """Write the letters of the text of each passage, in order, into a folder that is there.  Raises OSError."""
    with GrowingArray(folder / "beginnings.npy", np.uint8) as beginnings:

        def letters() -> Iterator[bytes]:
            for text in texts:
                tokens = [found.encode() for token in _TOKEN.findall(text) if (found := _letters(token))]
                beginnings.append(np.frombuffer(b"".join(map(_begun, map(len, tokens))), np.uint8))
                yield b"".join(tokens)

        write_strings(folder, "letters", letters())
        beginnings.append([1])


@lru_cache
def _begun(length: int) -> bytes:
    """Return a word's bytes as they are noted: one that begins it, and the others."""
    return b"\1" + bytes(length - 1)


@lru_cache(maxsize=200_000)
def _letters(token: str) -> str:
    return squeezed(token)
