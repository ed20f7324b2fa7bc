"""The register of all passages that were ever published: a SQLite file beside the generations, which outlives them.

Lasting links are resolved by it.  It is written as generations are: another file beside it, then one atomic rename; so a server
reads it without a lock, and also where it may not write.  It holds what was published and nothing of who looked at it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from corpus.citation import Place
from corpus.errors import RegisterDamaged
from corpus.publication import Kind, LabelSource, PageLabel, Passage, Publication
from index.library import Library, Stored, publication_of
from index.storage import sync

VERSION = 1  # of the file
_SCHEMA = f"""
PRAGMA user_version = {VERSION};
CREATE TABLE editions (
    number INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, publication_id TEXT NOT NULL, digest TEXT NOT NULL,
    generation TEXT NOT NULL, publication TEXT NOT NULL, passages BLOB NOT NULL
);
CREATE INDEX editions_of_publication ON editions (publication_id);
CREATE TABLE ids (id TEXT NOT NULL, edition INTEGER NOT NULL, PRIMARY KEY (id, edition)) WITHOUT ROWID;
CREATE TABLE forgotten (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE published (generation TEXT NOT NULL);
"""
_LEVEL = 6  # of compression: a passage takes a third of its letters, and a book a twentieth of a second
_EDITION = "key, publication_id, digest, generation, publication, passages"


@dataclass(frozen=True, slots=True)
class Record:
    """A passage as it was published: its id, its text, and where it stood."""

    id: str
    text: str
    heading_path: tuple[str, ...]
    places: tuple[Place, ...]
    kind: Kind = Kind.TEXT
    note: str = ""
    recognised: bool = False

    @classmethod
    def of(cls, passage: Passage, labels: dict[int, PageLabel]) -> Record:
        """Return what is kept of a passage; ``labels`` are those of its publication's pages."""
        places = tuple((page, labels[page]) for page in passage.pages)
        p = passage
        return cls(p.id, p.text, p.heading_path, places, p.kind, p.note, bool(p.recognised))


@dataclass(frozen=True)
class Edition:
    """A publication as it was published, with all its passages in order.

    ``digest`` is that of its file's bytes, ``generation`` the last one that it was part of.  Equal ``key``, equal edition.
    """

    key: str
    publication: Publication = field(compare=False)
    digest: str = field(compare=False)
    generation: str = field(compare=False)
    packed: bytes = field(compare=False, repr=False)

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """Its passages, in order."""
        try:
            return tuple(_record(row) for row in json.loads(zlib.decompress(self.packed)))
        except (zlib.error, ValueError, TypeError) as error:
            raise RegisterDamaged(
                f"Im Verzeichnis der Fundstellen ist eine Fassung beschädigt: {self.publication.id}."
            ) from error


class Register:
    """The register of a home, whether there is one yet or not."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def editions_with(self, passage_id: str) -> tuple[Edition, ...]:
        """Return the editions that had a passage of this id, the latest first.  Raises RegisterDamaged."""
        return self._editions("number IN (SELECT edition FROM ids WHERE id = ?)", passage_id)

    def editions_of(self, publication_id: str) -> tuple[Edition, ...]:
        """Return the editions of a publication, the latest first.  Raises RegisterDamaged."""
        return self._editions("publication_id = ?", publication_id)

    def _editions(self, which: str, value: str) -> tuple[Edition, ...]:
        sql = f"SELECT {_EDITION} FROM editions WHERE {which} ORDER BY generation DESC, number DESC"
        with self._reading() as db:
            rows = db.execute(sql, (value,)).fetchall() if db else []
            return tuple(Edition(key, publication_of(data), digest, last, packed) for key, _, digest, last, data, packed in rows)

    def ids_of(self, publication_id: str) -> frozenset[str]:
        """Return all ids that passages of a publication ever had.  Raises RegisterDamaged."""
        sql = "SELECT id FROM ids JOIN editions ON number = edition WHERE publication_id = ?"
        with self._reading() as db:
            return frozenset(str(row[0]) for row in db.execute(sql, (publication_id,))) if db else frozenset()

    def is_forgotten(self, passage_id: str) -> bool:
        """Tell whether a passage was published and then taken out for good.  Raises RegisterDamaged."""
        with self._reading() as db:
            return bool(db and db.execute("SELECT 1 FROM forgotten WHERE id = ?", (passage_id,)).fetchone())

    @property
    def published(self) -> str:
        """The generation that was registered last, empty where none was."""
        with self._reading() as db:
            row = db.execute("SELECT generation FROM published").fetchone() if db else None
        return str(row[0]) if row else ""

    def record(self, library: Library, generation: str) -> None:
        """Add what a generation publishes, whose library is given.

        The lock of the home must be held.  Raises OSError, RegisterDamaged, IndexDamaged.
        """
        with self._writing() as db:
            for stored in library.stored():
                _add(db, library, stored, generation)
            db.execute("DELETE FROM published")
            db.execute("INSERT INTO published VALUES (?)", (generation,))

    @property
    def forgotten(self) -> frozenset[str]:
        """The ids of passages that were published and then taken out for good.  Raises RegisterDamaged."""
        with self._reading() as db:
            return frozenset(str(row[0]) for row in db.execute("SELECT id FROM forgotten")) if db else frozenset()

    def take_in(self, file: Path) -> tuple[str, ...]:
        """Add what another register knows, but nothing that was forgotten here: of editions with such passages only the ids.

        Returns the publications of which editions were left out.  The lock of the home must be held.  Raises OSError,
        RegisterDamaged.
        """
        other = Register(file)
        with other._reading() as db:
            editions = db.execute(f"SELECT {_EDITION}, number FROM editions ORDER BY number").fetchall() if db else []
            ids: dict[int, list[str]] = {number: [] for *_, number in editions}
            for number, id_ in db.execute("SELECT edition, id FROM ids") if db else ():
                ids[number].append(id_)
        gone, forgotten = set(other.forgotten), self.forgotten
        left_out: dict[str, None] = {}
        with self._writing() as db:
            for *edition, number in editions:
                if forgotten.isdisjoint(ids[number]):
                    own = _insert(db, edition)
                    if own is not None:
                        db.executemany("INSERT INTO ids VALUES (?, ?)", [(id_, own) for id_ in ids[number]])
                else:
                    left_out[str(edition[1])] = None
                    gone.update(ids[number])
            unknown = "INSERT OR IGNORE INTO forgotten SELECT :id WHERE NOT EXISTS (SELECT 1 FROM ids WHERE id = :id)"
            db.executemany(unknown, [{"id": id_} for id_ in gone])
        return tuple(left_out)

    def forget(self, publication_id: str) -> int:
        """Take all editions of a publication out, and return how many there were; their ids are kept as those of nothing.

        The lock of the home must be held.  Raises OSError, RegisterDamaged.
        """
        with self._writing() as db:
            numbers = db.execute("SELECT number FROM editions WHERE publication_id = ?", (publication_id,)).fetchall()
            for number in numbers:
                db.execute("INSERT OR IGNORE INTO forgotten SELECT id FROM ids WHERE edition = ?", number)
                db.execute("DELETE FROM ids WHERE edition = ?", number)
                db.execute("DELETE FROM editions WHERE number = ?", number)
        return len(numbers)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """Yield the register as it is now, None where there is none."""
        if not self.file.exists():
            yield None
            return
        # immutable: a file under this name is never written to, so no lock and no journal is needed
        address = f"{self.file.resolve().as_uri()}?mode=ro&immutable=1"
        with self._named_errors(), closing(sqlite3.connect(address, uri=True)) as db:
            self._check(db)
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Yield another register with the same in it, which then takes the place of this one, whole or not at all."""
        new = self.file.with_suffix(".new")
        new.unlink(missing_ok=True)
        try:
            if self.file.exists():
                shutil.copyfile(self.file, new)
            with self._named_errors(), closing(sqlite3.connect(new)) as db:
                db.execute("PRAGMA journal_mode = OFF")  # what breaks off is thrown away
                db.execute("PRAGMA synchronous = OFF")
                if db.execute("PRAGMA page_count").fetchone()[0]:
                    self._check(db)
                else:
                    db.executescript(_SCHEMA)
                with db:
                    yield db
                if db.execute("PRAGMA freelist_count").fetchone()[0]:
                    db.execute("VACUUM")  # what was taken out shall not lie about in the file
            sync(new)
            new.replace(self.file)
            sync(self.file.parent)
        finally:
            new.unlink(missing_ok=True)

    def _check(self, db: sqlite3.Connection) -> None:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version != VERSION:
            raise RegisterDamaged(
                f"Das Verzeichnis der Fundstellen {self.file} stammt von einer anderen Programmversion "
                f"({version} statt {VERSION}). Nehmen Sie die Programmversion, die es geschrieben hat, oder eine neuere."
            )

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "full" in str(error):  # it does not say the system's number
                raise OSError(errno.ENOSPC, str(error)) from error
            raise self._damaged(error) from error
        except (sqlite3.Error, zlib.error, ValueError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> RegisterDamaged:
        return RegisterDamaged(
            f"Das Verzeichnis der Fundstellen {self.file} ist beschädigt ({error}). Stellen Sie es aus einer Sicherung "
            "wieder her. Gibt es keine, benennen Sie es um; das nächste Einlesen legt ein neues an, das frühere Fassungen "
            "nicht kennt."
        )


def _add(db: sqlite3.Connection, library: Library, stored: Stored, generation: str) -> None:
    """Add an edition, or note that one that is there was published once more, its bibliographic data perhaps put right."""
    id_, data = stored.publication.id, json.dumps(asdict(stored.publication), ensure_ascii=False)
    labels, passages = library.labels(id_), list(library.passages(id_))
    ids = [passage.id for passage in passages]
    text = json.dumps([_row(Record.of(p, labels)) for p in passages], ensure_ascii=False, separators=(",", ":")).encode()
    key = hashlib.sha256(f"{id_}\n{stored.digest}\n".encode() + text).hexdigest()
    if db.execute("UPDATE editions SET generation = ?, publication = ? WHERE key = ?", (generation, data, key)).rowcount:
        return
    row = (key, id_, stored.digest, generation, data, zlib.compress(text, _LEVEL))
    number = _insert(db, row)
    db.executemany("INSERT INTO ids VALUES (?, ?)", [(passage_id, number) for passage_id in ids])
    db.executemany("DELETE FROM forgotten WHERE id = ?", [(passage_id,) for passage_id in ids])


def _insert(db: sqlite3.Connection, row: Sequence[Any]) -> int | None:
    """Insert an edition and return its number, None where it is there."""
    done = db.execute(f"INSERT OR IGNORE INTO editions ({_EDITION}) VALUES (?, ?, ?, ?, ?, ?)", row)
    return done.lastrowid if done.rowcount else None


def _row(record: Record) -> list[Any]:
    places = [[page, label.text, label.source.value] for page, label in record.places]
    return [record.id, record.text, record.heading_path, places, record.kind.value, record.note, record.recognised]


def _record(row: Sequence[Any]) -> Record:
    id_, text, heading_path, places, kind, note, recognised = row
    where = tuple((page, PageLabel(label, LabelSource(source))) for page, label, source in places)
    return Record(id_, text, tuple(heading_path), where, Kind(kind), note, recognised)
