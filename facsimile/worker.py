"""A child process with limits reads a PDF and streams what it finds; the parent survives anything.

A large file is shared by two children where there are two processors, each with half of the pages.

Parent side: ``Job``.  Child side: ``main``, one JSON object a line.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from corpus.errors import UnreadableFile, reason
from facsimile.bounds import MAX_ALL_CHARACTERS, MAX_ALL_LINES, MAX_PAGES, MAX_SPELLINGS
from facsimile.child import Child, Limits, allow, processors, set_limits
from facsimile.found import CANNOT_START, NOT_A_PDF, Found, Nonsense, weight
from facsimile.sheet import Reading, Sheet

if TYPE_CHECKING:
    from facsimile.reader import Reader

_Unspelt = dict[int, list[tuple[int, str, int]]]
_CODES = re.compile("[\x03-\x08\x0b\x0c\x0e-\x1f\xff]")  # what pdfium may not have turned into Unicode
_REASONS = {
    "password": "Die Datei ist mit einem Passwort geschützt. Speichern Sie eine Kopie ohne Passwort und lesen Sie diese ein.",
    "not a pdf": NOT_A_PDF,
    "no pages": "Die Datei hat keine Seiten. Erzeugen oder laden Sie sie noch einmal.",
    "too many pages": "Die Datei hat mehr als 5.000 Seiten. Teilen Sie sie auf.",
}
_SMALL_FILE = 256 << 10  # bytes; most have too few pages for two
_FEW_PAGES = 30
_OPENING, _STRUCTURE, _SPELLINGS = 4, 3, 2  # seconds of processor time
_ONE_PAGE = 4  # seconds; a usual page takes a hundredth of one
_ALL = 6, 0.1  # seconds for the pages of a file, and how much more for each page that is done
_AGAIN = 2  # times that the rest of a file is read behind a page that ended a child
_QUICKLY = 0.5  # seconds of processor time in which a file opens that is opened again


def read(path: Path, *, limits: Limits = Limits(), on_page: Callable[[int, int], None] = lambda done, total: None) -> Reading:
    """Read a PDF in a child process; see ``Job.reading``."""
    with Job(path, limits=limits) as job:
        return job.reading(on_page)


def read_back(
    path: Path, *, limits: Limits = Limits(), on_page: Callable[[int, int], None] = lambda done, total: None
) -> tuple[Sheet, ...]:
    """Read a PDF once more, characters and boxes only, to hold against it what was read before; sheets have no lines.

    Raises UnreadableFile.
    """
    with Job(path, limits=limits, characters_only=True) as job:
        return job.sheets(on_page)


class Job:
    """A file that a child process reads, from now on and whether anybody waits for it or not."""

    def __init__(self, path: Path, *, limits: Limits = Limits(), characters_only: bool = False, children: int = 2) -> None:
        """``children`` may share the pages of a large file, where there are two processors."""
        self.path = path
        self._limits = limits
        self._what = "characters" if characters_only else "all"
        self._children: list[tuple[Child, Share]] = []
        self._refused: UnreadableFile | None = None
        try:
            _check_path(path, limits)
        except UnreadableFile as error:
            self._refused = error
        else:
            shares = children if processors() > 1 and path.stat().st_size > _SMALL_FILE else 1
            try:
                for number in range(shares):
                    self._begin(len(self._children), Share(number, shares))
            except OSError:
                self.stop()
                self._refused = UnreadableFile(path.name, CANNOT_START)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def reading(self, on_page: Callable[[int, int], None] = lambda done, total: None) -> Reading:
        """Wait for all that the file shows; once only.

        ``on_page(done, total)`` is called as pages arrive.  Raises UnreadableFile with a German reason where the file
        yields neither text nor pages that are pictures; pages and parts that fail are listed in the reading's warnings.
        """
        found = self._collect(on_page)
        if not any(sheet.lines or sheet.is_picture for sheet in found.sheets):
            raise UnreadableFile(self.path.name, found.without_text(self._crashed()))
        return Reading(found.spelt(), found.structure, tuple(found.warnings(self._crashed())))

    def sheets(self, on_page: Callable[[int, int], None] = lambda done, total: None) -> tuple[Sheet, ...]:
        """Wait for the pages alone; raises UnreadableFile."""
        return self._collect(on_page).spelt()

    def stop(self) -> None:
        """End the children, whether they are done or not."""
        for child, _ in self._children:
            child.stop()

    def _begin(self, place: int, share: Share) -> None:
        """Begin a child of ours; its messages are taken in its place."""
        numbers = [str(number) for number in (share.number, share.of, share.first, share.again)]
        child = Child("facsimile.worker", [str(self.path.resolve()), self._what, *numbers], self._limits)
        self._children.insert(place, (child, share))

    def _crashed(self) -> bool:
        return any(child.crashed() for child, _ in self._children)

    def _collect(self, on_page: Callable[[int, int], None]) -> Found:
        if self._refused is not None:
            raise self._refused
        found = Found()
        place = again = 0
        while place < len(self._children):
            child, share = self._children[place]
            self._take(child, found, on_page)
            place += 1
            rest = share.behind(found) if child.was_cut_off() and found.opened < _QUICKLY and again < _AGAIN else None
            if rest:
                again += 1
                with contextlib.suppress(OSError):
                    self._begin(place, replace(rest, again=again))
        if not found.sheets:
            lost = not found.total and any(child.never_lived() for child, _ in self._children)
            raise UnreadableFile(self.path.name, CANNOT_START if lost else found.without_text(self._crashed()))
        return found

    def _take(self, child: Child, found: Found, on_page: Callable[[int, int], None]) -> None:
        for message in self._messages(child):
            if "error" in message:
                raise UnreadableFile(self.path.name, _REASONS.get(str(message["error"]), NOT_A_PDF))
            done = found.done
            try:
                found.take(message)
            except Nonsense:
                child.stop()
                break
            if found.done > done:
                on_page(found.done, found.total)

    def _messages(self, child: Child) -> Iterator[dict[str, Any]]:
        """Yield what the child sends until it ends or its time is up; a torn line is dropped, and what would follow it."""
        lines = child.lines()
        for line in lines:
            try:
                message = json.loads(line)
            except (ValueError, RecursionError):
                message = None
            if not isinstance(message, dict):
                child.stop()
                return
            if "characters" in message:
                message["boxes"] = next(lines, b"")
            yield message


def _check_path(path: Path, limits: Limits) -> None:
    if path.is_dir():
        raise UnreadableFile(path.name, f"Das ist ein Ordner. Nennen Sie die PDF-Dateien selbst, z. B. {path}/*.pdf")
    if not path.is_file():
        raise UnreadableFile(path.name, f"Die Datei gibt es nicht: {path}")
    try:
        with path.open("rb") as file:
            file.read(1)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise UnreadableFile(path.name, f"Die Datei lässt sich nicht öffnen ({reason(error)}).") from None
    if size == 0:
        raise UnreadableFile(path.name, "Die Datei ist leer (0 Byte). Kopieren oder laden Sie sie noch einmal.")
    if size > limits.file_size << 20:
        raise UnreadableFile(path.name, f"Die Datei ist größer als {limits.file_size} MiB. Verkleinern oder teilen Sie sie.")


def _send_sheet(sheet: Sheet) -> None:
    """Send a page and, on a line of their own, the boxes of its characters: they are most of it, and JSON takes its time."""
    _send(_encode_sheet(sheet), base64.b64encode(sheet.boxes.packed).decode())


def _encode_sheet(sheet: Sheet) -> dict[str, Any]:
    lines = [[n.start, n.end, n.box, n.size, n.bold, n.upright, n.hyphenated, n.marks, n.gaps, n.spaces] for n in sheet.lines]
    return {
        "index": sheet.index,
        "width": sheet.width,
        "height": sheet.height,
        "characters": sheet.characters,
        "lines": lines,
        "pictured": round(sheet.pictured, 2),
    }


def _send(message: dict[str, Any], *lines: str) -> None:
    sys.stdout.write("\n".join((json.dumps(message, ensure_ascii=True, separators=(",", ":")), *lines, "")))
    sys.stdout.flush()


def main() -> None:
    """Read the file named on the command line and send it, page by page, what it says about itself last."""
    set_limits()
    path, what, share = Path(sys.argv[1]), sys.argv[2], Share(*map(int, sys.argv[3:7]))
    from facsimile import reader as pdf  # pdfium loads here, behind the limits

    allow(_OPENING)
    try:
        document = pdf.Reader(path)
        if not 0 < len(document) <= MAX_PAGES:
            _send({"error": "too many pages" if len(document) else "no pages"})
        else:
            _send_document(path, document, share, characters_only=what == "characters")
    except pdf.PasswordNeeded:
        _send({"error": "password"})
    except pdf.NotAPdf:
        _send({"error": "no pages" if _has_no_pages(path) else "not a pdf"})


def _has_no_pages(path: Path) -> bool:
    """Tell a file without pages, which pdfium takes for no PDF at all, from one that is none."""
    from facsimile import structure

    return structure.count_pages(path) == 0


@dataclass(frozen=True, slots=True)
class Share:
    """What one of several children reads; ``number`` counts from 0.

    ``first`` is the page with which it begins at the earliest, ``again`` how many children ended at a page before it.
    """

    number: int
    of: int
    first: int = 0
    again: int = 0

    def pages(self, total: int) -> range:
        """Return the indices of its pages; few pages are all left to the first one."""
        if total < _FEW_PAGES:
            start, stop = (total, total) if self.number else (0, total)
        else:
            start, stop = (place * total // self.of for place in (self.number, self.number + 1))
        return range(min(max(start, self.first), stop), stop)

    def behind(self, found: Found) -> Share | None:
        """Return what is left behind the page at which a child ended; None where it ended behind its pages."""
        mine = self.pages(found.total)
        lost = [index for index in found.missing() if index in mine]
        rest = replace(self, first=lost[0] + 1) if lost else None
        return (
            rest if rest and (len(lost) > 1 or not rest.number) else None
        )  # the first child also tells what the file says of itself


def _send_document(path: Path, document: Reader, share: Share, *, characters_only: bool) -> None:
    """Send the pages first, what pypdf makes of the file last: it is the part that damage and bombs hit."""
    _send({"pages": len(document), "opened": time.process_time()})
    unspelt = _send_pages(document, share, characters_only=characters_only)
    is_first = share.number == 0 and not characters_only
    if not is_first and not unspelt:
        return
    from facsimile import structure

    with contextlib.suppress(Exception):  # pypdf's errors on damaged files are many; the pages are safe already
        if is_first:
            allow(_STRUCTURE + len(document) / 100)
            claims = structure.Claims(path)
            _send({"labels": claims.labels(), "title": claims.title()})
            _send({"outline": [(e.depth, e.title, e.page) for e in claims.outline()]})
    with contextlib.suppress(Exception):
        if unspelt:
            allow(_SPELLINGS + len(document) / 100)
            _send({"spellings": _spellings(unspelt, structure.read_spellings(path, unspelt))})


def _send_pages(document: Reader, share: Share, *, characters_only: bool) -> _Unspelt:
    """Send the pages as far as there is time and room for them; return which characters are codes still."""
    from facsimile import reader as pdf

    unspelt: _Unspelt = {}
    characters = lines = codes = 0
    began = time.process_time()
    pages = share.pages(len(document))
    of = 1 if len(document) < _FEW_PAGES else share.of
    began -= share.again * _ONE_PAGE
    for index in pages:
        if characters > MAX_ALL_CHARACTERS // of or lines > MAX_ALL_LINES // of:
            _send({"full": [index, pages.stop]})
            break
        allow(min(_ONE_PAGE, _ALL[0] + _ALL[1] * (index - pages.start) - (time.process_time() - began)))
        try:
            sheet = document.sheet(index, characters_only=characters_only)
            _send_sheet(sheet)
        except pdf.TooMuchText:
            _send({"dense": index})
            continue
        except Exception:  # whatever the damage of a page raises, the others may be whole
            _send({"failed": index})
            continue
        characters, lines = characters + len(sheet.characters), lines + weight(sheet)
        if codes < MAX_SPELLINGS // of and _CODES.search(sheet.characters):
            with contextlib.suppress(Exception):
                unspelt[index] = document.unspelt(index)[: MAX_SPELLINGS // of - codes]
                codes += len(unspelt[index])
    return unspelt


def _spellings(unspelt: _Unspelt, fonts: dict[tuple[str, int], str]) -> dict[int, list[tuple[int, str]]]:
    return {
        page: [(position, fonts[font, code]) for position, font, code in found if (font, code) in fonts]
        for page, found in unspelt.items()
    }


if __name__ == "__main__":
    main()
