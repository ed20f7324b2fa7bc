"""PDFs become a published home: the whole ingestion beside the sum of its bare parts.

The bare parts are what somebody pays who calls the libraries directly for the same result, one after the other in one
process, with nothing decided and nothing checked:

- pdfium, in the process: every character of every page with its box;
- the German analysis (``index.german.terms``) of the same passages: ours, hence also shown as a sum without it;
- the model's vectors of the same passages with their headings, 256 at once, and of the same sentences;
- bm25s: an index over these terms, saved, and one over the headings' terms;
- chromadb: the same vectors, ids and publications with the same configuration, 2,000 at once, and the store closed;
- sqlite: the same texts and the same pages with their characters and packed boxes, in one transaction.

Each sample of either side runs in a fresh process, with the libraries imported and the model loaded before the clock.
"""

from __future__ import annotations

import gc
import importlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np

import ingestion
import wiring
from benchmarks import memory
from benchmarks.figures import Ratio, Section, ratios, row
from benchmarks.reading import characters_with_boxes
from benchmarks.rounds import in_child, seconds
from corpus.publication import Page, Passage
from index.german import terms
from index.home import Home
from index.sentences import ranges_of
from index.vectors import ChromaVectors, Vectors
from settings import Settings

_BATCH = 256
_READ, _TERMS, _ENCODE, _SENTENCES, _WORDS, _HEADINGS, _CHROMA, _SQLITE = (
    "bare: pdfium, characters with boxes",
    "bare: German analysis",
    "bare: model, encode passages",
    "bare: model, encode sentences",
    "bare: bm25s, index texts and save",
    "bare: bm25s, index headings and save",
    "bare: chromadb, add",
    "bare: sqlite, insert",
)


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one ingestion took: seconds, and the highest MiB of the process and of its children, each alone."""

    seconds: float
    peak: float
    children: float


def compare(pdfs: Sequence[Path], rounds: int) -> Section:
    """Ingest all PDFs into a fresh home and do the bare parts with the same passages, by turns."""
    wholes: list[Ingested] = []
    parts: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="fundstelle-") as folder:
        home = Path(folder) / "home-0"
        for number in range(rounds):
            wholes.append(in_child(_ingest, pdfs, Path(folder) / f"home-{number}"))
            parts.append(in_child(_bare_parts, pdfs, home, Path(folder) / f"parts-{number}"))
    whole = row("product: ingest", "s", [w.seconds for w in wholes])
    bare = [row(name, "s", [part[name] for part in parts]) for name in parts[0]]
    total = row("bare: sum", "s", [sum(part.values()) for part in parts])
    without = row("bare: sum without the German analysis", "s", [sum(part.values()) - part[_TERMS] for part in parts])
    memories = [
        row("product: ingest, peak memory", "MiB", [w.peak for w in wholes]),
        row("product: ingest, peak memory of its readers", "MiB", [w.children for w in wholes]),
    ]
    return Section("ingestion", (whole, *bare, total, without, *memories), ratios(Ratio(whole, total, 2), Ratio(whole, without)))


def _ingest(pdfs: Sequence[Path], home: Path) -> Ingested:
    importlib.import_module("chromadb")
    embedder = wiring.model(Settings())
    wanted = [ingestion.Wanted(file) for file in pdfs]
    with memory.ChildrenPeak(os.getpid()) as children:
        began = time.perf_counter()
        ingestion.ingest(Home(home), wanted, embedder, processes=Settings().processes, apart=True)  # as the command does
        taken = time.perf_counter() - began
    return Ingested(taken, memory.peak(), children.mib)


def _bare_parts(pdfs: Sequence[Path], home: Path, folder: Path) -> dict[str, float]:
    """Return the seconds of each part; texts and pages are taken from a home that was ingested before."""
    folder.mkdir()
    importlib.import_module("chromadb")
    embedder = wiring.model(Settings())
    passages, pages = _contents(home)
    gc.collect()
    bags: list[list[str]] = []
    vectors: list[Vectors] = []
    sentences = [p.text[start:end] for p in passages for start, end in ranges_of(p)]
    parts: dict[str, Callable[[], object]] = {
        _READ: lambda: [len(characters_with_boxes(file)) for file in pdfs],
        _TERMS: lambda: bags.extend(terms(passage.text) for passage in passages),
        _ENCODE: lambda: vectors.extend(
            embedder.passages([p.headed_text for p in passages[at : at + _BATCH]]) for at in range(0, len(passages), _BATCH)
        ),
        _SENTENCES: lambda: np.save(folder / "sentences.npy", embedder.passages(sentences)),
        _WORDS: lambda: _index_words(folder / "words", bags),
        _HEADINGS: lambda: _index_words(folder / "headings", [terms(" ".join(p.heading_path)) or [""] for p in passages]),
        _CHROMA: lambda: _add(folder / "vectors", passages, np.concatenate(vectors)),
        _SQLITE: lambda: _insert(folder / "texts.sqlite", passages, pages),
    }
    return {name: seconds(action) for name, action in parts.items()}


def _contents(home: Path) -> tuple[list[Passage], list[tuple[str, Page]]]:
    library = Home(home).live().library()
    try:
        pages = [(publication.id, page) for publication in library.publications for page in library.pages(publication.id)]
        passages = list(library.passages())
        for passage in passages:
            assert passage.text and passage.id  # computed once and kept: not part of what is measured
        return passages, pages
    finally:
        library.close()


def _index_words(folder: Path, bags: list[list[str]]) -> None:
    model = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    model.index(bags, show_progress=False)
    model.save(str(folder), show_progress=False)


def _add(folder: Path, passages: Sequence[Passage], vectors: Vectors) -> None:
    with ChromaVectors(folder, rows=len(passages)) as store:  # nothing but chromadb's own calls, in its configuration
        store.add([passage.publication_id for passage in passages], vectors)


def _insert(file: Path, passages: Sequence[Passage], pages: Sequence[tuple[str, Page]]) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("CREATE TABLE passages (position INTEGER PRIMARY KEY, id TEXT, publication TEXT, text TEXT)")
        db.execute("CREATE TABLE pages (publication TEXT, page INTEGER, characters TEXT, boxes BLOB)")
        db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?)", ((i, p.id, p.publication_id, p.text) for i, p in enumerate(passages))
        )
        db.executemany(
            "INSERT INTO pages VALUES (?, ?, ?, ?)", ((id_, p.index, p.characters, p.boxes.packed) for id_, p in pages)
        )
