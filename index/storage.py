"""Writing that lasts: what the system has promised to keep, and its refusals as sentences."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import StorageError, reason


def sync(path: Path) -> None:
    """Wait until a file, or the list of names that a folder is, lies on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_all(folder: Path) -> None:
    """Wait until a folder with all that is in it lies on the disk."""
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn the system's errors of writing into a StorageError with the way out."""
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
