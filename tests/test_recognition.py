"""Specimens as scans, read by tesseract: letters, boxes, page numbers, searches, held to what is known of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from corpus.catalogue import Catalogue
from corpus.geometry import Box, CharBoxes
from corpus.publication import LabelSource, Page
from corpus.specimens.build import FOLDER
from facsimile import recogniser as recogniser_module
from facsimile.mending import mended
from facsimile.recognised import as_shown, recognised
from facsimile.recogniser import Recogniser
from facsimile.scan import Seen
from facsimile.sheet import Sheet
from facsimile.tesseract import Word
from facsimile.worker import Job
from index.home import Home
from index.query import parse_query
from index.search import Searcher
from ingest.document import read_document
from ingestion import ingest, wanted_files
from tests.fakes import CountingEmbedder
from tests.pdfs import Text, paragraph
from tests.scans import Pixels, make_scan, needs_tesseract, scan_pages
from tests.shelf import ingested
from tests.truth import RUNNING, Known, distance, errors, known, missing
from verification import prove_library

NAME = "muster-arbeitspapier"
PAGES = (5, 8, 11, 14, 17, 20)
MOST_ERRORS = 0.01  # share of the letters


@dataclass(frozen=True)
class Scanned:
    """A specimen of which six pages are pictures, as it was ingested, and where."""

    file: Known
    path: Path
    home: Path


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    needs_tesseract()
    folder = tmp_path_factory.mktemp("scanned")
    path, home = folder / f"{NAME}.pdf", folder / "home"
    writer = PdfWriter(clone_from=FOLDER / path.name)
    scan_pages(writer, FOLDER / path.name, PAGES)
    writer.write(path)
    writer.close()
    outcome = ingest(Home(home), wanted_files(Catalogue(()), [path]), CountingEmbedder(), recogniser=Recogniser(home / "ocr"))
    assert outcome.failed == ()
    return Scanned(replace(known(NAME), document=ingested(home, outcome.read[0])), path, home)


def test_the_distance_counts_letters() -> None:
    assert [distance("Amt", text) for text in ("Das Amt hilft", "Das Ant hilft", "Das At hilft", "")] == [0, 1, 1, 3]


def test_less_than_one_letter_in_a_hundred_is_wrong(scanned: Scanned) -> None:
    found = [errors(scanned.file, page) for page in PAGES]
    assert all(total > 1_500 for _, total in found)
    assert sum(wrong for wrong, _ in found) < MOST_ERRORS * sum(total for _, total in found), found


def test_sentences_stand_whole_under_their_headings(scanned: Scanned) -> None:
    on_scans = [item for item in scanned.file.of(*RUNNING) if item["starts"][0] in PAGES]
    assert len(on_scans) > 100
    assert len(missing(scanned.file, on_scans)) <= 0.08 * len(on_scans)
    paths = [(tuple(item["path"]), scanned.file.passages_with(item)) for item in on_scans]
    assert sum(bool(found) and path not in found for path, found in paths) <= 0.02 * len(on_scans)


def test_the_pages_numbers_are_seen_in_the_pictures(scanned: Scanned) -> None:
    labels = {page.pdf_page: page.label for page in scanned.file.document.pages}
    assert {page: labels[page].text for page in PAGES} == {page: scanned.file.printed[page] for page in PAGES}
    assert {labels[page].source for page in PAGES} == {LabelSource.SEEN}


def test_what_is_doubtful_in_a_passage_is_what_is_doubtful_on_its_pages(scanned: Scanned) -> None:
    pages = {page.index: page for page in scanned.file.document.pages}
    told = 0
    for passage in scanned.file.document.passages:
        words = [
            pages[index].characters[start:end]
            for index in passage.recognised
            if (recognition := pages[index].recognition)
            for start, end in recognition.doubtful
        ]
        for start, end in passage.doubtful:
            assert any(passage.text[start:end] in word for word in words), passage.text[start:end]
            told += 1
        assert bool(passage.recognised) == any(page + 1 in PAGES for page in passage.pages)
    assert told > 5


def words_with_boxes(page: Page) -> dict[str, Box]:
    """Return the words that stand once on a page, with the boxes around them."""
    found: dict[str, list[Box]] = {}
    for match in re.finditer(r"[^\W\d_]{4,}", page.characters):
        box = page.boxes.around(*match.span())
        if box:
            found.setdefault(match[0], []).append(box)
    return {word: boxes[0] for word, boxes in found.items() if len(boxes) == 1}


def test_boxes_lie_where_the_text_page_has_its_words(scanned: Scanned) -> None:
    true = {page.pdf_page: page for page in known(NAME).document.pages}
    compared = 0
    for page in scanned.file.document.pages:
        if page.pdf_page not in PAGES:
            continue
        mine, theirs = words_with_boxes(page), words_with_boxes(true[page.pdf_page])
        for word in mine.keys() & theirs.keys():
            box, other = mine[word], theirs[word]
            assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= page.width and box.y1 <= page.height
            assert abs(box.centre[0] - other.centre[0]) < 4 and abs(box.centre[1] - other.centre[1]) < 4, (word, box, other)
            compared += 1
    assert compared > 300


def test_letters_in_a_word_lie_near_their_true_places(scanned: Scanned) -> None:
    """By even division: half of them nearer than a fifth of the type size, nearly all nearer than a whole letter."""
    true = {page.pdf_page: page for page in known(NAME).document.pages}
    off: list[float] = []
    for page in scanned.file.document.pages:
        if page.pdf_page not in PAGES:
            continue
        other = true[page.pdf_page]
        for word in words_with_boxes(page).keys() & words_with_boxes(other).keys():
            first, second = page.characters.index(word), other.characters.index(word)
            pairs = zip(
                page.boxes.between(first, first + len(word)), other.boxes.between(second, second + len(word)), strict=True
            )
            off += [abs(one.centre[0] - two.centre[0]) for one, two in pairs if one and two]
    assert np.median(off) < 2 and np.quantile(off, 0.99) < 6


def test_verify_and_a_second_ingestion_start_no_tesseract(scanned: Scanned, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser_module, "recognise", lambda *_: pytest.fail("it was seen already"))
    library = Home(scanned.home).live().library()
    (proof,) = prove_library(library, recogniser=Recogniser(scanned.home / "ocr"))
    library.close()
    assert proof.holds, [str(d) for d in proof.deviations]
    assert proof.recognised == PAGES
    again = read_document(Job(scanned.path), None, {}, recogniser=Recogniser(scanned.home / "ocr"))
    assert again.pages == scanned.file.document.pages and again.passages == scanned.file.document.passages


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("Dolmetschliste Krisenstab Beispielhausen", 5),
        ("Stimmrecht in einem Gremium", 5),
        ("Interviews auf Kurmandschi oder Tigrinya", 8),
        ("wie lange dauerten die Gespräche mit dem Leitfaden", 8),
        ("Pool von Sprachmittler:innen in Probenfeld", 11),
        ("Umsatzsteuer vergessen", 11),
        ("Organigramme einer Verwaltung", 14),
        ("Rücklage der Vereine Gemeinnützigkeit", 17),
        ("Doppelhaushalt im Frühjahr angemeldet", 17),
        ("Koordinierungsstelle eigener Haushaltstitel", 20),
    ],
)
def test_searches_find_their_scanned_page_among_the_first_three(scanned: Scanned, query: str, page: int) -> None:
    searcher = Searcher(Home(scanned.home).live(), CountingEmbedder())
    try:
        hits = searcher.search(parse_query(query), 3).hits
    finally:
        searcher.close()
    hit = next(hit for hit in hits if page - 1 in hit.passage.pages)
    assert page - 1 in hit.passage.recognised
    assert str(hit.citation).endswith("(Texterkennung)")


LINES = [
    "Ehrenamtliche begleiten ältere Geflüchtete zum Arzt, übersetzen Briefe",
    "und erklären, weshalb eine Behörde dieselbe Frage zum dritten Mal stellt.",
    "Die Koordinierungsstelle der Stadt bezahlt dafür Fahrkarten und Kurse,",
    "solange der Haushalt reicht; danach sammeln die Vereine Spenden.",
]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_page_that_lies_on_its_side_or_its_head_is_read_and_marked_as_it_lies(tmp_path: Path, turns: int) -> None:
    needs_tesseract()
    lines = [Text(40, 500 - 22 * n, line, 10) for n, line in enumerate(LINES)]
    path = make_scan(tmp_path / "gedreht.pdf", [lines], change=lambda pixels: np.rot90(pixels, turns))
    document = read_document(Job(path), None, {}, recogniser=Recogniser(tmp_path / "ocr"))
    (page,) = document.pages
    text = " ".join(" ".join(passage.text.split()) for passage in document.passages)
    assert distance(" ".join(LINES), text) <= 3
    start = page.characters.index("Ehrenamtliche")
    box = page.boxes.around(start, start + len("Ehrenamtliche"))
    assert (page.width, page.height) == (420, 595) and box
    # upright it begins at (40, 500); a picture is turned counterclockwise, and fills the page
    across, down = 40 / 420, 1 - 500 / 595
    x, y = {1: (down, across), 2: (1 - across, down), 3: (1 - down, 1 - across)}[turns]
    assert box.x0 - 12 <= x * 420 <= box.x1 + 12
    assert box.y0 - 12 <= y * 595 <= box.y1 + 12


def test_a_crooked_and_grainy_scan_of_low_resolution_is_read(tmp_path: Path) -> None:
    """Two degrees, specks, 150 dots per inch, as copiers do it."""
    needs_tesseract()
    grain = np.random.default_rng(1)

    def worn(pixels: Pixels) -> Pixels:
        height, width = pixels.shape
        rows, columns = np.mgrid[:height, :width]
        slope = np.tan(np.radians(2))
        crooked = pixels[np.clip(rows + (columns * slope).astype(int), 0, height - 1), columns].astype(int)
        return np.asarray(np.clip(crooked + grain.normal(0, 25, pixels.shape), 0, 255), np.uint8)

    lines = [Text(40, 500 - 22 * n, line, 10) for n, line in enumerate(LINES)]
    path = make_scan(tmp_path / "schief.pdf", [lines], dots_per_inch=150, change=worn)
    document = read_document(Job(path), None, {}, recogniser=Recogniser(tmp_path / "ocr"))
    text = " ".join(" ".join(passage.text.split()) for passage in document.passages)
    assert distance(" ".join(LINES), text) <= 0.02 * len(" ".join(LINES))


def test_a_heading_and_a_note_are_known_by_their_measured_type(tmp_path: Path) -> None:
    needs_tesseract()
    page = [
        Text(40, 520, "Wohnen im Alter", 16),
        *paragraph(LINES * 3, top=490, x=40),
        Text(40, 60, "1 Vgl. den Bericht der Stadt, S. 12.", 8),
    ]
    path = make_scan(tmp_path / "titel.pdf", [page, [*paragraph(LINES * 3, top=490, x=40)]])
    recogniser = Recogniser(tmp_path / "ocr")
    document = read_document(Job(path), None, {}, recogniser=recogniser)
    assert document.publication.title == "Wohnen im Alter"
    sheets, _ = recogniser.read(path, [Sheet(i, 420, 595, "", document.pages[i].boxes, ()) for i in (0, 1)])
    sizes = {sheets[0].characters[line.start : line.end]: line.size for line in sheets[0].lines}
    body = sizes[LINES[1]]
    assert sizes["Wohnen im Alter"] > 1.3 * body
    assert next(size for text, size in sizes.items() if text.startswith("1 Vgl.")) < 0.9 * body
    assert {line.size for line in sheets[1].lines} == {body}


# Words become a sheet

BARE = Sheet(0, 400, 600, "", CharBoxes(b""), ())


def seen(*words: tuple[str, int, int, int, int]) -> Seen:
    """Words of one line on a picture of 400 by 600 pixels: text, left, top, right, bottom; sure of all."""
    return Seen(400, 600, tuple(Word(*word[:1], 96, *word[1:], 0, 0) for word in words))


def test_words_that_overlap_are_cut_where_they_meet() -> None:
    sheet = recognised(BARE, seen(("Haus", 10, 10, 54, 30), ("und", 50, 10, 90, 30)), "e", "f")
    assert sheet and sheet.characters == "Haus und\r\n"
    assert sheet.boxes.around(0, 4) == Box(10, 570, 52, 590) and sheet.boxes.around(5, 8) == Box(52, 570, 90, 590)


def test_a_wide_gap_is_told_and_a_hyphen_at_the_end() -> None:
    sheet = recognised(BARE, seen(("Name", 10, 10, 60, 24), ("Verwal-", 200, 10, 270, 24)), "e", "f")
    assert sheet and sheet.lines[0].gaps == (5,) and sheet.lines[0].hyphenated


@given(st.integers(0, 3), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 500)), min_size=1, max_size=5))
def test_a_sheet_turned_upright_and_back_has_its_boxes_where_they_were(turned: int, places: list[tuple[int, int]]) -> None:
    boxes = [Box(x, y, x + 9, y + 20) for x, y in places]
    width, height = (600.0, 400.0) if turned % 2 else (400.0, 600.0)
    upright = boxes
    for quarter in range(turned):
        across = 400 if quarter % 2 == 0 else 600
        upright = [Box(b.y0, across - b.x1, b.y1, across - b.x0) for b in upright]
    sheet = Sheet(0, width, height, "x" * len(boxes), CharBoxes.of(upright), (), 1.0, None, turned)
    shown = as_shown(sheet)
    assert shown.boxes.between(0, len(boxes)) == boxes and (shown.width, shown.height) == (400, 600)


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("nach 8 24 Abs. 1 AufenthG", "nach § 24 Abs. 1 AufenthG"),
        ("(8 60a AufenthG)", "(§ 60a AufenthG)"),
        ("in $ 2 Abs. 7 und $3 Satz 1", "in § 2 Abs. 7 und §3 Satz 1"),
        ("im Sinne der SS 51 ff. AO", "im Sinne der §§ 51 ff. AO"),
        ("88 24 und 25 AufenthG", "§§ 24 und 25 AufenthG"),
        ("gemäß 8 8a SGB VIII", "gemäß § 8a SGB VIII"),
        ("nach $ 30a BZRG", "nach § 30a BZRG"),
    ],
)
def test_section_signs_that_were_taken_for_others_are_mended(text: str, reads: str) -> None:
    assert mended(text)[0] == reads


@pytest.mark.parametrize(
    "text",
    [
        "um 8 24 Menschen",
        "Abs. 8 24 Abs. 3",
        "§§ 7, 8 24 Abs. 2",
        "$ 24 Millionen",
        "im SS 95 und im WS 96",
        "S 3 Nr. 5",
        "in 8 20 Abschnitten",
        "die Linie 8 24 Minuten",
        "188 24 Abs. 1",
    ],
)
def test_what_may_be_a_number_stays_one(text: str) -> None:
    assert mended(text) == (text, ())


@given(st.text("8$S §25a.,()Abs. NrGOV\n"))
def test_mending_changes_nothing_but_the_signs_that_it_tells_of(text: str) -> None:
    now, mends = mended(text)
    back = list(now)
    for start, end, was in mends:
        assert set(now[start:end]) == {"§"}
        back[start:end] = was
    assert "".join(back) == text
