"""One file that holds a generation and what belongs to it, each part with its checksum: a ZIP with a manifest in front.

The vector store is not in it: it is made again from the vectors, so that an archive depends on no version of its library.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from corpus.errors import ArchiveError, reason
from index import inventory

_MANIFEST = "fundstelle.json"
_VERSION = 1  # of the archive; what is in it has versions of its own
_GENERATION = "generation/"
_REMADE = "vectors/"  # within a generation, as is the inventory
_PACKED = {".pdf", ".png", ".jpg"}  # compressed already
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """A file of an archive: its name there, its size in bytes and its SHA-256."""

    name: str
    size: int
    sha256: str


def pack(target: Path, generation: Path, others: Mapping[str, Path]) -> tuple[Part, ...]:
    """Write an archive of a generation's folder and other files by their names in it; it appears whole or not at all.

    Raises OSError.
    """
    files = {f"{_GENERATION}{name}": generation / name for name in _names(generation)}
    files |= {str(name): path for name, path in others.items()}
    parts = tuple(Part(name, path.stat().st_size, _sha256(path)) for name, path in sorted(files.items()))
    manifest = {
        "fundstelle": _VERSION,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": {part.name: [part.size, part.sha256] for part in parts},
    }
    new = target.with_name(target.name + ".part")
    try:
        with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
            for name, path in sorted(files.items()):
                kind = zipfile.ZIP_STORED if path.suffix.lower() in _PACKED else zipfile.ZIP_DEFLATED
                archive.write(path, name, kind, compresslevel=6)
        with new.open("rb") as written:
            os.fsync(written.fileno())
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)
    return parts


def _names(generation: Path) -> Iterator[str]:
    for path in generation.rglob("*"):
        name = path.relative_to(generation).as_posix()
        if path.is_file() and not name.startswith(_REMADE) and name != inventory.NAME:
            yield name


class Archive:
    """An archive that is read; nothing of it is believed before its checksum was compared."""

    def __init__(self, file: Path) -> None:
        """Open it and read its manifest; raises ArchiveError."""
        self._file = file
        self._zip: zipfile.ZipFile | None = None
        with self._reading():
            try:
                self._zip = zipfile.ZipFile(file)
            except OSError as error:
                raise ArchiveError(f"{file} lässt sich nicht öffnen ({reason(error)}). Prüfen Sie den Namen der Datei.") from None
            manifest = json.loads(self._zip.read(_MANIFEST))
            if manifest["fundstelle"] != _VERSION:
                raise ArchiveError(
                    f"{file}: Das Archiv stammt von einer anderen Programmversion. Spielen Sie es mit dieser ein, "
                    "oder lesen Sie die Publikationen neu ein: fundstelle ingest"
                )
            parts = [Part(str(name), int(size), str(digest)) for name, (size, digest) in manifest["files"].items()]
            self.parts = {part.name: part for part in parts}
            present = {info.filename: info.file_size for info in self._zip.infolist()}
        if present != {_MANIFEST: present.get(_MANIFEST)} | {part.name: part.size for part in parts}:
            raise self._damaged("es enthält anderes, als sein Verzeichnis nennt")
        if any(not _is_plain(name) for name in self.parts):
            raise self._damaged("es enthält Namen, die aus dem Ordner führen")

    def unpack_generation(self, folder: Path) -> None:
        """Write the generation into an empty folder; raises ArchiveError, OSError."""
        for name in self.parts:
            if name.startswith(_GENERATION):
                self.extract(name, folder / name.removeprefix(_GENERATION))

    def extract(self, name: str, target: Path) -> None:
        """Write one file and compare its checksum; raises ArchiveError, OSError."""
        assert self._zip is not None
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with self._reading(), self._zip.open(name) as packed, target.open("wb") as file:
            while block := packed.read(_BLOCK):
                digest.update(block)
                file.write(block)
        if digest.hexdigest() != self.parts[name].sha256:
            raise self._damaged(f"die Prüfsumme von {name} stimmt nicht")

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (
            zipfile.BadZipFile,
            EOFError,
            KeyError,
            ValueError,
            TypeError,
            AttributeError,
            NotImplementedError,
            zlib.error,
        ) as error:
            raise self._damaged(str(error) or type(error).__name__) from error

    def _damaged(self, why: str) -> ArchiveError:
        return ArchiveError(
            f"{self._file} ist kein Archiv von Fundstelle, oder es ist beschädigt ({why}). "
            "Nehmen Sie ein anderes; hier ist nichts verändert."
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._zip is not None:
            self._zip.close()


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name and name.isprintable()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
