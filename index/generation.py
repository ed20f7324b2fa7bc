"""Generations of the index: built beside the live one, checked, published by one atomic rename, never written again.

HOME/live                  the name of the published generation (a small file, replaced atomically)
HOME/generations/NAME/     manifest.json, library.sqlite, words/, headings/, vectors/ (Chroma), vectors.npy, sentence*.npy
HOME/pages/                pictures of pages, made when they are asked for; may be deleted at any time
HOME/lock                  held by the one ingestion that may run
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from corpus.errors import IndexDamaged, IndexMismatch, IngestionRunning, NoIndex, StorageError, reason
from corpus.publication import Document, Passage, Publication
from index import library
from index.analysis import Analysis
from index.embedding import Embedding
from index.gathering import Gathered
from index.german import ANALYSIS_VERSION
from index.library import Library
from index.occurrences import Occurrences
from index.sentences import Sentences
from index.vectors import ChromaVectors, ExactVectors, save_matrix
from index.wording import Wording
from index.words import WordIndex

FORMAT = 9  # of the folder; another number means: ingest again
_KEPT = 2  # generations: the live one and the one before it
_BUILDING = ".building-"


@dataclass(frozen=True, slots=True)
class Manifest:
    """How a generation was made; a query made otherwise is not answered by it."""

    format: int
    model: str  # fingerprint of the embedder
    analysis: int  # version of the German analysis
    splitting: str
    passages: int
    created: str  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class Generation:
    """A published generation's folder and manifest."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The generation's name."""
        return self.folder.name

    def library(self) -> Library:
        """Open its library."""
        return Library(self.folder / "library.sqlite")

    def words(self) -> WordIndex:
        """Open its word index."""
        return WordIndex.open(self.folder / "words")

    def headings(self) -> WordIndex:
        """Open the word index of headings and titles."""
        return WordIndex.open(self.folder / "headings")

    def occurrences(self) -> Occurrences:
        """Open its list of where each word stands."""
        return Occurrences.open(self.folder / "words")

    def wording(self) -> Wording:
        """Open its letters, in which wordings are looked up."""
        return Wording.open(self.folder / "words")

    def analysis(self) -> Analysis:
        """Open the lexicon that its words were cut with."""
        return Analysis.open(self.folder / "words")

    def sentences(self) -> Sentences:
        """Open its sentences with their vectors."""
        return Sentences.open(self.folder)

    def exact_vectors(self) -> ExactVectors:
        """Open all its vectors as one matrix."""
        return ExactVectors.open(self.folder / "vectors.npy")

    def chroma_vectors(self) -> ChromaVectors:
        """Open its vector store."""
        return ChromaVectors(self.folder / "vectors")

    @property
    def is_writable(self) -> bool:
        """Tell whether Chroma can open its store, which it does for writing even where it only reads."""
        return os.access(self.folder / "vectors", os.W_OK)

    def is_whole(self) -> bool:
        """Tell whether its parts are there and open; a missing one would show at the first search only."""
        try:
            self.analysis()
            counts = {
                len(self.words()),
                len(self.headings()),
                len(self.occurrences()),
                len(self.sentences()),
                len(self.wording()),
            }
            return counts == {self.manifest.passages} and (self.folder / "vectors" / "chroma.sqlite3").is_file()
        except IndexDamaged:
            return False

    def require(self, model: str) -> None:
        """Raise IndexMismatch unless queries embedded by ``model`` may be asked of it."""
        if self.manifest.model != model:
            raise IndexMismatch(
                f"Der Index wurde mit dem Modell {self.manifest.model} gebaut, eingestellt ist {model}. "
                "Lesen Sie neu ein (fundstelle ingest) oder stellen Sie das frühere Modell wieder ein."
            )
        if self.manifest.analysis != ANALYSIS_VERSION:
            raise IndexMismatch("Der Index stammt von einer anderen Programmversion. Lesen Sie neu ein: fundstelle ingest")


class Home:
    """The folder that holds what ingestions built."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._generations = folder / "generations"
        self._live = folder / "live"

    def live_mark(self) -> str:
        """Return the name of the live generation, empty where there is none; cheap enough for every request."""
        try:
            return self._live.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""
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
        folder = self._generations / name
        try:
            data = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise IndexDamaged(f"Dem Index in {folder} fehlen Teile. Lesen Sie neu ein: fundstelle ingest --rebuild") from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise IndexMismatch("Der Index stammt von einer anderen Programmversion. Lesen Sie neu ein: fundstelle ingest")
        try:
            return Generation(folder, Manifest(**data))
        except TypeError as error:
            raise IndexDamaged(f"Dem Index in {folder} fehlen Teile. Lesen Sie neu ein: fundstelle ingest --rebuild") from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the one ingestion; the system lets go of it even after a crash.  Raises IngestionRunning."""
        with _storage_errors(self.folder):
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
            with _storage_errors(self.folder):
                self._tidy()
            yield
        finally:
            os.close(handle)

    def publish(
        self,
        documents: Sequence[Document],
        vectors: Embedding,
        model: str,
        splitting: str,
        on_step: Callable[[str], None] = lambda step: None,
    ) -> Generation:
        """Build a generation from documents and the vectors of their passages and sentences, check it and make it live.

        The lock must be held.  On any failure the live generation stays as it was.
        """
        name = self._new_name()
        building = self._generations / f"{_BUILDING}{name}"
        manifest = Manifest(
            FORMAT, model, ANALYSIS_VERSION, splitting, len(vectors.passages), datetime.now(UTC).isoformat(timespec="seconds")
        )
        with _storage_errors(self.folder):
            try:
                building.mkdir()
                _write(building, documents, vectors, manifest, on_step)
                on_step("prüfen")
                _check(Generation(building, manifest), documents, vectors)
                _sync(building)
                building.rename(self._generations / name)
            except BaseException:
                shutil.rmtree(building, ignore_errors=True)
                raise
            self._point_to(name)
            self._tidy()
        return Generation(self._generations / name, manifest)

    def _new_name(self) -> str:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        taken = {folder.name for folder in self._generations.iterdir()}
        return next(name for n in range(1, 10_000) if (name := f"{stamp}-{n}") not in taken)

    def _point_to(self, name: str) -> None:
        new = self.folder / "live.new"
        with new.open("w", encoding="utf-8") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self._generations)
        new.replace(self._live)
        _sync_folder(self.folder)

    def _tidy(self) -> None:
        """Remove what a broken ingestion left, and generations older than the one before the live one."""
        live = self.live_mark()
        if not (self._generations / live / "manifest.json").is_file() or not live:
            for folder in self._generations.glob(f"{_BUILDING}*"):
                shutil.rmtree(folder, ignore_errors=True)
            return  # the live one is lost or damaged: what there is may be all there is
        finished = sorted(f.name for f in self._generations.iterdir() if not f.name.startswith(_BUILDING))
        older = [name for name in finished if name < live]
        kept = {live, *older[len(older) - (_KEPT - 1) :]}
        for folder in self._generations.iterdir():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)


def _write(
    folder: Path, documents: Sequence[Document], vectors: Embedding, manifest: Manifest, on_step: Callable[[str], None]
) -> None:
    passages = [passage for document in documents for passage in document.passages]
    if len(passages) != len(vectors.passages):
        raise ValueError(f"{len(passages)} passages, but {len(vectors.passages)} vectors")
    on_step("Bibliothek schreiben")
    library.write(folder / "library.sqlite", documents)
    on_step("Wörter verzeichnen")
    _write_words(folder, documents)
    on_step("Vektoren speichern")
    Sentences.of(passages, vectors.sentences).save(folder)
    with ChromaVectors(folder / "vectors", rows=len(passages)) as store:
        store.add([passage.publication_id for passage in passages], vectors.passages)
    save_matrix(folder / "vectors.npy", vectors.passages)
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")


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


def _check(generation: Generation, documents: Sequence[Document], vectors: Embedding) -> None:
    """Open what was written and compare it; raises IndexDamaged.  Damage of a vector store goes unnoticed otherwise."""
    books = generation.library()
    try:
        for listed, document in zip(books.stored(), documents, strict=True):
            if books.document(listed) != document:
                raise IndexDamaged(
                    f"Die Bibliothek gibt {document.publication.file} anders zurück, als geschrieben wurde. "
                    "Der bisherige Index bleibt in Gebrauch."
                )
        counts = {
            "Bibliothek": books.count(),
            "Wörter": len(generation.words()),
            "Überschriften": len(generation.headings()),
            "Sätze": len(generation.sentences()),
            "Wortlaut": len(generation.wording()),
            "Wortstellen": len(generation.occurrences()),
            "Vektoren": len(generation.exact_vectors().matrix),
        }
    finally:
        books.close()
    with generation.chroma_vectors() as store:
        stored = store.all()
    counts["Vektorspeicher"] = len(stored)
    wrong = [f"{part} {count}" for part, count in counts.items() if count != len(vectors.passages)]
    if wrong:
        raise IndexDamaged(
            f"Der neue Index ist unvollständig ({', '.join(wrong)} statt {len(vectors.passages)}). "
            "Der bisherige bleibt in Gebrauch."
        )
    same = np.array_equal(generation.exact_vectors().matrix, vectors.passages)
    if not (np.allclose(stored, vectors.passages, atol=1e-5) and same):
        raise IndexDamaged(
            "Der Vektorspeicher gibt andere Vektoren zurück, als geschrieben wurden. Der bisherige Index bleibt in Gebrauch."
        )


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        else:
            _sync_folder(path)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _storage_errors(folder: Path) -> Iterator[None]:
    """Turn the system's errors of writing into sentences."""
    try:
        yield
    except OSError as error:
        reasons = {
            errno.ENOSPC: "Der Datenträger ist voll. Schaffen Sie Platz und lesen Sie neu ein.",
            errno.EDQUOT: "Das Speicherkontingent ist erschöpft. Schaffen Sie Platz und lesen Sie neu ein.",
            errno.EROFS: "Der Datenträger ist schreibgeschützt. Wählen Sie mit --home einen anderen Ordner.",
            errno.EACCES: "Das Recht zu schreiben fehlt. Ändern Sie es oder wählen Sie mit --home einen anderen Ordner.",
            errno.ENOENT: "Den Ordner gibt es nicht, und er lässt sich nicht anlegen. Wählen Sie mit --home einen anderen.",
            errno.ENOTDIR: "Der Pfad führt nicht in einen Ordner. Wählen Sie mit --home einen anderen.",
            errno.EEXIST: "Dort liegt schon eine Datei dieses Namens. Wählen Sie mit --home einen anderen Ordner.",
        }
        # numpy writes less than it should and says so without a number
        usual = f"{reason(error)}." if error.errno else reasons[errno.ENOSPC]
        why = reasons.get(error.errno or 0, usual)
        raise StorageError(f"In {folder} kann nicht geschrieben werden: {why} Der bisherige Index ist unverändert.") from error
