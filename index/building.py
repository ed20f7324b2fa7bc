"""A generation's folder is written: the library, the indexes of its words, its vectors, and how it was made.

Documents are gone through once, one at a time; all else is made from what was written of them, so that no more is in memory than
one document, the vocabulary, and what the libraries of vectors need.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np

from corpus.errors import IndexDamaged
from corpus.publication import Document
from index import stores
from index.analysis import Analysis
from index.embedder import Embedder
from index.embedding import Embedding, embed
from index.gathering import Gathered
from index.generation import VECTORS, Generation, Manifest
from index.growing import GrowingArray
from index.inverting import Contents, discard
from index.library import Library
from index.library_writer import LibraryWriter
from index.sentences import SentencesWriter
from index.stores import Remote
from index.vectors import ExactVectors, Vectors
from index.volume import Volume
from index.wording import write_wording
from index.words import WordIndex

_BATCH = 256  # passages embedded between two steps of the progress bar


class Steps(NamedTuple):
    """What is told while a generation is written: which step begins, and how many of how many passages it has done."""

    begin: Callable[[str], None] = lambda step: None
    advance: Callable[[int, int], None] = lambda done, total: None


def write(
    folder: Path,
    volumes: Sequence[Volume],
    embedder: Embedder,
    as_published: Callable[[Document], Document],
    manifest: Callable[[int], Manifest],
    steps: Steps,
    remote: Remote | None = None,
) -> None:
    """Write all parts of a generation into an empty folder, its vector store where ``remote`` says.

    ``as_published`` gives documents the ids that last, ``manifest`` what is noted of so many passages.  Raises OSError,
    StoreUnavailable, ModelError, IndexDamaged where what was written is not what is read back.
    """
    steps.begin("Texte und Vektoren schreiben")
    _write_contents(folder, volumes, embedder, as_published, steps)
    with closing(Library(folder / "library.sqlite")) as library:
        steps.begin("Wörter verzeichnen")
        _write_words(folder, library, steps)
        steps.begin("Vektoren speichern")
        vectors = ExactVectors.open(folder / "vectors.npy").matrix
        _store(folder, library.publication_ids(), vectors, remote, steps)
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest(len(vectors))), indent=2) + "\n", encoding="utf-8")


def _write_contents(
    folder: Path,
    volumes: Iterable[Volume],
    embedder: Embedder,
    as_published: Callable[[Document], Document],
    steps: Steps,
) -> None:
    """Write the documents and all vectors, one document after the other, and hold what stands there against what was meant."""
    total = sum(volume.stored.passages for volume in volumes)
    with ExitStack() as stack:
        library = stack.enter_context(LibraryWriter(folder / "library.sqlite"))
        vectors = stack.enter_context(GrowingArray(folder / "vectors.npy", np.float32))
        sentences = stack.enter_context(SentencesWriter(folder))
        for volume in volumes:
            document = as_published(volume.document())
            library.add(document)
            passages = iter(document.passages)
            for part in [volume.vectors()] if volume.vectors else _embedded(document, embedder):
                sentences.add([next(passages) for _ in part.passages], part.sentences)
                vectors.append(part.passages)
                steps.advance(len(vectors), total)
    if not (vectors.is_sound() and sentences.is_sound()):
        raise IndexDamaged("Die Vektoren stehen anders da, als sie geschrieben wurden. Der bisherige Index bleibt in Gebrauch.")


def _embedded(document: Document, embedder: Embedder) -> Iterator[Embedding]:
    for start in range(0, len(document.passages), _BATCH):
        yield embed(document.passages[start : start + _BATCH], embedder)


def _store(folder: Path, publication_ids: Sequence[str], vectors: Vectors, remote: Remote | None, steps: Steps) -> None:
    with stores.make(folder / VECTORS, len(vectors), remote) as store:
        store.add(publication_ids, vectors, steps.advance)


def write_store(generation: Generation, remote: Remote | None = None) -> None:
    """Make the vector store of a generation from its matrix.  Raises OSError, StoreUnavailable."""
    with closing(generation.library()) as library:
        _store(generation.folder, library.publication_ids(), generation.exact_vectors().matrix, remote, Steps())


def _write_words(folder: Path, library: Library, steps: Steps) -> None:
    words, headings = folder / "words", folder / "headings"
    words.mkdir()
    headings.mkdir()
    gathered = Gathered(words, _counted(library, steps))
    analysis = Analysis.with_words(gathered.attested())
    occurrences = gathered.write(words, analysis)
    of_words = map(analysis.terms, occurrences.vocabulary.words)
    _write_index(words, Contents(occurrences.table[:, 0], occurrences.offsets, of_words))
    analysis.save(words)
    write_wording(words, library.texts())
    _write_index(headings, _above(library, analysis))


def _counted(library: Library, steps: Steps) -> Iterator[str]:
    """Yield the texts of all passages, and tell at every hundredth how many were."""
    total = library.count()
    for done, text in enumerate(library.texts(), 1):
        yield text
        if done % 100 == 0 or done == total:
            steps.advance(done, total)


def _write_index(folder: Path, contents: Contents) -> None:
    WordIndex.build(contents, folder).save(folder)
    discard(folder)


def _above(library: Library, analysis: Analysis) -> Contents:
    """Return the terms of what stands above each passage: its headings and the publication's title."""
    titles = {publication.id: publication.full_title for publication in library.publications}
    numbers: dict[tuple[str, ...], int] = {}
    units = [numbers.setdefault((*path, titles[id_]), len(numbers)) for id_, _, path in library.headed()]
    terms = ([term for line in lines for term in analysis.terms_of(line)] for lines in numbers)
    return Contents(np.array(units, np.int32), np.arange(len(units) + 1, dtype=np.int64), terms)
