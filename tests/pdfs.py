"""Small real PDFs, written out by hand: lines of text at given places, with labels, outline, metadata as asked for."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject


@dataclass(frozen=True)
class Text:
    """A line of text: left edge and baseline in points, type size, bold or not."""

    x: float
    y: float
    text: str
    size: float = 10
    bold: bool = False


def _stream(lines: Sequence[Text]) -> bytes:
    parts = []
    for line in lines:
        escaped = line.text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        font = b"/B" if line.bold else b"/R"
        parts.append(b"BT %s %g Tf %g %g Td (%s) Tj ET" % (font, line.size, line.x, line.y, escaped))
    return b"\n".join(parts)


def make_pdf(
    path: Path,
    pages: Sequence[Sequence[Text]],
    *,
    labels: Sequence[tuple[int, str, int]] = (),
    outline: Sequence[tuple[str, int]] = (),
    title: str = "",
    password: str | None = None,
    size: tuple[int, int] = (420, 595),
) -> Path:
    """Write a PDF of A5 pages, or of another size in points.

    ``labels`` are (page index, style "/D" or "/r", first number), ``outline`` (title, page index).
    """
    objects: list[bytes] = [b"", b""]
    kids = []
    for lines in pages:
        stream = _stream(lines)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        content = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R /Resources << /Font << "
            b"/R << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> "
            b"/B << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >> >> >> >>"
            % (*size, content)
        )
        kids.append(b"%d 0 R" % len(objects))
    tree = b" ".join(b"%d << /S %s /St %d >>" % (index, style.encode(), first) for index, style, first in labels)
    catalog = b"<< /Type /Catalog /Pages 2 0 R %s>>"
    objects[0] = catalog % (b"/PageLabels << /Nums [%s] >> " % tree if labels else b"")
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    path.write_bytes(_assemble(objects))
    if outline or title or password is not None:
        _finish(path, outline, title, password)
    return path


def _assemble(objects: Sequence[bytes]) -> bytes:
    data = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(data),
    )


def _finish(path: Path, outline: Sequence[tuple[str, int]], title: str, password: str | None) -> None:
    reader = PdfReader(path)
    writer = PdfWriter(clone_from=reader)
    for name, page in outline:
        writer.add_outline_item(title=name, page_number=page)
    if title:
        writer.add_metadata({NameObject("/Title"): title})
    if password is not None:
        writer.encrypt(password, algorithm="AES-256")
    writer.write(path)
    writer.close()
    reader.close()


def paragraph(lines: Sequence[str], *, top: float = 500, x: float = 50, size: float = 10) -> list[Text]:
    """Return lines of body text, one below the other."""
    return [Text(x, top - 14 * number, line, size) for number, line in enumerate(lines)]


def numbered_pages(count: int, first: int = 1) -> list[list[Text]]:
    """Return pages with a running head, a paragraph of its own each, and the page number at the foot."""
    words = ["eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"]
    return [
        [
            Text(50, 560, "Handbuch Teilhabe", 8),
            *paragraph(
                [
                    f"Hier steht Text über die Arbeit im Stadtteil, Absatz Nummer {words[n % 12]}.",
                    "Der Verbund arbeitet mit der Stadt zusammen.",
                ]
            ),
            Text(205, 30, str(first + n), 9),
        ]
        for n in range(count)
    ]


def pdf_with_font(path: Path, font: bytes, codes: bytes) -> Path:
    """Write a page that shows ``codes`` in a font of its own, given as a PDF object."""
    stream = b"BT /F 12 Tf 50 500 Td <%s> Tj ET" % codes.hex().encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 3 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        font,
        b"<< /Length 31 >>\nstream\n600 0 0 0 500 700 d1 0 0 500 700 re f\nendstream",
    ]
    path.write_bytes(_assemble(objects))
    return path


def pixels(png: bytes) -> NDArray[np.uint8]:
    """Return the greys, 0 to 15, of a PNG as ours are written."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (4, 0)
    rows = np.frombuffer(zlib.decompress(png[png.index(b"IDAT") + 4 : -16]), np.uint8).reshape(height, -1)[:, 1:]
    return np.stack([rows >> 4, rows & 15], axis=2).reshape(height, -1)[:, :width]
