"""What was read before an ingestion was stopped is kept until one is published, so that the next one goes on there."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import closing, suppress
from pathlib import Path

from corpus.errors import FundstelleError
from corpus.publication import Document
from index import library_writer
from index.library import Library
from index.storage import sync

_FOLDER = "read"


class Readings:
    """Documents by what they were read from: a library of one document each, named by that and by its own bytes."""

    def __init__(self, home: Path, model: str) -> None:
        """``model`` is the fingerprint of the embedder, whose limit passages may depend on."""
        self._folder = home / _FOLDER
        self._model = model

    def find(self, fingerprint: str) -> Document | None:
        """Return what was read under a fingerprint, None where there is nothing, or not what was written."""
        for file in self._folder.glob(f"{self._name(fingerprint)}-*.sqlite"):
            with suppress(OSError, FundstelleError):
                if file.stem.endswith(_digest(file)):
                    with closing(Library(file)) as opened:
                        (stored,) = opened.stored()
                        return opened.document(stored)
        return None

    def keep(self, document: Document) -> None:
        """Keep a document; where there is no room for it, it is read again if need be."""
        name = self._name(document.fingerprint)
        new = self._folder / f"{name}.part"
        try:
            self._folder.mkdir(exist_ok=True)
            new.unlink(missing_ok=True)
            library_writer.write(new, [document])
            sync(new)
            new.replace(self._folder / f"{name}-{_digest(new)}.sqlite")
        except OSError:
            with suppress(OSError):
                new.unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget everything: it is published, or shall be read anew."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _name(self, fingerprint: str) -> str:
        return hashlib.sha256(f"{fingerprint}\n{self._model}".encode()).hexdigest()[:32]


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
