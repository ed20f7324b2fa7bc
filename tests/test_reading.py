"""From a PDF to passages: on small files made here, on the specimen, and on real publications where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.characters import readable
from corpus.geometry import Box, CharBoxes
from corpus.publication import Document, Kind, LabelSource, PageLabel, Publication
from facsimile.sheet import Line, Sheet
from facsimile.worker import Job, read
from ingest.bibliography import describe, identifier
from ingest.clean import clean
from ingest.document import fingerprint, read_document
from ingest.passages import Splitting
from tests.conftest import SPECIMEN
from tests.pdfs import Text, make_pdf, numbered_pages, paragraph


def document(path: Path) -> Document:
    return read_document(Job(path), Publication(identifier(path), path.name, "Titel"), {})


def everything(doc: Document) -> str:
    return "\n\n".join(passage.text for passage in doc.passages)


def test_lines_are_joined_and_hyphens_decided(tmp_path: Path) -> None:
    lines = ["Die Flüchtlings-", "arbeit der Migrant*innen-", "Organisationen braucht Förder-", "und Beratungsstellen."]
    doc = document(make_pdf(tmp_path / "a.pdf", [paragraph(lines)]))
    assert everything(doc) == "Die Flüchtlingsarbeit der Migrant*innen-Organisationen braucht Förder- und Beratungsstellen."


def test_a_space_that_is_only_a_gap_is_read_as_one(tmp_path: Path) -> None:
    page = [Text(50, 500, "gilt in vielen Orten, z.", 10), Text(145, 500, "B. in Modellstadt.", 10)]
    doc = document(make_pdf(tmp_path / "a.pdf", [page]))
    assert everything(doc) == "gilt in vielen Orten, z. B. in Modellstadt."
    assert_true_to_the_pages(doc)


def test_every_space_of_a_line_that_is_only_a_gap_is_in_its_place(tmp_path: Path) -> None:
    x, parts = 50.0, ["In vielen Orten, z.", "B. hier, z.", "B. dort und z.", "B. nie im Haus."]
    page: list[Text] = []
    for part in parts:
        page.append(Text(x, 500, part, 10))
        (line,) = read(make_pdf(tmp_path / "so-far.pdf", [page])).sheets[0].lines
        x = line.box.x1 + 2.2  # as far as pdfium takes no blank for, and the left side of a "B" is another 0.7
    assert len(line.spaces) == len(parts) - 1
    doc = document(tmp_path / "so-far.pdf")
    assert everything(doc) == " ".join(parts)
    assert_true_to_the_pages(doc)


@pytest.mark.parametrize(("gap", "reads"), [(1.4, "Jugend hackt. Auch hier"), (9, "Jugend hackt . Auch hier")])
def test_a_full_stop_behind_a_note_mark_stays_at_its_word(gap: float, reads: str, tmp_path: Path) -> None:
    page = [
        Text(50, 500, "das Handbuch von Jugend hackt"),
        Text(189, 504, "2", 6),
        Text(192.3 + gap, 500, ". Auch hier gilt das."),
    ]
    doc = document(make_pdf(tmp_path / "a.pdf", [page]))
    assert reads in everything(doc)
    assert_true_to_the_pages(doc)


def test_the_figures_of_a_fraction_are_kept(tmp_path: Path) -> None:
    fraction = [Text(158, 506, "1", 6), Text(158, 497, "2", 6)]
    page = [Text(50, 500, "ein Wert von genau", 12), *fraction, Text(161.5, 500, ", also kaum.", 12)]
    doc = document(make_pdf(tmp_path / "a.pdf", [page]))
    assert everything(doc) == "ein Wert von genau 1 2, also kaum."
    assert_true_to_the_pages(doc)


def sheet_of(*printed: tuple[str, float, float, float]) -> Sheet:
    """Return a page of lines, given as text, left edge, foot and type size; each letter is half as wide as it is high."""
    boxes: list[Box] = []
    lines: list[Line] = []
    for text, x, y, size in printed:
        start = len(boxes)
        boxes += [Box(x + n * size / 2, y, x + (n + 1) * size / 2, y + size) for n in range(len(text))]
        lines.append(Line(start, len(boxes), Box(x, y, boxes[-1].x1, y + size), size, False, True, False))
    return Sheet(0, 400, 600, "".join(text for text, *_ in printed), CharBoxes.of(boxes), tuple(lines))


@pytest.mark.parametrize(
    ("before", "behind", "is_kept"),
    [
        ("ein Wort", ("und mehr", 94, 500, 10), False),
        ("ein Satz.", ("Und mehr", 99, 500, 10), False),
        ("Raum von 2", ("Werten", 104, 500, 10), True),
        ("(a, b)", ("ist", 84, 500, 10), False),
        ("{0, 1}", ("ist", 84, 500, 10), True),
        ("der Wert n", ("ist", 104, 500, 10), True),
        ("genau", ("2 also", 75, 498, 6), True),
    ],
    ids=["word", "sentence", "figure", "bracket", "set", "letter", "fraction"],
)
def test_figures_on_lines_of_their_own_are_left_out_only_where_they_are_note_marks(
    before: str, behind: tuple[str, float, float, float], is_kept: bool
) -> None:
    sheet = sheet_of((before, 50, 500, 10), ("7", 50 + 5 * len(before), 505, 6), behind, ("Hier geht es weiter.", 50, 480, 10))
    body = clean([sheet], [PageLabel("", LabelSource.NONE)]).body
    assert ("7" in [item.text for item in body]) is is_kept


def test_a_note_mark_before_its_line_in_the_file_is_left_out(tmp_path: Path) -> None:
    doc = document(make_pdf(tmp_path / "a.pdf", [[Text(158, 506, "1", 6), Text(50, 500, "ein Wert von genau, also kaum.", 12)]]))
    assert everything(doc) == "ein Wert von genau, also kaum."


def test_a_word_broken_over_two_pages_reads_as_one_and_knows_both(tmp_path: Path) -> None:
    first = [Text(50, 560, "Handbuch", 8), *paragraph(["Am Ende der Seite steht die Integra-"]), Text(205, 30, "1", 9)]
    second = [Text(50, 560, "Handbuch", 8), *paragraph(["tion, und hier geht es weiter."]), Text(205, 30, "2", 9)]
    doc = document(make_pdf(tmp_path / "a.pdf", [first, second, *numbered_pages(6, first=3)]))
    passage = next(p for p in doc.passages if "Integration" in p.text)
    assert "die Integration, und hier" in passage.text
    assert passage.pages[:2] == (0, 1)


def test_running_heads_and_page_numbers_are_in_no_passage(tmp_path: Path) -> None:
    doc = document(make_pdf(tmp_path / "a.pdf", numbered_pages(9, first=71)))
    assert "Handbuch Teilhabe" not in everything(doc)
    assert not any(str(n) in everything(doc) for n in range(71, 80))
    assert "Absatz Nummer acht" in everything(doc)


def test_headings_make_sections_and_stand_first_in_them(tmp_path: Path) -> None:
    def chapter(name: str, word: str) -> list[Text]:
        body = [f"In diesem Abschnitt geht es um {word} und um vieles andere mehr." for _ in range(4)]
        return [Text(50, 540, name, 16), *paragraph(body)]

    doc = document(make_pdf(tmp_path / "a.pdf", [chapter("Ehrenamt gewinnen", "Ehrenamt"), chapter("Wohnen sichern", "Wohnen")]))
    assert [p.heading_path for p in doc.passages] == [("Ehrenamt gewinnen",), ("Wohnen sichern",)]
    assert doc.passages[0].text.startswith("Ehrenamt gewinnen\nIn diesem")


@pytest.mark.parametrize(("size", "path"), [(7, ()), (10, ("Wohnen sichern",))])
def test_small_print_on_the_back_cover_stands_under_no_heading(size: float, path: tuple[str, ...], tmp_path: Path) -> None:
    text = [Text(50, 540, "Wohnen sichern", 16), *paragraph(["In diesem Abschnitt geht es um das Wohnen in der Stadt."] * 4)]
    cover = [Text(50, 300, "Herausgegeben vom Verbund", size), Text(50, 285, "Gedruckt in Modellstadt", size)]
    doc = document(make_pdf(tmp_path / "a.pdf", [text, cover]))
    assert [p.heading_path for p in doc.passages if "Herausgegeben" in p.text] == [path]


def test_the_outline_gives_the_depth_of_headings(tmp_path: Path) -> None:
    pages = [
        [Text(50, 540, name, 11), *paragraph([f"Das ist der Text zu {name}, ein ganzer Satz mit Inhalt."])]
        for name in ["Eins", "Zwei", "Drei"]
    ]
    doc = document(make_pdf(tmp_path / "a.pdf", pages, outline=[("Eins", 0), ("Zwei", 1), ("Drei", 2)]))
    assert [p.heading_path for p in doc.passages] == [("Eins",), ("Zwei",), ("Drei",)]


def test_footnotes_are_passages_of_their_own(tmp_path: Path) -> None:
    page = [
        *paragraph(["Der Satz im Text hat eine Anmerkung und geht weiter."] * 5),
        Text(50, 60, "1 Siehe dazu den Bericht von 2018.", 7),
    ]
    doc = document(make_pdf(tmp_path / "a.pdf", [page]))
    assert [p.text for p in doc.passages if p.kind is Kind.NOTE] == ["1 Siehe dazu den Bericht von 2018."]
    assert "Siehe dazu" not in next(p.text for p in doc.passages if p.kind is Kind.TEXT)


def test_a_title_is_believed_only_if_it_stands_in_the_file(tmp_path: Path) -> None:
    page = [Text(50, 400, "Handbuch für Vereine", 24), *paragraph(["Kleiner Text."], top=300)]
    for number, (title, expected) in enumerate(
        [
            ("sdfgsdfg", "Handbuch für Vereine"),
            ("Microsoft Word - handbuch.docx", "Handbuch für Vereine"),
            ("Handbuch", "Handbuch"),
        ]
    ):
        path = make_pdf(tmp_path / f"{number}.pdf", [page], title=title)
        assert describe(path, read(path)).title == expected
    plain = make_pdf(tmp_path / "Bericht_2020 neu.pdf", [[Text(50, 400, "12 34", 24)]])
    assert describe(plain, read(plain)).title == "Bericht 2020 neu"


def test_ids_are_plain_and_free() -> None:
    assert identifier(Path("Über Größe & Maß_2.pdf")) == "ueber-groesse-mass-2"
    assert identifier(Path("Кирилл.pdf")) == "publikation"


def test_the_fingerprint_covers_file_corrections_and_splitting(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", numbered_pages(1))
    keys = {
        fingerprint(path, {}, Splitting()),
        fingerprint(path, {1: "2"}, Splitting()),
        fingerprint(path, {}, Splitting(most=150)),
    }
    path.write_bytes(path.read_bytes() + b"\n")
    assert len({*keys, fingerprint(path, {}, Splitting())}) == 4


def assert_true_to_the_pages(doc: Document) -> None:
    pages = {page.index: page for page in doc.pages}
    for passage in doc.passages:
        assert "".join(piece.text for piece in passage.pieces) == passage.text == passage.text.strip()
        for piece in passage.pieces:
            raw = pages[piece.page].characters[piece.start : piece.end]
            assert readable(raw).strip() == piece.text.strip()
            assert piece.boxes(pages[piece.page])
    assert len({p.id for p in doc.passages}) == len(doc.passages)


@pytest.fixture(scope="module")
def specimen() -> Document:
    return document(SPECIMEN)


def test_specimen_is_read_truly(specimen: Document) -> None:
    assert_true_to_the_pages(specimen)
    lengths = [len(p.text.split()) for p in specimen.passages if p.kind is Kind.TEXT]
    assert max(lengths) <= Splitting().most


JUDGED = [
    "05_skript_sicherheit",
    "08_buergerforum_handbuch",
    "12_okf_taetigkeitsbericht2015",
    "16_btdrs_18_705_asyl",
    "18_hackathon_leitfaden",
]


@pytest.mark.parametrize("name", JUDGED)
def test_real_publications_are_true_to_their_pages(real_pdfs: Path, name: str) -> None:
    doc = document(real_pdfs / f"{name}.pdf")
    assert_true_to_the_pages(doc)
    assert max(len(p.text.split()) for p in doc.passages) <= Splitting().most


def test_lines_that_pdfium_makes_one_are_read_as_the_two_that_are_printed(real_pdfs: Path) -> None:
    """Behind a hyphen set in another text object pdfium goes on in the same line, though it is the next that follows."""
    doc = document(real_pdfs / "03_piraten2013_wahlprogramm.pdf")
    titles = [title for passage in doc.passages if passage.pages[0] == 57 for title in passage.text.split("\n")]
    assert "Einführung eines Umweltgesetzbuches und Abschaffung des Bergrechts" in titles


def test_the_offsets_of_a_real_handbook_with_unnumbered_dividers(real_pdfs: Path) -> None:
    doc = document(real_pdfs / "08_buergerforum_handbuch.pdf")
    seen = {p.pdf_page: int(p.label.text) for p in doc.pages if p.label.source is LabelSource.SEEN}
    # as the running heads say: number minus PDF page falls by one behind each of the unnumbered chapter dividers
    expected = {
        7: 7,
        12: 12,
        14: 13,
        27: 26,
        29: 27,
        38: 36,
        40: 37,
        48: 45,
        50: 46,
        65: 61,
        67: 62,
        75: 70,
        77: 71,
        86: 80,
        88: 81,
        95: 88,
    }
    assert {page: seen.get(page) for page in expected} == expected


def test_equal_headings_right_below_the_running_head_are_text(tmp_path: Path) -> None:
    text = [Text(50, 420, "Hier steht, wie wir arbeiten wollen.", 10), Text(50, 400, "Es ist nicht viel.", 10)]
    pages = [
        [Text(280, 550, "Aus dem Programm", 9), *([Text(150, 515, "Präambel", 15)] if number % 4 == 0 else []), *text]
        for number in range(12)
    ]
    read = everything(document(make_pdf(tmp_path / "a.pdf", pages)))
    assert (read.count("Präambel"), read.count("Aus dem Programm")) == (3, 0)


@pytest.mark.parametrize(
    ("line", "counts"), [("wie in allen anderen Orten auch, und zwar seit dem", 2), ("Fortsetzung nächste Seite", 0)]
)
def test_a_long_line_that_recurs_at_another_height_is_text(line: str, counts: int, tmp_path: Path) -> None:
    pages = [
        paragraph([line, "ersten Tag.", "Danach kam der Umbau des Hauses."], top=560),
        paragraph(["Das zweite Haus steht am Markt,", "nicht weit davon.", "Es gehört der Stadt."], top=560),
        paragraph([line, "ersten Abend.", "Am dritten Ort ist es so."], top=530),
    ]
    assert everything(document(make_pdf(tmp_path / "a.pdf", pages))).count(line) == counts


def test_a_sentence_at_the_height_of_a_running_head_is_text(tmp_path: Path) -> None:
    with_head = [
        [Text(50, 560, "Kapitel drei", 10), *paragraph([f"Hier steht Absatz {w}."])] for w in ("eins", "zwei", "drei", "vier")
    ]
    without = [
        [Text(50, 560, f"Dieser Satz über {w} darf nicht fehlen.", 10), *paragraph(["Danach."])]
        for w in ("Brot", "Salz", "Öl", "Tee")
    ]
    doc = document(make_pdf(tmp_path / "a.pdf", [*with_head, *without]))
    assert "Kapitel drei" not in everything(doc)
    assert all(f"über {w} darf" in everything(doc) for w in ("Brot", "Salz", "Öl", "Tee"))


@pytest.mark.parametrize(
    ("end", "following", "reads"),
    [
        ("https://www.example.org/verbund/", "bericht-2019 und mehr", "https://www.example.org/verbund/bericht-2019 und mehr"),
        ("http://www.example.", "org/verbund", "http://www.example.org/verbund"),
        ("https://", "www.example.org", "https://www.example.org"),
        ("siehe http://www.example.org.", "50 % der Kinder", "siehe http://www.example.org. 50 % der Kinder"),
        ("siehe www.stadt.example/kitas.", "Schüler_innen lernen", "siehe www.stadt.example/kitas. Schüler_innen lernen"),
        ("siehe www.stadt.example/", "Schüler/-innen-Räte", "siehe www.stadt.example/ Schüler/-innen-Räte"),
        ("siehe www.stadt.example/", "und/oder im Rathaus", "siehe www.stadt.example/ und/oder im Rathaus"),
        ("siehe www.stadt.example/", "Projektleitung: Anna", "siehe www.stadt.example/ Projektleitung: Anna"),
    ],
)
def test_addresses_broken_over_a_line_are_joined_and_text_is_not(end: str, following: str, reads: str, tmp_path: Path) -> None:
    doc = document(make_pdf(tmp_path / "a.pdf", [paragraph(["Mehr dazu steht hier:", end, following])]))
    assert reads in everything(doc)


def test_a_raised_note_does_not_swallow_plain_ones(tmp_path: Path) -> None:
    page = [
        *paragraph(["Der Satz im Text hat eine Anmerkung und geht weiter."] * 5),
        Text(50, 80, "1", 5), Text(53, 77, "Siehe den Bericht von 2018.", 7),
        Text(50, 67, "2 Ebenda, Kapitel drei.", 7), Text(50, 57, "3 Bericht der Stadt.", 7),
    ]  # fmt: skip
    doc = document(make_pdf(tmp_path / "a.pdf", [page]))
    assert [p.note for p in doc.passages if p.kind is Kind.NOTE] == ["1", "2", "3"]
