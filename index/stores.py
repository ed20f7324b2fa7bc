"""Where the vectors of a generation lie: in a Chroma store of its own folder, or in a collection of a Chroma server.

Which of both it is stands in the generation: its folder of vectors holds the store, or nothing but the collection's name.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import IndexDamaged, IndexMismatch, StoreUnavailable
from index.vectors import ChromaVectors

_log = logging.getLogger(__name__)
_COLLECTION = "collection"  # the file with the name


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """A Chroma server: its address, headers of each request, seconds that a search waits for it."""

    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # secrets
    timeout: float = 2.0


@dataclass(frozen=True, slots=True)
class Remote:
    """A collection of a server."""

    server: ChromaServer
    collection: str


def make(folder: Path, rows: int, remote: Remote | None = None) -> ChromaVectors:
    """Make a store for ``rows`` passages, to be filled.  Raises OSError, StoreUnavailable."""
    if remote is None:
        return ChromaVectors(folder, rows=rows)
    from index.chroma_server import ServerVectors

    folder.mkdir()
    (folder / _COLLECTION).write_text(remote.collection + "\n", encoding="utf-8")  # first, so that it can be removed
    return ServerVectors(remote.server, remote.collection, rows=rows)


def open_(folder: Path, server: ChromaServer | None) -> ChromaVectors:
    """Open the store that a folder holds or names; raises IndexDamaged, IndexMismatch, StoreUnavailable."""
    name = collection_of(folder)
    if not name:
        return ChromaVectors(folder)
    if server is None:
        raise IndexMismatch(
            f"Die Vektoren dieses Standes liegen auf einem Chroma-Server (Sammlung {name}). Nennen Sie ihn in FUNDSTELLE_CHROMA, "
            "oder lesen Sie ohne ihn neu ein: fundstelle ingest --rebuild"
        )
    from index.chroma_server import ServerVectors

    return ServerVectors(server, name)


def collection_of(folder: Path) -> str:
    """Return the name of the collection that holds the vectors, empty where the folder itself does; raises IndexDamaged."""
    try:
        return (folder / _COLLECTION).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(
            f"In {folder} ist nicht zu lesen, wo die Vektoren liegen. Lesen Sie neu ein: fundstelle ingest"
        ) from error


def may_open(folder: Path, server: ChromaServer | None) -> bool:
    """Tell whether the store can be opened: Chroma opens its own for writing even where it only reads."""
    return server is not None if collection_of(folder) else os.access(folder, os.W_OK)


def remove(folder: Path, server: ChromaServer | None) -> None:
    """Remove the collection of a generation that goes; one that can't be reached is left, and said to be."""
    try:
        name = collection_of(folder)
    except IndexDamaged:
        return
    if not name:
        return
    from index.chroma_server import drop

    try:
        if server is None:
            raise StoreUnavailable("FUNDSTELLE_CHROMA nennt keinen Server")
        drop(server, name)
    except StoreUnavailable as error:
        _log.warning("The collection %s is not needed any more but stays on the server: %s", name, error)
