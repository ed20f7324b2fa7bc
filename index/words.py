"""Best word matches: BM25 over the terms of passages.  The only file that knows the BM25 library."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from index.inverting import Contents, invert

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
    def build(cls, contents: Contents, folder: Path | None = None) -> WordIndex:
        """Index what passages consist of, at least one; large parts lie in a ``folder`` until they are saved.  Raises OSError."""
        model = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        size = len(contents.offsets) - 1
        model.nonoccurrence_array = None  # this method has none
        model.vocab_dict, ends, rows, scores = invert(contents, _K1, _B, folder)
        model.scores = {"data": scores, "indices": rows, "indptr": ends, "num_docs": size}
        return cls(model, size)

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
