"""The words of a generation, found by their stem, by a part, by how they begin, or by what was meant with a slip."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.analysis import Analysis
from index.german import is_stop_word, stem
from index.strings import Offsets, sums

Numbers = NDArray[np.int32]

_SHORTEST_SLIP, _TWO_SLIPS = 5, 8  # letters
_MOST_LIKE = 3
_NONE: Numbers = np.empty(0, np.int32)
_LAST = "\U0010ffff"  # sorts behind all letters


class Vocabulary:
    """The folded words of a generation in alphabetical order, found by their stem, by a part, or by how they begin."""

    def __init__(self, words: Sequence[str], counts: Numbers, analysis: Analysis) -> None:
        self.words = words
        self.counts = counts  # how often each stands in all passages together
        stems: dict[str, list[int]] = {}
        parts: dict[str, list[int]] = {}
        for number, word in enumerate(words):
            stems.setdefault(stem(word), []).append(number)
            for part in dict.fromkeys(analysis.parts(word)) if not is_stop_word(word) else ():
                parts.setdefault(part, []).append(number)
        self._of_stem = _Groups.of(stems)
        self._with_part = _Groups.of(parts)
        self._prepare()

    def _prepare(self) -> None:
        """Sort the words by their ends, which a lookup by the head of a compound needs, and tell which are compounds."""
        backward = sorted((word[::-1], number) for number, word in enumerate(self.words))
        self._backward = [word for word, _ in backward]
        self._by_ending = np.array([number for _, number in backward], np.int32)
        self._is_compound = np.zeros(len(self.words), np.bool_)
        self._is_compound[self._with_part.numbers] = True

    def save(self, folder: Path) -> None:
        """Write into a folder that is there."""
        (folder / "vocabulary.txt").write_text("".join(f"{word}\n" for word in self.words), encoding="utf-8")
        np.save(folder / "counts.npy", self.counts)
        self._of_stem.save(folder, "stems")
        self._with_part.save(folder, "parts")

    @classmethod
    def open(cls, folder: Path) -> Vocabulary:
        """Open what was saved; raises OSError, ValueError, EOFError, LookupError."""
        self = cls.__new__(cls)
        self.words = (folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n")[:-1]
        self.counts = np.load(folder / "counts.npy")
        self._of_stem = _Groups.open(folder, "stems")
        self._with_part = _Groups.open(folder, "parts")
        if len(self.counts) != len(self.words):
            raise ValueError("words are missing")
        self._prepare()
        return self

    def __len__(self) -> int:
        return len(self.words)

    def of_word(self, folded: str) -> Numbers:
        """Return the number of a folded word, alone or none."""
        place = bisect_left(self.words, folded)
        return np.arange(place, place + (self.words[place : place + 1] == [folded]), dtype=np.int32)

    def has_whole(self, folded: str) -> bool:
        """Tell whether a folded word, which is no stop word, is among these and no compound."""
        place = bisect_left(self.words, folded)
        return self.words[place : place + 1] == [folded] and not self._is_compound[place]

    def of_stem(self, stem: str) -> Numbers:
        """Return the numbers of the words that have a stem, in order."""
        return self._of_stem.get(stem)

    def with_part(self, stem: str) -> Numbers:
        """Return the numbers of the compounds with a part of a stem, in order."""
        return self._with_part.get(stem)

    def beginning(self, letters: str) -> Numbers:
        """Return the numbers of the words that begin with some letters, in order."""
        return np.arange(bisect_left(self.words, letters), bisect_left(self.words, letters + _LAST), dtype=np.int32)

    def ending(self, letters: str) -> Numbers:
        """Return the numbers of the words that end in some letters and have more before them, in no order."""
        backward = letters[::-1]
        first, last = bisect_left(self._backward, backward), bisect_left(self._backward, backward + _LAST)
        longer: Numbers = self._by_ending[first + (self._backward[first : first + 1] == [backward]) : last]
        return longer

    def like(self, word: str) -> Numbers:
        """Return the numbers of the words that differ from one by a slip only, those of the fewest slips, the commonest first.

        A slip is a letter too many, missing, wrong, or two that changed places (optimal string alignment); one is allowed in
        words of five to seven letters, two in longer ones.
        """
        most = 0 if len(word) < _SHORTEST_SLIP else 1 if len(word) < _TWO_SLIPS else 2
        if not most:
            return _NONE
        slips = process.cdist([word], self.words, scorer=OSA.distance, score_cutoff=most, dtype=np.int16)[0]
        least = int(slips.min(initial=most + 1))
        if least > most:
            return _NONE
        numbers = (slips == least).nonzero()[0].astype(np.int32)
        likely: Numbers = numbers[np.argsort(-self.counts[numbers], kind="stable")][:_MOST_LIKE]
        return likely


class _Groups:
    """The numbers of words that share a stem, by stem."""

    def __init__(self, names: Sequence[str], ends: Offsets, numbers: Numbers) -> None:
        self._names = names
        self._ends = ends
        self._at = ends.data  # its items are plain integers, which numpy's are not: each costs less
        self.numbers = numbers
        self._place = {name: place for place, name in enumerate(names)}

    @classmethod
    def of(cls, groups: Mapping[str, list[int]]) -> _Groups:
        return cls(list(groups), sums([len(group) for group in groups.values()]), np.fromiter(chain(*groups.values()), np.int32))

    def save(self, folder: Path, name: str) -> None:
        (folder / f"{name}.txt").write_text("".join(f"{name}\n" for name in self._names), encoding="utf-8")
        np.save(folder / f"{name}-ends.npy", self._ends)
        np.save(folder / f"{name}-words.npy", self.numbers)

    @classmethod
    def open(cls, folder: Path, name: str) -> _Groups:
        names = (folder / f"{name}.txt").read_text(encoding="utf-8").split("\n")[:-1]
        groups = cls(names, np.load(folder / f"{name}-ends.npy"), np.load(folder / f"{name}-words.npy"))
        if len(groups._ends) != len(names) + 1 or groups._ends[-1] != len(groups.numbers):
            raise ValueError(f"{name} are missing")
        return groups

    def get(self, name: str) -> Numbers:
        place = self._place.get(name)
        return _NONE if place is None else self.numbers[self._at[place] : self._at[place + 1]]
