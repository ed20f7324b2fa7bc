from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.characters import readable
from corpus.errors import UnreadableFile
from facsimile import worker
from facsimile.child import Limits
from facsimile.worker import Job, Share, read, read_back
from ingest.clean import TextLine
from ingest.flow import flow
from ingest.hyphens import Vocabulary
from tests.conftest import ROOT
from tests.pdfs import Text, make_pdf, numbered_pages, paragraph, pdf_with_font


def test_characters_boxes_and_lines_are_where_the_page_has_them(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", [[Text(50, 500, "Förderung für Vereine", 12), Text(50, 480, "zweite Zeile", 12)]])
    (sheet,) = read(path).sheets
    assert (sheet.index, sheet.width, sheet.height) == (0, 420, 595)
    texts = [sheet.characters[line.start : line.end].strip() for line in sheet.lines]
    assert texts == ["Förderung für Vereine", "zweite Zeile"]
    box = sheet.lines[0].box
    assert 50 <= box.x0 < 53
    assert 495 < box.y0 < 501 < box.y1 < 513
    assert sheet.lines[0].size == 12
    assert len(sheet.boxes) == len(sheet.characters)


def test_bold_type_is_known_by_the_name_of_its_font(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", [[Text(50, 500, "Fett gesetzt", 10, bold=True), Text(50, 480, "nicht fett", 10)]])
    assert [line.bold for line in read(path).sheets[0].lines] == [True, False]


def test_raised_note_numbers_are_marked(tmp_path: Path) -> None:
    line = [Text(50, 500, "Das ist belegt.", 12), Text(135, 505, "17", 7)]
    (sheet,) = read(make_pdf(tmp_path / "a.pdf", [line])).sheets
    assert [sheet.characters[a:b] for n in sheet.lines for a, b in n.marks] == [" 17"]
    assert "17" in sheet.characters


def test_outline_labels_and_title_come_with_the_pages(tmp_path: Path) -> None:
    path = make_pdf(
        tmp_path / "a.pdf",
        numbered_pages(3),
        labels=[(0, "/r", 1), (1, "/D", 1)],
        outline=[("Einleitung", 1), ("_Toc12345678", 2), ("_a1b2c3d4e5", 2)],
        title="Ein Titel",
    )
    structure = read(path).structure
    assert structure.labels == ("i", "1", "2")
    assert [(e.title, e.page) for e in structure.outline] == [("Einleitung", 1)]
    assert structure.title == "Ein Titel"


def test_labels_are_not_invented(tmp_path: Path) -> None:
    assert read(make_pdf(tmp_path / "a.pdf", numbered_pages(3))).structure.labels == ()


def test_progress_counts_pages(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    read(make_pdf(tmp_path / "a.pdf", numbered_pages(3)), on_page=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_an_empty_password_opens_and_another_is_named(tmp_path: Path) -> None:
    pages = [paragraph(["Geschützter Text"])]
    assert "Geschützter Text" in read(make_pdf(tmp_path / "offen.pdf", pages, password="")).sheets[0].characters
    with pytest.raises(UnreadableFile, match="Passwort"):
        read(make_pdf(tmp_path / "zu.pdf", pages, password="geheim"))


def test_what_is_no_pdf_gets_a_reason(tmp_path: Path) -> None:
    good = make_pdf(tmp_path / "gut.pdf", numbered_pages(4)).read_bytes()
    cases = {
        "text.pdf": (b"Das ist nur Text.", "kein PDF oder beschädigt"),
        "leer.pdf": (b"", "leer"),
        "kurz.pdf": (good[:60], "beschädigt"),
        "null.pdf": (b"\x00" * 5000, "beschädigt"),
    }
    for name, (data, says) in cases.items():
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(UnreadableFile, match=says) as caught:
            read(path)
        assert caught.value.file == name


def test_a_folder_and_a_missing_file_get_a_reason(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="Ordner"):
        read(tmp_path)
    with pytest.raises(UnreadableFile, match="gibt es nicht"):
        read(tmp_path / "fehlt.pdf")


def test_pages_without_text_are_named_a_scan(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="OCR"):
        read(make_pdf(tmp_path / "scan.pdf", [[], []]))


def test_a_file_over_its_limits_is_given_up_and_the_parent_lives(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", numbered_pages(3))
    with pytest.raises(UnreadableFile, match="abgebrochen"):
        read(path, limits=Limits(wall=0.01))
    with pytest.raises(UnreadableFile, match="größer als 0 MiB"):
        read(path, limits=Limits(file_size=0))
    assert len(read(path).sheets) == 3


def test_a_truncated_file_is_read_or_refused_with_a_reason(tmp_path: Path) -> None:
    whole = make_pdf(tmp_path / "gut.pdf", numbered_pages(12)).read_bytes()
    for share in (0.3, 0.6, 0.9, 0.99):
        path = tmp_path / "teil.pdf"
        path.write_bytes(whole[: int(len(whole) * share)])
        try:
            sheets = read(path).sheets
        except UnreadableFile as error:
            assert error.reason
        else:
            assert any(sheet.lines for sheet in sheets)


def test_ligatures_that_only_the_font_names_are_spelt_out(tmp_path: Path) -> None:
    font = (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Helvetica /Encoding << /BaseEncoding /WinAnsiEncoding "
        b"/Differences [24 /f_f 27 /f_t] >> >>"
    )
    (sheet,) = read(pdf_with_font(tmp_path / "a.pdf", font, b"So\x1bware \x18entlich")).sheets
    assert readable(sheet.characters).strip() == "Software ffentlich"
    assert len(sheet.characters) == len(sheet.boxes)


def test_a_font_drawn_by_tex_has_its_sharp_s(tmp_path: Path) -> None:
    procedures = b" ".join(b"/a%d 6 0 R" % code for code in range(256))
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 600 700] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 0 /LastChar 255 "
        b"/Widths [%s] /CharProcs << %s >> /Encoding << /Differences [0 %s] >> /Resources << >> >>"
        % (b"600 " * 256, procedures, b" ".join(b"/a%d" % code for code in range(256)))
    )
    (sheet,) = read(pdf_with_font(tmp_path / "a.pdf", font, b"Gr\xfc\xdfe Ma\xffnahme")).sheets
    assert "Maßnahme" in readable(sheet.characters)


@given(st.integers(0, 5_000), st.integers(1, 4))
def test_children_share_all_pages_in_order(total: int, of: int) -> None:
    assert [page for number in range(of) for page in Share(number, of).pages(total)] == list(range(total))


@pytest.mark.parametrize("processors", [1, 2])
def test_a_file_shared_by_two_children_reads_as_by_one(processors: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_pdf(tmp_path / "a.pdf", numbered_pages(60), outline=[("Eins", 0), ("Zwei", 40)], labels=[(0, "/D", 7)])
    alone = read(path)
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(worker, "_SMALL_FILE", 0)
    monkeypatch.setattr(worker, "processors", lambda: processors)
    assert read(path, on_page=lambda done, total: seen.append((done, total))) == alone
    assert seen == [(n, 60) for n in range(1, 61)]
    assert [sheet.characters for sheet in read_back(path)] == [sheet.characters for sheet in alone.sheets]
    for children, begun in ((1, 1), (2, processors)):
        with Job(path, children=children) as job:
            assert len(job._children) == begun and job.reading() == alone


def test_a_shared_file_that_needs_a_password_or_is_none_gets_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_SMALL_FILE", 0)
    monkeypatch.setattr(worker, "processors", lambda: 2)
    with pytest.raises(UnreadableFile, match="Passwort"):
        read(make_pdf(tmp_path / "zu.pdf", numbered_pages(40), password="geheim"))
    (tmp_path / "text.pdf").write_text("Das ist nur Text.")
    with pytest.raises(UnreadableFile, match="kein PDF"):
        read(tmp_path / "text.pdf")


def test_lowered_numbers_stay_in_the_text_and_raised_ones_are_marks(tmp_path: Path) -> None:
    def line(height: float) -> list[Text]:
        return [Text(50, 500, "Der Anteil am Satz", 12), Text(end_of(tmp_path, "Der Anteil am Satz"), height, "2", 7)]

    (low, high) = read(make_pdf(tmp_path / "a.pdf", [line(498), line(504)])).sheets
    assert len(low.lines) == len(high.lines) == 1
    assert low.lines[0].marks == ()
    assert [high.characters[a:b] for a, b in high.lines[0].marks] == ["2"]


def end_of(folder: Path, text: str) -> float:
    """Return where a text of 12 points ends that begins at 50."""
    return read(make_pdf(folder / "end.pdf", [[Text(50, 500, text, 12)]])).sheets[0].lines[0].box.x1 + 0.5


def test_a_space_that_is_only_a_gap_is_noted(tmp_path: Path) -> None:
    def page(x: float) -> list[Text]:
        return [Text(50, 500, "gilt in vielen Orten, z.", 10), Text(x, 500, "B. in Modellstadt", 10)]

    (apart, close) = read(make_pdf(tmp_path / "a.pdf", [page(145), page(143)])).sheets
    assert "z.B." in apart.characters and "z.B." in close.characters
    assert [apart.characters[at:] for at in apart.lines[0].spaces] == ["B. in Modellstadt"]
    assert close.lines[0].spaces == ()


@pytest.mark.parametrize(("between", "spaces"), [(1.5, ["Am Tag"]), (1.9, [])])
def test_a_gap_as_wide_as_the_spaces_of_its_line_is_one(between: float, spaces: list[str], tmp_path: Path) -> None:
    line: list[Text] = []
    x = 50.0
    for word in ("Sie ", "kamen ", "mit ", "nassen ", "Haaren ", "und ", "Fischen.", "Am Tag"):
        x += 2.1 if word == "Am Tag" else between
        line.append(Text(x, 500, word, 10))
        x = read(make_pdf(tmp_path / "so-far.pdf", [[Text(x, 500, word, 10)]])).sheets[0].lines[0].box.x1
    (sheet,) = read(make_pdf(tmp_path / "a.pdf", [line])).sheets
    assert "Fischen.Am" in sheet.characters
    assert [sheet.characters[at:] for at in sheet.lines[0].spaces] == spaces


def test_several_raised_numbers_in_a_row_are_all_marks(tmp_path: Path) -> None:
    page = [Text(50, 500, "Der Anteil am Satz", 12), Text(end_of(tmp_path, "Der Anteil am Satz"), 504, "5 6, 17", 7)]
    (sheet,) = read(make_pdf(tmp_path / "a.pdf", [page])).sheets
    assert [sheet.characters[a:b] for line in sheet.lines for a, b in line.marks] == ["5 6, 17"]


def test_a_raised_number_before_a_year_is_a_mark_and_the_year_is_none(tmp_path: Path) -> None:
    end = end_of(tmp_path, "Der Anteil am Satz")
    page = [Text(50, 500, "Der Anteil am Satz", 12), Text(end, 504, "26", 7), Text(end + 11, 500, "1704 galt", 12)]
    (sheet,) = read(make_pdf(tmp_path / "a.pdf", [page])).sheets
    assert [sheet.characters[a:b] for line in sheet.lines for a, b in line.marks] == ["26"]


def test_a_word_is_as_long_as_with_what_stands_on_the_line_above(tmp_path: Path) -> None:
    end = end_of(tmp_path, "en")
    page = [Text(50, 516, "Sie kamen aus ganz Asi-", 12), Text(50, 500, "en", 12), Text(end, 504, "29", 7)]
    (sheet,) = read(make_pdf(tmp_path / "a.pdf", [[*page, Text(end + 11, 500, "und blieben.", 12)]])).sheets
    assert [sheet.characters[a:b] for line in sheet.lines for a, b in line.marks] == ["29"]


def test_a_letter_that_touches_a_mark_is_no_denominator(tmp_path: Path) -> None:
    page = [Text(50, 500, "Der Anteil am Satz", 12), Text(end_of(tmp_path, "Der Anteil am Satz") - 1.5, 504, "2", 7)]
    (sheet,) = read(make_pdf(tmp_path / "a.pdf", [page])).sheets
    assert [sheet.characters[a:b] for line in sheet.lines for a, b in line.marks] == ["2"]


@pytest.mark.parametrize(
    ("text", "gap", "broken"),
    [
        ("Weil seine kranke Mutter bald stirbt, bit", 1, True),
        ("Weil seine kranke Mutter bald stirbt, bit", 4, False),
        ("Weil ihr Ort Nummer 7", 1, False),
        ("Es gilt, bit", 1, False),
    ],
    ids=["flush with the margin", "a dash", "behind a figure", "a short line"],
)
def test_a_hyphen_a_little_apart_from_its_word_breaks_it(text: str, gap: float, broken: bool, tmp_path: Path) -> None:
    page = [
        Text(50, 500, text + " ", 12),
        Text(end_of(tmp_path, text) + gap, 500, "-", 12),
        Text(50, 484, "tet sie um Hilfe.", 12),
    ]
    (sheet,) = read(make_pdf(tmp_path / "a.pdf", [page])).sheets
    assert sheet.characters.startswith(f"{text} -") and sheet.lines[0].hyphenated is broken
    joined = flow([TextLine(sheet, line) for line in sheet.lines], Vocabulary()).text
    assert joined == (f"{text}tet sie um Hilfe." if broken else f"{text} - tet sie um Hilfe.")


def test_signs_of_symbol_fonts_are_what_they_show(tmp_path: Path) -> None:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"
    (sheet,) = read(pdf_with_font(tmp_path / "a.pdf", font, b"n")).sheets
    assert readable(sheet.characters).strip() == "■"
    assert readable("\uf0b7 Punkt") == "• Punkt"


@pytest.mark.parametrize(
    ("text", "is_mark"),
    [
        ("Das ist ein Satz", True), ("Es ist so", True), ("Sie sagt: „Ja“", True), ("eine Fläche von 40 km", False),
        ("ein Wert von x", False), ("bei einem R", False), ("nach Chi", False), ("120 µm", False), ("in der EU", True), ("Ausstoß von CO", False),
    ],
)  # fmt: skip
def test_powers_and_indices_are_no_note_marks(text: str, is_mark: bool, tmp_path: Path) -> None:
    page = [Text(50, 500, text, 12), Text(end_of(tmp_path, text), 504, "2", 7)]
    (sheet,) = read(make_pdf(tmp_path / "a.pdf", [page])).sheets
    assert [sheet.characters[a:b] for line in sheet.lines for a, b in line.marks] == (["2"] if is_mark else [])


def test_a_fraction_keeps_what_stands_above_its_line(tmp_path: Path) -> None:
    page = [Text(50, 500, "die Wahrscheinlichkeit", 12), Text(172, 506, "12", 7), Text(172, 497, "64", 7)]
    (sheet,) = read(make_pdf(tmp_path / "a.pdf", [page])).sheets
    assert all(line.marks == () for line in sheet.lines)


def test_a_child_loads_nothing_but_pdfium_that_could_have_been_loaded_for_all() -> None:
    loaded = "import sys, importlib, facsimile.nursery as nursery; list(map(importlib.import_module, nursery._LOADED)); "
    loads = "before = set(sys.modules); import facsimile.reader; print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    done = subprocess.run([sys.executable, "-c", loaded + loads], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["facsimile", "pypdfium2", "pypdfium2_cfg", "pypdfium2_raw"]
