"""Scans made by the tests: pages that are pictures of pages, and a tesseract that says what it is told."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject, StreamObject

from facsimile import tesseract
from tests.pdfs import Text, make_pdf

Pixels = NDArray[np.uint8]
POINTS = 72  # an inch


def needs_tesseract() -> None:
    """Skip where there is no tesseract that knows German."""
    if isinstance(tesseract.find(), str):
        pytest.skip("tesseract with German data is not installed (make system)")


def pixels_of(path: Path, number: int, dots_per_inch: int = tesseract.DOTS_PER_INCH) -> Pixels:
    """Return a picture of a page, given by its number in the file from 1."""
    with pdfium.PdfDocument(path) as pdf:
        picture = pdf[number - 1].render(scale=dots_per_inch / POINTS, grayscale=True).to_numpy().copy()
    return np.asarray(picture.reshape(picture.shape[0], picture.shape[1]))


def show_picture(writer: PdfWriter, index: int, data: bytes, width: int, height: int, behind: bytes = b"") -> None:
    """Make a page show nothing but a grey picture, given compressed, and ``behind`` it, unseen, what else stands in its content."""
    image = StreamObject()
    image[NameObject("/Type")], image[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Image")
    image[NameObject("/Width")], image[NameObject("/Height")] = NumberObject(width), NumberObject(height)
    image[NameObject("/ColorSpace")], image[NameObject("/BitsPerComponent")] = NameObject("/DeviceGray"), NumberObject(8)
    image[NameObject("/Filter")] = NameObject("/FlateDecode")
    image._data = data
    page = writer.pages[index]
    content = DecodedStreamObject()
    content.set_data(b"%s q %f 0 0 %f 0 0 cm /Bild Do Q" % (behind, page.mediabox.width, page.mediabox.height))
    page[NameObject("/Contents")] = writer._add_object(content)
    resources = page["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    fonts = resources.get("/Font", DictionaryObject())
    shown = DictionaryObject({NameObject("/Bild"): writer._add_object(image)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): shown, NameObject("/Font"): fonts})


def scan_pages(
    writer: PdfWriter,
    source: Path,
    pages: Collection[int],
    dots_per_inch: int = tesseract.DOTS_PER_INCH,
    change: Callable[[Pixels], Pixels] = lambda pixels: pixels,
) -> None:
    """Put pictures of themselves in the place of pages, given by their numbers in the file from 1."""
    for number in pages:
        pixels = np.ascontiguousarray(change(pixels_of(source, number, dots_per_inch)))
        show_picture(writer, number - 1, zlib.compress(pixels.tobytes(), 1), pixels.shape[1], pixels.shape[0])


def make_scan(
    path: Path,
    pages: Sequence[Sequence[Text]],
    *,
    dots_per_inch: int = tesseract.DOTS_PER_INCH,
    change: Callable[[Pixels], Pixels] = lambda pixels: pixels,
) -> Path:
    """Write a PDF of pictures of pages of text."""
    make_pdf(path, pages)
    writer = PdfWriter(clone_from=path)
    scan_pages(writer, path, range(1, len(pages) + 1), dots_per_inch, change)
    writer.write(path)
    writer.close()
    return path


def make_pictures(path: Path, pages: Sequence[tuple[int, int, bytes]], behind: bytes = b"") -> Path:
    """Write a PDF of A5 pages that show pictures: pretended width and height in pixels, and data; ``behind`` is their own text."""
    make_pdf(path, [[] for _ in pages])
    writer = PdfWriter(clone_from=path)
    for index, (width, height, data) in enumerate(pages):
        show_picture(writer, index, data, width, height, behind)
    writer.write(path)
    writer.close()
    return path


def blank(width: int = 400, height: int = 600) -> tuple[int, int, bytes]:
    """Return a white picture."""
    return width, height, zlib.compress(b"\xff" * (width * height))


HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


def table(*lines: Sequence[tuple[str, int]]) -> str:
    """Return what tesseract would answer: lines of (word, confidence), in the middle of the page, 60 pixels apart, each letter 20 by 30 pixels."""
    rows = HEAD
    for number, words in enumerate(lines, 1):
        left = 100
        for place, (word, confidence) in enumerate(words, 1):
            rows += f"5\t1\t1\t1\t{number}\t{place}\t{left}\t{1000 + 60 * number}\t{20 * len(word)}\t30\t{confidence}.5\t{word}\n"
            left += 20 * len(word) + 20
    return rows


def fake_tesseract(
    folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str, *, languages: str = "deu osd", does: str = ""
) -> Path:
    """Put a tesseract first on the path that answers ``answer`` to any picture, and return the folder in which it notes its runs.

    ``does`` is what its shell does before.  It notes a run as a folder, since it may write no files.
    """
    folder.mkdir(exist_ok=True)
    runs = folder / "runs"
    runs.mkdir(exist_ok=True)
    (folder / "answer.tsv").write_text(answer, encoding="utf-8")
    program = folder / "tesseract"
    program.write_text(
        f'#!/bin/sh\ncase "$1" in --version) echo "tesseract 9.9.9"; exit;; --list-langs) echo "{languages}"; exit;; esac\n'
        f"mkdir {runs}/$$\n{does}\ncat > /dev/null\ncat {folder}/answer.tsv\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    tesseract._asked.cache_clear()
    return runs
