"""The best hits are read again, each together with the query, by a cross-encoder: truer and a thousand times slower."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelError
from index.embedder import stay_offline


class Reranker(Protocol):
    """Says how well passages answer a query, having read both together."""

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a score for each text, shape (n,); higher is better."""


class CrossEncoderReranker:
    """A cross-encoder of sentence-transformers; it cuts what is longer than it can read, and the ranking bears that."""

    def __init__(self, name: str, *, download: bool) -> None:
        if not download:
            stay_offline()
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(name, device="cpu", local_files_only=not download)
        except Exception as error:  # torch, transformers and the hub each raise their own
            raise ModelError(
                f"Der Cross-Encoder „{name}“ lässt sich nicht laden ({type(error).__name__}). Legen Sie ihn als Ordner ab und "
                "nennen Sie diesen in FUNDSTELLE_RERANKER, oder erlauben Sie das Herunterladen mit FUNDSTELLE_DOWNLOAD=1."
            ) from error

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a score for each text, shape (n,); of several classes the last is taken to mean that it answers."""
        found = np.asarray(
            self._model.predict([(query, text) for text in texts], show_progress_bar=False, convert_to_numpy=True), np.float32
        )
        scores: NDArray[np.float32] = found[:, -1] if found.ndim == 2 else found
        return scores


def load(name: str, *, download: bool = False) -> Reranker:
    """Return the cross-encoder of a folder or a name; ``download`` allows fetching a named one.  Raises ModelError."""
    return CrossEncoderReranker(name, download=download)
