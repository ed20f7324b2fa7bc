"""The home of generations: each is built beside the live one, checked, published by one atomic rename, never written again.

HOME/live                  the name of the published generation and of the one before (a small file, replaced atomically)
HOME/generations/NAME/     manifest.json, inventory.json, library.sqlite, words/, headings/, vectors/ (Chroma), vectors.npy,
                           sentence*.npy
HOME/register.sqlite       all passages that were ever published; outlives the generations
HOME/pages/                pictures of pages, made when they are asked for; may be deleted at any time
HOME/read/                 what an ingestion has read that is not published yet; may be deleted at any time
HOME/lock                  held by the one ingestion that may run
HOME/id                    with a Chroma server only: tells the collections of this home from those of others there
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import IndexDamaged, IndexMismatch, IngestionRunning, NoIndex, RegisterDamaged, StorageError, reason
from corpus.publication import Document
from index import building, inventory, lasting, stores
from index.building import Steps
from index.embedder import Embedder
from index.examination import examine
from index.generation import FORMAT, VECTORS, Generation, Manifest
from index.german import ANALYSIS_VERSION
from index.register import Register
from index.storage import storage_errors, sync, sync_all
from index.stores import ChromaServer, Remote
from index.volume import Volume

_BUILDING = ".building-"


@dataclass(frozen=True, slots=True)
class Kept:
    """A generation in the home: whether it is live or was so before, and what hinders it from being so again."""

    name: str
    live: bool
    before: bool
    generation: Generation | None
    problem: str


class Home:
    """The folder that holds what ingestions built."""

    def __init__(self, folder: Path, server: ChromaServer | None = None) -> None:
        """``server`` is where new generations have their vectors, and where others may; without it in their own folders."""
        self.folder = folder
        self._server = server
        self._generations = folder / "generations"
        self._live = folder / "live"
        self.register = Register(folder / "register.sqlite")

    def live_mark(self) -> str:
        """Return the name of the live generation, empty where there is none; cheap enough for every request."""
        return self._marks()[0]

    def _marks(self) -> tuple[str, str]:
        """Return the names of the live generation and of the one that was live before it."""
        try:
            live, before, *_ = [*self._live.read_text(encoding="utf-8").split("\n"), "", ""]
            return live.strip(), before.strip()
        except FileNotFoundError:
            return "", ""
        except OSError as error:
            raise StorageError(
                f"Der Ordner {self.folder} ist nicht lesbar ({reason(error)}). Nennen Sie mit --home einen anderen."
            ) from error

    def live(self) -> Generation:
        """Return the live generation; raises NoIndex, IndexDamaged, or IndexMismatch for another format."""
        name = self.live_mark()
        if not name:
            raise NoIndex(
                "Es ist noch nichts eingelesen. Legen Sie PDF-Dateien in corpus/publications/ und rufen Sie "
                "„fundstelle ingest“ auf, "
                "oder nennen Sie die Dateien: fundstelle ingest DATEI.pdf"
            )
        return self._generation(name)

    def readable(self) -> Iterator[Generation]:
        """Yield the generations that can be read in part at least: the live one, then the others, newest first."""
        live = self.live_mark()
        others = sorted((f.name for f in self._generations.glob("[0-9]*") if f.name != live), reverse=True)
        for name in (live, *others) if live else others:
            with suppress(IndexDamaged, IndexMismatch):
                yield self._generation(name)

    def _generation(self, name: str) -> Generation:
        if not re.fullmatch(r"[0-9TZ-]+", name):  # read from a file: never a path out of here
            raise IndexDamaged(f"Die Datei {self._live} ist beschädigt. Lesen Sie neu ein: fundstelle ingest --rebuild")
        return Generation.of(self._generations / name, self._server)

    def kept(self) -> tuple[Kept, ...]:
        """Return the generations that are kept, the newest first."""
        live, before = self._marks()
        names = sorted((folder.name for folder in self._generations.glob("[0-9]*")), reverse=True)
        return tuple(Kept(name, name == live, name == before, *self._state(name)) for name in names)

    def _state(self, name: str) -> tuple[Generation | None, str]:
        try:
            generation = self._generation(name)
            inventory.check(generation.folder)
        except (IndexDamaged, IndexMismatch) as error:
            return None, str(error)
        return generation, ""

    def roll_back(self, name: str = "") -> Generation:
        """Make a kept generation the live one again, without a name the one that was live before; the lock must be held.

        Raises NoIndex where there is none, IndexDamaged, IndexMismatch.
        """
        live, before = self._marks()
        wanted = name or before
        names = {kept.name for kept in self.kept()}
        if wanted not in names or wanted == live:
            which = ", ".join(sorted(names - {live})) or "keiner"
            raise NoIndex(
                (f"„{name}“ ist schon in Gebrauch." if name and name == live else f"Einen Stand „{name}“ gibt es nicht.")
                + f" Aufgehoben ist: {which}. Alle zeigt „fundstelle generations“."
                if name
                else "Es gibt keinen früheren Stand, zu dem Sie zurückkehren könnten. Alle zeigt „fundstelle generations“."
            )
        generation = self._generation(wanted)
        examine(generation)
        with storage_errors(self.folder):
            self._point_to(wanted)
        return generation

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the one ingestion; the system lets go of it even after a crash.  Raises IngestionRunning."""
        with storage_errors(self.folder):
            self._generations.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise IngestionRunning(
                    "Es läuft schon ein Einlesen in diesen Ordner. Warten Sie, bis es fertig ist, "
                    "und versuchen Sie es dann noch einmal."
                ) from None
            with storage_errors(self.folder):
                self._tidy()
                self._register_live()
            yield
        finally:
            os.close(handle)

    def publish(
        self,
        volumes: Sequence[Volume],
        embedder: Embedder,
        splitting: str,
        steps: Steps = Steps(),
        examine: Callable[[Generation], None] = examine,
    ) -> Generation:
        """Build a generation of documents with the vectors of their passages and sentences, check it and make it live.

        The lock must be held.  On any failure the live generation stays as it was, also where ``examine`` refuses the new one.
        """

        def manifest(passages: int) -> Manifest:
            created = datetime.now(UTC).isoformat(timespec="seconds")
            return Manifest(FORMAT, embedder.fingerprint, ANALYSIS_VERSION, splitting, passages, created)

        def with_lasting_ids(document: Document) -> Document:
            return lasting.with_lasting_ids(document, self.register)

        def fill(folder: Path, remote: Remote | None) -> None:
            building.write(folder, volumes, embedder, with_lasting_ids, manifest, steps, remote)
            steps.begin("prüfen")

        return self._make_live(fill, examine)

    def adopt(self, unpack: Callable[[Path], None], model: str, examine: Callable[[Generation], None] = examine) -> Generation:
        """Make a generation live that ``unpack`` writes into a folder, without its vector store, which is made here.

        The lock must be held.  Raises IndexMismatch where another model or version made it; the live one is untouched then.
        """

        def fill(folder: Path, remote: Remote | None) -> None:
            unpack(folder)
            generation = Generation.of(folder)
            generation.require_made_by(model)
            building.write_store(generation, remote)

        return self._make_live(fill, examine)

    def _make_live(
        self,
        fill: Callable[[Path, Remote | None], None],
        examine: Callable[[Generation], None],
    ) -> Generation:
        name = self._new_name()
        new = self._generations / f"{_BUILDING}{name}"
        with storage_errors(self.folder):
            try:
                new.mkdir()
                fill(new, self._remote(name))
                inventory.write(new)
                sync_all(new)
                examine(Generation.of(new, self._server))
                new.rename(self._generations / name)
                self._register(name)  # before it is live: no link is given out that would not last
            except BaseException:
                for folder in (new, self._generations / name):
                    self._remove(folder)
                raise
            self._point_to(name)
            self._tidy()
        return self._generation(name)

    def _new_name(self) -> str:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        taken = {folder.name for folder in self._generations.iterdir()}
        return next(name for n in range(1, 10_000) if (name := f"{stamp}-{n}") not in taken)

    def _remote(self, name: str) -> Remote | None:
        """Return where on the server a generation has its vectors."""
        if self._server is None:
            return None
        file = self.folder / "id"
        if not file.is_file():
            file.write_text(f"{secrets.token_hex(4)}\n", encoding="utf-8")
        return Remote(self._server, f"fundstelle-{file.read_text(encoding='utf-8').strip()}-{name}")

    def _remove(self, folder: Path) -> None:
        """Remove a generation, and its collection from the server."""
        stores.remove(folder / VECTORS, self._server)
        shutil.rmtree(folder, ignore_errors=True)

    def _point_to(self, name: str) -> None:
        new = self.folder / "live.new"
        with new.open("w", encoding="utf-8") as file:
            file.write(f"{name}\n{self.live_mark()}\n")
            file.flush()
            os.fsync(file.fileno())
        sync(self._generations)
        new.replace(self._live)
        sync(self.folder)

    def _register(self, name: str) -> None:
        with closing(self._generation(name).library()) as books:
            self.register.record(books, name)

    def _register_live(self) -> None:
        """Register what is live and is not: by an older version, or since an ingestion broke off."""
        name = self.live_mark()
        with suppress(IndexDamaged, IndexMismatch, RegisterDamaged):  # who publishes is told; who goes back need not care
            if name and self.register.published != name:
                self._register(name)

    def forget(self, publication_id: str) -> int:
        """Take a publication out of the register, and away with all but the live generation, which may hold it.

        Returns how many editions of it there were; nothing is deleted where there was none.  The lock must be held.
        """
        with storage_errors(self.folder):
            if not self.register.editions_of(publication_id):
                return 0  # a slip in the name must not cost the generation to go back to
            for folder in self._generations.iterdir():
                if folder.name != self.live_mark():
                    stores.remove(folder / VECTORS, self._server)
                    shutil.rmtree(folder)
            return self.register.forget(publication_id)

    def _tidy(self) -> None:
        """Remove what a broken ingestion left, and all generations but the live one and the one that was live before it."""
        live, before = self._marks()
        if not (self._generations / live / "manifest.json").is_file() or not live:
            for folder in self._generations.glob(f"{_BUILDING}*"):
                self._remove(folder)
            return  # the live one is lost or damaged: what there is may be all there is
        for folder in self._generations.iterdir():
            if folder.name not in (live, before):
                self._remove(folder)
