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


NUMBERS = {  # what stands at the foot of page n, and is its printed number
    "a number": "{n}",
    "between dashes": "– {n} –",
    "in brackets": "({n})",
    "between arrows": "› {n} ‹",
    "named": "Seite {n}",
    "named without a space": "Seite{n}",
    "named and ruled off": "Seite | {n}",
    "named with dashes": "Seite - {n} -",
    "named in English": "Page {n}",
    "abbreviated": "S. {n}",
    "a leaf": "Blatt {n}",
    "a slide": "Folie {n}",
    "of so many": "Seite {n} von 40",
    "of so many, bare": "{n} von 40",
    "of so many, with a stroke": "{n}/40",
    "of so many, named, with a stroke": "Seite {n}/40",
    "a foot with its number first": "{n} | Handbuch",
    "a foot with its number last": "Handbuch Teilhabe | {n}",
    "a foot with a counter": "Verbund Nord | Teilhabe | {n}/40",
    "a foot with a year": "Jahresbericht 2015 | {n}",
    "a foot with a date": "Stand: 12.03.2015 | Seite {n}",
    "a foot with a paper's number": "Landtag – 18. Wahlperiode – {n} – Drucksache 18/705",
    "a foot with a place in the law": "Kommentar zu § 12 Abs. 3 | {n}",
    "a foot that ends in a word with numbers of its own": ("Das Jugendamt: Der erste Schritt", "{n}"),
    "a foot that changes": "{word} und mehr | Seite {n}",
    "roman": "{roman}",
}
NO_NUMBERS = {  # what stands at the foot of page n, grows with it, and is no printed number
    "glued to a word": "Page{n}",
    "glued to a word in a foot": "Handbuch Teil{n}",
    "a number of another kind": "A{n}",
    "of an appendix": "A-{n}",
    "a clock time": "2:08:{n}",
    "a time of day": "14:{n}",
    "a time of day in words": "Beginn der Sitzung um {n} Uhr",
    "a date": "{n}.03.2015",
    "a date in words": "Protokoll vom {n}. März 2015",
    "a day of a month": "Montag, {n}. Mai",
    "a date of another order": "2015-03-{n}",
    "a month": "{n}/2015",
    "a year": "19{n}",
    "a year in a foot": "Chronik des Verbunds 19{n}",
    "an issue": "Der Stadtbote, Ausgabe {n}",
    "a volume": "Rundbrief, {n}. Jahrgang",
    "a version": "Version 1.{n}",
    "a whole version": "Handbuch, Version {n}",
    "a price": "{n},50 €",
    "a whole price": "{n} Euro",
    "a price in a foot": "Unkostenbeitrag: € {n}",
    "a share": "{n} %",
    "a thousand": "{n}.500",
    "a section": "3.{n}",
    "a section with its title": "3.{n} Offene Jugendarbeit",
    "a section in a foot": "Abschnitt 3.{n}",
    "a chapter in a foot": "Handbuch, Kapitel {n}",
    "a clause": "Satzung § {n}",
    "a work sheet": "Arbeitsblatt {n}",
    "a table": "Tabelle {n}",
    "an item": "Drucksache 18/7{n}",
    "a call number": "ISSN 1234-56{n}",
    "a telephone number": "Telefon: 040/12 34 {n}",
    "figures in a row": "Summe {n} 70 82",
    "figures in cells": ("{n}", "70", "82"),
    "a reference": "siehe Seite {n}",
    "a note": "Ebd., S. {n}.",
    "a note that compares": "{n} Vgl. Muster, S. 4.",
    "a printer's file": "broschuere_final.indd {n}",
    "a part in roman": "Teil {roman}",
}


def page_with(foot: str | tuple[str, ...], n: int) -> list[Text]:
    """Return a page with text and a foot; the parts of a foot stand side by side."""
    words = ["Anfang", "Arbeit", "Bildung", "Familie", "Gesundheit", "Kultur", "Pflege", "Sport", "Umwelt", "Wohnen"]
    body = [
        f"Hier steht etwas über {words[n % 10]} und die Menschen, die davon viel verstehen.",
        "Mehr steht im nächsten Absatz.",
    ]
    parts = (foot,) if isinstance(foot, str) else foot
    filled = [part.format(n=n, roman=roman_numeral(n), word=words[n % 10]) for part in parts]
    return [
        *paragraph(body * 6),
        *(Text(50 + 230 * i if len(parts) == 2 else 50 + 60 * i, 30, part, 9) for i, part in enumerate(filled)),
    ]


@pytest.mark.parametrize("foot", NUMBERS.values(), ids=NUMBERS)
def test_what_is_a_printed_number(tmp_path: Path, foot: str | tuple[str, ...]) -> None:
    found = labels_of(make_pdf(tmp_path / "a.pdf", [page_with(foot, n) for n in range(11, 21)]))
    assert found == [(roman_numeral(n) if foot == "{roman}" else str(n), S) for n in range(11, 21)]


@pytest.mark.parametrize("foot", NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_what_is_no_printed_number(tmp_path: Path, foot: str | tuple[str, ...]) -> None:
    assert labels_of(make_pdf(tmp_path / "a.pdf", [page_with(foot, n) for n in range(11, 21)])) == [("", N)] * 10


@pytest.mark.parametrize("foot", NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_what_is_no_printed_number_does_not_hide_the_one_that_is(tmp_path: Path, foot: str | tuple[str, ...]) -> None:
    pages = [[*page_with(foot, n), Text(300, 15, str(n + 30), 9)] for n in range(11, 21)]
    assert labels_of(make_pdf(tmp_path / "a.pdf", pages)) == [(str(n + 30), S) for n in range(11, 21)]


@pytest.mark.parametrize("text", ["Page{}", "2:08:{}"])
def test_a_number_in_the_only_text_of_a_page_is_none_of_its_own(tmp_path: Path, text: str) -> None:
    assert labels_of(make_pdf(tmp_path / "a.pdf", [[Text(50, 540, text.format(n), 12)] for n in range(1, 7)])) == [("", N)] * 6


@pytest.mark.parametrize("step", [1, 5])
@pytest.mark.parametrize("apart", [True, False], ids=["in the margin", "before the lines"])
@pytest.mark.parametrize("printed", [True, False], ids=["numbered pages", "pages without numbers"])
def test_numbers_of_lines_are_no_page_numbers(tmp_path: Path, step: int, apart: bool, printed: bool) -> None:
    """A bill counts its lines from 1 on every page."""

    def page(n: int) -> list[Text]:
        lines: list[Text] = []
        for row in range(1, 41):
            number = str(row) if row % step == 0 else ""
            text = "Das Gesetz tritt am Tage nach der Verkündung in Kraft und gilt."
            lines += [Text(20, 570 - 13 * row, number, 9)] if apart and number else []
            lines.append(Text(50, 570 - 13 * row, text if apart else f"{number} {text}".strip(), 10))
        return [*lines, Text(205, 20, str(n), 9)] if printed else lines

    found = labels_of(make_pdf(tmp_path / "a.pdf", [page(n) for n in range(7, 15)]))
    assert found == [(str(n), S) if printed else ("", N) for n in range(7, 15)]


@pytest.mark.parametrize("printed", [True, False], ids=["numbered pages", "pages without numbers"])
def test_the_last_row_of_a_table_is_no_page_number(tmp_path: Path, printed: bool) -> None:
    def page(n: int) -> list[Text]:
        rows = [
            Text(x, 560 - 14 * row, text, 9)
            for row in range(38)
            for x, text in ((50, "Ortsteil mit Angebot"), (200, str(n + row - 37)), (250, f"{row + n},5"), (300, str(90 - row)))
        ]
        return [*rows, Text(300, 15, str(n), 9)] if printed else rows

    found = labels_of(make_pdf(tmp_path / "a.pdf", [page(n) for n in range(50, 58)]))
    assert found == [(str(n), S) if printed else ("", N) for n in range(50, 58)]


def test_the_number_of_a_contents_page_stands_below_those_that_it_lists(tmp_path: Path) -> None:
    contents = [
        piece
        for row in range(36)
        for piece in (
            Text(50, 560 - 14 * row, f"Abschnitt {'abcdefghij'[row % 10]}", 9),
            Text(360, 560 - 14 * row, str(row + 11), 9),
        )
    ]
    pages = [[*contents, Text(360, 25, "10", 9)], *numbered_pages(5, first=11)]
    assert labels_of(make_pdf(tmp_path / "a.pdf", pages)) == [(str(n), S) for n in range(10, 16)]


def test_short_notes_do_not_make_a_declared_number_a_seen_one(tmp_path: Path) -> None:
    notes = [Text(50, 50, "1 https://beispiel.example/a", 8), Text(50, 38, "2 https://beispiel.example/b", 8)]
    first = [*paragraph(["Hier steht ein Text, und er hat zwei Noten."] * 9), *notes]
    path = make_pdf(tmp_path / "a.pdf", [first, *numbered_pages(4, first=2)], labels=[(0, "/D", 1)])
    assert labels_of(path) == [("1", D), ("2", S), ("3", S), ("4", S), ("5", S)]


def test_lines_that_happen_to_begin_with_numbers_are_no_list(tmp_path: Path) -> None:
    body = [f"{row} Plätze gibt es hier." if row in (3, 12, 20, 33) else "Hier steht ein ganzer Satz." for row in range(36)]
    pages = [[*paragraph(body, top=560), Text(50, 30, f"{n} Handbuch", 9)] for n in range(11, 17)]
    assert labels_of(make_pdf(tmp_path / "a.pdf", pages)) == [(str(n), S) for n in range(11, 17)]


@pytest.mark.parametrize(("size", "source"), [(11, S), (40, N)])
def test_large_numerals_are_ornaments(tmp_path: Path, size: float, source: LabelSource) -> None:
    """Ten pieces of advice, one a page."""
    pages = [[*page_with("Rat und Tat", n), Text(50, 540, str(n), size)] for n in range(1, 9)]
    assert labels_of(make_pdf(tmp_path / "a.pdf", pages)) == [(str(n) if source is S else "", source) for n in range(1, 9)]


def test_the_years_of_a_journal_that_is_paged_through_are_numbers(tmp_path: Path) -> None:
    """A page number among the years is believed where the pages before it lie in the file."""
    pages = [[*paragraph(["Ein Text."]), Text(205, 30, str(n), 9)] for n in range(1, 1_605)]
    assert labels_of(make_pdf(tmp_path / "a.pdf", pages))[1_598:] == [(str(n), S) for n in range(1_599, 1_605)]


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
