"""Passages become vectors: one of each with its headings, and one of each of its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from corpus.publication import Passage
from index.embedder import Embedder, Vectors
from index.sentences import ranges_of


class Embedding(NamedTuple):
    """The unit vectors of n passages, shape (n, d), and of their m sentences in order, shape (m, d)."""

    passages: Vectors
    sentences: Vectors


def embed(passages: Sequence[Passage], embedder: Embedder) -> Embedding:
    """Return the vectors of passages; raises ModelError for one that the model does not take whole."""
    sentences = [passage.text[start:end] for passage in passages for start, end in ranges_of(passage)]
    return Embedding(embedder.passages([passage.headed_text for passage in passages]), embedder.passages(sentences))
