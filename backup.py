"""All that an installation holds becomes one file, and an installation again: the index, its PDFs, what the operator wrote."""

from __future__ import annotations

import errno
import filecmp
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.errors import RegisterDamaged, StorageError, reason
from index.archive import Archive, pack
from index.examination import Examiner
from index.generation import Generation
from index.home import Home
from index.library import Library, Stored
from index.library_writer import relocate
from index.register import Register
from index.storage import storage_errors

_PDFS = "publications/"
_SETTINGS = "settings/"
_OCR = "ocr/"
_REGISTER = "register.sqlite"
_BESIDE = ".import"  # ends the name of what is laid beside a file that differs


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of an installation lie beside the home: the folder of PDFs, and the operator's files by their names."""

    publications: Path
    settings: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many publications and PDFs are in it, which PDFs were not there, and its size in bytes."""

    publications: int
    pdfs: int
    missing: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What was taken in, and what was left as it is because another file lay there (named where the archive's now lies).

    ``back`` are publications that were forgotten here and are ingested again with the archive, ``left_out`` those of which
    earlier editions were not taken in because they were forgotten here.
    """

    generation: Generation
    placed: tuple[Path, ...]
    beside: tuple[Path, ...]
    back: tuple[str, ...]
    left_out: tuple[str, ...]


def export(home: Home, places: Places, target: Path, *, with_pdfs: bool = True) -> Exported:
    """Write an archive of the live generation and all that belongs to it.

    Raises NoIndex, IndexDamaged, IngestionRunning, StorageError.
    """
    with home.locked():
        generation = home.live()
        with closing(generation.library()) as library:
            stored = library.stored()
        present = [one for one in stored if with_pdfs and one.path.is_file()]
        others = {f"{_PDFS}{one.publication.file}": one.path for one in present}
        others |= {f"{_SETTINGS}{path.name}": path for path in places.settings if path.is_file()}
        others |= {f"{_OCR}{path.relative_to(home.folder / 'ocr').as_posix()}": path for path in _files(home.folder / "ocr")}
        others |= {_REGISTER: home.register.file} if home.register.file.is_file() else {}
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            pack(target, generation.folder, others)
        except OSError as error:
            raise StorageError(
                f"{target} kann nicht geschrieben werden ({reason(error)}). Nennen Sie eine Datei in einem anderen Ordner."
            ) from error
    missing = [one.publication.file for one in stored if with_pdfs and one not in present]
    return Exported(len(stored), len(present), tuple(missing), target.stat().st_size)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def import_(home: Home, places: Places, source: Path, catalogue: Catalogue, model: str) -> Imported:
    """Make what an archive holds the live generation, after all of it was compared with its checksums and looks right.

    Files that are there already and differ are never replaced: the archive's are laid beside them.  Raises ArchiveError,
    IndexMismatch, IndexDamaged, IngestionRunning, StorageError; the live generation is untouched then.
    """
    with Archive(source) as archive, home.locked(), Examiner() as examiner, _register_of(archive, home) as register:
        archive.check()
        pdfs: dict[str, Path] = {}
        forgotten = home.register.forgotten
        back: list[str] = []

        def unpack(folder: Path) -> None:
            archive.unpack_generation(folder)
            library = folder / "library.sqlite"
            with closing(Library(library)) as opened:
                stored = opened.stored()
                ids = {one.publication.id: opened.passage_ids(one.publication.id) for one in stored}
            if any(Path(one.publication.file).name != one.publication.file for one in stored):
                raise archive.damaged("es nennt Dateien mit Ordnern")
            back.extend(id_ for id_, own in ids.items() if not forgotten.isdisjoint(own))
            paths = {one.publication.id: _place(one, places, catalogue) for one in stored}
            relocate(library, paths)
            pdfs.update({f"{_PDFS}{one.publication.file}": paths[one.publication.id] for one in stored})

        generation = home.adopt(unpack, model, examiner.examine)
        left_out = _taken_in(home, register) if register else ()
        targets = pdfs | {f"{_SETTINGS}{path.name}": path for path in places.settings}
        targets |= {name: home.folder / name for name in archive.parts if name.startswith(_OCR)}
        laid = [_lay_down(archive, name, path) for name, path in targets.items() if name in archive.parts]
    new = [path for path in laid if path is not None]
    return Imported(
        generation,
        tuple(path for path in new if path.suffix != _BESIDE and not path.is_relative_to(home.folder)),
        tuple(path for path in new if path.suffix == _BESIDE),
        tuple(back),
        left_out,
    )


@contextmanager
def _register_of(archive: Archive, home: Home) -> Iterator[Path | None]:
    """Yield the archive's register, which tells what links to its passages meant, as a file of its own for a while."""
    if _REGISTER not in archive.parts:
        yield None
        return
    new = home.register.file.with_suffix(_BESIDE)
    try:
        with storage_errors(home.folder):
            archive.extract(_REGISTER, new)
        try:
            assert Register(new).published is not None
        except RegisterDamaged:
            raise archive.damaged("das Verzeichnis der Links ist nicht lesbar") from None
        yield new
    finally:
        new.unlink(missing_ok=True)


def _taken_in(home: Home, register: Path) -> tuple[str, ...]:
    try:
        return home.register.take_in(register)
    except OSError as error:
        raise StorageError(
            f"Der Index aus dem Archiv ist in Gebrauch, aber {home.register.file} kann nicht geschrieben werden "
            f"({reason(error)}), und Links auf frühere Fassungen führen noch nirgendwohin. "
            "Schaffen Sie Abhilfe, und spielen Sie das Archiv noch einmal ein."
        ) from error


def _place(stored: Stored, places: Places, catalogue: Catalogue) -> Path:
    """Return where the file of a publication lies or shall lie here."""
    entry = catalogue.for_file(stored.publication.file)
    return entry.path if entry else places.publications / stored.publication.file


def _lay_down(archive: Archive, name: str, path: Path) -> Path | None:
    """Write a file where none is, or beside another one; None where the same lies there already.  Raises StorageError."""
    new = path.with_name(path.name + ".part")
    try:
        archive.extract(name, new)
        places = (path, *(path.with_name(f"{path.name}{number}{_BESIDE}") for number in ("", *(f".{n}" for n in range(2, 1000)))))
        for place in places:
            if not place.exists():
                return new.replace(place)
            if place.is_file() and filecmp.cmp(place, new, shallow=False):
                return None
        raise FileExistsError(errno.EEXIST, "zu viele Dateien dieses Namens")
    except OSError as error:
        raise StorageError(
            f"Der Index aus dem Archiv ist in Gebrauch, aber {path} kann nicht geschrieben werden ({reason(error)}). "
            "Schaffen Sie Abhilfe, und spielen Sie das Archiv noch einmal ein."
        ) from error
    finally:
        new.unlink(missing_ok=True)
