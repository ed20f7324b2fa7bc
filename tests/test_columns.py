"""Columns, tables, captions, notes in the margin: each is read for itself, and no sentence is torn by another."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.citation import cite
from corpus.publication import Kind, LabelSource, PageLabel, Passage, Publication
from facsimile.worker import Job, read
from ingest.columns import ordered
from ingest.document import read_document
from tests.pdfs import Text, make_pdf, numbered_pages, paragraph

LEFT = [
    "Die Stadt hat mit den Vereinen eine",
    "Vereinbarung geschlossen, die seit",
    "dem Frühjahr gilt und für alle vier",
    "Stadtteile verbindlich ist. Darin",
    "steht, wer was bezahlt und wie lange",
]
RIGHT = [
    "die Förderung läuft. Am Ende jedes",
    "Jahres treffen sich alle und prüfen,",
    "ob die Ziele erreicht sind. Wer nicht",
    "kommt, verliert seinen Platz an den",
    "nächsten Verein auf der Warteliste.",
]
SENTENCES = (
    "Die Stadt hat mit den Vereinen eine Vereinbarung geschlossen, die seit dem Frühjahr gilt und für alle vier Stadtteile "
    "verbindlich ist. Darin steht, wer was bezahlt und wie lange die Förderung läuft. Am Ende jedes Jahres treffen sich alle und "
    "prüfen, ob die Ziele erreicht sind. Wer nicht kommt, verliert seinen Platz an den nächsten Verein auf der Warteliste."
)


def passages(path: Path, *pages: list[Text]) -> tuple[Passage, ...]:
    return read_document(Job(make_pdf(path, pages)), Publication("x", path.name, "Titel"), {}).passages


@pytest.mark.parametrize("shift", [0, 6, -3])
def test_columns_set_line_by_line_are_read_one_after_the_other(tmp_path: Path, shift: float) -> None:
    rows = [
        line
        for n, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True))
        for line in (Text(40, 450 - 14 * n, left), Text(225, 450 - 14 * n + shift, right))
    ]
    head = Text(40, 520, "Ein Satz über beide Spalten hinweg, der die ganze Breite der Seite braucht.")
    (passage,) = passages(
        tmp_path / "a.pdf", [head, *rows, Text(40, 330, "Und unter beiden Spalten steht noch ein breiter Satz.")]
    )
    assert passage.text.splitlines()[1:] == [SENTENCES, "Und unter beiden Spalten steht noch ein breiter Satz."]


TABLE = [("Stadt", "Form", "Jahr"), ("Halle", "Vertrag", "2023"), ("Jena", "Beirat", "2024"), ("Hagen", "Runder Tisch", "2021")]


def test_a_table_is_read_row_by_row_with_its_caption(tmp_path: Path) -> None:
    cells = [Text(x, 470 - 16 * n, cell) for n, row in enumerate(TABLE) for x, cell in zip((40, 150, 280), row, strict=True)]
    before, after = Text(40, 540, "Vor der Tabelle steht ein Satz."), Text(40, 380, "Nach der Tabelle steht noch einer.")
    found = passages(tmp_path / "a.pdf", [before, Text(40, 495, "Tabelle 1: Modelle der Zusammenarbeit"), *cells, after])
    assert [(p.kind, p.text) for p in found] == [
        (Kind.TEXT, "Vor der Tabelle steht ein Satz."),
        (
            Kind.TABLE,
            "Tabelle 1: Modelle der Zusammenarbeit\nStadt Form Jahr\nHalle Vertrag 2023\nJena Beirat 2024\nHagen Runder Tisch 2021",
        ),
        (Kind.TEXT, "Nach der Tabelle steht noch einer."),
    ]


def test_a_numbered_list_is_no_table(tmp_path: Path) -> None:
    lines = [
        line
        for n in range(1, 5)
        for line in (Text(40, 500 - 20 * n, f"{n}."), Text(70, 500 - 20 * n, f"Punkt Nummer {n} der Liste"))
    ]
    assert {p.kind for p in passages(tmp_path / "a.pdf", lines)} == {Kind.TEXT}


def test_a_caption_inside_a_sentence_comes_behind_it(tmp_path: Path) -> None:
    lines = [
        *paragraph(
            ["Der Verein hilft seit vielen Jahren allen, die neu in", "der Stadt sind und deshalb noch niemanden kennen, der"],
            top=500,
        ),
        Text(50, 440, "Abbildung 3: Das Haus der Vereine am Markt", 7),
        *paragraph(["sie zu den Ämtern begleitet. Das hilft auch den Ämtern,", "die dann nicht zweimal fragen müssen."], top=400),
    ]
    (passage,) = passages(tmp_path / "a.pdf", lines)
    assert passage.text == (
        "Der Verein hilft seit vielen Jahren allen, die neu in der Stadt sind und deshalb noch niemanden kennen, der sie zu den "
        "Ämtern begleitet. Das hilft auch den Ämtern, die dann nicht zweimal fragen müssen.\nAbbildung 3: Das Haus der Vereine am Markt"
    )


BEGUN = ["Der Verein hilft seit vielen Jahren allen, die neu in", "der Stadt sind und deshalb noch niemanden kennen, und beglei-"]
ENDED = ["tet sie zu den Ämtern. Das hilft auch den Ämtern,", "die dann nicht zweimal fragen müssen."]


@pytest.mark.parametrize("figures", [1, 2])
@pytest.mark.parametrize(
    "caption", [["Abbildung 2.5.: Das Haus der Vereine"], ["Tab. 3: Das Haus der Vereine am Markt und", "seine Räume"]]
)
def test_a_caption_as_large_as_the_text_tears_no_word(tmp_path: Path, caption: list[str], figures: int) -> None:
    found = passages(
        tmp_path / "a.pdf",
        [*paragraph(["Ein Satz, der vollständig ist und vor dem anderen steht."], top=520), *paragraph(BEGUN, top=490)],
        *([paragraph(caption, top=300 - 20 * n) for n in range(figures)]),
        [*paragraph(ENDED, top=520), *paragraph(["Danach kommt ein neuer Absatz, der auch vollständig ist."], top=470)],
    )
    lines = [line for passage in found for line in passage.text.splitlines()]
    assert any("kennen, und begleitet sie zu den Ämtern. Das hilft" in line for line in lines)
    assert lines.count(" ".join(caption)) == figures


def test_a_sentence_that_names_a_figure_is_no_caption(tmp_path: Path) -> None:
    words = [
        "Wie viele Vereine es gibt und wo sie ihre Räume haben, das zeigt",
        "Abbildung 3 auf der nächsten Seite, und wer sie trägt, steht in",
        "Tabelle 4.",
    ]
    (passage,) = passages(tmp_path / "a.pdf", paragraph(words))
    assert passage.text == " ".join(words)


def test_a_note_in_the_margin_is_not_read_into_the_sentence(tmp_path: Path) -> None:
    lines = [
        *paragraph(
            ["Der Verein hilft allen, die neu sind und", "deshalb noch niemanden kennen, der sie", "zu den Ämtern begleitet."],
            top=500,
            x=150,
        ),
        Text(40, 486, "Hilfe im Alltag", 9),
    ]
    (passage,) = passages(tmp_path / "a.pdf", lines)
    assert (
        "Der Verein hilft allen, die neu sind und deshalb noch niemanden kennen, der sie zu den Ämtern begleitet."
        in passage.text.splitlines()
    )
    assert "Hilfe im Alltag" in passage.text.splitlines()


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Literaturverzeichnis", Kind.BIBLIOGRAPHY),
        ("7 Quellen und Literatur", Kind.BIBLIOGRAPHY),
        ("Stichwortverzeichnis", Kind.INDEX),
        ("Personenregister", Kind.INDEX),
        ("Register der Vereine", Kind.TEXT),
        ("Quellen der Kraft", Kind.TEXT),
    ],
)
def test_indexes_and_bibliographies_are_told_by_their_headings(tmp_path: Path, title: str, kind: Kind) -> None:
    text = [f"Muster, Änne ({year}): Ein Titel aus der Praxis der Vereine, der lang genug ist." for year in range(2001, 2013)]
    found = passages(tmp_path / "a.pdf", *numbered_pages(2), [Text(50, 540, title, 18), *paragraph(text)])
    assert {p.kind for p in found if "Muster, Änne" in p.text} == {kind}


def test_small_print_is_no_footnote_and_a_footnote_goes_on_overleaf(tmp_path: Path) -> None:
    body = paragraph([f"Zeile {n} des Textes, der auf dieser Seite in gewöhnlicher Größe steht." for n in range(12)], top=540)
    first = [*body, Text(50, 60, "1 Siehe dazu den Bericht der Stadt über die teilerfrem-", 7)]
    second = [*body, Text(50, 60, "den Zahlen aus dem Jahr 2019.", 7)]
    small = [
        Text(50, 400 - 12 * n, line, 7) for n, line in enumerate(["Im Jahr wurden von den Ämtern insgesamt", "58 Fälle gezählt."])
    ]
    found = passages(tmp_path / "a.pdf", first, second, small)
    assert [p.text for p in found if p.kind is Kind.NOTE] == [
        "1 Siehe dazu den Bericht der Stadt über die teilerfremden Zahlen aus dem Jahr 2019."
    ]
    assert any("insgesamt 58 Fälle gezählt." in p.text for p in found if p.kind is Kind.TEXT)


def test_the_head_of_a_short_chapter_is_no_text(tmp_path: Path) -> None:
    pages = numbered_pages(9)
    for number, page in enumerate(pages):
        page[0] = Text(50, 560, f"{'Anfang' if number < 2 else f'Kapitel {number // 3}'} des Buches", 8)
        page[-1] = Text(300, 560, str(number + 1), 8)
    found = passages(tmp_path / "a.pdf", *pages)
    assert not any("des Buches" in p.text for p in found)


def test_footnotes_with_a_full_stop_behind_the_number_are_told_by_the_marks_in_the_text(tmp_path: Path) -> None:
    body = paragraph([f"Zeile {n} des Textes, der auf dieser Seite in gewöhnlicher Größe steht." for n in range(12)], top=540)
    marked = [*body, Text(50, 360, "Das gilt für alle Orte", 10), Text(151, 364, "1", 6), Text(155, 360, "und Leute.", 10)]
    notes = [
        Text(50, 70, "1. Siehe den Bericht der Stadt von", 7),
        Text(50, 60, "2018.", 7),
        Text(50, 50, "2. Ebenda, Seite 4.", 7),
    ]
    overleaf = [*body, Text(50, 60, "3. Bericht des Landes.", 7)]
    listed = [*body, Text(50, 60, "1. Anlage: der Stadtplan.", 7)]
    found = passages(tmp_path / "a.pdf", [*marked, *notes], overleaf, listed)
    assert [(p.note, p.text) for p in found if p.kind is Kind.NOTE] == [
        ("1", "1. Siehe den Bericht der Stadt von 2018."),
        ("2", "2. Ebenda, Seite 4."),
        ("3", "3. Bericht des Landes."),
    ]
    text = " ".join(p.text for p in found if p.kind is Kind.TEXT)
    assert "Das gilt für alle Orte und Leute." in text and "1. Anlage: der Stadtplan." in text


def test_a_footnote_is_cited_with_its_number(tmp_path: Path) -> None:
    body = paragraph([f"Zeile {n} des Textes, der auf dieser Seite in gewöhnlicher Größe steht." for n in range(12)], top=540)
    found = passages(tmp_path / "a.pdf", [*body, Text(50, 60, "12 Siehe dazu den Bericht der Stadt.", 7)])
    (note,) = [p for p in found if p.kind is Kind.NOTE]
    assert note.note == "12"
    places = [(0, PageLabel("46", LabelSource.SEEN))]
    assert cite(Publication("x", "a.pdf", "Titel"), places, note.note).locator == "S. 46, Anm. 12"


@pytest.mark.parametrize(
    ("y", "line"),
    [
        (500, "Weiter geht es um Fragen der Teilhabe in Kapitel 7"),
        (500, "7 Personen haben an der Befragung im Stadtteil teilgenommen, sie"),
        (530, "Tabelle 7"),
        (92, "Anlage 7"),
    ],
)
def test_a_line_with_the_pages_own_number_is_not_lost(tmp_path: Path, y: float, line: str) -> None:
    pages = numbered_pages(10)
    pages[6] = [pages[6][0], Text(50, y, line), *paragraph(["Der Verbund lädt dazu ein."], top=486), pages[6][-1]]
    assert any(line in p.text for p in passages(tmp_path / "a.pdf", *pages))


def test_small_lines_in_any_order_make_no_footnote_without_a_number(tmp_path: Path) -> None:
    pages = numbered_pages(4)
    pages[1].insert(1, Text(50, 50, "Gedruckt mit Mitteln des Landes.", 7))
    pages[1].append(Text(50, 60, "1 Siehe den Bericht von gestern.", 7))
    found = passages(tmp_path / "a.pdf", *pages)
    assert all(p.note for p in found if p.kind is Kind.NOTE)
    assert any("Gedruckt mit Mitteln" in p.text for p in found) and any(p.note == "1" for p in found)


def test_small_print_that_goes_on_keeps_its_place_among_the_pages(tmp_path: Path) -> None:
    big = [f"Zeile {n} des Textes in gewöhnlicher Größe, die auf ihrer Seite bleibt." for n in range(8)]
    pages = [
        [*paragraph(big, top=540), Text(50, 300, f"{word} die Akten aus dem Amt und", 7)]
        for word in ("Hier liegen", "und dort", "auch hier")
    ]
    for passage in passages(tmp_path / "a.pdf", *pages):
        assert [piece.page for piece in passage.pieces] == sorted(piece.page for piece in passage.pieces)


def test_numbers_in_small_type_are_text_unless_they_hang_on_a_word(tmp_path: Path) -> None:
    small = [Text(50, 300 - 12 * n, text, 6) for n, text in enumerate(["Wert", "47", "48 49", "Quelle: Amt"])]
    found = passages(tmp_path / "a.pdf", [*paragraph(["Der Verbund arbeitet mit der Stadt."] * 4, top=500), *small])
    text = " ".join(p.text for p in found)
    assert "47" in text and "48 49" in text


def lines_of(*rows: tuple[float, list[tuple[float, str]]]) -> list[Text]:
    return [Text(x, y, text, 9) for y, row in rows for x, text in row]


WRAPPED = lines_of(
    (500, [(50, "Stelle"), (130, "Aufgabe"), (260, "Laufzeit")]),
    (482, [(50, "Sozialamt"), (130, "Grundleistungen, Unter-"), (260, "ein Jahr, einmal")]),
    (471, [(130, "künfte und Hilfe"), (260, "verlängerbar")]),
    (453, [(50, "Verbund"), (130, "Beratung")]),
    (442, [(130, "und Begleitung")]),
    (424, [(50, "Jugendamt"), (130, "Hilfen für"), (260, "unbefristet")]),
    (413, [(130, "Familien")]),
)


def test_cells_of_several_lines_are_read_to_their_end(tmp_path: Path) -> None:
    above = paragraph(["Vor der Tabelle steht ein Satz."], top=540)
    below = paragraph(["Dahinter steht noch ein Satz."], top=370)
    found = passages(tmp_path / "a.pdf", [*above, *WRAPPED, *below])
    (table,) = [p.text for p in found if p.kind is Kind.TABLE]
    assert table.splitlines() == [
        "Stelle Aufgabe Laufzeit",
        "Sozialamt Grundleistungen, Unterkünfte und Hilfe ein Jahr, einmal verlängerbar",
        "Verbund Beratung und Begleitung",
        "Jugendamt Hilfen für Familien unbefristet",
    ]
    texts = [p.text for p in found if p.kind is Kind.TEXT]
    assert texts == ["Vor der Tabelle steht ein Satz.", "Dahinter steht noch ein Satz."]


def test_columns_of_text_are_no_table_of_cells(tmp_path: Path) -> None:
    words = ["Der Verein hilft", "beim Ankommen und", "begleitet Familien", "zu Ämtern, Schulen", "und in die Praxis."]
    page = [Text(x, 500 - 12 * n, word, 9) for x in (50, 170, 290) for n, word in enumerate(words)]
    found = passages(tmp_path / "a.pdf", page)
    assert "Der Verein hilft Der" not in " ".join(p.text for p in found)
    assert "hilft beim Ankommen und begleitet Familien zu Ämtern" in " ".join(p.text for p in found)


def test_rows_in_groups_keep_their_figures(tmp_path: Path) -> None:
    rows: list[tuple[float, list[tuple[float, str]]]] = [
        (500, [(50, "Land"), (130, "Stadt"), (230, "2016"), (290, "2023")]),
        (476, [(50, "Hessen"), (130, "Kassel"), (230, "12"), (290, "14")]),
        (464, [(130, "Fulda"), (230, "7"), (290, "8")]),
        (452, [(130, "Hanau"), (230, "31"), (290, "30")]),
        (428, [(50, "Bremen"), (130, "Mitte"), (230, "5"), (290, "6")]),
        (416, [(130, "Nord"), (230, "9"), (290, "11")]),
    ]
    text = "\n".join(p.text for p in passages(tmp_path / "a.pdf", lines_of(*rows)))
    assert "Fulda 7 8" in text and "Hanau 31 30" in text and "Nord 9 11" in text


def test_a_title_behind_its_page_in_the_file_comes_first(tmp_path: Path) -> None:
    text = [f"Zeile {n} über das Ehrenamt im Stadtteil." for n in range(4)]
    before = [Text(50, 540, "Vom Anfang", 22), *paragraph(["Hier steht der Anfang mit vielen Worten."] * 4)]
    page = [*paragraph(text, top=400), Text(50, 540, "Kapitel 2:", 9), Text(50, 500, "Vom Ehren-", 22), Text(50, 476, "amt", 22)]
    first, second = passages(tmp_path / "a.pdf", before, page)
    assert first.heading_path == ("Vom Anfang",) and "Zeile" not in first.text
    assert second.heading_path == ("Vom Ehrenamt",) and second.text.startswith("Vom Ehrenamt\nZeile 0 über")


def test_large_letters_below_other_text_keep_their_place(tmp_path: Path) -> None:
    page = [
        *paragraph(["Hier steht der Anfang mit vielen Worten."] * 4),
        Text(50, 400, "Mitten darin", 22),
        *paragraph(["Schluss."]),
    ]
    (passage,) = passages(tmp_path / "a.pdf", page)
    assert passage.text.index("Anfang") < passage.text.index("Mitten darin")


def test_rows_that_begin_with_small_letters_make_a_table(tmp_path: Path) -> None:
    rows: list[tuple[float, list[tuple[float, str]]]] = [
        (500, [(50, "Anträge"), (200, "2016"), (260, "2023")]),
        (480, [(50, "von Familien"), (200, "12"), (260, "14")]),
        (460, [(50, "von Jugendlichen")]),
        (449, [(50, "bis unter 18 Jahren"), (200, "7"), (260, "8")]),
        (429, [(50, "davon bewil-")]),
        (409, [(50, "ligt"), (200, "5"), (260, "6")]),
        (389, [(50, "darunter")]),
        (369, [(50, "Roma"), (200, "1"), (260, "2")]),
    ]
    (table,) = passages(tmp_path / "a.pdf", lines_of(*rows))
    assert table.kind is Kind.TABLE
    assert table.text.splitlines() == [
        "Anträge 2016 2023",
        "von Familien 12 14",
        "von Jugendlichen bis unter 18 Jahren 7 8",
        "davon bewilligt 5 6",
        "darunter",
        "Roma 1 2",
    ]


places = st.tuples(st.integers(0, 3), st.integers(0, 9), st.sampled_from(["Rat", "Amt für Teilhabe", "12", "…", "Stelle"]))


@settings(max_examples=25, deadline=None)
@given(st.lists(places, min_size=3, max_size=24, unique_by=lambda place: place[:2]))
def test_no_letter_is_lost_or_doubled_however_cells_stand(cells: list[tuple[int, int, str]]) -> None:
    with TemporaryDirectory() as folder:
        page = [Text(40 + 90 * column, 500 - 11 * row - 7 * (row // 3), text, 9) for column, row, text in cells]
        (sheet,) = read(make_pdf(Path(folder) / "a.pdf", [page])).sheets
    found = sorted(at for placed in ordered(sheet, sheet.lines) for at in range(placed.line.start, placed.line.end))
    wanted = sorted(at for line in sheet.lines for at in range(line.start, line.end))
    assert [at for at in found if sheet.characters[at].strip()] == [at for at in wanted if sheet.characters[at].strip()]
