"""What is read, and the vectors of slow models, are put on disk at once, and kept until they are published.

So an ingestion that was stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import numpy as np

from corpus.errors import FundstelleError, IndexDamaged
from corpus.publication import Document
from index import library_writer
from index.embedder import Embedder, Vectors
from index.library import Library, Stored
from index.storage import storage_errors, sync
from index.volume import Volume

_FOLDER = "read"
_VECTORS = "vectors"  # beside the readings


class Readings:
    """Documents by what they were read from: a library of one document each in a folder named by that, named by its own bytes."""

    def __init__(self, home: Path, model: str) -> None:
        """``model`` is the fingerprint of the embedder, whose limit passages may depend on."""
        self._home = home
        self.folder = home / _FOLDER
        self._model = model

    def find(self, file: str, fingerprint: str) -> Volume | None:
        """Return what was read of a file under a fingerprint, None where there is nothing, or not what was written."""
        for kept in self._place(file, fingerprint).glob("*.sqlite"):
            try:
                if kept.stem == _digest(kept):
                    with closing(Library(kept)) as opened:
                        (stored,) = opened.stored()
                        return Volume(stored, partial(_document, kept))
            except (OSError, FundstelleError):
                continue
        return None

    def keep(self, document: Document) -> Volume:
        """Keep a document, from now on to be loaded when it is needed.  Raises StorageError, IndexDamaged."""
        place = self._place(document.publication.file, document.fingerprint)
        new = place / "part"
        with storage_errors(self._home):
            try:
                place.mkdir(parents=True, exist_ok=True)
                new.unlink(missing_ok=True)
                library_writer.write(new, [document])
                sync(new)
                kept = new.replace(place / f"{_digest(new)}.sqlite")
            finally:
                with suppress(OSError):
                    new.unlink(missing_ok=True)
        return Volume(Stored.of(document), partial(_document, kept))

    def clear(self) -> None:
        """Forget everything: it is published, or shall be read anew."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _place(self, file: str, fingerprint: str) -> Path:
        """Return the folder of a reading; copies of a file have the same bytes, but may have titles from their names."""
        return self.folder / hashlib.sha256(f"{file}\n{fingerprint}\n{self._model}".encode()).hexdigest()[:32]


class Remembering:
    """A model whose vectors of passages are kept as soon as they are made, and are not made again for the same texts.

    They stand in files named by what they are the vectors of, and by their own bytes.  A disk that takes none is not
    spoken of: it costs the time only, and publishing needs it too.
    """

    def __init__(self, embedder: Embedder, home: Path) -> None:
        self._embedder = embedder
        self._folder = home / _FOLDER / _VECTORS

    @property
    def fingerprint(self) -> str:
        """The model's own."""
        return self._embedder.fingerprint

    @property
    def takes_all(self) -> bool:
        """Tell what the model tells."""
        return self._embedder.takes_all

    @property
    def is_slow(self) -> bool:
        """Tell what the model tells."""
        return self._embedder.is_slow

    def fits(self, text: str) -> bool:
        """Tell what the model tells."""
        return self._embedder.fits(text)

    def query(self, text: str) -> Vectors:
        """Return what the model returns."""
        return self._embedder.query(text)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (n, d); raises ModelError for a text over the limit."""
        key = hashlib.sha256("\0".join((self.fingerprint, *texts)).encode()).hexdigest()[:32]
        found = self._find(key)
        if found is None or len(found) != len(texts):
            found = self._embedder.passages(texts)
            with suppress(OSError):
                self._keep(key, found)
        return found

    def _find(self, key: str) -> Vectors | None:
        for kept in self._folder.glob(f"{key}-*.npy"):
            with suppress(OSError, ValueError):
                if kept.stem == f"{key}-{_digest(kept)}":
                    vectors: Vectors = np.load(kept)
                    return vectors
        return None

    def _keep(self, key: str, vectors: Vectors) -> None:
        new = self._folder / "part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with new.open("wb") as file:
                np.save(file, vectors)
            sync(new)
            new.replace(self._folder / f"{key}-{_digest(new)}.npy")
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)


def _document(file: Path) -> Document:
    """Load what is kept.  Raises IndexDamaged."""
    try:
        is_whole = _digest(file) == file.stem
    except OSError:
        is_whole = False
    if not is_whole:
        raise IndexDamaged(
            f"Was eben gelesen wurde, ist in {file.parent.parent} nicht mehr da oder beschädigt. Rufen Sie „fundstelle ingest“ "
            "noch einmal auf; gelesen wird nur, was fehlt."
        )
    with closing(Library(file)) as opened:
        (stored,) = opened.stored()
        return opened.document(stored)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
