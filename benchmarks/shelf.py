"""Texts become publications that no PDF was read for, and these a published home of a wanted number of passages."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

import wiring
from benchmarks import memory
from benchmarks.figures import Row, Section, row
from benchmarks.texts import Text, read_texts
from corpus.geometry import CharBoxes
from corpus.publication import Document, LabelSource, Page, PageLabel, Passage, Piece, Publication
from index import building
from index.home import Home
from index.library import Library, Stored
from index.library_writer import write
from index.volume import Volume
from settings import Settings

_PASSAGES = 300  # of a publication
_ON_PAGE = 3
_LINE = 80  # characters
_NARROW = frozenset("iljtfrI.,;:!'()|-")


def build(texts: Path, count: int, home: Path) -> Section:
    """Publish the first ``count`` texts under ``home``; return what that took."""
    embedder = wiring.model(Settings())
    steps = _Steps()
    store = Home(home)
    with tempfile.TemporaryDirectory(prefix="fundstelle-", dir=home.parent) as folder:
        volumes = list(_volumes(texts, count, Path(folder)))
        before = memory.peak()
        with memory.AnonymousPeak() as own, store.locked():
            began = time.perf_counter()
            generation = store.publish(volumes, embedder, "benchmarks", building.Steps(steps.begin))
            ended = time.perf_counter()
    rows = [
        row("publish", "s", [ended - began]),
        *steps.rows(ended),
        row("peak memory, before", "MiB", [before]),
        row("peak memory", "MiB", [memory.peak()]),
        row("peak memory, without mapped files", "MiB", [own.mib]),
        *_disk(generation.folder),
    ]
    return Section("publishing", tuple(rows), size=count)


def _volumes(texts: Path, count: int, folder: Path) -> Iterator[Volume]:
    """Yield documents that lie on the disk, as those of an ingestion do before they are published."""
    for number, batch in enumerate(_batches(read_texts(texts, count))):
        document = _document(number, batch)
        file = folder / f"{number}.sqlite"
        write(file, [document])
        yield Volume(Stored.of(document), partial(_load, file))


def _batches(texts: Iterator[Text]) -> Iterator[list[Text]]:
    while batch := list(islice(texts, _PASSAGES)):
        yield batch


def _load(file: Path) -> Document:
    with closing(Library(file)) as library:
        (stored,) = library.stored()
        return library.document(stored)


def _document(number: int, texts: Sequence[Text]) -> Document:
    publication = Publication(f"sammlung-{number:04}", f"sammlung-{number:04}.pdf", texts[0].heading or "Sammlung")
    pages: list[Page] = []
    passages: list[Passage] = []
    for index, start in enumerate(range(0, len(texts), _ON_PAGE)):
        lines: list[str] = []
        at = 0
        for text in texts[start : start + _ON_PAGE]:
            own = _lines(text.text)
            pieces: list[Piece] = []
            for place, line in enumerate(own):
                pieces.append(Piece(index, at, at + len(line), line + (" " if place + 1 < len(own) else "")))
                at += len(line) + 1
            lines += own
            passages.append(Passage(publication.id, (text.heading,) if text.heading else (), tuple(pieces)))
        label = PageLabel(str(index + 1), LabelSource.SEEN)
        pages.append(Page(index, label, 420.0, 595.0, "\n".join(lines) + "\n", _boxes(lines)))
    return Document(publication, f"benchmark-{number}", Path(publication.file), tuple(pages), tuple(passages))


def _lines(text: str) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + len(word) < _LINE:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def _boxes(lines: Sequence[str]) -> CharBoxes:
    """Return a box for each letter, narrow and wide ones, and none for blanks and line ends."""
    parts: list[np.ndarray[tuple[int, int], np.dtype[np.int32]]] = []
    for number, line in enumerate(lines):
        widths = np.array([250 if character in _NARROW else 481 for character in line] + [0], np.int32)
        right = 5000 + np.cumsum(widths, dtype=np.int32)
        bottom = np.full_like(right, 55_000 - 1_200 * number)
        box = np.stack([right - widths, bottom, right, bottom + 940], axis=1).astype("<i4")
        box[[i for i, character in enumerate(line) if character == " "] + [len(line)]] = 0
        parts.append(box)
    return CharBoxes(np.concatenate(parts).tobytes())


class _Steps:
    """When each step of publishing began."""

    def __init__(self) -> None:
        self._began: list[tuple[str, float]] = []

    def begin(self, step: str) -> None:
        self._began.append((step, time.perf_counter()))

    def rows(self, end: float) -> Iterator[Row]:
        ends = [began for _, began in self._began[1:]] + [end]
        for (step, began), ended in zip(self._began, ends, strict=True):
            yield row(f"publish: {step}", "s", [ended - began])


def _disk(folder: Path) -> Iterator[Row]:
    for part in ("library.sqlite", "words", "headings", "vectors", "vectors.npy", "sentence-vectors.npy"):
        yield row(f"disk: {part}", "MiB", [size_of(folder / part)])
    yield row("disk: all", "MiB", [size_of(folder)])


def size_of(path: Path) -> float:
    """Return the MiB of a file, or of all files in a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) / 2**20


def texts_of(home: Path) -> list[str]:
    """Return the texts of all passages of a home, in order; without the rest of them, which is a hundred times as much."""
    file = Home(home).live().folder / "library.sqlite"
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as library:
        return [text for (text,) in library.execute("SELECT text FROM passages ORDER BY position")]
