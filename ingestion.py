"""Files become a published generation: decide what to read and what to take over, read, embed, publish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from corpus.catalogue import Catalogue
from corpus.errors import FundstelleError, IndexDamaged, IndexMismatch, NoIndex, UnreadableFile
from corpus.publication import Document, Publication
from index.embedder import Embedder, Vectors
from index.generation import Generation, Home
from index.german import ANALYSIS_VERSION
from index.library import Stored
from ingest.document import fingerprint, read_document
from ingest.passages import Splitting

_BATCH = 256  # passages embedded between two steps of the progress bar


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to ingest; without ``publication`` it is described from itself.  ``corrections``: (PDF page, number)."""

    path: Path
    publication: Publication | None = None
    corrections: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What an ingestion does: files to read, publications to take over as they are (with new data), and to drop."""

    read: tuple[Wanted, ...]
    keep: tuple[tuple[Stored, Publication], ...]
    drop: tuple[Stored, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """What is called while an ingestion runs; each does nothing by default."""

    on_file: Callable[[str, int, int], None] = lambda file, number, of: None
    on_page: Callable[[int, int], None] = lambda done, total: None
    on_embedded: Callable[[int, int], None] = lambda done, total: None
    on_step: Callable[[str], None] = lambda step: None
    on_failure: Callable[[UnreadableFile], None] = lambda error: None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an ingestion did; ``generation`` is None where nothing had changed."""

    read: tuple[Document, ...]
    kept: int
    dropped: tuple[Stored, ...]
    failed: tuple[UnreadableFile, ...]
    generation: Generation | None


@dataclass(slots=True)
class _Library:
    """The live generation's publications, and the vectors of their passages where they may be used again."""

    stored: tuple[Stored, ...] = ()
    documents: dict[str, Document] = field(default_factory=dict)
    vectors: dict[str, Vectors] = field(default_factory=dict)
    searchable: bool = False  # by the model and the analysis of today


def wanted_of(catalogue: Catalogue, folder: Path) -> tuple[Wanted, ...]:
    """Return what the catalogue and the folder of publications offer, the catalogue first."""
    listed = [Wanted(e.path, e.publication, e.corrections) for e in catalogue.wanted()]
    others = sorted(p for p in folder.glob("*") if p.suffix.lower() == ".pdf" and catalogue.for_file(p.name) is None)
    return (*listed, *(Wanted(path) for path in others))


def wanted_files(catalogue: Catalogue, paths: Iterable[Path]) -> tuple[Wanted, ...]:
    """Return named files as wanted, with the catalogue's data where it lists a file of that name."""
    result = []
    for path in dict.fromkeys(path.resolve() for path in paths):
        entry = catalogue.for_file(path.name)
        result.append(Wanted(path, entry.publication, entry.corrections) if entry else Wanted(path))
    return tuple(result)


def plan(
    stored: Sequence[Stored],
    wanted: Sequence[tuple[Wanted, str]],
    managed: Sequence[Path],
    *,
    complete: bool,
    rebuild: bool = False,
) -> Changes:
    """Decide what to do, without doing anything.

    ``wanted`` pairs each file with its fingerprint.  ``complete`` says that ``wanted`` is all that the folders in
    ``managed`` shall offer: what was ingested from them before and is not wanted any more is dropped.  Publications
    that were ingested by name from elsewhere stay.
    """
    by_file = {s.publication.file: s for s in stored}
    read: list[Wanted] = []
    keep: dict[str, tuple[Stored, Publication]] = {}
    for item, key in wanted:
        old = by_file.pop(item.path.name, None)
        same_id = old is not None and (item.publication is None or item.publication.id == old.publication.id)
        if old is not None and same_id and old.fingerprint == key and not rebuild:
            keep[old.publication.id] = (old, item.publication or old.publication)
        else:
            read.append(item)
    drop: list[Stored] = []
    for old in by_file.values():
        gone = complete and old.path.parent in managed
        if gone:
            drop.append(old)
        elif rebuild and old.path.is_file():
            read.append(Wanted(old.path))
        else:
            keep[old.publication.id] = (old, old.publication)
    ordered = [keep[s.publication.id] for s in stored if s.publication.id in keep]
    return Changes(tuple(read), tuple(ordered), tuple(drop))


def ingest(
    home: Home,
    wanted: Sequence[Wanted],
    embedder: Embedder,
    *,
    managed: Sequence[Path] = (),
    complete: bool = False,
    rebuild: bool = False,
    splitting: Splitting = Splitting(),
    progress: Progress = Progress(),
) -> Outcome:
    """Read what is new or changed, take over the rest, and publish a generation with both.

    A file that can't be read is listed in the outcome and never stops the run; what was known of it stays.  Raises
    FundstelleError where nothing at all can be published; the live generation is untouched then.
    """
    with home.locked():
        live = _live(home, embedder.fingerprint)
        keyed, failed = _with_fingerprints(wanted, splitting, progress)
        managed = [folder.resolve() for folder in managed]
        changes = plan(live.stored, keyed, managed, complete=complete, rebuild=rebuild)
        kept = [_taken_over(live, stored, publication, embedder) for stored, publication in changes.keep]
        again = [_wanted_again(s, wanted) for (s, _), d in zip(changes.keep, kept, strict=True) if d is None]
        read, unreadable = _read_all([*changes.read, *again], [d for d in kept if d], splitting, embedder, progress)
        failed += unreadable
        documents = _merged(live, [d for d in kept if d], read, {e.file for e in failed})
        if not documents:
            raise _nothing(failed)
        if not read and not changes.drop and _unchanged(live, documents):
            return Outcome((), len(documents), (), tuple(failed), None)
        vectors = _vectors(documents, live, {d.publication.id for d in read}, embedder, progress)
        generation = home.publish(documents, vectors, embedder.fingerprint, repr(splitting), progress.on_step)
        return Outcome(tuple(read), len(documents) - len(read), changes.drop, tuple(failed), generation)


def _wanted_again(stored: Stored, wanted: Sequence[Wanted]) -> Wanted:
    named = next((item for item in wanted if item.path.name == stored.publication.file), None)
    return named or Wanted(stored.path, stored.publication)


def _nothing(failed: Sequence[UnreadableFile]) -> FundstelleError:
    if failed:
        return FundstelleError("Keine der Dateien war lesbar; es wurde nichts eingelesen und nichts verändert.")
    return NoIndex(
        "Es gibt nichts einzulesen. Legen Sie PDF-Dateien in corpus/publications/ "
        "oder nennen Sie sie: fundstelle ingest DATEI.pdf"
    )


def _live(home: Home, model: str) -> _Library:
    """Return what the live generation holds; nothing where there is none or another version wrote it."""
    try:
        generation = home.live()
        library = generation.library()
    except (NoIndex, IndexMismatch, IndexDamaged):
        return _Library()
    try:
        stored = library.stored()
        documents = {s.publication.id: library.document(s) for s in stored}
        vectors: dict[str, Vectors] = {}
        if generation.manifest.model == model:
            matrix = generation.exact_vectors().matrix
            vectors = {id_: np.asarray(matrix[library.positions(id_)]) for id_ in documents}
        return _Library(stored, documents, vectors, bool(vectors) and generation.manifest.analysis == ANALYSIS_VERSION)
    finally:
        library.close()


def _with_fingerprints(
    wanted: Sequence[Wanted], splitting: Splitting, progress: Progress
) -> tuple[list[tuple[Wanted, str]], list[UnreadableFile]]:
    keyed: list[tuple[Wanted, str]] = []
    failed: list[UnreadableFile] = []
    names: dict[str, Path] = {}
    for item in wanted:
        try:
            if item.path.name in names:
                raise UnreadableFile(
                    item.path.name,
                    f"Zwei Dateien dieses Namens ({names[item.path.name].parent} und {item.path.parent}); "
                    "eingelesen wird die erste. "
                    "Benennen Sie eine um, denn Fundstellen nennen den Dateinamen.",
                )
            keyed.append((item, fingerprint(item.path, dict(item.corrections), splitting)))
            names[item.path.name] = item.path
        except UnreadableFile as error:
            failed.append(error)
            progress.on_failure(error)
    return keyed, failed


def _taken_over(live: _Library, stored: Stored, publication: Publication, embedder: Embedder) -> Document | None:
    """Return a stored document with new bibliographic data; None where the model can't take a passage of it whole."""
    document = live.documents[stored.publication.id]
    if stored.publication.id not in live.vectors and not all(embedder.fits(p.headed_text) for p in document.passages):
        return None
    return replace(document, publication=publication)


def _read_all(
    wanted: Sequence[Wanted], kept: Sequence[Document], splitting: Splitting, embedder: Embedder, progress: Progress
) -> tuple[list[Document], list[UnreadableFile]]:
    read: list[Document] = []
    failed: list[UnreadableFile] = []
    for number, item in enumerate(wanted, 1):
        progress.on_file(item.path.name, number, len(wanted))
        taken = {d.publication.id for d in [*kept, *read] if d.publication.file != item.path.name}
        try:
            document = read_document(
                item.path, item.publication, dict(item.corrections), splitting, embedder.fits, progress.on_page, taken
            )
            read.append(document)
        except UnreadableFile as error:
            failed.append(error)
            progress.on_failure(error)
    return read, failed


def _merged(live: _Library, kept: Sequence[Document], read: Sequence[Document], failed: set[str]) -> list[Document]:
    """Return all documents: in their former order, new ones behind; a file that failed keeps its former reading."""
    by_id = {d.publication.id: d for d in kept} | {d.publication.id: d for d in read}
    files = {d.publication.file for d in by_id.values()}
    for stored in live.stored:
        if stored.publication.file in failed - files:
            by_id[stored.publication.id] = live.documents[stored.publication.id]
    order = [s.publication.id for s in live.stored if s.publication.id in by_id]
    return [by_id[id_] for id_ in (*order, *(i for i in by_id if i not in set(order)))]


def _unchanged(live: _Library, documents: Sequence[Document]) -> bool:
    return live.searchable and [d.publication for d in documents] == [s.publication for s in live.stored]


def _vectors(documents: Sequence[Document], live: _Library, new: set[str], embedder: Embedder, progress: Progress) -> Vectors:
    """Return the vectors of all passages in order; those of a publication taken over are not made again."""
    total = sum(len(d.passages) for d in documents)
    parts: list[Vectors] = []
    done = 0
    for document in documents:
        id_ = document.publication.id
        if id_ in live.vectors and id_ not in new:
            parts.append(live.vectors[id_])
            done += len(document.passages)
        else:
            for start in range(0, len(document.passages), _BATCH):
                batch = document.passages[start : start + _BATCH]
                parts.append(embedder.passages([passage.headed_text for passage in batch]))
                done += len(batch)
                progress.on_embedded(done, total)
        progress.on_embedded(done, total)
    return np.concatenate(parts)
