"""What is searchable when an ingestion begins, so that the unchanged part of it is taken over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

import numpy as np

from corpus.errors import IndexDamaged
from corpus.publication import Document
from index import inventory
from index.embedding import Embedding
from index.generation import Generation
from index.german import ANALYSIS_VERSION
from index.home import Home
from index.library import Library, Stored
from index.sentences import Sentences
from index.vectors import ExactVectors
from index.volume import Volume

_LIBRARY = ("library.sqlite",)
_VECTORS = ("vectors.npy", "sentence-vectors.npy", "sentence-offsets.npy")


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the live generation holds, by file name; documents are loaded when they are asked for."""

    volumes: dict[str, Volume]  # with vectors only where they may be used again
    searchable: bool = False  # by the model and the analysis of today
    lost: tuple[Stored, ...] = ()  # what a damaged live generation says that it holds besides

    @property
    def stored(self) -> tuple[Stored, ...]:
        """What is known of each, in the order of ingestion."""
        return tuple(volume.stored for volume in self.volumes.values())


@contextmanager
def holdings(home: Home, model: str) -> Iterator[Holdings]:
    """Yield what the live generation holds; where it is damaged, what the one before it holds; else nothing."""
    live = home.live_mark()
    lost: tuple[Stored, ...] = ()
    for generation in home.readable():
        try:
            library = generation.library()
        except IndexDamaged:
            continue
        with closing(library):
            try:
                held = _held(generation, library, model, is_live=generation.name == live)
            except IndexDamaged:
                lost = _named(library) if generation.name == live else lost
                continue
            yield replace(held, lost=tuple(s for s in lost if s.publication.file not in held.volumes))
            return
    yield Holdings({}, lost=lost)


def _named(library: Library) -> tuple[Stored, ...]:
    """Return what a damaged library says that it holds: enough to read the files again, not to believe the texts."""
    try:
        return library.stored()
    except IndexDamaged:
        return ()


def _held(generation: Generation, library: Library, model: str, *, is_live: bool) -> Holdings:
    inventory.check(generation.folder, contents=True, only=_LIBRARY)  # what changed on the disk is not taken over for ever
    stored = library.stored()
    vectors: dict[str, Callable[[], Embedding]] = {}
    if generation.manifest.model == model and generation.manifest.analysis == ANALYSIS_VERSION:  # it knows what a sentence is
        try:
            inventory.check(generation.folder, contents=True, only=_VECTORS)
            vectors = _vectors(generation, library, stored)
        except (IndexDamaged, IndexError):
            vectors = {}
    searchable = is_live and bool(vectors) and generation.is_whole()
    volumes = {s.publication.file: Volume(s, _loading(library, s), vectors.get(s.publication.file)) for s in stored}
    return Holdings(volumes, searchable)


def _loading(library: Library, stored: Stored) -> Callable[[], Document]:
    return lambda: library.document(stored)


def _vectors(generation: Generation, library: Library, stored: Sequence[Stored]) -> dict[str, Callable[[], Embedding]]:
    """Return the vectors of each publication's passages, which stand one after the other; raises IndexDamaged, IndexError."""
    exact, sentences = generation.exact_vectors(), generation.sentences()
    found: dict[str, Callable[[], Embedding]] = {}
    for one in stored:
        rows = library.positions(one.publication.id)
        if not rows or rows[-1] >= min(len(exact.matrix), len(sentences)):
            raise IndexError(f"{one.publication.id} has passages without vectors")
        found[one.publication.file] = _taking(exact, sentences, rows[0], rows[-1] + 1)
    return found


def _taking(exact: ExactVectors, sentences: Sentences, first: int, end: int) -> Callable[[], Embedding]:
    return lambda: Embedding(np.asarray(exact.matrix[first:end]), np.asarray(sentences.of_rows(first, end)))
