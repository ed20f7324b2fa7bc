"""A child process with limits reads a PDF and streams what it finds; the parent survives anything.

Parent side: ``Job``.  Child side: ``main`` (``python -m facsimile.worker FILE``), one JSON object a line.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from corpus.errors import UnreadableFile, reason
from corpus.geometry import Box, CharBoxes
from facsimile.child import Child, Limits, set_limits
from facsimile.sheet import Line, OutlineEntry, Reading, Sheet, Structure

if TYPE_CHECKING:
    from facsimile.reader import Reader

_CODES = re.compile("[\x03-\x08\x0b\x0c\x0e-\x1f\xff]")  # what pdfium may not have turned into Unicode
_ROOT = Path(__file__).resolve().parent.parent
_REASONS = {
    "password": "Die Datei ist mit einem Passwort geschützt. Speichern Sie eine Kopie ohne Passwort und lesen Sie diese ein.",
    "not a pdf": "Das ist keine lesbare PDF-Datei (kein PDF oder beschädigt). Öffnen Sie sie in einem PDF-Programm und "
    "speichern Sie sie neu.",
    "no pages": "Die Datei hat keine Seiten. Erzeugen oder laden Sie sie noch einmal.",
    "too many pages": "Die Datei hat mehr als 5.000 Seiten. Teilen Sie sie auf.",
}
_TOOK_TOO_MUCH = (
    "Das Lesen wurde abgebrochen, weil es zu viel Zeit oder Speicher braucht. Vermutlich ist die Datei beschädigt; "
    "speichern Sie sie in einem PDF-Programm neu."
)
_NO_TEXT = (
    "Die Datei enthält keinen Text, vermutlich ist sie ein Scan. Lassen Sie vorher eine Texterkennung (OCR) darüber laufen."
)


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

    def __init__(self, path: Path, *, limits: Limits = Limits(), characters_only: bool = False) -> None:
        self.path = path
        self._child: Child | None = None
        self._refused: UnreadableFile | None = None
        try:
            _check_path(path, limits)
        except UnreadableFile as error:
            self._refused = error
        else:
            what = "characters" if characters_only else "all"
            self._child = Child("facsimile.worker", [str(path.resolve()), what], limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def reading(self, on_page: Callable[[int, int], None] = lambda done, total: None) -> Reading:
        """Wait for all that the file shows; once only.

        ``on_page(done, total)`` is called as pages arrive.  Raises UnreadableFile with a German reason where the file
        yields no text at all; pages and parts that fail are listed in the reading's warnings.
        """
        found = self._collect(on_page)
        if not any(sheet.lines for sheet in found.sheets):
            raise UnreadableFile(self.path.name, _NO_TEXT)
        missing = sorted({*found.failed, *(set(range(found.total)) - {s.index for s in found.sheets})})
        return Reading(found.spelt(), found.structure or Structure(), tuple(_warnings(missing, found.structure)))

    def sheets(self, on_page: Callable[[int, int], None] = lambda done, total: None) -> tuple[Sheet, ...]:
        """Wait for the pages alone; raises UnreadableFile."""
        return self._collect(on_page).spelt()

    def stop(self) -> None:
        """End the child, whether it is done or not."""
        if self._child is not None:
            self._child.stop()

    def _collect(self, on_page: Callable[[int, int], None]) -> _Found:
        if self._refused is not None:
            raise self._refused
        found = _Found()
        for message in self._messages():
            if "error" in message:
                raise UnreadableFile(self.path.name, _REASONS[str(message["error"])])
            if "pages" in message:
                found.total = int(message["pages"])
            elif "failed" in message:
                found.failed.append(int(message["failed"]))
            elif "spellings" in message:
                found.spellings = {int(index): spellings for index, spellings in message["spellings"].items()}
            elif "structure" in message:
                found.structure = _decode_structure(message["structure"])
            else:
                found.sheets.append(_decode_sheet(message))
                on_page(len(found.sheets) + len(found.failed), found.total)
        if not found.sheets:
            raise UnreadableFile(self.path.name, _TOOK_TOO_MUCH if not found.failed else _REASONS["not a pdf"])
        return found

    def _messages(self) -> Iterator[dict[str, Any]]:
        """Yield what the child sends until it ends or its time is up; a torn last line is dropped."""
        assert self._child is not None
        for line in self._child.lines():
            try:
                message = json.loads(line)
            except ValueError:
                return
            yield message


@dataclass(slots=True)
class _Found:
    """What has come from the child so far."""

    sheets: list[Sheet] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    spellings: dict[int, list[list[Any]]] = field(default_factory=dict)
    structure: Structure | None = None
    total: int = 0

    def spelt(self) -> tuple[Sheet, ...]:
        """Return the sheets with the characters that only the fonts' own tables could name."""
        return tuple(_spelt(sheet, self.spellings.get(sheet.index, [])) for sheet in self.sheets)


def _spelt(sheet: Sheet, spellings: list[list[Any]]) -> Sheet:
    if not spellings:
        return sheet
    characters = list(sheet.characters)
    for position, character in spellings:
        characters[position] = character
    return replace(sheet, characters="".join(characters))


def _warnings(missing: list[int], structure: Structure | None) -> Iterator[str]:
    if missing:
        pages = ", ".join(str(i + 1) for i in missing[:20]) + (" …" if len(missing) > 20 else "")
        yield f"Nicht lesbar: PDF-Seite {pages}."
    if structure is None:
        yield "Gliederung, Seitenzählung und Angaben der Datei waren nicht lesbar."


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


def _decode_sheet(message: dict[str, Any]) -> Sheet:
    return Sheet(
        index=message["index"],
        width=message["width"],
        height=message["height"],
        characters=message["characters"],
        boxes=CharBoxes(base64.b64decode(message["boxes"])),
        lines=tuple(_decode_line(line) for line in message["lines"]),
    )


def _decode_line(values: list[Any]) -> Line:
    start, end, box, size, bold, upright, hyphenated, marks, gaps = values
    return Line(start, end, Box(*box), size, bold, upright, hyphenated, tuple((a, b) for a, b in marks), tuple(gaps))


def _decode_structure(message: dict[str, Any]) -> Structure:
    outline = tuple(OutlineEntry(depth, title, page) for depth, title, page in message["outline"])
    return Structure(tuple(message["labels"]), outline, message["title"])


def _encode_sheet(sheet: Sheet) -> dict[str, Any]:
    lines = [
        [n.start, n.end, [round(v, 2) for v in n.box], n.size, n.bold, n.upright, n.hyphenated, n.marks, n.gaps]
        for n in sheet.lines
    ]
    return {
        "index": sheet.index,
        "width": sheet.width,
        "height": sheet.height,
        "characters": sheet.characters,
        "boxes": base64.b64encode(sheet.boxes.packed).decode(),
        "lines": lines,
    }


def _encode_structure(structure: Structure) -> dict[str, Any]:
    return {
        "labels": structure.labels,
        "outline": [(e.depth, e.title, e.page) for e in structure.outline],
        "title": structure.title,
    }


def _send(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the file named on the command line and send it, page by page, structure last."""
    set_limits()
    path, what = Path(sys.argv[1]), sys.argv[2]
    from facsimile import reader as pdf  # pdfium loads here, behind the limits

    try:
        document = pdf.Reader(path)
        if not 0 < len(document) <= pdf.MAX_PAGES:
            _send({"error": "too many pages" if len(document) else "no pages"})
        else:
            _send_document(path, document, characters_only=what == "characters")
    except pdf.PasswordNeeded:
        _send({"error": "password"})
    except pdf.NotAPdf:
        _send({"error": "no pages" if _has_no_pages(path) else "not a pdf"})


def _has_no_pages(path: Path) -> bool:
    """Tell a file without pages, which pdfium takes for no PDF at all, from one that is none."""
    from facsimile import structure

    return structure.count_pages(path) == 0


def _send_document(path: Path, document: Reader, *, characters_only: bool) -> None:
    """Send the pages first, what pypdf makes of the file last: it is the part that damage and bombs hit."""
    from facsimile import reader as pdf

    _send({"pages": len(document)})
    unspelt: dict[int, list[tuple[int, str, int]]] = {}
    characters = 0
    for index in range(len(document)):
        try:
            if characters > pdf.MAX_ALL_CHARACTERS:
                raise pdf.PageFailed("too much text before it")
            sheet = document.sheet(index, characters_only=characters_only)
            characters += len(sheet.characters)
            _send(_encode_sheet(sheet))
            if _CODES.search(sheet.characters):
                unspelt[index] = document.unspelt(index)
        except (pdf.PageFailed, MemoryError):
            _send({"failed": index})
    if characters_only and not unspelt:
        return
    from facsimile import structure

    if not characters_only:
        with contextlib.suppress(Exception):  # pypdf's errors on damaged files are many; the pages are safe already
            _send({"structure": _encode_structure(structure.read_structure(path))})
    with contextlib.suppress(Exception):
        if unspelt:
            _send({"spellings": _spellings(unspelt, structure.read_spellings(path, unspelt))})


def _spellings(
    unspelt: dict[int, list[tuple[int, str, int]]], fonts: dict[tuple[str, int], str]
) -> dict[int, list[tuple[int, str]]]:
    return {
        page: [(position, fonts[font, code]) for position, font, code in found if (font, code) in fonts]
        for page, found in unspelt.items()
    }


if __name__ == "__main__":
    main()
