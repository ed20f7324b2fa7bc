"""A generation's folder is written: the library, the indexes of its words, its vectors, and how it was made."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from corpus.errors import IndexDamaged
from corpus.publication import Document, Passage, Publication
from index import library, stores
from index.analysis import Analysis
from index.embedding import Embedding
from index.gathering import Gathered
from index.generation import VECTORS, Generation, Manifest
from index.sentences import Sentences
from index.stores import Remote
from index.vectors import Vectors, save_matrix
from index.wording import Wording
from index.words import WordIndex


def write(
    folder: Path,
    documents: Sequence[Document],
    vectors: Embedding,
    manifest: Manifest,
    on_step: Callable[[str], None],
    remote: Remote | None = None,
) -> None:
    """Write all parts of a generation into an empty folder, its vector store where ``remote`` says.

    Raises OSError, StoreUnavailable.
    """
    passages = [passage for document in documents for passage in document.passages]
    if len(passages) != len(vectors.passages):
        raise ValueError(f"{len(passages)} passages, but {len(vectors.passages)} vectors")
    on_step("Bibliothek schreiben")
    library.write(folder / "library.sqlite", documents)
    on_step("Wörter verzeichnen")
    _write_words(folder, documents)
    on_step("Vektoren speichern")
    Sentences.of(passages, vectors.sentences).save(folder)
    save_matrix(folder / "vectors.npy", vectors.passages)
    _store(folder, [passage.publication_id for passage in passages], vectors.passages, remote)
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")


def _store(folder: Path, publication_ids: Sequence[str], vectors: Vectors, remote: Remote | None) -> None:
    with stores.make(folder / VECTORS, len(vectors), remote) as store:
        store.add(publication_ids, vectors)


def write_store(generation: Generation, remote: Remote | None = None) -> None:
    """Make the vector store of a generation from its matrix.  Raises OSError, StoreUnavailable."""
    books = generation.library()
    try:
        _store(generation.folder, books.publication_ids(), generation.exact_vectors().matrix, remote)
    finally:
        books.close()


def _write_words(folder: Path, documents: Sequence[Document]) -> None:
    gathered = Gathered()
    for document in documents:
        for passage in document.passages:
            gathered.add(passage.text)
    analysis = Analysis.with_words(gathered.attested())
    occurrences = gathered.occurrences(analysis)
    WordIndex.of(occurrences, analysis).save(folder / "words")
    occurrences.save(folder / "words")
    analysis.save(folder / "words")
    Wording.of(passage.text for document in documents for passage in document.passages).save(folder / "words")
    WordIndex.build([_above(d.publication, p, analysis) for d in documents for p in d.passages]).save(folder / "headings")


def _above(publication: Publication, passage: Passage, analysis: Analysis) -> list[str]:
    """Return the terms of what stands above a passage: its headings and the publication's title."""
    return [term for line in (*passage.heading_path, publication.full_title) for term in analysis.terms_of(line)]


def check(generation: Generation, documents: Sequence[Document], vectors: Embedding) -> None:
    """Compare what was written with what was meant; raises IndexDamaged."""
    books = generation.library()
    try:
        for listed, document in zip(books.stored(), documents, strict=True):
            if books.document(listed) != document:
                raise IndexDamaged(
                    f"Die Bibliothek gibt {document.publication.file} anders zurück, als geschrieben wurde. "
                    "Der bisherige Index bleibt in Gebrauch."
                )
    finally:
        books.close()
    if not np.array_equal(generation.exact_vectors().matrix, vectors.passages):
        raise IndexDamaged("Die Vektoren stehen anders da, als sie geschrieben wurden. Der bisherige Index bleibt in Gebrauch.")
