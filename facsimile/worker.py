"""A child process with limits reads a PDF and streams what it finds; the parent survives anything.

Parent side: ``read``.  Child side: ``main`` (``python -m facsimile.worker FILE``), one JSON object a line.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import UnreadableFile
from corpus.geometry import Box, CharBoxes
from facsimile.sheet import Line, OutlineEntry, Reading, Sheet, Structure

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
    structure: Structure | None = None
    total = 0
    for message in _messages(path, limits):
        if "error" in message:
            raise UnreadableFile(path.name, _REASONS[str(message["error"])])
        if "pages" in message:
            total = int(message["pages"])
        elif "failed" in message:
            failed.append(int(message["failed"]))
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
    return Reading(tuple(sheets), structure or Structure(), tuple(_warnings(missing, structure)))


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
    return Structure(tuple(message["labels"]), outline, message["title"], message["author"], message["created"])


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
        "author": structure.author,
        "created": structure.created,
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
    except pdf.PasswordNeeded:
        return _send({"error": "password"})
    except pdf.NotAPdf:
        return _send({"error": "not a pdf"})
    if not 0 < len(document) <= pdf.MAX_PAGES:
        return _send({"error": "too many pages" if len(document) else "no pages"})
    _send({"pages": len(document)})
    for index in range(len(document)):
        try:
            _send(_encode_sheet(document.sheet(index)))
        except (pdf.PageFailed, MemoryError):
            _send({"failed": index})
    from facsimile.structure import read_structure

    try:
        _send({"structure": _encode_structure(read_structure(path))})
    except Exception:  # pypdf's errors on damaged files are many; the pages are safe already
        return None


if __name__ == "__main__":
    main()
