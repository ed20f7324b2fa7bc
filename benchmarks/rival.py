"""Passages become a hybrid index of txtai.  The only file that knows txtai, which need not be installed."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Sequence

from index.embedder import Vectors

#: Why there are no figures of txtai, for the table; empty where it is installed.
MISSING = "" if importlib.util.find_spec("txtai") else 'not measured: txtai is not installed (pip install ".[benchmarks]")'

Search = Callable[[str], object]


def build(texts: Sequence[str], vectors: Vectors, encode: Callable[[str], Vectors], k: int) -> Search:
    """Return txtai's hybrid search for the ``k`` best passages, over its own keyword index and our vectors.

    The texts are stored with it and come back with each hit.  A single text is a query; what is indexed has its vector.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    import numpy as np
    from txtai import Embeddings

    vector_of = dict(zip(texts, vectors, strict=True))

    def transform(wanted: Sequence[str]) -> Vectors:
        return np.stack([vector_of[text] if text in vector_of else encode(text) for text in wanted])

    embeddings = Embeddings(method="external", transform=transform, hybrid=True, content=True)
    embeddings.index((number, text, None) for number, text in enumerate(texts))
    return lambda query: embeddings.search(query, k)
