"""A library is written, document by document, and each is compared with what the file gives back."""

from __future__ import annotations

import errno
import json
import sqlite3
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from itertools import accumulate, chain
from pathlib import Path
from types import TracebackType
from typing import Self

from corpus.errors import IndexDamaged
from corpus.publication import Document, Piece
from index.library import Library, Stored

_SCHEMA = """
CREATE TABLE publications (
    position INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, data TEXT NOT NULL, fingerprint TEXT NOT NULL,
    path TEXT NOT NULL, warnings TEXT NOT NULL, digest TEXT NOT NULL
);
CREATE TABLE pages (
    publication_id TEXT NOT NULL, page INTEGER NOT NULL, label TEXT NOT NULL, label_source TEXT NOT NULL,
    width REAL NOT NULL, height REAL NOT NULL, characters TEXT NOT NULL, boxes BLOB NOT NULL, recognition TEXT NOT NULL,
    PRIMARY KEY (publication_id, page)
) WITHOUT ROWID;
CREATE TABLE passages (
    position INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, publication_id TEXT NOT NULL, kind TEXT NOT NULL,
    heading_path TEXT NOT NULL, number INTEGER NOT NULL, note TEXT NOT NULL, text TEXT NOT NULL, pieces BLOB NOT NULL,
    recognised TEXT NOT NULL
);
CREATE INDEX passages_of_publication ON passages (publication_id);
"""


class LibraryWriter:
    """A new library; passages get their positions in the order in which documents are added."""

    def __init__(self, file: Path) -> None:
        """Make the file.  Raises OSError."""
        self._file = file
        self._stored: list[Stored] = []
        self._passages = 0
        with _system_errors():
            self._db = sqlite3.connect(file)
            # what breaks off is thrown away, and whoever publishes it waits until the disk has it
            self._db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        self._back = Library(file, growing=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._back.close()
        self._db.close()
        if kind is None:
            self._check()

    def add(self, document: Document) -> None:
        """Write a document behind the others.  Raises OSError, IndexDamaged where it would be read otherwise."""
        stored = Stored.of(document)
        with _system_errors(), self._db:
            _write_document(self._db, len(self._stored), self._passages, document)
        if self._back.document(stored) != document:
            raise _otherwise(stored)
        self._stored.append(stored)
        self._passages += len(document.passages)

    def _check(self) -> None:
        with closing(Library(self._file)) as back:
            for meant, found in zip(self._stored, back.stored(), strict=True):
                if meant != found:
                    raise _otherwise(meant)


def _otherwise(stored: Stored) -> IndexDamaged:
    return IndexDamaged(
        f"Die Bibliothek gibt {stored.publication.file} anders zurück, als geschrieben wurde. "
        "Der bisherige Index bleibt in Gebrauch."
    )


@contextmanager
def _system_errors() -> Iterator[None]:
    """Turn an error of SQLite, which does not say the system's number, into one that does."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(errno.ENOSPC if "full" in str(error) else errno.EIO, str(error)) from error


def write(file: Path, documents: Iterable[Document]) -> None:
    """Write a new library of documents.  Raises OSError, IndexDamaged."""
    with LibraryWriter(file) as writer:
        for document in documents:
            writer.add(document)


def relocate(file: Path, paths: Mapping[str, Path]) -> None:
    """Write where the files of publications lie now, by their ids, into a library that is not published yet.  Raises OSError."""
    with _system_errors(), closing(sqlite3.connect(file)) as db, db:
        db.executemany("UPDATE publications SET path = ? WHERE id = ?", [(str(path), id_) for id_, path in paths.items()])


def _write_document(db: sqlite3.Connection, number: int, position: int, document: Document) -> None:
    id_ = document.publication.id
    db.execute(
        "INSERT INTO publications VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, id_, json.dumps(asdict(document.publication), ensure_ascii=False), document.fingerprint,
         str(document.path), json.dumps(document.warnings, ensure_ascii=False), document.digest),
    )  # fmt: skip
    db.executemany(
        "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (id_, p.index, p.label.text, p.label.source.value, p.width, p.height, p.characters,
             zlib.compress(p.boxes.packed, 1), json.dumps(asdict(p.recognition)) if p.recognition else "")
            for p in document.pages
        ),
    )  # fmt: skip
    db.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (position + i, p.id, id_, p.kind.value, json.dumps(p.heading_path, ensure_ascii=False), p.number, p.note, p.text,
             _packed(p.pieces), json.dumps([p.recognised, p.doubtful]) if p.recognised else "")
            for i, p in enumerate(document.passages)
        ),
    )  # fmt: skip


def _packed(pieces: Sequence[Piece]) -> bytes:
    """Return four numbers for each piece: page, start, end, and where its text ends in the passage's."""
    stops = accumulate(len(piece.text) for piece in pieces)
    numbers = ((piece.page, piece.start, piece.end, stop) for piece, stop in zip(pieces, stops, strict=True))
    return array("i", chain.from_iterable(numbers)).tobytes()
