"""Files become a published generation: decide what to read and what to take over, read, embed, publish."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.errors import FundstelleError, NoIndex, UnreadableFile
from corpus.publication import Publication
from crew import read_files
from facsimile.recogniser import Recogniser, files_of
from hand import Workshop
from holdings import Holdings, holdings
from index.building import Steps
from index.embedder import Embedder
from index.examination import Examiner, examine
from index.generation import Generation
from index.home import Home
from index.library import Stored
from index.volume import Volume
from ingest.bibliography import free_identifier
from ingest.document import UNREAD, fingerprint
from ingest.passages import Splitting
from reading import Order
from resuming import Remembering


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
    on_recognised: Callable[[int, int], None] = lambda done, total: None
    on_step: Callable[[str], None] = lambda step: None
    on_passages: Callable[[int, int], None] = lambda done, total: None
    on_failure: Callable[[UnreadableFile], None] = lambda error: None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an ingestion did; ``generation`` is None where nothing had changed."""

    read: tuple[Stored, ...]
    kept: int
    dropped: tuple[Stored, ...]
    failed: tuple[UnreadableFile, ...]
    generation: Generation | None


def wanted_of(catalogue: Catalogue, folder: Path) -> tuple[Wanted, ...]:
    """Return what the catalogue and the folder of publications offer, the catalogue first."""
    listed = [Wanted(e.path, e.publication, e.corrections) for e in catalogue.wanted()]
    known = {e.path for e in catalogue.entries}
    others = sorted(p for p in folder.glob("*") if p.suffix.lower() == ".pdf" and p not in known)
    return (*listed, *(Wanted(path) for path in others))


def wanted_files(catalogue: Catalogue, paths: Iterable[Path]) -> tuple[Wanted, ...]:
    """Return named files as wanted, with the catalogue's data where it lists a file of that name."""
    return tuple(_wanted(catalogue, path) for path in dict.fromkeys(path.absolute() for path in paths))


def _wanted(catalogue: Catalogue, path: Path) -> Wanted:
    entry = catalogue.for_file(path.name)
    return Wanted(path, entry.publication, entry.corrections) if entry else Wanted(path)


def with_leftovers(
    stored: Sequence[Stored], wanted: Sequence[Wanted], catalogue: Catalogue, managed: Sequence[Path], *, complete: bool
) -> tuple[Wanted, ...]:
    """Add what was ingested before and still has its file, so that a change of file or catalogue reaches it.

    Where ``wanted`` is ``complete``, nothing is added from the ``managed`` folders: what they don't offer is to go.
    """
    named = {item.path.name for item in wanted}
    left = (s for s in stored if s.publication.file not in named and s.path.is_file())
    return (*wanted, *(_wanted(catalogue, s.path) for s in left if not (complete and _lies_in(s.path, managed))))


def _gone(lost: Sequence[Stored], wanted: Sequence[Wanted], managed: Sequence[Path], *, complete: bool) -> list[UnreadableFile]:
    """Return what can't be read again of a damaged index, and was not taken out of the folders either."""
    named = {item.path.name for item in wanted}
    return [
        UnreadableFile(
            s.publication.file,
            f"Der Index ist auf dem Datenträger beschädigt, und die Datei liegt nicht mehr in {s.path.parent}. "
            "Legen Sie sie wieder dorthin, und lesen Sie sie mit „fundstelle ingest DATEI“ noch einmal ein.",
        )
        for s in lost
        if s.publication.file not in named and not (complete and _lies_in(s.path, managed))
    ]


def _lies_in(path: Path, folders: Sequence[Path]) -> bool:
    return path.parent.resolve() in {folder.resolve() for folder in folders}


def plan(
    stored: Sequence[Stored],
    wanted: Sequence[tuple[Wanted, str]],
    managed: Sequence[Path],
    *,
    complete: bool,
    rebuild: bool = False,
    failed: Collection[str] = (),
) -> Changes:
    """Decide what to do, without doing anything.

    ``wanted`` pairs each file with its fingerprint.  ``complete`` says that ``wanted`` is all that the folders in
    ``managed`` shall offer: what was ingested from them before and is not wanted any more is dropped.  Publications
    that were ingested by name from elsewhere stay, and so does what was known of files that ``failed``.
    """
    by_file = {s.publication.file: s for s in stored}
    read: list[Wanted] = []
    keep: dict[str, tuple[Stored, Publication]] = {}
    for item, key in wanted:
        old = by_file.pop(item.path.name, None)
        same_id = old is not None and (item.publication is None or item.publication.id == old.publication.id)
        if old is not None and same_id and old.fingerprint == key and not rebuild:
            keep[item.path.name] = (replace(old, path=item.path), item.publication or old.publication)
        else:
            read.append(item)
    drop = [old for old in by_file.values() if complete and _lies_in(old.path, managed) and old.publication.file not in failed]
    keep |= {file: (old, old.publication) for file, old in by_file.items() if old not in drop}
    ordered = [keep[s.publication.file] for s in stored if s.publication.file in keep]
    return Changes(tuple(read), tuple(ordered), tuple(drop))


def ingest(
    home: Home,
    wanted: Sequence[Wanted],
    embedder: Embedder,
    *,
    catalogue: Catalogue = Catalogue(()),
    managed: Sequence[Path] = (),
    complete: bool = False,
    rebuild: bool = False,
    splitting: Splitting = Splitting(),
    recogniser: Recogniser | None = None,
    progress: Progress = Progress(),
    apart: bool = False,
    processes: int = 1,
) -> Outcome:
    """Read what is new or changed, take over the rest, and publish a generation with both.

    A file that can't be read is listed in the outcome and never stops the run; what was known of it stays.  Without a
    ``recogniser`` pages that are only pictures are not read.  With ``apart`` the new generation is examined by another process.
    ``processes`` may read at once; 0 for as many as there are processors, work and memory for.
    Raises FundstelleError where nothing at all can be published; the live generation is untouched then.
    """
    with home.locked(), holdings(home, embedder.fingerprint) as live:
        wanted = with_leftovers((*live.stored, *live.lost), wanted, catalogue, managed, complete=complete)
        keyed, failed = _with_fingerprints(wanted, live.stored, splitting, progress)
        failed += _gone(live.lost, wanted, managed, complete=complete)
        keyed = [(item, _as_unread(item, key, live.stored, recogniser)) for item, key in keyed]
        names = {error.file for error in failed}
        changes = plan(live.stored, keyed, managed, complete=complete, rebuild=rebuild, failed=names)
        kept = [_taken_over(live, stored, publication, embedder) for stored, publication in changes.keep]
        again = [_wanted(catalogue, s.path) for (s, _), volume in zip(changes.keep, kept, strict=True) if volume is None]
        taken = {e.publication.id for e in catalogue.entries} | {s.publication.id for s in live.stored}
        fits = None if embedder.takes_all else embedder.fits
        workshop = Workshop(home.folder, embedder.fingerprint, splitting, recogniser, fits)
        if rebuild:
            workshop.readings.clear()
        due, keys = [*changes.read, *again], dict(keyed)
        orders = [Order(item.path, item.corrections, keys.get(item, "")) for item in due]
        read, unreadable = _described(due, taken, live.stored, read_files(orders, workshop, progress, processes))
        failed += unreadable
        volumes = _merged(live, [volume for volume in kept if volume], read, {e.file for e in unreadable})
        if not volumes:
            raise _nothing(failed, managed)
        if not read and not changes.drop and _unchanged(live, volumes):
            return Outcome((), len(volumes), (), tuple(failed), None)
        with Examiner() if apart else nullcontext() as examiner:
            generation = home.publish(
                volumes,
                Remembering(embedder, home.folder) if embedder.is_slow else embedder,
                repr(splitting),
                Steps(progress.on_step, progress.on_passages),
                examiner.examine if examiner else examine,
            )
        workshop.readings.clear()
        if recogniser is not None:
            with closing(generation.library()) as library:
                recogniser.tidy(files_of(library.recognitions()))
        return Outcome(tuple(v.stored for v in read), len(volumes) - len(read), changes.drop, tuple(failed), generation)


def forget(home: Home, publication_id: str) -> None:
    """Take a publication that is no longer ingested out of the register too.

    Raises FundstelleError while it is ingested, or where the register has nothing of it.
    """
    with home.locked():
        with closing(home.live().library()) as library:
            still = library.publication(publication_id)
        if still:
            raise FundstelleError(
                f"„{publication_id}“ ist noch eingelesen. Nehmen Sie {still.file} aus dem Ordner und aus dem Katalog und rufen "
                "Sie „fundstelle ingest“ auf; danach lässt sich auch das Verzeichnis der Fundstellen davon befreien."
            )
        if not home.forget(publication_id):
            raise FundstelleError(
                f"Von „{publication_id}“ steht nichts im Verzeichnis der Fundstellen. Die id steht in der Adresse der "
                "Publikation, /p/ID."
            )


def _nothing(failed: Sequence[UnreadableFile], managed: Sequence[Path]) -> FundstelleError:
    if failed:
        reasons = "\n".join(f"  {error}" for error in failed)
        return FundstelleError(f"Keine der Dateien war lesbar; es wurde nichts eingelesen und nichts verändert.\n{reasons}")
    folder = f"in {managed[0]} " if managed else ""
    return NoIndex(
        f"Es gibt nichts einzulesen. Legen Sie PDF-Dateien {folder}ab, oder nennen Sie sie: fundstelle ingest DATEI.pdf"
    )


def _with_fingerprints(
    wanted: Sequence[Wanted], stored: Sequence[Stored], splitting: Splitting, progress: Progress
) -> tuple[list[tuple[Wanted, str]], list[UnreadableFile]]:
    keyed: list[tuple[Wanted, str]] = []
    failed: list[UnreadableFile] = []
    names: dict[str, Path] = {}
    before = {s.publication.file: s for s in stored}
    for item in wanted:
        try:
            _check_name(item.path)
            if item.path.name in names:
                raise _two_files(names[item.path.name], item.path)
            key = fingerprint(item.path, dict(item.corrections), splitting)
            old = before.get(item.path.name)
            if (
                old
                and old.fingerprint.removesuffix(UNREAD) != key
                and old.path.is_file()
                and old.path.resolve() != item.path.resolve()
            ):
                raise _two_files(old.path, item.path)
            keyed.append((item, key))
            names[item.path.name] = item.path
        except UnreadableFile as error:
            failed.append(error)
            progress.on_failure(error)
    return keyed, failed


def _as_unread(item: Wanted, key: str, stored: Sequence[Stored], recogniser: Recogniser | None) -> str:
    """Return the fingerprint under which a file is stored whose pictures nobody could read, where that is still so."""
    unread = key + UNREAD
    is_so = any(s.publication.file == item.path.name and s.fingerprint == unread for s in stored)
    return unread if is_so and (recogniser is None or recogniser.why_not) else key


def _check_name(path: Path) -> None:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        shown = path.name.encode(errors="replace").decode()
        raise UnreadableFile(shown, "Der Dateiname enthält unlesbare Zeichen. Benennen Sie die Datei um.") from None


def _two_files(first: Path, second: Path) -> UnreadableFile:
    return UnreadableFile(
        second.name,
        f"Zwei Dateien dieses Namens ({first.parent} und {second.parent}); eingelesen wird die erste. "
        "Benennen Sie eine um, denn Fundstellen nennen den Dateinamen.",
    )


def _taken_over(live: Holdings, stored: Stored, publication: Publication, embedder: Embedder) -> Volume | None:
    """Return a stored document with new bibliographic data; None where the model can't take a passage of it whole."""
    volume = live.volumes[stored.publication.file]
    if volume.vectors is None and not all(embedder.fits(p.headed_text) for p in volume.document().passages):
        return None
    return replace(volume, stored=replace(stored, publication=publication))


def _described(
    wanted: Sequence[Wanted], taken: Collection[str], stored: Sequence[Stored], found: Sequence[Volume | UnreadableFile]
) -> tuple[list[Volume], list[UnreadableFile]]:
    """Return what was read of files, as the catalogue describes them, and what can't be read.

    One that is not in the catalogue gets an id that is not among those ``taken`` by others, which may be its former one.
    """
    former = {s.publication.file: s.publication.id for s in stored}
    ids = set(taken)
    read: list[Volume] = []
    for item, one in zip(wanted, found, strict=True):
        if isinstance(one, UnreadableFile):
            continue
        publication = item.publication
        if publication is None:
            free = free_identifier(item.path, ids - {former.get(item.path.name)})
            publication = replace(one.stored.publication, id=free)
        ids.add(publication.id)
        read.append(replace(one, stored=replace(one.stored, publication=publication, path=item.path)))
    return read, [one for one in found if isinstance(one, UnreadableFile)]


def _merged(live: Holdings, kept: Sequence[Volume], read: Sequence[Volume], failed: set[str]) -> list[Volume]:
    """Return all documents: in their former order, new ones behind; a file that failed keeps its former reading."""
    by_file = {file: live.volumes[file] for file in failed if file in live.volumes}
    by_file |= {volume.stored.publication.file: volume for volume in (*kept, *read)}
    order = [s.publication.file for s in live.stored if s.publication.file in by_file]
    volumes = [by_file[file] for file in (*order, *(file for file in by_file if file not in set(order)))]
    return _with_own_ids(volumes, {volume.stored.publication.file for volume in read})


def _with_own_ids(volumes: Sequence[Volume], new: set[str]) -> list[Volume]:
    """Give a former document another id where a new one, such as a new entry of the catalogue, claims its own."""
    claimed = {v.stored.publication.id for v in volumes if v.stored.publication.file in new}
    present = {v.stored.publication.id for v in volumes}
    result: list[Volume] = []
    for volume in volumes:
        publication = volume.stored.publication
        if publication.file not in new and publication.id in claimed:
            free = next(name for n in count(2) if (name := f"{publication.id}-{n}") not in claimed | present)
            volume = replace(volume, stored=replace(volume.stored, publication=replace(publication, id=free)))
        claimed.add(volume.stored.publication.id)
        result.append(volume)
    return result


def _unchanged(live: Holdings, volumes: Sequence[Volume]) -> bool:
    held = [(s.publication, s.path) for s in live.stored]
    return live.searchable and [(v.stored.publication, v.stored.path) for v in volumes] == held
