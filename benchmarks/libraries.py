"""A query becomes the ten best passages by nothing but the libraries' own calls, as their manuals show them.

sentence-transformers encodes the query; numpy multiplies all vectors by it; bm25s tokenizes, stems and retrieves; the hundred
best of either are fused by reciprocal ranks (Cormack, Clarke & Büttcher 2009, with their 60).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from sentence_transformers import SentenceTransformer

from index.embedder import Vectors

_BEST = 100
_K = 60  # of reciprocal rank fusion


def build(texts: Sequence[str], vectors: Vectors, model: Path, k: int) -> Callable[[str], list[int]]:
    """Return a search for the rows of the ``k`` best passages; ``vectors`` has shape (n, d) and is the model's."""
    encoder = SentenceTransformer(str(model), device="cpu", local_files_only=True)
    stemmer = Stemmer.Stemmer("german")
    best = min(_BEST, len(texts))

    def tokens(of: list[str]) -> bm25s.tokenization.Tokenized:
        return bm25s.tokenize(of, stopwords="german", stemmer=stemmer, show_progress=False)

    words = bm25s.BM25()
    words.index(tokens(list(texts)), show_progress=False)

    def search(query: str) -> list[int]:
        vector = encoder.encode(query, normalize_embeddings=True, show_progress_bar=False)
        by_meaning = vectors @ vector
        nearest = np.argpartition(-by_meaning, best - 1)[:best]
        nearest = nearest[np.argsort(-by_meaning[nearest])]
        found, _ = words.retrieve(tokens([query]), k=best, show_progress=False)
        fused: dict[int, float] = {}
        for ranking in (nearest, found[0]):
            for rank, row in enumerate(ranking.tolist(), 1):
                fused[row] = fused.get(row, 0.0) + 1 / (_K + rank)
        return sorted(fused, key=fused.__getitem__, reverse=True)[:k]

    return search
