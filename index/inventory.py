"""What a generation's folder must hold, noted when it is published: each file with its size and the digest of its bytes.

Sizes are compared whenever a generation is opened: Chroma answers wrongly from a shortened file, or ends the whole process.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from pathlib import Path

from corpus.errors import IndexDamaged

NAME = "inventory.json"
_REPAIR = "Lesen Sie neu ein (fundstelle ingest --rebuild) oder kehren Sie zum Stand davor zurück: fundstelle rollback"
#: Chroma writes to its files whenever they are opened, so that their bytes change while their sizes stay.
_RESTLESS = "vectors/"


def write(folder: Path) -> None:
    """Note all files of a folder.  Raises OSError."""
    noted = {name: [(folder / name).stat().st_size, _digest(folder / name)] for name in _files(folder)}
    (folder / NAME).write_text(json.dumps(noted, indent=1) + "\n", encoding="utf-8")


def check(folder: Path, *, contents: bool = False, only: Collection[str] = ()) -> None:
    """Compare a folder, or ``only`` some of its files, with what was noted, also their ``contents``; raises IndexDamaged."""
    for name, (size, digest) in noted(folder).items():
        if only and name not in only:
            continue
        file = folder / name
        try:
            found = file.stat().st_size
            same = found == size and (not contents or name.startswith(_RESTLESS) or _digest(file) == digest)
        except OSError:
            raise IndexDamaged(f"Dem Index in {folder} fehlt {name}. {_REPAIR}") from None
        if found != size:
            raise IndexDamaged(f"Im Index in {folder} hat {name} {found} statt {size} Byte. {_REPAIR}")
        if not same:
            raise IndexDamaged(f"Im Index in {folder} ist {name} verändert. {_REPAIR}")


def noted(folder: Path) -> dict[str, tuple[int, str]]:
    """Return the files noted of a folder, each with its size in bytes and its SHA-256; raises IndexDamaged."""
    try:
        data = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return {str(name): (int(size), str(digest)) for name, (size, digest) in data.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise IndexDamaged(f"Dem Index in {folder} fehlen Teile. {_REPAIR}") from error


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name != NAME)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
