"""Pictures of pages, kept on disk: made by a child when one is first asked for, the longest unused thrown away.

HOME/pages/DIGEST-PAGE-WIDTH.png   by the digest of the file, so that a picture never is one of another file of that name

Many threads and processes may use one folder: a picture appears whole or not at all, and may be gone at any moment.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from corpus.errors import Busy, NoImage
from corpus.publication import Original
from facsimile.original import digest_now, page_image

#: Pixels across; a page fills a telephone, half of a screen, and a dense screen or a magnified page.
WIDTHS = (640, 1000, 1600)
_AT_ONCE = 2  # pictures made at a time: two processors are common
_WAITING = 4  # that may wait for it; more would keep all threads of a server from searching
_PATIENCE = 8.0  # seconds; a usual picture takes a fifth of one
_ROOM = 0.9  # of what may be kept is left after throwing away, so that not every picture throws one away
_USED_AGAIN = 60.0  # seconds; whether it was used within them makes no difference
_END = b"IEND\xaeB`\x82"  # of every PNG; after a loss of power a file may be there and empty
_NOT_THERE = (
    "Die Datei „{file}“ liegt nicht mehr dort, wo sie eingelesen wurde, oder lässt sich nicht öffnen. Darum gibt es kein Bild "
    "der Seite. Die Betreiber können sie wieder dorthin legen oder neu einlesen: fundstelle ingest"
)
_ANOTHER = (
    "Die Datei „{file}“ hat sich seit dem Einlesen geändert. Darum gibt es kein Bild der Seite: Es könnte etwas anderes zeigen "
    "als den Text. Die Betreiber können sie neu einlesen: fundstelle ingest"
)
_CANT = "Von dieser Seite der Datei „{file}“ lässt sich kein Bild machen."
_BUSY = "Gerade werden zu viele Seitenbilder auf einmal verlangt. Laden Sie die Seite in ein paar Sekunden noch einmal."

_State = tuple[int, ...]
_UNKNOWN: tuple[_State, str] = ((), "")


class PageImages:
    """Makes and keeps pictures of pages; may be used by many threads."""

    def __init__(
        self, folder: Path, most_bytes: int, *, at_once: int = _AT_ONCE, waiting: int = _WAITING, patience: float = _PATIENCE
    ) -> None:
        """``most_bytes`` may be kept in ``folder``; who waits longer than ``patience`` seconds for a picture is refused."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._turns = _Turns(at_once, waiting, patience)
        self._known: dict[Path, tuple[_State, str]] = {}
        self._failed: set[tuple[str, int]] = set()

    def check(self, original: Original, index: int) -> None:
        """Raise NoImage where a page (from 0) has no picture: its file is gone or another now, or can't be rendered; or Busy."""
        digest = self._digest(original.path)
        if digest != original.digest:
            raise NoImage(_ANOTHER if digest else _NOT_THERE, original.path.name)
        if (digest, index) in self._failed:
            raise NoImage(_CANT, original.path.name)

    def image(self, original: Original, index: int, width: int) -> bytes:
        """Return a page (from 0) as a PNG, ``width`` pixels wide; raises NoImage, Busy."""
        self.check(original, index)
        file = self._folder / f"{original.digest}-{index + 1}-{width}.png"
        if found := _kept(file):
            return found
        with self._turns.of(file):
            return _kept(file) or self._made(original, index, width, file)

    def _digest(self, path: Path) -> str:
        """Return a file's digest, which a child makes again when the file has changed; empty without a file.  Raises Busy."""
        try:
            state = _state(path)
        except OSError:
            return ""
        if self._known.get(path, _UNKNOWN)[0] != state:
            with self._turns.of(path):
                if self._known.get(path, _UNKNOWN)[0] != state:  # nobody else has made it meanwhile
                    self._known[path] = state, _digest_now(path)
        return self._known.get(path, _UNKNOWN)[1]

    def _made(self, original: Original, index: int, width: int, file: Path) -> bytes:
        with _room_for_a_child():
            picture = page_image(original.path, original.digest, index, width)
        if picture is None:
            self._known.pop(original.path, None)
            raise NoImage(_ANOTHER, original.path.name)
        if not picture.png:
            self._failed.add((original.digest, index))
            raise NoImage(_CANT, original.path.name)
        with suppress(OSError):  # the home may be full, or only be read; the picture is there all the same
            self._keep(file, picture.png)
        return picture.png

    def _keep(self, file: Path, png: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(png)
            Path(part).replace(file)
        except OSError:
            Path(part).unlink(missing_ok=True)
            raise
        self._make_room()

    def _make_room(self) -> None:
        """Throw the longest unused pictures away where they take too much, and what a crash has left half-written."""
        found: list[tuple[float, int, str]] = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # another process has thrown it away
                    status = entry.stat()
                    found.append((status.st_mtime, status.st_size, entry.path))
        total = sum(size for _, size, _ in found)
        if total <= self._most_bytes:
            return
        for _, size, path in sorted(found):
            Path(path).unlink(missing_ok=True)
            total -= size
            if total <= self._most_bytes * _ROOM:
                return


def _state(path: Path) -> _State:
    """Return what changes when a file does; raises OSError."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _digest_now(path: Path) -> str:
    with _room_for_a_child():
        return digest_now(path)


@contextmanager
def _room_for_a_child() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise Busy(_BUSY) from None


def _kept(file: Path) -> bytes:
    """Return a picture that was kept, and note that it was used; empty where there is none."""
    try:
        png = file.read_bytes()
    except OSError:
        return b""
    with suppress(OSError):
        if time.time() - file.stat().st_mtime > _USED_AGAIN:
            os.utime(file)
    return png if png.endswith(_END) else b""


class _Turns:
    """Lets few do at once what is dear, each thing only one at a time, and few others wait for it, not for long."""

    def __init__(self, at_once: int, waiting: int, patience: float) -> None:
        self._at_once, self._most_waiting, self._patience = at_once, waiting, patience
        self._busy: set[Hashable] = set()
        self._waiting = 0
        self._changed = threading.Condition()

    @contextmanager
    def of(self, thing: Hashable) -> Iterator[None]:
        """Hold a turn for the length of a ``with``; raises Busy."""
        with self._changed:
            if not self._is_free(thing):
                self._wait(thing)
            self._busy.add(thing)
        try:
            yield
        finally:
            with self._changed:
                self._busy.discard(thing)
                self._changed.notify_all()

    def _is_free(self, thing: Hashable) -> bool:
        return len(self._busy) < self._at_once and thing not in self._busy

    def _wait(self, thing: Hashable) -> None:
        if self._waiting >= self._most_waiting:
            raise Busy(_BUSY)
        self._waiting += 1
        try:
            if not self._changed.wait_for(lambda: self._is_free(thing), self._patience):
                raise Busy(_BUSY)
        finally:
            self._waiting -= 1
