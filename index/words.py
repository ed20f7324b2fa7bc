"""Best word matches: BM25 over the terms of passages.  The only file that knows the BM25 library."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path
from types import SimpleNamespace

import bm25s
import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from index.analysis import Analysis
from index.occurrences import Occurrences

#: Terms with how much each counts.
Weighted = Iterable[tuple[str, float]]


def equally(terms: Iterable[str]) -> Weighted:
    """Return terms that all count alike."""
    return ((term, 1.0) for term in terms)


_K1, _B = 1.2, 0.75  # Robertson and Zaragoza 2009; other values gave nothing on the development queries


class WordIndex:
    """Scores of all passages of a generation for a bag of terms; passages are numbered as they were added."""

    def __init__(self, model: bm25s.BM25, size: int) -> None:
        self._model = model
        self._size = size
        frequencies = np.diff(model.scores["indptr"])  # of passages that contain each term
        rarity: NDArray[np.float64] = np.log1p((size - frequencies + 0.5) / (frequencies + 0.5))  # inverse document frequency
        self._rarity = rarity.data  # its items, like those below, are plain numbers: each costs less than numpy's
        self._rarest = math.log1p((size + 0.5) / 0.5)
        self._rows, self._data = model.scores["indices"], model.scores["data"]
        self._ends = np.asarray(model.scores["indptr"]).data

    @classmethod
    def build(cls, bags: Sequence[Sequence[str]]) -> WordIndex:
        """Index the terms of each passage, in order; at least one passage."""
        numbers: dict[str, int] = {}
        return cls._of_numbers([[numbers.setdefault(term, len(numbers)) for term in bag] for bag in bags], numbers)

    @classmethod
    def of(cls, occurrences: Occurrences, analysis: Analysis) -> WordIndex:
        """Index the words of passages, each word of the vocabulary by its terms; at least one passage."""
        numbers: dict[str, int] = {}
        number = numbers.setdefault
        of_word = [[number(term, len(numbers)) for term in analysis.terms(word)] for word in occurrences.vocabulary.words]
        return cls._of_numbers(_Bags(occurrences, of_word), numbers)

    @classmethod
    def _of_numbers(cls, bags: Collection[list[int]], numbers: dict[str, int]) -> WordIndex:
        model = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        nothing = numbers.setdefault("", len(numbers))
        model.index(SimpleNamespace(ids=_NoneEmpty(bags, nothing), vocab=numbers), show_progress=False)
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

    def scores(self, terms: Weighted) -> NDArray[np.float32]:
        """Return the sum of the weighted BM25 scores of some terms for each passage, shape (n,); zeros where none is known.

        The library's own ``get_scores`` adds up term by term; all terms at once take half the time and give the same sums.
        """
        number, ends, every_row, every_score = self._model.vocab_dict.get, self._ends, self._rows, self._data
        scores = np.zeros(self._size, np.float32)
        rows, data = [], []
        for term, weight in terms:
            token = number(term)
            if token is not None:
                start, end = ends[token], ends[token + 1]
                rows.append(every_row[start:end])
                data.append(every_score[start:end] if weight == 1 else every_score[start:end] * np.float32(weight))
        if rows:
            np.add.at(scores, np.concatenate(rows), np.concatenate(data))
        return scores

    def most(self, terms: Weighted) -> float:
        """Return the score for some terms that no passage can reach: the weighted sum of inverse document frequencies.

        Terms that no passage has count in full: what was asked and is nowhere is what the words did not find.
        """
        number, rarity, rarest = self._model.vocab_dict.get, self._rarity, self._rarest
        return sum(weight * (rarest if (token := number(term)) is None else rarity[token]) for term, weight in terms)

    def rows(self, term: str) -> NDArray[np.int32]:
        """Return the passages that contain a term, in order."""
        number = self._model.vocab_dict.get(term)
        if number is None:
            return np.empty(0, np.int32)
        return np.asarray(self._rows[self._ends[number] : self._ends[number + 1]], np.int32)

    def document_share(self, term: str) -> float:
        """Return the share of passages that contain a term, 0 to 1."""
        number = self._model.vocab_dict.get(term)
        return 0.0 if number is None else (self._ends[number + 1] - self._ends[number]) / self._size


class _Bags(Collection[list[int]]):
    """The numbers of the terms of each passage, made whenever they are gone through: kept, they took 10 KB a passage."""

    def __init__(self, occurrences: Occurrences, of_word: Sequence[Sequence[int]]) -> None:
        self._words, self._ends, self._of_word = occurrences.table[:, 0], occurrences.offsets.tolist(), of_word

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[list[int]]:
        terms_of = self._of_word.__getitem__
        return (list(chain.from_iterable(map(terms_of, self._words[a:b].tolist()))) for a, b in pairwise(self._ends))

    def __contains__(self, bag: object) -> bool:
        return any(bag == one for one in self)


class _NoneEmpty(Collection[list[int]]):
    """Bags of terms, in the empty ones a term that nothing has: they are legal for us, and not for the library."""

    def __init__(self, bags: Collection[list[int]], nothing: int) -> None:
        self._bags, self._nothing = bags, [nothing]

    def __len__(self) -> int:
        return len(self._bags)

    def __iter__(self) -> Iterator[list[int]]:
        return (bag or self._nothing for bag in self._bags)

    def __contains__(self, bag: object) -> bool:
        return any(bag == one for one in self)
