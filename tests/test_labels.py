from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter, Transformation
from pypdf.generic import RectangleObject

from corpus.publication import LabelSource
from facsimile.worker import read
from ingest.labels import number_pages, roman_numeral, roman_value
from tests.pdfs import Text, make_pdf, numbered_pages, paragraph

S, D, INF, C, N = (LabelSource.SEEN, LabelSource.DECLARED, LabelSource.INFERRED, LabelSource.CORRECTED, LabelSource.NONE)


def labels_of(path: Path, corrections: dict[int, str] | None = None) -> list[tuple[str, LabelSource]]:
    reading = read(path)
    return [(label.text, label.source) for label in number_pages(reading.sheets, reading.structure.labels, corrections)]


def test_numbers_at_the_foot_are_seen(tmp_path: Path) -> None:
    assert labels_of(make_pdf(tmp_path / "a.pdf", numbered_pages(6, first=41))) == [(str(n), S) for n in range(41, 47)]


def test_cover_roman_front_matter_and_a_divider(tmp_path: Path) -> None:
    front = [
        [Text(50, 560, "Vorwort", 8), *paragraph([f"Im Vorwort steht etwas, Teil {n}."]), Text(205, 30, roman_numeral(n), 9)]
        for n in (3, 4, 5)
    ]
    pages = [
        [Text(50, 300, "Ein großer Titel", 24)],
        *front,
        *numbered_pages(4),
        [Text(50, 300, "Teil zwei", 24)],
        *numbered_pages(4, first=5),
    ]
    assert labels_of(make_pdf(tmp_path / "a.pdf", pages)) == [
        ("", N), ("iii", S), ("iv", S), ("v", S), ("1", S), ("2", S), ("3", S), ("4", S), ("", N), ("5", S), ("6", S), ("7", S), ("8", S),
    ]  # fmt: skip


def test_a_number_missing_between_seen_ones_is_inferred(tmp_path: Path) -> None:
    pages = numbered_pages(7)
    pages[3] = pages[3][:-1]
    assert labels_of(make_pdf(tmp_path / "a.pdf", pages))[2:5] == [("3", S), ("4", INF), ("5", S)]


def test_declared_labels_are_only_that_until_they_are_seen(tmp_path: Path) -> None:
    pages = numbered_pages(4, first=3)
    path = make_pdf(tmp_path / "a.pdf", [[Text(50, 300, "Titel", 24)], *pages], labels=[(0, "/r", 1), (1, "/D", 3)])
    assert labels_of(path) == [("i", D), ("3", S), ("4", S), ("5", S), ("6", S)]


def test_what_stands_on_the_page_beats_what_the_file_declares(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", numbered_pages(4, first=7), labels=[(0, "/D", 1)])
    assert labels_of(path) == [(str(n), S) for n in (7, 8, 9, 10)]


def test_the_operator_has_the_last_word(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", numbered_pages(4))
    assert labels_of(path, {2: "B", 3: ""}) == [("1", S), ("B", C), ("", N), ("4", S)]


@pytest.mark.parametrize("form", ["{}", "- {} -", "Seite {}", "| {}", "[{}]"])
def test_forms_of_page_numbers(tmp_path: Path, form: str) -> None:
    pages = [[*paragraph([f"Text der Seite {'abcdef'[n]}."]), Text(180, 30, form.format(n + 11), 9)] for n in range(6)]
    assert labels_of(make_pdf(tmp_path / "a.pdf", pages)) == [(str(n + 11), S) for n in range(6)]


def test_years_and_amounts_at_the_edge_are_no_page_numbers(tmp_path: Path) -> None:
    pages = [[Text(50, 560, year, 9), *paragraph(["Text"])] for year in ("2015", "1848", "77", "3.500 Euro")]
    assert labels_of(make_pdf(tmp_path / "a.pdf", pages)) == [("", N)] * 4


def test_no_pages_have_no_labels() -> None:
    assert number_pages([]) == ()


@given(st.integers(1, 399))
def test_roman_numerals_read_back(value: int) -> None:
    assert roman_value(roman_numeral(value)) == value


@pytest.mark.parametrize("text", ["", "iiii", "vx", "ic", "abc", "iix"])
def test_what_is_no_roman_numeral(text: str) -> None:
    assert roman_value(text) is None


def test_a_page_that_could_not_be_read_does_not_shift_the_others(tmp_path: Path) -> None:
    reading = read(make_pdf(tmp_path / "a.pdf", numbered_pages(12)))
    sheets = [sheet for sheet in reading.sheets if sheet.index != 4]
    assert [label.text for label in number_pages(sheets)] == [str(n) for n in range(1, 13) if n != 5]


def test_footnotes_and_chapter_numbers_are_no_page_numbers(tmp_path: Path) -> None:
    def page(n: int) -> list[Text]:
        body = [f"Im Kapitel {name} steht viel über die Arbeit vor Ort und mehr." for name in ("drei", "vier", "fünf")]
        note = Text(50, 40, f"{n + 1} Vergleiche dazu den Bericht von Frau Muster, erster Band.", 7)
        return [Text(50, 550, f"{n + 1} Kapitel heißt so", 14), *paragraph(body * 3), note]

    assert labels_of(make_pdf(tmp_path / "a.pdf", [page(n) for n in range(8)])) == [("", N)] * 8


@pytest.mark.parametrize("change", ["crop", "turn"])
def test_cropped_and_turned_pages_have_their_numbers(tmp_path: Path, change: str) -> None:
    writer = PdfWriter(clone_from=make_pdf(tmp_path / "a.pdf", numbered_pages(6, first=21)))
    for page in writer.pages:
        if change == "crop":
            page.mediabox = page.cropbox = RectangleObject((-200, -300, 220, 295))
            page.add_transformation(Transformation().translate(-200, -300))
        else:
            page.add_transformation((0, 1, -1, 0, 595, 0))  # lying on its side, and shown upright again
            page.mediabox = page.cropbox = RectangleObject((0, 0, 595, 420))
            page.rotate(90)
    writer.write(tmp_path / "b.pdf")
    writer.close()
    assert labels_of(tmp_path / "b.pdf") == [(str(n), S) for n in range(21, 27)]
    assert all(line.upright for sheet in read(tmp_path / "b.pdf").sheets for line in sheet.lines)
    assert all(
        0 <= box.x0 < box.x1 <= s.width and 0 <= box.y0 < box.y1 <= s.height
        for s in read(tmp_path / "b.pdf").sheets
        for box in (n.box for n in s.lines)
    )
