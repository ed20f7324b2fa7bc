"""Best word matches: BM25 over the terms of passages.  The only file that knows the BM25 library."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged

_K1, _B = 1.2, 0.75  # Robertson and Zaragoza 2009; other values gave nothing on the development queries


class WordIndex:
    """Scores of all passages of a generation for a bag of terms; passages are numbered as they were added."""

    def __init__(self, model: bm25s.BM25, size: int) -> None:
        self._model = model
        self._size = size
        self._frequencies = np.diff(model.scores["indptr"]).tolist()  # of passages that contain each term

    @classmethod
    def build(cls, bags: Sequence[Sequence[str]]) -> WordIndex:
        """Index the terms of each passage, in order; at least one passage."""
        model = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        # an empty bag is legal for us, and an index without any term is not for the library
        model.index([list(bag) or [""] for bag in bags], show_progress=False)
        return cls(model, len(bags))

    @classmethod
    def open(cls, folder: Path) -> WordIndex:
        """Open a saved index without reading it whole."""
        try:
            model = bm25s.BM25.load(str(folder), mmap=True, load_corpus=False)
        except Exception as error:  # the library lets numpy's, json's and its own errors through
            raise IndexDamaged(
                f"Das Wortverzeichnis {folder} ist nicht lesbar. Lesen Sie neu ein: fundstelle ingest --rebuild"
            ) from error
        # plain views: each slice of a memmap object costs more than the sum over it
        model.scores |= {name: part.view(np.ndarray) for name, part in model.scores.items() if isinstance(part, np.memmap)}
        return cls(model, int(model.scores["num_docs"]))

    def save(self, folder: Path) -> None:
        """Write the index into a new folder."""
        self._model.save(str(folder), show_progress=False)

    def __len__(self) -> int:
        return self._size

    def scores(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """Return the BM25 score of each passage, shape (n,); zeros where no term is known."""
        known = [term for term in terms if term in self._model.vocab_dict]
        if not known:
            return np.zeros(self._size, np.float32)
        return np.asarray(self._model.get_scores(known), np.float32)

    def most(self, terms: Sequence[str]) -> float:
        """Return the score that no passage can reach: the sum of the terms' inverse document frequencies.

        Terms that no passage has count in full: what was asked and is nowhere is what the words did not find.
        """
        frequencies = [self._frequency(term) for term in terms]
        return sum(math.log1p((self._size - df + 0.5) / (df + 0.5)) for df in frequencies)

    def document_share(self, term: str) -> float:
        """Return the share of passages that contain a term, 0 to 1."""
        return self._frequency(term) / self._size

    def _frequency(self, term: str) -> int:
        token = self._model.vocab_dict.get(term)
        return 0 if token is None else int(self._frequencies[token])
