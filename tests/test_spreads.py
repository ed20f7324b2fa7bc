"""Sheets with two printed pages side by side: read left before right, cited with both numbers, and told from columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.publication import Document, LabelSource, PageLabel
from facsimile.worker import Job, read
from ingest.document import read_document
from ingest.spreads import find_spreads
from tests.pdfs import Text, make_pdf, paragraph
from verification import Check, prove

LANDSCAPE = (842, 595)
SEEN, INFERRED = LabelSource.SEEN, LabelSource.INFERRED
WORDS = {4: "vier", 5: "fünf", 6: "sechs", 7: "sieben", 8: "acht", 9: "neun"}


def half(number: int, left: float, *, printed: bool = True) -> list[Text]:
    """A printed page: two sentences, the second of which goes on overleaf, and its number at the foot."""
    word = WORDS[number]
    text = [f"um den Rest von {word} kümmert.", f"Hier steht {word} für sich.", f"Der Verein {word} sucht, wer sich"]
    foot = [Text(left + 180, 30, str(number), 9)] if printed else []
    return [*paragraph(text, x=left + 50), *foot]


def sheet(number: int, *, left: bool = True, right: bool = True) -> list[Text]:
    return [*half(number, 0, printed=left), *half(number + 1, 421, printed=right)]


def document(path: Path, sheets: Sequence[Sequence[Text]], corrections: Mapping[int, str] | None = None) -> Document:
    return read_document(Job(make_pdf(path, sheets, size=LANDSCAPE)), None, corrections or {})


def test_two_pages_on_a_sheet_are_read_one_after_the_other(tmp_path: Path) -> None:
    found = document(tmp_path / "a.pdf", [sheet(4), sheet(6), sheet(8)])
    text = " ".join(" ".join(passage.text for passage in found.passages).split())
    starts = [text.index(f"Hier steht {word} für sich.") for word in WORDS.values()]
    assert starts == sorted(starts)
    assert "Der Verein vier sucht, wer sich um den Rest von fünf kümmert." in text  # from the left page to the right one
    assert "Der Verein fünf sucht, wer sich um den Rest von sechs kümmert." in text  # and from sheet to sheet
    assert not any(digit in text for digit in "456789")


def test_lines_of_both_pages_that_were_written_as_one_are_taken_apart(tmp_path: Path) -> None:
    by_rows = [sorted(sheet(number), key=lambda text: (-text.y, text.x)) for number in (4, 6, 8)]
    path = make_pdf(tmp_path / "zeilen.pdf", by_rows, size=LANDSCAPE)
    assert any("fünf" in line and "vier" in line for line in read(path).sheets[0].characters.splitlines())
    one, other = (document(tmp_path / "a.pdf", sheets) for sheets in (by_rows, [sheet(4), sheet(6), sheet(8)]))
    assert [passage.text for passage in one.passages] == [passage.text for passage in other.passages]
    assert [page.label for page in one.pages] == [page.label for page in other.pages]


def test_a_sheet_is_cited_with_both_its_numbers(tmp_path: Path) -> None:
    found = document(tmp_path / "a.pdf", [sheet(4), sheet(6), sheet(8)])
    assert [page.label for page in found.pages] == [PageLabel(text, SEEN) for text in ("4–5", "6–7", "8–9")]
    assert {page for passage in found.passages for page in passage.pages} == {0, 1, 2}


def test_what_stands_on_a_sheet_is_proved_at_its_place(tmp_path: Path) -> None:
    found = document(tmp_path / "a.pdf", [sheet(4), sheet(6), sheet(8)])
    sheets = read(tmp_path / "a.pdf").sheets
    assert prove(found, sheets).holds
    right = next(piece for passage in found.passages for piece in passage.pieces if "fünf für sich" in piece.text)
    assert all(box.x0 > 421 for box in right.boxes(found.pages[right.page]))


def test_a_number_of_a_sheet_that_does_not_stand_there_is_a_deviation(tmp_path: Path) -> None:
    found = document(tmp_path / "a.pdf", [sheet(4), sheet(6), sheet(8)])
    wrong = replace(found.pages[0], label=PageLabel.of_spread("4", "6", SEEN))
    proof = prove(replace(found, pages=(wrong, *found.pages[1:])), read(tmp_path / "a.pdf").sheets)
    assert [deviation.check for deviation in proof.deviations] == [Check.LABEL]


def test_a_number_that_is_not_printed_puts_brackets_around_both(tmp_path: Path) -> None:
    found = document(tmp_path / "a.pdf", [sheet(4), sheet(6, right=False), sheet(8)])
    assert found.pages[1].label == PageLabel("6–7", INFERRED)


def test_a_sheet_whose_other_page_has_no_number_has_none(tmp_path: Path) -> None:
    found = document(tmp_path / "a.pdf", [sheet(4, left=False), sheet(6), sheet(8)])
    assert [page.label.text for page in found.pages] == ["", "6–7", "8–9"]


def test_an_empty_half_has_nothing_to_cite(tmp_path: Path) -> None:
    found = document(tmp_path / "a.pdf", [sheet(4), sheet(6), half(8, 0)])
    assert found.pages[2].label == PageLabel("8", SEEN)


def test_what_the_operator_says_of_a_sheet_holds(tmp_path: Path) -> None:
    found = document(tmp_path / "a.pdf", [sheet(4), sheet(6), sheet(8)], {1: "104–105", 2: ""})
    assert [page.label for page in found.pages] == [
        PageLabel("104–105", LabelSource.CORRECTED),
        PageLabel(),
        PageLabel("8–9", SEEN),
    ]


def test_a_sheet_with_text_across_its_middle_stays_whole_and_has_no_number(tmp_path: Path) -> None:
    across = Text(250, 540, "Eine Überschrift, die über beide Seiten des ganzen Blattes läuft", 12)
    found = document(tmp_path / "a.pdf", [sheet(4), [across, *sheet(6)], sheet(8)])
    assert [page.label.text for page in found.pages] == ["4–5", "", "8–9"]
    assert any("Eine Überschrift, die über beide" in passage.text for passage in found.passages)


def test_the_middle_may_be_off_the_centre_of_the_sheet(tmp_path: Path) -> None:
    long = Text(50, 400, "Bis über die Mitte des Blattes reicht auf der linken Seite diese lange Zeile.", 10)
    shifted = [[replace(text, x=text.x + 60) for text in (long, *sheet(number))] for number in (4, 6, 8)]
    found = document(tmp_path / "a.pdf", shifted)
    assert [page.label.text for page in found.pages] == ["4–5", "6–7", "8–9"]
    (line,) = {line for line in read(tmp_path / "a.pdf").sheets[0].lines if line.box.x1 - line.box.x0 > 200}
    assert line.box.x1 > LANDSCAPE[0] / 2


def test_two_columns_under_one_number_are_one_page(tmp_path: Path) -> None:
    slides = [[*sheet(number, left=False, right=False), Text(790, 30, str(number), 9)] for number in range(4, 8)]
    path = make_pdf(tmp_path / "folien.pdf", slides, size=LANDSCAPE)
    assert find_spreads(read(path).sheets) is None
    assert [page.label.text for page in read_document(Job(path), None, {}).pages] == ["4", "5", "6", "7"]


def test_numbers_on_both_sides_that_do_not_follow_each_other_are_one_page(tmp_path: Path) -> None:
    slides = [[*sheet(4 + k, left=False, right=False), Text(50, 30, str(1 + k), 9), Text(790, 30, "40", 9)] for k in range(4)]
    assert find_spreads(read(make_pdf(tmp_path / "folien.pdf", slides, size=LANDSCAPE)).sheets) is None


def test_upright_pages_are_never_taken_apart(tmp_path: Path) -> None:
    narrow = [[*half(number, -40), *half(number + 1, 160)] for number in (4, 6, 8)]
    assert find_spreads(read(make_pdf(tmp_path / "a.pdf", narrow)).sheets) is None
