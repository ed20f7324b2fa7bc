"""Pages that are pictures are read, and what was seen in them is kept, so that no page is looked at twice."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from corpus.publication import Recognition
from facsimile import tesseract
from facsimile.bounds import MAX_ALL_CHARACTERS
from facsimile.child import Limits
from facsimile.places import Places
from facsimile.recognised import recognised
from facsimile.scan import LIMITS, Seen, line_of, recognise, seen_of
from facsimile.sheet import Sheet

_OFF = "Die Texterkennung ist ausgeschaltet (FUNDSTELLE_OCR)."
_UNWANTED_FOR = 7 * 24 * 3600  # seconds after which what was seen in a file that is not ingested is thrown away
_OnPage = Callable[[int, int], None]


class Recogniser:
    """Reads pages that are pictures with the tesseract of this machine; keeps what it saw in ``folder``.

    What is kept depends on the file's bytes, the page, and the engine; how words become a sheet may change without another look.
    """

    def __init__(self, folder: Path, *, on: bool = True, limits: Limits = LIMITS) -> None:
        self._folder = folder
        self._limits = limits
        self._on = on
        self._places: Places | None = None

    def sharing(self, places: Places) -> Recogniser:
        """Return one that reads no more pages at once than there are places, together with all others that share them."""
        other = copy.copy(self)
        other._folder = self._folder.absolute()
        other._places = places
        return other

    @cached_property
    def _found(self) -> tesseract.Engine | str:
        """The engine, or why there is none; looked for when it is needed, since it is asked for its version."""
        return tesseract.find() if self._on else _OFF

    @property
    def _engine(self) -> tesseract.Engine | None:
        return self._found if isinstance(self._found, tesseract.Engine) else None

    @property
    def why_not(self) -> str:
        """Why nothing can be read, in German; empty where it can."""
        return self._found if isinstance(self._found, str) else ""

    def read(
        self, path: Path, sheets: Sequence[Sheet], on_page: _OnPage = lambda done, total: None
    ) -> tuple[dict[int, Sheet], list[int]]:
        """Return what sheets read, by their indices, without those that show nothing, and which could not be looked at.

        Raises OSError where the file can't be read any more.
        """
        if self._engine is None or not sheets:
            return {}, [sheet.index for sheet in sheets]
        file, engine = file_hash(path), self._engine.name
        seen = self._seen(path, file, engine, [sheet.index for sheet in sheets], on_page)
        found: dict[int, Sheet] = {}
        room = MAX_ALL_CHARACTERS
        for sheet in sheets:
            read = recognised(sheet, seen[sheet.index], engine, file) if sheet.index in seen and room > 0 else None
            if read is not None:
                found[sheet.index] = read
                room -= len(read.characters)
        return found, [s.index for s in sheets if s.index not in seen]

    def again(
        self,
        path: Path,
        sheets: Sequence[Sheet],
        recognitions: Mapping[int, Recognition],
        on_page: _OnPage = lambda done, total: None,
    ) -> dict[int, Sheet]:
        """Return what sheets read of which the recognition is told: as it is kept of these very bytes, else looked at anew.

        Sheets that can't be looked at are left out.  Raises OSError where the file can't be read.
        """
        file = file_hash(path)
        result: dict[int, Sheet] = {}
        for engine in dict.fromkeys(recognition.engine for recognition in recognitions.values()):
            mine = [s for s in sheets if s.index in recognitions and recognitions[s.index].engine == engine]
            seen = self._seen(path, file, engine, [sheet.index for sheet in mine], on_page)
            for sheet in mine:
                if sheet.index in seen and (found := recognised(sheet, seen[sheet.index], engine, file)):
                    result[sheet.index] = found
        return result

    def tidy(self, files: Collection[str]) -> None:
        """Throw away what was seen in other files, but not what is new: an ingestion that was broken off will want it."""
        for folder in self._folder.glob("*"):
            with contextlib.suppress(OSError):
                if folder.name not in files and time.time() - folder.stat().st_mtime > _UNWANTED_FOR:
                    shutil.rmtree(folder)

    def _seen(self, path: Path, file: str, engine: str, pages: Sequence[int], on_page: _OnPage) -> dict[int, Seen]:
        """Return what is seen on pages: what is kept, and what is looked at now."""
        kept = {index: seen for index in pages if (seen := self._kept(file, engine, index))}
        missing = [index for index in pages if index not in kept]
        on_page(len(kept), len(pages))
        if missing and self._engine is not None:
            looks = recognise(path, missing, self._engine, self._limits, self._places)
            for done, (index, seen) in enumerate(looks, len(kept) + 1):
                if seen is not None:
                    kept[index] = seen
                    self._keep(file, self._engine.name, index, seen)
                on_page(done, len(pages))
        return kept

    def _place(self, file: str, engine: str, index: int) -> Path:
        return self._folder / file / f"{index + 1}-{hashlib.sha256(engine.encode()).hexdigest()[:8]}.json"

    def _kept(self, file: str, engine: str, index: int) -> Seen | None:
        try:
            return seen_of(self._place(file, engine, index).read_bytes())
        except OSError:
            return None

    def _keep(self, file: str, engine: str, index: int, seen: Seen) -> None:
        """Keep what was seen, whole or not at all; without room for it the page is looked at again another time."""
        place = self._place(file, engine, index)
        part = place.with_suffix(f".{os.getpid()}.part")
        with contextlib.suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                part.write_text(line_of(seen), encoding="ascii")
                part.replace(place)
            finally:
                part.unlink(missing_ok=True)


def files_of(recognitions: Iterable[Recognition | None]) -> set[str]:
    """Return the hashes of the files that pages were recognised in."""
    return {recognition.file for recognition in recognitions if recognition}


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
