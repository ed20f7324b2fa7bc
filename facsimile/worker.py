"""A child process with limits reads a PDF and streams what it finds; the parent survives anything.

Parent side: ``read``.  Child side: ``main`` (``python -m facsimile.worker FILE``), one JSON object a line.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import UnreadableFile
from corpus.geometry import Box, CharBoxes
from facsimile.sheet import Line, OutlineEntry, Reading, Sheet, Structure

if TYPE_CHECKING:
    from facsimile.reader import Reader

_CODES = re.compile("[\x03-\x08\x0b\x0c\x0e-\x1f\xff]")  # what pdfium may not have turned into Unicode
_ROOT = Path(__file__).resolve().parent.parent
_REASONS = {
    "password": "Die Datei ist mit einem Passwort geschützt. Speichern Sie eine Kopie ohne Passwort und lesen Sie diese ein.",
    "not a pdf": "Das ist keine lesbare PDF-Datei (kein PDF oder beschädigt). Öffnen Sie sie in einem PDF-Programm und "
    "speichern Sie sie neu.",
    "no pages": "Die Datei hat keine Seiten.",
    "too many pages": "Die Datei hat mehr als 5.000 Seiten. Teilen Sie sie auf.",
}
_TOOK_TOO_MUCH = (
    "Das Lesen wurde abgebrochen, weil es zu viel Zeit oder Speicher braucht. Vermutlich ist die Datei beschädigt; "
    "speichern Sie sie in einem PDF-Programm neu."
)
_NO_TEXT = (
    "Die Datei enthält keinen Text, vermutlich ist sie ein Scan. Lassen Sie vorher eine Texterkennung (OCR) darüber laufen."
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: address space and file size in MiB, processor and wall-clock time in seconds."""

    memory: int = 1536
    cpu: int = 60
    wall: float = 90.0
    file_size: int = 256


def read(path: Path, *, limits: Limits = Limits(), on_page: Callable[[int, int], None] = lambda done, total: None) -> Reading:
    """Read a PDF in a child process.

    ``on_page(done, total)`` is called as pages arrive.  Raises UnreadableFile with a German reason where the file
    yields no text at all; pages and parts that fail are listed in the reading's warnings.
    """
    _check_path(path, limits)
    sheets: list[Sheet] = []
    failed: list[int] = []
    spellings: dict[int, list[list[Any]]] = {}
    structure: Structure | None = None
    total = 0
    for message in _messages(path, limits):
        if "error" in message:
            raise UnreadableFile(path.name, _REASONS[str(message["error"])])
        if "pages" in message:
            total = int(message["pages"])
        elif "failed" in message:
            failed.append(int(message["failed"]))
        elif "spellings" in message:
            spellings = {int(index): found for index, found in message["spellings"].items()}
        elif "structure" in message:
            structure = _decode_structure(message["structure"])
        else:
            sheets.append(_decode_sheet(message))
            on_page(len(sheets) + len(failed), total)
    if not sheets:
        raise UnreadableFile(path.name, _TOOK_TOO_MUCH if not failed else _REASONS["not a pdf"])
    if not any(sheet.lines for sheet in sheets):
        raise UnreadableFile(path.name, _NO_TEXT)
    missing = sorted({*failed, *(set(range(total)) - {s.index for s in sheets})})
    spelt = tuple(_spelt(sheet, spellings.get(sheet.index, [])) for sheet in sheets)
    return Reading(spelt, structure or Structure(), tuple(_warnings(missing, structure)))


def _spelt(sheet: Sheet, spellings: list[list[Any]]) -> Sheet:
    """Put in the characters that only the fonts' own tables could name."""
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
        raise UnreadableFile(path.name, f"Die Datei lässt sich nicht öffnen ({error.strerror}).") from None
    if size == 0:
        raise UnreadableFile(path.name, "Die Datei ist leer (0 Byte).")
    if size > limits.file_size << 20:
        raise UnreadableFile(path.name, f"Die Datei ist größer als {limits.file_size} MiB. Verkleinern oder teilen Sie sie.")


def _messages(path: Path, limits: Limits) -> Iterator[dict[str, Any]]:
    """Yield what the child sends until it ends or its time is up; a torn last line is dropped."""
    child = subprocess.Popen(
        [sys.executable, "-m", "facsimile.worker", str(path.resolve()), str(limits.memory), str(limits.cpu)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    assert child.stdout is not None
    alarm = threading.Timer(limits.wall, _kill, [child])
    alarm.start()
    try:
        for line in child.stdout:
            try:
                message = json.loads(line)
            except ValueError:
                break
            yield message
    finally:
        alarm.cancel()
        _kill(child)
        child.wait()
        child.stdout.close()


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended already
        os.killpg(child.pid, signal.SIGKILL)


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
    start, end, box, size, bold, upright, hyphenated, marks = values
    return Line(start, end, Box(*box), size, bold, upright, hyphenated, tuple((a, b) for a, b in marks))


def _decode_structure(message: dict[str, Any]) -> Structure:
    outline = tuple(OutlineEntry(depth, title, page) for depth, title, page in message["outline"])
    return Structure(tuple(message["labels"]), outline, message["title"])


def _encode_sheet(sheet: Sheet) -> dict[str, Any]:
    lines = [
        [n.start, n.end, [round(v, 2) for v in n.box], n.size, n.bold, n.upright, n.hyphenated, n.marks] for n in sheet.lines
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


def _set_limits(memory: int, cpu: int) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, memory << 20),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(kind, (value, value))


def _send(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the file named on the command line and send it, page by page, structure last."""
    path, memory, cpu = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    _set_limits(memory, cpu)
    from facsimile import reader as pdf  # pdfium loads here, behind the limits

    try:
        document = pdf.Reader(path)
        if not 0 < len(document) <= pdf.MAX_PAGES:
            _send({"error": "too many pages" if len(document) else "no pages"})
        else:
            _send_document(path, document)
    except pdf.PasswordNeeded:
        _send({"error": "password"})
    except pdf.NotAPdf:
        _send({"error": "not a pdf"})


def _send_document(path: Path, document: Reader) -> None:
    """Send the pages first, what pypdf makes of the file last: it is the part that damage and bombs hit."""
    from facsimile import reader as pdf

    _send({"pages": len(document)})
    unspelt: dict[int, list[tuple[int, str, int]]] = {}
    characters = 0
    for index in range(len(document)):
        try:
            if characters > pdf.MAX_ALL_CHARACTERS:
                raise pdf.PageFailed("too much text before it")
            sheet = document.sheet(index)
            characters += len(sheet.characters)
            _send(_encode_sheet(sheet))
            if _CODES.search(sheet.characters):
                unspelt[index] = document.unspelt(index)
        except (pdf.PageFailed, MemoryError):
            _send({"failed": index})
    from facsimile import structure

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
