"""The report card says what was read of each page and what not to trust, and shows it on paper, screen and terminal."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import numpy as np
import pytest

import card_html
from card import card_json, shown
from corpus.geometry import CharBoxes
from corpus.publication import Document, Kind, LabelSource, Page, PageLabel, Passage, Piece, Recognition, TextSource
from facsimile import image
from facsimile.image import Picture, pictures, png_of
from ingest.coverage import Joint, Place, Removed
from ingest.legibility import Missing
from ingest.report import Concern, Light, PageCard, ReportCard, report_card
from tests.calls import call
from tests.conftest import SPECIMEN
from tests.fakes import document_of, page_of
from tests.pdfs import Text, make_pdf, numbered_pages, paragraph
from tests.shelf import EVIL, REPORT, Seen

GERMAN = "Die Arbeit in der Stadt ist nicht leicht, und die Vereine sind mit dem Land auf einem guten Weg zu mehr Teilhabe. "
ENGLISH = "The work of small clubs within many towns has become harder every year, although people try to give what they have. "


def page_with(lines: Sequence[str], *pieces: tuple[str, str], kind: Kind = Kind.TEXT, label: PageLabel | None = None) -> Document:
    """Return a document of one page, and one passage of pieces given as (raw characters, how they read)."""
    page = page_of(0, lines, label)
    found = [Piece(0, at := page.characters.index(raw), at + len(raw), text) for raw, text in pieces]
    return Document(REPORT, "x", Path("x.pdf"), (page,), (Passage(REPORT.id, (), tuple(found), kind),))


def only(document: Document) -> PageCard:
    (page,) = report_card(document).pages
    return page


def concerns(page: PageCard) -> list[Concern]:
    return [doubt.concern for doubt in page.doubts]


def prose(label: str = "", source: LabelSource = LabelSource.SEEN) -> tuple[list[str], PageLabel]:
    return [GERMAN, GERMAN], PageLabel(label, source) if label else PageLabel()


def numbered(*labels: str | tuple[str, LabelSource]) -> ReportCard:
    """Return the card of a document whose pages hold prose and have these labels; an empty one is none."""
    pages = [prose(*((label,) if isinstance(label, str) else label)) for label in labels]
    return report_card(document_of(REPORT, [lines for lines, _ in pages], labels=[label for _, label in pages]))


def test_a_page_in_figures() -> None:
    lines = ["Handbuch", "Die Flüchtlings-", "arbeit hilft.3", "Förder-", "und EU-", "weit.", *[""] * 15, "46"]
    pieces = [("Die Flüchtlings", "Die Flüchtlings"), ("arbeit hilft.", "arbeit hilft. "), ("Förder-", "Förder- ")]
    page = only(page_with(lines, *pieces, ("und EU-", "und EU-"), ("weit.", "weit.")))
    assert page.characters == 8 + (3 + 12) + (6 + 6 + 1) + 7 + (3 + 3) + 5 + 2  # word by word
    assert page.removed == (Removed("Handbuch", Place.HEAD), Removed("46", Place.FOOT))
    assert page.removed_characters == 10
    assert page.joined == (Joint("Flüchtlingsarbeit", kept=False),)
    assert page.kept == (Joint("Förder- und", kept=True), Joint("EU-weit.", kept=True))
    assert (page.missing, page.kinds, page.words) == ((), ((Kind.TEXT, 1),), 9)
    assert page.german == pytest.approx(2 / 9)  # die, und
    assert page.light is Light.GREEN


def test_what_stands_in_the_middle_and_in_no_passage_is_told() -> None:
    lines = [GERMAN, "", "", "Tabelle 7", "", GERMAN]
    page = only(page_with(lines, (GERMAN, GERMAN)))
    assert [r.place for r in page.removed] == [Place.MIDDLE, Place.MIDDLE]
    assert page.doubts[0].text.startswith("In keiner Passage, obwohl mitten auf der Seite oder dort verdeckt: „Tabelle 7“; „Die")
    assert concerns(only(page_with([GERMAN, "", "---"], (GERMAN, GERMAN)))) == []  # a rule is no text


def test_note_marks_are_no_loss() -> None:
    document = page_with([GERMAN + "2", "", "2", "3", "2 Siehe oben."], ("2 Siehe oben.", "2 Siehe oben."), kind=Kind.NOTE)
    text = Passage(REPORT.id, (), (Piece(0, 0, len(GERMAN.rstrip()), GERMAN),))
    page = only(replace(document, passages=(text, *document.passages)))
    assert [r.text for r in page.removed] == ["3"]  # there is no third note
    assert page.kinds == ((Kind.TEXT, 1), (Kind.NOTE, 1))


def test_a_hyphen_with_a_blank_behind_it_is_odd_but_before_a_conjunction() -> None:
    assert Joint("verifi- kation", kept=True).is_odd
    assert not any(Joint(text, kept=True).is_odd for text in ("Förder- und", "EU-weit", "An- bzw.", "S- Bahn"))
    page = only(page_with([GERMAN, "verifi-", "kation"], (GERMAN, GERMAN), ("verifi-", "verifi- "), ("kation", "kation")))
    assert concerns(page) == [Concern.HYPHEN]


def test_blanks_inside_a_line_are_no_line_end() -> None:
    page = only(page_with(["Haus\u00adboot und-  so"], ("Haus", "Haus"), ("boot und-", "boot und-"), ("so", "so")))
    assert page.joints == ()


def test_a_hyphen_across_pages_counts_where_its_line_ends() -> None:
    pages = (page_of(0, ["Flüchtlings-"]), page_of(1, ["arbeit"]))
    passage = Passage(REPORT.id, (), (Piece(0, 0, 11, "Flüchtlings"), Piece(1, 0, 6, "arbeit")))
    first, second = report_card(Document(REPORT, "x", Path("x"), pages, (passage,))).pages
    assert first.joined == (Joint("Flüchtlingsarbeit", kept=False),) and second.joints == ()


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("ein \ufffd hier", (Missing("U+FFFD", 1, 0),)),
        ("ein W\ufffdrt \ufffd", (Missing("U+FFFD", 1, 1),)),
        ("\uf0c3 Punkt", (Missing("U+F0C3", 1, 0),)),
        ("\uf0b7 Punkt", ()),  # a bullet of the font Symbol
        ("Scha\uf5a0", ()),  # our own sign for the ligature ft
        ("\x1cnden, „Wörter“ – 5 € \x12", ()),  # codes of TeX that are known
        ("a\x05b", (Missing("U+0005", 0, 1),)),
        ("a\x88", (Missing("U+0088", 0, 1),)),
    ],
)
def test_characters_without_meaning(line: str, missing: tuple[Missing, ...]) -> None:
    assert only(document_of(REPORT, [[line]])).missing == missing


def test_a_control_character_without_ink_is_not_missing() -> None:
    page = page_of(0, ["a\x05b"])
    bare = replace(page, boxes=CharBoxes.of([None] * len(page.characters)))
    assert only(replace(document_of(REPORT, [["a\x05b"]]), pages=(bare,))).missing == ()


def test_bullets_are_looked_at_and_lost_letters_cost_text() -> None:
    assert concerns(only(document_of(REPORT, [["\uf0c3 " + GERMAN]]))) == [Concern.SIGNS]
    lost = only(document_of(REPORT, [["W\ufffdrter " + GERMAN]]))
    assert (concerns(lost), lost.light) == ([Concern.LOST], Light.RED)
    assert concerns(only(document_of(REPORT, [["W\ufffdrter " + GERMAN * 3]]))) == [Concern.SIGNS]  # 1 of 289


def shifted(text: str) -> str:
    """Write every letter as the third one behind it, as a font without its table of characters does."""
    return "".join(chr((ord(c) - 97 + 3) % 26 + 97) if "a" <= c <= "z" else c for c in text.lower())


def test_wrong_letters_cost_text_another_language_does_not() -> None:
    garbled = only(document_of(REPORT, [[shifted(GERMAN)] * 5]))
    assert (concerns(garbled), garbled.light) == ([Concern.GARBLED], Light.RED)
    foreign = only(document_of(REPORT, [[ENGLISH] * 5]))
    assert (concerns(foreign), foreign.light) == ([Concern.FOREIGN], Light.YELLOW)
    assert concerns(only(document_of(REPORT, [["Οι σύλλογοι βοηθούν τους ανθρώπους. "] * 25]))) == [Concern.FOREIGN]
    assert concerns(only(document_of(REPORT, [[GERMAN] * 5]))) == []
    assert concerns(only(document_of(REPORT, [[shifted(GERMAN)]]))) == []  # too few words to tell


def test_a_table_of_contents_has_few_german_words() -> None:
    document = document_of(REPORT, [[ENGLISH] * 5])
    listed = tuple(replace(passage, kind=Kind.CONTENTS) for passage in document.passages)
    assert concerns(only(replace(document, passages=listed))) == []


def test_numbers_that_go_on_are_green_and_divided_parts_too() -> None:
    assert numbered("iii", "iv", "1", "2", ("3", LabelSource.INFERRED), "4").light is Light.GREEN


def test_jumps_are_told_with_their_pages() -> None:
    card = numbered("1", "2", "5", "6")
    assert [str(reason) for reason in card.reasons] == ["Die Seitenzählung springt: PDF-S. 3."]
    assert card.pages[2].doubts[0].text == "Die Zählung springt von S. 2 (PDF-S. 2) auf S. 5."
    assert card.light is Light.YELLOW
    assert numbered("5", "4").reasons[0].pdf_pages == (2,)


def test_pages_without_number_between_numbered_ones() -> None:
    card = numbered("", "1", "", "", "2", "")
    assert [str(reason) for reason in card.reasons] == ["Ohne Zahl mitten unter gezählten Seiten: PDF-S. 3–4."]


def test_a_number_that_stands_on_two_pages_costs_a_citation() -> None:
    card = numbered("1", "2", "1", "2")
    assert card.light is Light.RED
    assert str(card.reasons[0]) == "Dieselbe Seitenzahl steht auf mehreren Seiten: PDF-S. 1–4."
    assert card.pages[2].doubts[0].text == "S. 1 steht auch auf PDF-S. 1."
    declared = numbered(*[(label, LabelSource.DECLARED) for label in ("1", "2", "1", "2")])
    assert declared.light is Light.YELLOW  # it jumps, but nobody has seen it


def test_a_long_run_of_inferred_numbers() -> None:
    guessed = [(str(n), LabelSource.INFERRED) for n in range(2, 6)]
    assert [r.pdf_pages for r in numbered("1", *guessed, "6").reasons] == [(2, 3, 4, 5)]
    assert numbered("1", *guessed[:3], "5").light is Light.GREEN


def test_where_the_numbers_are_from() -> None:
    card = numbered("1", ("2", LabelSource.INFERRED), "3", "")
    assert dict(card.sources) == {
        LabelSource.CORRECTED: 0, LabelSource.SEEN: 2, LabelSource.DECLARED: 0, LabelSource.INFERRED: 1, LabelSource.NONE: 1,
    }  # fmt: skip


def test_pages_without_text() -> None:
    empty = Page(1, PageLabel("2", LabelSource.SEEN), 400, 600, "", CharBoxes(b""))
    few = page_of(2, ["Teil II"], PageLabel("3", LabelSource.SEEN))
    first = document_of(REPORT, [[GERMAN], [GERMAN]])
    document = replace(first, pages=(first.pages[0], empty), passages=first.passages[:1])
    card = report_card(document)
    assert [str(reason) for reason in card.reasons] == ["Ohne Text oder fast ohne: PDF-S. 2."]
    mostly = report_card(replace(document, pages=(*document.pages, few)))
    assert [page.doubts[0].text for page in mostly.pages[1:]] == ["Kein Text.", "Nur 6 Zeichen Text."]
    assert mostly.light is Light.RED
    assert str(mostly.reasons[0]) == "Mehr als die Hälfte der Seiten ist ohne Text: PDF-S. 2–3."


def test_pages_that_could_not_be_read_and_what_ingestion_warned_of() -> None:
    document = document_of(REPORT, [[GERMAN]] * 3)
    gap = report_card(replace(document, pages=(document.pages[0], document.pages[2]), passages=document.passages[:1]))
    assert (gap.light, str(gap.reasons[0])) == (Light.RED, "Diese Seiten ließen sich nicht lesen: PDF-S. 2.")
    warned = report_card(replace(document, warnings=("Die Gliederung war nicht lesbar.",)))
    assert (warned.light, str(warned.reasons[0])) == (Light.YELLOW, "Beim Einlesen gemeldet: Die Gliederung war nicht lesbar.")


def test_the_terminal_names_the_light_and_the_figures() -> None:
    text = shown(numbered("1", "2", "1", ("2", LabelSource.INFERRED)))
    assert text.startswith("ROT   bericht.pdf: Ankommen in der Stadt\n")
    assert re.search(r"Seiten +4 \(Text der Datei 4\)\n", text)
    assert re.search(r"Seitenzahlen +3 auf der Seite gesehen, 1 erschlossen\n", text)
    assert "    - rot: Dieselbe Seitenzahl steht auf mehreren Seiten: PDF-S. 1, 3.\n" in text


def test_a_program_gets_every_page() -> None:
    answer = card_json(numbered("1", "3"))
    assert json.loads(json.dumps(answer)) == answer
    assert (answer["light"], answer["pages"][1]["label"], answer["pages"][1]["doubts"][0]["concern"]) == ("yellow", "3", "jump")


def html_of(cards: Sequence[ReportCard], found: dict[int, Picture], why_none: str = "") -> tuple[str, Seen]:
    parts = [card_html.opening(cards)]
    for position, card in enumerate(cards, 1):
        parts += card_html.section(position, card, found, why_none)
    text = "".join([*parts, card_html.CLOSING])
    seen = Seen()
    seen.feed(text)
    seen.close()
    return text, seen


def test_the_html_holds_every_page_and_nothing_from_elsewhere() -> None:
    card = numbered("46", "47", ("49", LabelSource.INFERRED), "")
    text, seen = html_of([card, numbered("1")], {0: Picture(0, 3, 2, png_of(np.zeros((2, 3), np.uint8)))})
    assert not [tag for tag, _ in seen.tags if tag in ("script", "link", "iframe", "object", "form")]
    assert {(attrs.get("src") or "")[:22] for tag, attrs in seen.tags if tag == "img"} == {"data:image/png;base64,"}
    assert not re.findall(r"https?:|url\(|@import| on[a-z]+=", text)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in [attrs.get("content") for _, attrs in seen.tags]
    for name in ("S. 46 PDF-S. 1", "S. 47 PDF-S. 2", "S. [49] PDF-S. 3", "PDF-S. 4"):
        assert name in seen.words
    ids = [attrs["id"] for _, attrs in seen.tags if attrs.get("id")]
    assert len(ids) == len(set(ids)) and {"p1-1", "p1-4", "p2-1"} <= set(ids)
    assert {link[1:] for link in seen.links("#")} <= set(ids)
    assert seen.words.index("Seiten mit Anmerkung (1)") < seen.words.index("Übrige Seiten (3)")
    assert "▲ gelb Die Zählung springt von S. 47 (PDF-S. 2) auf S. [49]." in seen.words
    assert "Diese Seite lässt sich nicht abbilden." in seen.words  # only the first has a picture
    assert text.count("<section") == 2 and seen.words.count("● grün") == 3  # legend, contents, section


def test_a_recognised_page_tells_what_is_doubtful_and_what_was_put_right() -> None:
    line = "Nach § 24 Abs. 1 AufenthG hilft die <b>Stadt</b> gern."
    document = page_with([line], (line, line))
    at = line.index("<b>")
    seen_as = Recognition("tesseract 9, deu, 300 dpi", "ab" * 32, 91, ((at, at + 12),), ((5, 6, "8"),))
    card = report_card(replace(document, pages=(replace(document.pages[0], recognition=seen_as),)))
    (page,) = card.pages
    assert (page.source, page.confidence, page.unsure) == (TextSource.OCR, 91, ("<b>Stadt</b>",))
    assert page.mended == (("8 24 Abs.", "§ 24 Abs."),)
    assert "1 (Texterkennung 1)" in shown(card)
    told = card_json(card)["pages"][0]
    assert (told["text_source"], told["confidence"], told["unsure"]) == ("ocr", 91, ["<b>Stadt</b>"])
    assert told["mended"] == [{"recognised": "8 24 Abs.", "text": "§ 24 Abs."}]
    _, seen = html_of([card], {})
    assert "Texterkennung (im Mittel zu 91 % sicher, unsicher: 1)" in seen.words
    assert "Unsicher erkannt: 1 <b>Stadt</b>" in seen.words
    assert "Paragraphenzeichen berichtigt: 1 8 24 Abs. → § 24 Abs." in seen.words


def test_the_html_shows_texts_as_texts() -> None:
    lines = ['<script>alert("Text")</script>', "<b>fett</b>-", "<i>"]
    page = page_with(lines, (lines[1][:-1], lines[1][:-1]), (lines[2], lines[2]))
    _, seen = html_of([report_card(replace(page, publication=EVIL))], {}, 'Die Datei "<x>" fehlt.')
    assert not [tag for tag, _ in seen.tags if tag in ("script", "b", "i", "img")]
    assert '<script>alert("Text")</script> (oben)' in seen.words and "<b>fett</b><i>" in seen.words
    assert 'Ohne Bilder: Die Datei "<x>" fehlt.' in seen.words


def pixels_of(png: bytes) -> list[list[int]]:
    """Return the greys, 0 to 15, of a PNG of four bits a pixel without filters."""
    width, height = struct.unpack(">II", png[16:24])
    data = zlib.decompress(png[png.index(b"IDAT") + 4 : -16])
    step = 1 + (width + 1) // 2
    rows = [data[at + 1 : at + step] for at in range(0, height * step, step)]
    return [[n for byte in row for n in (byte >> 4, byte & 15)][:width] for row in rows]


@pytest.mark.parametrize("width", [1, 2, 3])
def test_a_picture_keeps_its_greys(width: int) -> None:
    greys = np.array([[0, 128, 255], [255, 17, 9]], np.uint8)[:, :width]
    png = png_of(greys)
    assert png.startswith(b"\x89PNG\r\n\x1a\n") and png.endswith(b"IEND\xaeB`\x82")
    assert pixels_of(png) == [[0, 8, 15][:width], [15, 1, 1][:width]]


def test_every_page_gets_its_picture_or_none(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", [[Text(50, 560, "XXXXXXXXXX", 30)], [], []])
    calls: list[tuple[int, int]] = []
    first, second, third, none = pictures(path, 4, lambda done, total: calls.append((done, total)))
    assert [p.index for p in (first, second, third, none)] == [0, 1, 2, 3] and none.png == b""  # there is no fourth
    assert first.width == 320 and first.height == pytest.approx(320 * 595 / 420, abs=1)
    assert min(map(min, pixels_of(first.png)[:60])) < 4 and all(set(row) == {15} for row in pixels_of(second.png))
    assert calls == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_file_that_is_no_pdf_has_no_pictures(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"nothing of the sort")
    assert [picture.png for picture in pictures(tmp_path / "a.pdf", 7)] == [b""] * 7


def test_a_page_that_ends_the_child_costs_its_own_picture_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def ends_at(bad: set[int]) -> Callable[[Path, int, int], Iterator[Picture]]:
        return lambda path, first, end: (Picture(n, 1, 1, b"x") for n in takewhile(lambda n: n not in bad, range(first, end)))

    monkeypatch.setattr(image, "_one_run", ends_at({1, 3}))
    assert [(p.index, p.png) for p in pictures(Path("a"), 4)] == [(0, b"x"), (1, b""), (2, b"x"), (3, b"")]
    monkeypatch.setattr(image, "_one_run", ends_at(set(range(8))))
    assert [(p.index, p.png) for p in pictures(Path("a"), 9)] == [(n, b"") for n in range(9)]  # given up before the last


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_pdf(tmp_path / "heft.pdf", numbered_pages(4, 3))
    make_pdf(tmp_path / "doppelt.pdf", numbered_pages(6) + numbered_pages(6))
    for name in ("heft.pdf", "doppelt.pdf"):
        assert call("ingest", "--home", tmp_path / "home", tmp_path / name).exit_code == 0
    return tmp_path / "home"


def test_the_command_ends_with_one_where_something_is_red(home: Path) -> None:
    everything = call("report", "--home", home)
    assert everything.exit_code == 1
    assert "GRÜN  heft.pdf" in everything.output and "ROT   doppelt.pdf" in everything.output
    assert "Dieselbe Seitenzahl steht auf mehreren Seiten: PDF-S. 1–12." in everything.output
    one = call("report", "--home", home, "--json", "heft.pdf")
    (line,) = one.output.splitlines()
    answer = json.loads(line)
    assert one.exit_code == 0 and answer["light"] == "green"
    assert answer["pages"][0]["removed"] == [{"text": "Handbuch Teilhabe", "place": "head"}, {"text": "3", "place": "foot"}]


def test_the_command_writes_pictures_and_says_why_there_are_none(home: Path, tmp_path: Path) -> None:
    report = tmp_path / "bericht.html"
    assert call("report", "--home", home, "--html", report, "heft.pdf").exit_code == 0
    text = report.read_text(encoding="utf-8")
    (first, *_) = found = re.findall(r'src="data:image/png;base64,([^"]+)"', text)
    assert len(found) == 4 and base64.b64decode(first).startswith(b"\x89PNG")
    make_pdf(tmp_path / "heft.pdf", [paragraph(["Etwas anderes."])])
    assert call("report", "--home", home, "--html", report, "heft.pdf").exit_code == 0
    text = report.read_text(encoding="utf-8")
    assert (
        "Seit dem Einlesen haben sich die Datei, ihre Berichtigungen im Katalog oder Fundstelle selbst geändert." in text
        and "<img" not in text
    )
    (tmp_path / "heft.pdf").unlink()
    assert call("report", "--home", home, "--html", report, "heft.pdf").exit_code == 0
    assert "Die Datei gibt es nicht." in report.read_text(encoding="utf-8")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bericht.html", "doppelt.pdf", "home"]


def test_mistakes_are_told_with_the_way_out(home: Path, tmp_path: Path) -> None:
    unknown = call("report", "--home", home, "fehlt.pdf")
    assert unknown.exit_code == 1
    assert "Fehler: „fehlt.pdf“ ist nicht eingelesen. Eingelesen sind: heft.pdf, doppelt.pdf." in unknown.output
    for path, why in ((tmp_path, "das ist ein Ordner"), (tmp_path / "gibt" / "es.html", "gibt es nicht")):
        result = call("report", "--home", home, "--html", path, "heft.pdf")
        assert result.exit_code == 1 and f"Der Bericht {path} lässt sich nicht schreiben ({why})" in result.output
    nothing = call("report", "--home", tmp_path / "leer")
    assert nothing.exit_code == 1 and "Fehler: Es ist noch nichts eingelesen." in nothing.output


def test_the_specimen_is_not_red(tmp_path: Path) -> None:
    assert call("ingest", "--home", tmp_path, SPECIMEN).exit_code == 0
    result = call("report", "--home", tmp_path)
    assert result.exit_code == 0 and "muster-arbeitspapier.pdf" in result.output
