"""What nobody sees on the page is not read: it could not be quoted without a lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from facsimile.worker import read
from tests.pdfs import _assemble

WHITE, BLACK = b"1 1 1 rg", b"0 0 0 rg"


def show(text: str, x: float, y: float, colour: bytes = BLACK, size: float = 12) -> bytes:
    return b"%s BT /F %g Tf %g %g Td (%s) Tj ET\n" % (colour, size, x, y, text.encode("cp1252"))


def page(path: Path, content: bytes, annotation: bytes = b"", appearance: bytes = b"") -> Path:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 3 0 R /Annots [%s] /Resources << /Font << /F 5 0 R >> >> >>"
        % annotation,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 300 100] /Resources << /ExtGState << /G << /ca 0.2 >> >> >> /Length %d >>\n"
        b"stream\n%s\nendstream" % (len(appearance), appearance),
    ]
    path.write_bytes(_assemble(objects))
    return path


def lines(path: Path) -> list[str]:
    (sheet,) = read(path).sheets
    return [sheet.characters[line.start : line.end].strip() for line in sheet.lines]


def test_a_white_bullet_is_not_read_and_a_black_one_is(tmp_path: Path) -> None:
    content = show("•", 50, 500) + show("Ein Punkt, der länger ist", 58, 500)
    content += show("•", 50, 486, WHITE) + show("als eine Zeile.", 58, 486)
    assert lines(page(tmp_path / "a.pdf", content)) == ["• Ein Punkt, der länger ist", "als eine Zeile."]


def test_a_white_bullet_inside_a_line_is_left_out_of_it(tmp_path: Path) -> None:
    content = show("zur Verfügung", 50, 500) + show("•", 130, 500, WHITE) + show("gestellt werden", 140, 500)
    (sheet,) = read(page(tmp_path / "a.pdf", content)).sheets
    (line,) = sheet.lines
    (mark,) = line.marks
    assert sheet.characters[slice(*mark)] == "•"


def test_a_white_line_is_read_on_a_dark_ground_only(tmp_path: Path) -> None:
    content = b"0 0 0.4 rg 40 490 300 30 re f\n" + show("Weiß auf Blau", 50, 500, WHITE) + show("Illi", 200, 500, WHITE)
    content += show("Weiß auf Weiß", 50, 400, WHITE) + show("Schwarz auf Weiß", 50, 300)
    assert lines(page(tmp_path / "a.pdf", content)) == ["Weiß auf Blau Illi", "Schwarz auf Weiß"]


STAMP = b"<< /Type /Annot /Subtype /%s /Rect [40 450 340 550] /F %d /AP << /N 6 0 R >> >>"


@pytest.mark.parametrize(
    ("annotation", "appearance", "seen"),
    [
        (STAMP % (b"Stamp", 4), b"1 1 1 rg 0 0 300 100 re f", False),
        (STAMP % (b"FreeText", 4), b"0.9 0.9 0.2 rg 0 0 300 100 re f", False),
        (STAMP % (b"Stamp", 4), b"/G gs 1 0 0 rg 0 0 300 100 re f", True),  # a watermark one sees through
        (STAMP % (b"Stamp", 2), b"1 1 1 rg 0 0 300 100 re f", True),  # hidden itself
        (STAMP % (b"Highlight", 4), b"/G gs 1 1 0 rg 0 0 300 100 re f", True),
        (b"", b"", True),
    ],
)
def test_what_lies_under_a_stamp_is_not_read(tmp_path: Path, annotation: bytes, appearance: bytes, seen: bool) -> None:
    content = show("Alte Zahlen: 45 %", 50, 500) + show("Der Text darunter", 50, 300)
    found = lines(page(tmp_path / "a.pdf", content, annotation, appearance))
    assert found == (["Alte Zahlen: 45 %"] if seen else []) + ["Der Text darunter"]
