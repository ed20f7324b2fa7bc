"""Publications, pages and passages of one generation in SQLite: the truth for text."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from corpus.citation import Place
from corpus.errors import IndexDamaged
from corpus.geometry import CharBoxes
from corpus.publication import (
    Document,
    Kind,
    LabelSource,
    Name,
    Original,
    Page,
    PageLabel,
    Passage,
    Piece,
    Publication,
    Recognition,
    Show,
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A publication of the library: where its file lay, what it was made from, and how much there is of it.

    ``fingerprint`` covers all that its passages depend on: equal fingerprint, equal passages; ``digest`` the file's bytes.
    """

    publication: Publication
    path: Path
    fingerprint: str
    pages: int
    passages: int
    warnings: tuple[str, ...]
    digest: str

    @classmethod
    def of(cls, document: Document) -> Stored:
        """Return what is known of a document that is going to be stored."""
        d = document
        return cls(d.publication, d.path, d.fingerprint, len(d.pages), len(d.passages), d.warnings, d.digest)


class Library:
    """Reads a published library.  One object may be used by many threads."""

    def __init__(self, file: Path, *, growing: bool = False) -> None:
        """Open a file, which is ``growing`` while somebody writes to it."""
        self._file = file
        try:
            # immutable: a published generation is never written, so no lock and no journal is needed
            how = "mode=ro" if growing else "mode=ro&immutable=1"
            self._db = sqlite3.connect(f"{file.resolve().as_uri()}?{how}", uri=True, check_same_thread=False)
            self._passages: dict[int, Passage] = {}
            self._labels: dict[str, dict[int, PageLabel]] = {}
            self._standing: dict[str, dict[int, list[int]]] = {}
            self._publications = {
                row[0]: publication_of(row[1]) for row in self._rows("SELECT id, data FROM publications ORDER BY position")
            }
        except (sqlite3.Error, ValueError) as error:
            raise self._unreadable(error) from error

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    def _one_by_one(self, sql: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._db.execute(sql)
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> IndexDamaged:
        return IndexDamaged(
            f"Die Bibliothek {self._file} ist nicht lesbar ({error}). Lesen Sie neu ein: fundstelle ingest --rebuild"
        )

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def check(self) -> None:
        """Raise IndexDamaged where the file is not what SQLite wrote."""
        said = self._rows("PRAGMA quick_check(1)")
        if said != [("ok",)]:
            why = " ".join(str(said[0][0]).split())
            raise IndexDamaged(
                f"Die Bibliothek {self._file} ist beschädigt ({why}). Lesen Sie neu ein: fundstelle ingest --rebuild"
            )

    @property
    def publications(self) -> tuple[Publication, ...]:
        """All publications, in the order of ingestion."""
        return tuple(self._publications.values())

    def publication(self, publication_id: str) -> Publication | None:
        """Return a publication, None for an unknown id."""
        return self._publications.get(publication_id)

    def stored(self) -> tuple[Stored, ...]:
        """Return what the library holds, in the order of ingestion."""
        rows = self._rows(
            "SELECT id, path, fingerprint, warnings, digest,"
            " (SELECT count(*) FROM pages WHERE publication_id = publications.id),"
            " (SELECT count(*) FROM passages WHERE publication_id = publications.id)"
            " FROM publications ORDER BY position"
        )
        try:
            return tuple(
                Stored(self._publications[id_], Path(path), fingerprint, pages, passages, tuple(json.loads(warnings)), digest)
                for id_, path, fingerprint, warnings, digest, pages, passages in rows
            )
        except (ValueError, LookupError) as error:
            raise self._unreadable(error) from error

    def original(self, publication_id: str) -> Original | None:
        """Return the file that a publication was read from, None for an unknown id."""
        rows = self._rows("SELECT path, digest FROM publications WHERE id = ?", (publication_id,))
        return Original(Path(rows[0][0]), rows[0][1]) if rows else None

    def count(self) -> int:
        """Return the number of passages."""
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    def passage(self, passage_id: str) -> Passage | None:
        """Return a passage by its id, None for an unknown one."""
        rows = self._rows(f"SELECT {_PASSAGE} FROM passages WHERE id = ?", (passage_id,))
        return _passage(rows[0]) if rows else None

    def passage_at(self, position: int) -> Passage:
        """Return a passage by its position in the generation, from 0."""
        return self.passages_at([position])[0]

    def passages_at(self, positions: Sequence[int]) -> list[Passage]:
        """Return passages by their positions; those asked for lately are still at hand."""
        kept = self._passages  # another thread may put a new one in its place
        missing = [position for position in positions if position not in kept]
        if missing:
            marks = ",".join("?" * len(missing))
            rows = self._rows(f"SELECT position, {_PASSAGE} FROM passages WHERE position IN ({marks})", missing)
            if len(kept) > _AT_HAND:
                kept = self._passages = {position: kept[position] for position in positions if position in kept}
            kept |= {int(row[0]): _passage(row[1:]) for row in rows}
        return [kept[position] for position in positions]

    def position(self, passage_id: str) -> int | None:
        """Return the position of a passage in the generation, None for an unknown id."""
        rows = self._rows("SELECT position FROM passages WHERE id = ?", (passage_id,))
        return int(rows[0][0]) if rows else None

    def passages(self, publication_id: str | None = None) -> Iterator[Passage]:
        """Yield the passages of a publication, or all, in reading order."""
        where, values = ("WHERE publication_id = ?", (publication_id,)) if publication_id else ("", ())
        for row in self._rows(f"SELECT {_PASSAGE} FROM passages {where} ORDER BY position", values):
            yield _passage(row)

    def pages(self, publication_id: str) -> Iterator[Page]:
        """Yield the pages of a publication in order."""
        for row in self._rows(f"SELECT {_PAGE} FROM pages WHERE publication_id = ? ORDER BY page", (publication_id,)):
            yield _page(row)

    def page(self, publication_id: str, index: int) -> Page | None:
        """Return a page by its index from 0, None where there is none."""
        rows = self._rows(f"SELECT {_PAGE} FROM pages WHERE publication_id = ? AND page = ?", (publication_id, index))
        return _page(rows[0]) if rows else None

    def places(self, passage: Passage) -> tuple[Place, ...]:
        """Return where a passage stands: page indices with their labels, in order."""
        labels = self.labels(passage.publication_id)
        return tuple([(page, labels[page]) for page in passage.pages])

    def labels(self, publication_id: str) -> dict[int, PageLabel]:
        """Return the label of each page of a publication by its index, in order."""
        labels = self._labels.get(publication_id)
        if labels is None:
            rows = self._rows(
                "SELECT page, label, label_source FROM pages WHERE publication_id = ? ORDER BY page", (publication_id,)
            )
            labels = {page: PageLabel(label, LabelSource(source)) for page, label, source in rows}
            if publication_id in self._publications:
                self._labels[publication_id] = labels
        return labels

    def passages_on(self, publication_id: str, index: int) -> list[Passage]:
        """Return the passages that stand on a page, by its index from 0, in reading order."""
        standing = self._standing.get(publication_id)
        if standing is None:
            standing = {}
            rows = self._rows(
                "SELECT position, pieces FROM passages WHERE publication_id = ? ORDER BY position", (publication_id,)
            )
            for position, packed in rows:
                for page in set(_numbers(packed, 0)):
                    standing.setdefault(page, []).append(int(position))
            if publication_id in self._publications:
                self._standing[publication_id] = standing
        return self.passages_at(standing.get(index, []))

    def document(self, stored: Stored) -> Document:
        """Return a publication with all its pages and passages."""
        id_ = stored.publication.id
        return Document(
            stored.publication,
            stored.fingerprint,
            stored.path,
            tuple(self.pages(id_)),
            tuple(self.passages(id_)),
            stored.warnings,
            stored.digest,
        )

    def texts(self) -> Iterator[str]:
        """Yield the texts of all passages, by position, without having them all at once."""
        yield from (str(row[0]) for row in self._one_by_one("SELECT text FROM passages ORDER BY position"))

    def recognitions(self) -> Iterator[Recognition]:
        """Yield what was recognised on pages that were pictures."""
        for row in self._one_by_one("SELECT recognition FROM pages WHERE recognition != ''"):
            if (found := _recognition(row[0])) is not None:
                yield found

    def publication_ids(self) -> list[str]:
        """Return the publication of each passage, by position."""
        return [str(row[0]) for row in self._rows("SELECT publication_id FROM passages ORDER BY position")]

    def passage_ids(self, publication_id: str) -> list[str]:
        """Return the ids under which a publication's passages are stored, in reading order."""
        rows = self._rows("SELECT id FROM passages WHERE publication_id = ? ORDER BY position", (publication_id,))
        return [str(row[0]) for row in rows]

    def headed(self) -> list[tuple[str, Kind, tuple[str, ...]]]:
        """Return publication id, kind and headings of each passage, by position; equal headings are one object."""
        paths: dict[str, tuple[str, ...]] = {}
        found = []
        for id_, kind, path in self._rows("SELECT publication_id, kind, heading_path FROM passages ORDER BY position"):
            if path not in paths:
                paths[path] = tuple(json.loads(path))
            found.append((str(id_), _KINDS[kind], paths[path]))
        return found

    def positions_of_kind(self, kind: Kind) -> list[int]:
        """Return the positions of all passages of a kind."""
        return [int(row[0]) for row in self._rows("SELECT position FROM passages WHERE kind = ?", (kind.value,))]

    def positions(self, publication_id: str) -> list[int]:
        """Return the positions of a publication's passages."""
        rows = self._rows("SELECT position FROM passages WHERE publication_id = ? ORDER BY position", (publication_id,))
        return [int(row[0]) for row in rows]


_AT_HAND = 4_000  # passages kept once read, some 20 MB; people ask about the same things
_PASSAGE = "publication_id, heading_path, kind, number, note, text, pieces, recognised"
_KINDS = {kind.value: kind for kind in Kind}
_PAGE = "page, label, label_source, width, height, characters, boxes, recognition"


def publication_of(data: str) -> Publication:
    """Return a publication from the JSON of its fields.  Raises ValueError where it is none."""
    try:
        fields = json.loads(data)
        fields["show"] = Show(fields["show"])
        fields["authors"] = tuple(Name(**author) for author in fields["authors"])
        return Publication(**fields)
    except (TypeError, LookupError) as error:
        raise ValueError(f"no publication: {error}") from error


def _passage(row: tuple[Any, ...]) -> Passage:
    publication_id, heading_path, kind, number, note, text, packed, recognised = row
    where, doubtful = json.loads(recognised) if recognised else ((), ())
    passage = _Shelved.__new__(_Shelved)
    # as cached properties do it: a frozen class sets each field by a call that takes longer than all of this
    passage.__dict__.update(
        publication_id=publication_id,
        heading_path=tuple(json.loads(heading_path)),
        kind=_KINDS[kind],
        number=number,
        note=note,
        text=text,
        recognised=tuple(where),
        doubtful=tuple(map(tuple, doubtful)),
        pages=tuple(sorted(set(_numbers(packed, 0)))),
        packed=packed,
    )
    return passage


class _Shelved(Passage):
    """A passage whose pieces are made when they are asked for: a search shows ten passages and the pieces of none."""

    packed: bytes

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        pages, starts, ends, stops = (_numbers(self.packed, place) for place in range(4))
        return tuple(
            Piece(page, start, end, self.text[before:stop])
            for page, start, end, before, stop in zip(pages, starts, ends, (0, *stops), stops, strict=False)
        )

    def __eq__(self, other: object) -> bool:
        """Tell whether all is the same, whether the other was read here or made from a file."""
        return isinstance(other, Passage) and _all_of(self) == _all_of(other)

    __hash__ = Passage.__hash__


def _all_of(passage: Passage) -> tuple[object, ...]:
    """Return a passage's fields, and what is kept beside its pieces."""
    p = passage
    return p.publication_id, p.heading_path, p.pieces, p.kind, p.number, p.note, p.text, p.pages, p.recognised, p.doubtful


def _numbers(packed: bytes, place: int) -> memoryview[int]:
    """Return one of the four numbers of each piece."""
    return memoryview(packed).cast("i")[place::4]


def _page(row: tuple[Any, ...]) -> Page:
    index, label, source, width, height, characters, boxes, recognition = row
    label = PageLabel(label, LabelSource(source))
    return Page(index, label, width, height, characters, CharBoxes(zlib.decompress(boxes)), _recognition(recognition))


def _recognition(stored: str) -> Recognition | None:
    if not stored:
        return None
    fields = json.loads(stored)
    fields |= {name: tuple(map(tuple, fields[name])) for name in ("doubtful", "mended")}
    return Recognition(**fields)
