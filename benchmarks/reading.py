"""PDFs with text become pages a second: our reading beside pdfium and pypdf alone, over the same files."""

from __future__ import annotations

import ctypes
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from pypdf import PdfReader

from benchmarks.figures import Ratio, Row, Section, ratios, row
from benchmarks.rounds import rotated
from corpus.errors import UnreadableFile
from facsimile.worker import Job, read
from ingest.document import read_document

_WORKER = "product: reading in the child, its start included"
_DOCUMENT = "product: read_document, passages and all"
_BOXES = "pdfium: every character with its box"
_TEXT = "pdfium: text alone"
_PYPDF = "pypdf: extract_text"


def compare(pdfs: Sequence[Path], rounds: int, pypdf_rounds: int) -> Section:
    """Read every PDF that has text by each side in turn, file by file.

    Each side reads all pages of the same files, ``rounds`` times over, but pypdf, which is slow, ``pypdf_rounds`` times.
    The product starts a child for every file; the others work within this process and open the file each time.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it has something to say about most fonts
    files = [file for file in pdfs if _has_text(file)]
    if not files:
        raise SystemExit("none of the PDFs has text")
    pages = sum(len(pdfium.PdfDocument(file)) for file in files)
    sides: dict[str, Callable[[Path], object]] = {
        _WORKER: read,
        _DOCUMENT: lambda file: read_document(Job(file), None, {}),
        _BOXES: characters_with_boxes,
        _TEXT: _texts,
        _PYPDF: _pypdf_texts,
    }
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        taken = dict.fromkeys(sides, 0.0)
        active = [name for name in sides if name != _PYPDF or number < pypdf_rounds]
        for turn, file in enumerate(files):
            for name in rotated(active, number + turn):
                began = time.perf_counter()
                sides[name](file)
                taken[name] += time.perf_counter() - began
        for name in active:
            rates[name].append(pages / taken[name])
    rows = {name: row(name, "pages/s", rates[name], more_is_better=True) for name in sides}
    note = f"{len(files)} files, {pages} pages; a round is all of them; without text and left out: {len(pdfs) - len(files)}"
    return Section("reading", tuple(rows.values()), _ratios(rows), notes=(note,))


def _ratios(rows: dict[str, Row]) -> tuple[Ratio, ...]:
    return ratios(
        Ratio(rows[_WORKER], rows[_PYPDF], 3, at_least=True),
        Ratio(rows[_DOCUMENT], rows[_PYPDF], 3, at_least=True),
        Ratio(rows[_WORKER], rows[_BOXES]),
        Ratio(rows[_DOCUMENT], rows[_BOXES]),
    )


def _has_text(file: Path) -> bool:
    try:
        return any(sheet.lines for sheet in read(file).sheets)
    except UnreadableFile:
        return False


def _text_pages(file: Path) -> Iterator[Any]:
    document = pdfium.PdfDocument(file)
    for index in range(len(document)):
        page = document[index]
        text_page = page.get_textpage()
        yield text_page
        text_page.close()
        page.close()
    document.close()


def characters_with_boxes(file: Path) -> list[list[tuple[int, float, float, float, float]]]:
    """Return code, left, bottom, right and top of every character of every page, as pdfium's interface gives them."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    places = [ctypes.byref(value) for value in (left, right, bottom, top)]
    get_code, get_box = raw.FPDFText_GetUnicode, raw.FPDFText_GetCharBox
    pages: list[list[tuple[int, float, float, float, float]]] = []
    for text_page in _text_pages(file):
        handle = text_page.raw
        found: list[tuple[int, float, float, float, float]] = []
        for index in range(text_page.count_chars()):
            code = get_code(handle, index)
            get_box(handle, index, *places)
            found.append((code, left.value, bottom.value, right.value, top.value))
        pages.append(found)
    return pages


def _texts(file: Path) -> list[str]:
    return [text_page.get_text_range() for text_page in _text_pages(file)]


def _pypdf_texts(file: Path) -> list[str]:
    with PdfReader(file) as reader:
        return [page.extract_text() for page in reader.pages]
