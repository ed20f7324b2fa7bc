"""What is searchable when an ingestion begins, so that the unchanged part of it is taken over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from corpus.errors import IndexDamaged
from corpus.publication import Document
from index.embedding import Embedding
from index.generation import Generation
from index.german import ANALYSIS_VERSION
from index.home import Home
from index.library import Library, Stored


@dataclass(slots=True)
class Holdings:
    """What the live generation holds, by file name; vectors only where they may be used again."""

    stored: tuple[Stored, ...] = ()
    documents: dict[str, Document] = field(default_factory=dict)
    vectors: dict[str, Embedding] = field(default_factory=dict)
    searchable: bool = False  # by the model and the analysis of today


def holdings(home: Home, model: str) -> Holdings:
    """Return what the live generation holds; where it is damaged, what the one before it holds; else nothing."""
    for generation in home.readable():
        try:
            library = generation.library()
        except IndexDamaged:
            continue
        try:
            return _held(generation, library, model, is_live=generation.name == home.live_mark())
        except IndexDamaged:
            continue
        finally:
            library.close()
    return Holdings()


def _held(generation: Generation, library: Library, model: str, *, is_live: bool) -> Holdings:
    stored = library.stored()
    documents = {s.publication.file: library.document(s) for s in stored}
    vectors: dict[str, Embedding] = {}
    if generation.manifest.model == model and generation.manifest.analysis == ANALYSIS_VERSION:  # it knows what a sentence is
        try:
            vectors = {s.publication.file: _vectors_of(generation, library.positions(s.publication.id)) for s in stored}
        except (IndexDamaged, IndexError):
            vectors = {}
    searchable = is_live and bool(vectors) and generation.is_whole()
    return Holdings(stored, documents, vectors, searchable)


def _vectors_of(generation: Generation, rows: Sequence[int]) -> Embedding:
    """Return the vectors of a publication's passages, which stand one after the other; raises IndexDamaged, IndexError."""
    if not rows:
        raise IndexError("a publication without passages")
    first, end = rows[0], rows[-1] + 1
    sentences = generation.sentences().of_rows(first, end)
    return Embedding(np.asarray(generation.exact_vectors().matrix[first:end]), np.asarray(sentences))
