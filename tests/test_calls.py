"""Many characters at once are the same as one by one."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import byref, c_double, c_uint
from itertools import product
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest

from facsimile import calls
from facsimile.reader import Reader
from tests.hostile import one_page, stream, unicode_table, with_to_unicode
from tests.pdfs import Text, make_pdf, pdf_with_font

LIGATURES = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 27 /LastChar 122 /Widths [%s] "
    b"/Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [27 /f_f /f_i] >> >>" % (b"500 " * 96)
)


@contextmanager
def opened(path: Path) -> Iterator[tuple[Any, int]]:
    """The text of a file's only page, and how many characters it has."""
    document = pdfium.PdfDocument(path)
    page = document[0]
    text_page = page.get_textpage()
    yield text_page.raw, text_page.count_chars()
    text_page.close()
    page.close()
    document.close()


HYPHENS = [Text(50, 500, "Die Verant-"), Text(50, 488, "wortung trägt, wer im Stadt-"), Text(50, 476, "teil wohnt –")]
SOFT = [Text(50, 500, "Die Verant\u00ad"), Text(50, 488, "wortung, sanft ge\u00adtrennt")]


@pytest.mark.parametrize(("lines", "ended"), [(HYPHENS, 2), (SOFT, 1), ([Text(50, 500, "Ganz ohne")], 0)])
def test_a_hyphen_at_the_end_of_a_line_has_the_same_code_as_when_asked_for_alone(
    tmp_path: Path, lines: list[Text], ended: int
) -> None:
    with opened(make_pdf(tmp_path / "a.pdf", [lines])) as (handle, count):
        codes = calls.codes(handle, count)
        assert codes.count(2) == ended
        assert calls.text(handle, count) == "".join(map(chr, codes))


@pytest.mark.parametrize(
    "table",
    [
        b"4 beginbfchar <0001> <FB01> <0002> <00660066> <0003> <0041030A> <0004> <00DF> endbfchar",  # ligatures come as their letters
        b"4 beginbfchar <0001> <05D0> <0002> <0028> <0003> <05D1> <0004> <0029> endbfchar",  # from right to left, in brackets
        b"4 beginbfchar <0001> <F0B7> <0002> <FFFD> <0003> <200B> <0004> <00AD> endbfchar",
    ],
)
def test_characters_of_one_unit_are_the_same_as_one_by_one(tmp_path: Path, table: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(with_to_unicode(unicode_table(table)))
    with opened(path) as (handle, count):
        assert calls.text(handle, count) == "".join(map(chr, calls.codes(handle, count)))


@pytest.mark.parametrize(
    "table",
    [
        b"1 beginbfchar <0001> <D83DDE00> endbfchar",
        b"1 beginbfchar <0001> <D800> endbfchar",
        b"2 beginbfchar <0001> <DC00> <0002> <D800> endbfchar",
        b"1 beginbfchar <0001> <0000> endbfchar",
        b"1 beginbfchar <0001> <0003> endbfchar",
    ],
)
def test_where_a_code_is_missing_or_takes_two_they_must_be_asked_for_one_by_one(tmp_path: Path, table: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(with_to_unicode(unicode_table(table)))
    with opened(path) as (handle, count):
        assert calls.text(handle, count) is None


def test_a_font_without_unicode_leaves_the_same_codes(tmp_path: Path) -> None:
    with opened(pdf_with_font(tmp_path / "a.pdf", LIGATURES, b"tre\x1ben, \x1cnden")) as (handle, count):
        codes = calls.codes(handle, count)
        assert {0x1B, 0x1C} <= set(codes)
        assert calls.text(handle, count) == "".join(map(chr, codes))


def test_a_page_without_text_has_none(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(one_page(stream(b"")))
    with opened(path) as (handle, count):
        assert (count, calls.codes(handle, count)) == (0, [])
        assert not calls.text(handle, count)


def test_boxes_and_colours_of_many_are_those_of_each(tmp_path: Path) -> None:
    shown = b"0.2 0.4 0.6 rg BT /F 12 Tf 50 500 Td (blau) Tj ET 1 1 1 rg BT /F 9 Tf 50 300 Td (nicht) Tj ET 1 g BT /F 9 Tf 9 9 Td (n) Tj ET"
    path = tmp_path / "a.pdf"
    path.write_bytes(one_page(stream(shown)))
    with opened(path) as (handle, count):
        every = [*range(count)] * 200  # more than are asked for at once
        left, right, bottom, top = (c_double() for _ in range(4))
        red, green, blue, alpha = (c_uint() for _ in range(4))
        boxes, colours = [], []
        for index in range(count):
            assert raw.FPDFText_GetCharBox(handle, index, *map(byref, (left, right, bottom, top)))
            boxes.append([left.value, bottom.value, right.value, top.value])
            found = raw.FPDFText_GetFillColor(handle, index, *map(byref, (red, green, blue, alpha)))
            colours.append([red.value, green.value, blue.value, alpha.value] if found else [0] * 4)
        assert len(every) > 2048 and [51, 102, 153, 255] in colours and [255] * 4 in colours
        assert calls.boxes(handle, every).tolist() == boxes * 200
        assert calls.colours(handle, every).tolist() == colours * 200


def test_the_size_of_a_line_is_the_median_of_five_of_its_characters_whichever_of_them_differ(tmp_path: Path) -> None:
    lines = list(product((9, 10, 12), repeat=5))
    shown = (
        b"BT 1 0 0 1 50 %d Tm %s ET" % (20 * number, b" ".join(b"/F %d Tf (n) Tj" % size for size in sizes))
        for number, sizes in enumerate(lines, 1)
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(one_page(stream(b"\n".join(shown)), page=b"/MediaBox [0 0 420 5000]"))
    sheet = Reader(path).sheet(0)
    assert [line.size for line in sheet.lines] == [statistics.median(sizes) for sizes in lines]


@pytest.mark.parametrize(("longer", "name"), [(107, "Fraktur-Bold" + "x" * 107), (200, "")])
def test_a_font_whose_name_is_beyond_measure_has_not_the_name_of_the_one_before(tmp_path: Path, longer: int, name: str) -> None:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Fraktur-Bold%s >>" % (b"x" * longer)
    with opened(make_pdf(tmp_path / "bold.pdf", [[Text(50, 500, "fett", bold=True)]])) as (handle, _):
        assert calls.font(handle, 0) == "Helvetica-Bold"
    with opened(pdf_with_font(tmp_path / "a.pdf", font, b"A")) as (handle, _):
        assert calls.font(handle, 0) == name
