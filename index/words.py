"""Best word matches: BM25 over the terms of passages.  The only file that knows the BM25 library."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from index.german import Word, terms_of_word

_K1, _B = 1.2, 0.75  # Robertson and Zaragoza 2009; other values gave nothing on the development queries
_REMEMBERED = 200_000  # words whose terms' numbers are kept while indexing, some 60 MB


class WordIndex:
    """Scores of all passages of a generation for a bag of terms; passages are numbered as they were added."""

    def __init__(self, model: bm25s.BM25, size: int) -> None:
        self._model = model
        self._size = size
        frequencies = np.diff(model.scores["indptr"])  # of passages that contain each term
        self._rarity = np.log1p((size - frequencies + 0.5) / (frequencies + 0.5))  # inverse document frequency
        self._ends = np.asarray(model.scores["indptr"]).data  # its items are plain integers: each costs less than numpy's

    @classmethod
    def build(cls, bags: Sequence[Sequence[str]]) -> WordIndex:
        """Index the terms of each passage, in order; at least one passage."""
        numbers: dict[str, int] = {}
        return cls._of_numbers([[numbers.setdefault(term, len(numbers)) for term in bag] for bag in bags], numbers)

    @classmethod
    def _of_numbers(cls, bags: list[list[int]], numbers: dict[str, int]) -> WordIndex:
        model = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        # an empty bag is legal for us, and an index without any term is not for the library
        model.index(([bag or [numbers.setdefault("", len(numbers))] for bag in bags], numbers), show_progress=False)
        return cls(model, len(bags))

    @classmethod
    def open(cls, folder: Path) -> WordIndex:
        """Open a saved index without reading it whole."""
        try:
            model = bm25s.BM25.load(str(folder), mmap=True, load_corpus=False)
            size = int(model.scores["num_docs"])
            if model.scores["indices"].max(initial=0) >= size:
                raise ValueError("a passage that there is not")
        except Exception as error:  # the library lets numpy's, json's and its own errors through
            raise IndexDamaged(
                f"Das Wortverzeichnis {folder} ist nicht lesbar. Lesen Sie neu ein: fundstelle ingest --rebuild"
            ) from error
        # plain views: each slice of a memmap object costs more than the sum over it
        model.scores |= {name: part.view(np.ndarray) for name, part in model.scores.items() if isinstance(part, np.memmap)}
        return cls(model, size)

    def save(self, folder: Path) -> None:
        """Write the index into a new folder."""
        self._model.save(str(folder), show_progress=False)

    def __len__(self) -> int:
        return self._size

    def scores(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """Return the BM25 score of each passage, shape (n,); zeros where no term is known."""
        return self.scores_and_most(terms)[0]

    def scores_and_most(self, terms: Sequence[str]) -> tuple[NDArray[np.float32], float]:
        """Return the scores, and the score that no passage can reach: the sum of the terms' inverse document frequencies.

        Terms that no passage has count in full: what was asked and is nowhere is what the words did not find.  The
        library's own ``get_scores`` adds up term by term; all terms at once take half the time and give the same sums.
        """
        number = self._model.vocab_dict.get
        known = [found for term in terms if (found := number(term)) is not None]
        scores = np.zeros(self._size, np.float32)
        if known:
            ends, rows, data = self._ends, self._model.scores["indices"], self._model.scores["data"]
            at = np.concatenate([rows[ends[token] : ends[token + 1]] for token in known])
            np.add.at(scores, at, np.concatenate([data[ends[token] : ends[token + 1]] for token in known]))
        return scores, float(self._rarity[known].sum()) + (len(terms) - len(known)) * math.log1p((self._size + 0.5) / 0.5)

    def document_share(self, term: str) -> float:
        """Return the share of passages that contain a term, 0 to 1."""
        number = self._model.vocab_dict.get(term)
        return 0.0 if number is None else (self._ends[number + 1] - self._ends[number]) / self._size


class Bags:
    """The terms of passages that are being indexed, added one passage after the other.

    Terms are numbered here, once for each different word: that is faster than letting the library do it for each term.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._of_word: dict[str, list[int]] = {}
        self._bags: list[list[int]] = []

    def add(self, found: Iterable[Word]) -> None:
        """Note the words of the next passage."""
        bag: list[int] = []
        for word in found:
            numbers = self._of_word.get(word.folded)
            bag += self._numbered(word.folded) if numbers is None else numbers
        self._bags.append(bag)

    def _numbered(self, folded: str) -> list[int]:
        numbers = [self._numbers.setdefault(term, len(self._numbers)) for term in terms_of_word(folded)]
        if len(self._of_word) < _REMEMBERED:  # what comes first comes often
            self._of_word[folded] = numbers
        return numbers

    def index(self) -> WordIndex:
        """Return the index of all that was added; at least one passage."""
        return WordIndex._of_numbers(self._bags, self._numbers)
